#include "importers/csv_private.h"

#include "codec/lookup_key.h"

static const struct source *source_of(const struct csv *c, uint32_t file)
{
	for (size_t i = 0; i < c->source_count; i++)
		if (import_file(c->import, c->sources[i]) == file)
			return c->sources[i];
	return NULL;
}

/* The line is not stored with a record: the offset tells the place of its first row. */
static void reject_conflict(void *context, const struct ims_subscription *later,
			    struct text identity, uint32_t facts)
{
	struct csv *c = context;
	struct strbuf names;
	char subject[128];

	strbuf_init(&names);
	for (int field = 0; field < CSV_FIELDS; field++)
		if (facts & CSV_BIT(field))
			strbuf_printf(&names, "%s%s", names.length ? ", " : "",
				      csv_fields[field].name);
	text_copy(identity, subject, sizeof(subject));
	text_hide_control(subject);
	enum rc rc = import_reject(c->import, source_of(c, later->provenance.file), 0,
				   later->provenance.offset, subject, NULL,
				   "%s differs from what rows elsewhere say of the same identity:"
				   " taken as unknown",
				   names.data ? names.data : "");
	strbuf_clear(&names);
	if (rc)
		c->merge_rc = rc;
}

static bool join_group(const struct ims_subscription *records, size_t count, bool *taken,
		       struct ims_subscription *out, void *context)
{
	struct csv *c = context;
	struct csv_conflict conflict = {reject_conflict, c};

	if (c->merge_rc || !csv_take_one(records, count, taken))
		return false;
	enum rc rc = csv_join(records, count, taken, &c->disputes, &conflict, out);
	if (rc == RC_LIMIT)
		import_note(c->import, "rows of one subscription were not joined: it has more"
				       " identities than can be kept");
	else if (rc)
		c->merge_rc = rc;
	return !rc;
}

enum rc csv_record_merge(struct csv *c, struct diag *diag)
{
	struct snapshot_writer *writer = import_writer(c->import);
	enum rc rc = RC_OK;

	if (!c->order.is_broken)
		return RC_OK;
	if (c->order.has_named)
		rc = snapshot_writer_merge_some(writer, LOOKUP_NAME, join_group, c, diag);
	if (!rc && c->order.has_unnamed)
		rc = snapshot_writer_merge_some(writer, LOOKUP_IDENTITY, join_group, c, diag);
	if (!rc && c->merge_rc)
		rc = diag_set(diag, c->merge_rc, "rows of one subscription could not be joined: %s",
			      rc_str(c->merge_rc));
	return rc;
}
