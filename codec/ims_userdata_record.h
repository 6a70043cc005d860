/* From a User-Data document to the subscription record, and from its ServiceProfiles to the
 * snapshot's directory. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "codec/ims_userdata.h"
#include "model/hss_directory.h"
#include "model/subscription.h"

/* Equal ServiceProfiles share one entry of the directory. Beyond this many different ones (iFCs
 * that hold data of one subscriber) only number of iFCs and faults are told apart. */
#define USERDATA_PROFILES_MAX 65536

struct userdata_profile_slot {
	struct userdata_profile profile;
	uint32_t id; /* 0 = free */
};
struct userdata_profile_table {
	struct hss_directory *directory;    /* not owned */
	struct userdata_profile_slot *slot; /* open addressing, size is a power of two */
	uint32_t size, count;
	bool is_capped; /* the cap was reached */
};

/* Marks the directory's service profiles as exported. */
void userdata_profile_table_init(struct userdata_profile_table *t, struct hss_directory *directory);
void userdata_profile_table_clear(struct userdata_profile_table *t);

/* The directory's id of an equal profile, from 1, added when it is new. RC_NOMEM. */
enum rc userdata_profile_id(struct userdata_profile_table *t,
			    const struct userdata_profile *profile, uint32_t *id);

/* Appends one document to the record: its IMPI (unless the record has it), its IMPUs as a new
 * implicit set of that label, each associated with the IMPI, in the order of the document. The
 * set's default is its first IMPU that is not barred (TS 24.229 5.4.1.2.2F takes it from that
 * order). What User-Data does not carry stays unknown. Texts are borrowed from the list and label.
 * RC_NOMEM; RC_LIMIT when the record cannot take that many. */
enum rc userdata_add_to_subscription(const struct userdata_list *list,
				     const struct userdata_document *document,
				     struct userdata_profile_table *profiles, struct text label,
				     struct ims_subscription *out);
