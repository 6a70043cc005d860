#include "importers/cx_xml_join.h"

#include <string.h>

#include "codec/lookup_key.h"
#include "store/snapshot_writer.h"

void cx_xml_join_init(struct cx_xml_join *j, struct import *import)
{
	*j = (struct cx_xml_join){.import = import};
	userdata_profile_table_init(&j->profiles, import_directory(import));
	subscription_init(&j->pending);
	subscription_init(&j->one);
	subscription_init(&j->spare);
}

void cx_xml_join_clear(struct cx_xml_join *j)
{
	if (!j)
		return;
	userdata_profile_table_clear(&j->profiles);
	subscription_clear(&j->pending);
	subscription_clear(&j->one);
	subscription_clear(&j->spare);
	j->has_pending = false;
}

/* A cheap test that lets all strangers through to the exact one: almost every document begins a new
 * subscription. */
static bool may_belong(const struct ims_subscription *s, const struct userdata_list *list,
		       const struct userdata_document *d)
{
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (text_equal(s->impi[i].identity, d->private_id))
			return true;
	for (uint32_t i = 0; d->identity_count && i < s->impu_count; i++)
		if (text_equal(s->impu[i].identity, list->identity[d->first_identity].identity))
			return true;
	return false;
}

static enum rc begin(struct cx_xml_join *j, struct ims_subscription *s,
		     const struct userdata_list *list, const struct userdata_document *document,
		     const struct provenance *provenance)
{
	subscription_reset(s);
	s->provenance = *provenance;
	return userdata_add_to_subscription(list, document, &j->profiles, TEXT_LITERAL("1"), s);
}

enum rc cx_xml_join_add(struct cx_xml_join *j, const struct userdata_list *list,
			const struct userdata_document *document,
			const struct provenance *provenance, struct diag *diag)
{
	bool is_joined = false;
	enum rc rc = RC_OK;

	if (j->has_pending && may_belong(&j->pending, list, document)) {
		rc = begin(j, &j->one, list, document, provenance);
		if (rc == RC_OK)
			rc = cx_xml_join_records(&j->pending, &j->one, &j->counts, &is_joined);
	}
	if (rc == RC_OK && !is_joined) {
		rc = cx_xml_join_flush(j, diag);
		if (rc != RC_OK)
			return rc;
		rc = begin(j, &j->pending, list, document, provenance);
		j->has_pending = rc == RC_OK;
	}
	if (rc == RC_NOMEM)
		return diag_set(diag, rc, "%s", "memory is out");
	return rc;
}

enum rc cx_xml_join_keep(struct cx_xml_join *j, struct diag *diag)
{
	struct ims_subscription swapped;

	if (!j->has_pending)
		return RC_OK;
	if (subscription_copy(&j->spare, &j->pending) != RC_OK)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	swapped = j->pending;
	j->pending = j->spare;
	j->spare = swapped;
	return RC_OK;
}

enum rc cx_xml_join_flush(struct cx_xml_join *j, struct diag *diag)
{
	if (!j->has_pending)
		return RC_OK;
	j->has_pending = false;
	return import_put(j->import, &j->pending, diag);
}

/* Joins to out, as long as there is one, each further record that belongs to it; how many. */
static size_t join_to(const struct ims_subscription *records, size_t count, bool *taken,
		      struct ims_subscription *out, struct cx_xml_join_counts *counts)
{
	size_t joined = 0, before;

	do {
		before = joined;
		for (size_t i = 0; i < count; i++) {
			if (taken[i])
				continue;
			if (cx_xml_join_records(out, &records[i], counts, &taken[i]) == RC_NOMEM)
				return 0;
			joined += taken[i];
		}
	} while (joined > before);
	return joined;
}

/* Of records that share a key, those that are of one subscription. */
static bool merge(const struct ims_subscription *records, size_t count, bool *taken,
		  struct ims_subscription *out, void *context)
{
	struct cx_xml_join *j = context;

	for (size_t first = 0; first + 1 < count; first++) {
		struct cx_xml_join_counts counts = {0};

		memset(taken, false, count * sizeof(*taken));
		taken[first] = true;
		if (subscription_copy(out, &records[first]) != RC_OK)
			return false;
		if (!join_to(records, count, taken, out, &counts))
			continue;
		j->counts.duplicates += counts.duplicates;
		j->counts.conflicts += counts.conflicts;
		j->counts.contradictions += counts.contradictions;
		return true;
	}
	return false;
}

static void note(struct cx_xml_join *j, uint64_t count, const char *text)
{
	while (count-- > 0)
		import_note(j->import, "%s", text);
}

enum rc cx_xml_join_finish(struct cx_xml_join *j, struct diag *diag)
{
	enum rc rc = snapshot_writer_merge_some(import_writer(j->import), LOOKUP_IDENTITY, merge, j,
						diag);

	note(j, j->counts.duplicates, "document that repeats an implicit set of its PrivateID");
	note(j, j->counts.conflicts,
	     "implicit sets of one PrivateID overlap without being equal: both are kept");
	note(j, j->counts.contradictions,
	     "identity barred in one document and not in its repetition: taken as unknown");
	if (j->profiles.is_capped)
		import_note(j->import,
			    "more than %d different service profiles: the further ones are told"
			    " apart by number of iFCs and faults only",
			    USERDATA_PROFILES_MAX);
	return rc;
}
