#include "audit/report.h"

#include "audit/evidence_finding.h"

const struct report_format report_formats[] = {
	{"text", "report for people", report_text},
	{"json", "one object a line and source, schema cxaudit/audit/1", report_json},
	{"ndjson", "one finding a line, schema cxaudit/finding/1", report_ndjson},
	{"csv", "one finding a row, for spreadsheets", report_csv},
	{NULL, NULL, NULL},
};

const struct report_format *report_format_find(struct text name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (text_equal(text_from(f->name), name))
			return f;
	return NULL;
}

enum rc report_flush(FILE *out, struct strbuf *b, struct diag *diag)
{
	if (b->failed)
		return diag_set(diag, RC_NOMEM, "no memory for the report");
	if (b->length && fwrite(b->data, 1, b->length, out) != b->length)
		return diag_set_errno(diag, RC_IO, "cannot write the report");
	strbuf_reset(b);
	return RC_OK;
}

enum rc report_json(const struct report *r, struct diag *diag)
{
	struct strbuf b;
	struct json_writer j;
	enum rc rc;

	strbuf_init(&b);
	json_write_init(&j, &b, false);
	audit_json(&j, r->info, r->result);
	strbuf_add_char(&b, '\n');
	rc = report_flush(r->out, &b, diag);
	strbuf_clear(&b);
	return rc;
}

struct line_writer {
	const struct report *report;
	struct strbuf buffer;
	enum rc rc;
	struct diag *diag;
};

struct evidence_listing {
	bool (*visit)(const struct audit_finding *finding, const struct ims_subscription *record,
		      void *context);
	struct line_writer *writer;
};

static bool on_evidence(const struct audit_finding *finding, void *context)
{
	struct evidence_listing *l = context;

	return l->visit(finding, NULL, l->writer);
}

/* The findings of the audit, then those of the evidence. */
static enum rc list_findings(struct line_writer *w,
			     bool (*visit)(const struct audit_finding *finding,
					   const struct ims_subscription *record, void *context),
			     struct diag *diag)
{
	struct evidence_listing listing = {visit, w};
	const struct report *r = w->report;
	enum rc rc = audit_list(r->request, r->result, visit, w, diag);

	if (rc == RC_OK && w->rc == RC_OK && r->info->evidence)
		evidence_findings_visit(r->info->evidence, on_evidence, &listing);
	return rc == RC_OK ? w->rc : rc;
}

static bool on_ndjson(const struct audit_finding *f, const struct ims_subscription *record,
		      void *context)
{
	struct line_writer *w = context;
	const struct audit_run_info *info = w->report->info;
	struct json_writer j;

	(void)record;
	json_write_init(&j, &w->buffer, false);
	finding_json(&j, f, info->input->source, info->hss, info->cscf);
	strbuf_add_char(&w->buffer, '\n');
	w->rc = report_flush(w->report->out, &w->buffer, w->diag);
	return w->rc == RC_OK;
}

enum rc report_ndjson(const struct report *r, struct diag *diag)
{
	struct line_writer w = {.report = r, .diag = diag};
	enum rc rc;

	strbuf_init(&w.buffer);
	rc = list_findings(&w, on_ndjson, diag);
	strbuf_clear(&w.buffer);
	return rc;
}

void report_add_csv_cell(struct strbuf *b, struct text t)
{
	bool is_quoted = false;

	for (size_t i = 0; i < t.length; i++)
		is_quoted |= t.data[i] && strchr(",\"\r\n", t.data[i]);
	if (is_quoted)
		strbuf_add_char(b, '"');
	if (t.length && t.data[0] && strchr("=+-@\t\r", t.data[0]))
		strbuf_add_char(b, '\'');
	for (size_t i = 0; i < t.length; i++) {
		if (t.data[i] == '"')
			strbuf_add_char(b, '"');
		strbuf_add_char(b, t.data[i]);
	}
	if (is_quoted)
		strbuf_add_char(b, '"');
}

static bool on_csv(const struct audit_finding *f, const struct ims_subscription *record,
		   void *context)
{
	struct line_writer *w = context;
	char count[24], status[12] = "";

	(void)record;
	snprintf(count, sizeof(count), "%llu", (unsigned long long)f->count);
	if (f->verdict && f->verdict->sip_status)
		snprintf(status, sizeof(status), "%d", f->verdict->sip_status);
	const struct text cells[] = {
		text_from(f->rule->id),
		text_from(f->rule->slug),
		text_from(f->rule->row),
		text_from(severity_str(f->severity)),
		text_from(certainty_str(f->certainty)),
		f->imsi,
		f->impi,
		f->impu,
		text_from(status),
		text_from(count),
		text_from(f->text ? f->text : f->rule->title),
		text_from(f->remedy ? f->remedy : f->rule->remedy),
		text_from(f->rule->clause),
	};

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		if (i)
			strbuf_add_char(&w->buffer, ',');
		report_add_csv_cell(&w->buffer, cells[i]);
	}
	strbuf_add_str(&w->buffer, "\r\n");
	w->rc = report_flush(w->report->out, &w->buffer, w->diag);
	return w->rc == RC_OK;
}

enum rc report_csv(const struct report *r, struct diag *diag)
{
	struct line_writer w = {.report = r, .diag = diag};
	enum rc rc;

	strbuf_init(&w.buffer);
	if (!r->is_continued)
		strbuf_add_str(&w.buffer,
			       "rule,slug,row,severity,certainty,imsi,impi,impu,sip_status,"
			       "count,text,remedy,clause\r\n");
	rc = list_findings(&w, on_csv, diag);
	if (rc == RC_OK)
		rc = report_flush(r->out, &w.buffer, diag);
	strbuf_clear(&w.buffer);
	return rc;
}
