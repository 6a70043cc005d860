/* User-Data AVPs of SAA and PPR as facts. One reader serves one thread. */
#pragma once
#include <stdint.h>

#include "base/diag.h"
#include "base/text.h"
#include "model/verdict.h"

/* The facts of one document; of the first when there are several. */
struct cx_user_data {
	struct user_data_profile *profile; /* never NULL, if there is none */
	uint32_t profile_count;
	struct text impi; /* PrivateID; absent when it is missing */
	uint64_t hash;    /* of all profiles in order: identities, barring, contents; 0 = none */
	uint32_t damage;  /* enum cx_damage */
};

struct cx_user_data_reader;
enum rc cx_user_data_reader_new(struct cx_user_data_reader **out, struct diag *diag);
void cx_user_data_reader_free(struct cx_user_data_reader *r);

/* What *out points to lies in raw and in the reader; valid until the next call. RC_NOMEM; what is
 * no document gives damage, not an error. */
enum rc cx_user_data_read(struct cx_user_data_reader *r, struct text raw, struct cx_user_data *out);
