/* An identity that somebody asks for, in whatever spelling. */
#pragma once
#include "base/diag.h"
#include "model/identity_reading.h"
#include "model/subscription.h"

struct lookup_wanted {
	struct {
		struct text text;
		char number[64];
		bool is_number;
	} reading[IDENTITY_READINGS_MAX]; /* likeliest first */
	unsigned count;
	unsigned tidy; /* see identity_reading.h */
	struct arena arena;
};

/* Borrows typed. country_code as in identity_read; RC_NOMEM. */
enum rc lookup_wanted_init(struct lookup_wanted *w, struct text typed, struct text country_code,
			   struct diag *diag);
void lookup_wanted_clear(struct lookup_wanted *w);

/* Whether stored is that identity by any reading: canonically equal, or of the same number. */
bool lookup_same_identity(const struct lookup_wanted *w, struct text stored);

/* What of a record is that identity by reading i: the table and column of cxaudit-sql(1) that hold
 * it, and *stored as the record has it; NULL when nothing is: a lookup key alone proves nothing. */
const char *lookup_record_holds(const struct lookup_wanted *w, unsigned i,
				const struct ims_subscription *r, struct text *stored);
