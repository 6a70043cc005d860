/* Documents to subscriptions (design.md 10.11). One document is one implicit set seen through one
 * IMPI. With the same IMPI, other identities are another set of the subscription, the same
 * identities a duplicate (noted), some of the identities a conflict (noted: both sets are kept as
 * they are). With another IMPI, the same identities make it one more IMPI of the subscription.
 *
 * Neighbours in the input are joined on the fly, the others among what the writer holds, at the
 * end. */
#pragma once
#include <stdbool.h>
#include "codec/ims_userdata.h"
#include "codec/ims_userdata_record.h"
#include "importers/importer.h"

struct cx_xml_join_counts {
	uint64_t duplicates;
	uint64_t conflicts;      /* overlapping sets of one IMPI */
	uint64_t contradictions; /* equal sets, one barred identity differs: it gets unknown */
};

/* Joins one record to another, if they are of one subscription; *is_joined says so. Texts are
 * borrowed from the second. RC_LIMIT when the result would be too large, RC_NOMEM. */
enum rc cx_xml_join_records(struct ims_subscription *out, const struct ims_subscription *record,
			    struct cx_xml_join_counts *counts, bool *is_joined);

struct cx_xml_join {
	struct import *import;
	struct userdata_profile_table profiles;
	struct ims_subscription pending; /* waits for its neighbours */
	struct ims_subscription one, spare;
	bool has_pending;
	struct cx_xml_join_counts counts;
};

void cx_xml_join_init(struct cx_xml_join *j, struct import *import);
void cx_xml_join_clear(struct cx_xml_join *j);

/* Takes a usable document. Its texts must stay until cx_xml_join_keep or cx_xml_join_flush.
 * RC_LIMIT: it cannot be joined to its subscription, which would get too large: a reject. */
enum rc cx_xml_join_add(struct cx_xml_join *j, const struct userdata_list *list,
			const struct userdata_document *document,
			const struct provenance *provenance, struct diag *diag);
/* Copies what is pending: texts of documents are no longer needed. */
enum rc cx_xml_join_keep(struct cx_xml_join *j, struct diag *diag);
/* Hands out what is pending. */
enum rc cx_xml_join_flush(struct cx_xml_join *j, struct diag *diag);
/* Joins what the writer holds in several places, and notes what was seen; after the last flush. */
enum rc cx_xml_join_finish(struct cx_xml_join *j, struct diag *diag);
