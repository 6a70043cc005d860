#include "cli/diagnose_output.h"

#include <stdlib.h>

#include "audit/exchange_json.h"
#include "base/print.h"
#include "trace/diagnosis_text.h"
#include "trace/ladder.h"

#define HELD_MOST 512
#define HELD_BYTES_MOST (32u << 20)

/* One case that waits: the text before and after the comparison, or the open JSON object. */
struct diagnose_held {
	char *before, *after;
	size_t before_size, after_size;
	struct strbuf json;
	struct json_writer writer;
	size_t bytes; /* as counted in held_bytes */
	struct comparison_subject subject;
};

static void fail(struct diagnose_output *o, enum rc rc, const char *text)
{
	if (o->rc == RC_OK)
		o->rc = diag_set(&o->diag, rc, "%s", text);
}

enum rc diagnose_output_begin(struct diagnose_output *o, struct text known_good, struct diag *diag)
{
	enum rc rc = comparison_new(known_good, &o->comparison, diag);

	diag_init(&o->diag);
	strbuf_init(&o->out);
	if (rc == RC_OK)
		rc = case_incidents_new(&o->incidents, diag);
	if (rc == RC_OK)
		rc = case_statistics_new(&o->statistics, diag);
	if (rc != RC_OK)
		return rc;
	o->held = calloc(HELD_MOST, sizeof(*o->held));
	if (!o->held)
		return diag_set(diag, RC_NOMEM, "no memory for the output");
	o->sources.is_registered = comparison_is_registered;
	o->sources.is_barred = comparison_is_barred;
	o->sources.context = o->comparison;
	if (!o->is_json)
		return RC_OK;
	json_write_init(&o->json, &o->out, false);
	json_write_object_begin(&o->json);
	json_write_member_str(&o->json, "schema", "cxaudit/diagnosis/1");
	json_write_key(&o->json, "transactions");
	json_write_array_begin(&o->json);
	return RC_OK;
}

/* What the JSON writer has, to stdout. */
static void json_flush(struct diagnose_output *o)
{
	if (o->out.failed)
		fail(o, RC_NOMEM, "no memory for the output");
	else if (o->out.length)
		fwrite(o->out.data, 1, o->out.length, stdout);
	strbuf_reset(&o->out);
}

static void held_clear(struct diagnose_held *h)
{
	free(h->before);
	free(h->after);
	strbuf_clear(&h->json);
	memset(h, 0, sizeof(*h));
}

static void held_print(struct diagnose_output *o, struct diagnose_held *h)
{
	struct comparison_result result;
	bool has_peer = comparison_find(o->comparison, &h->subject, &result);

	if (o->is_json) {
		comparison_json_member(&h->writer, has_peer ? &result : NULL);
		json_write_object_end(&h->writer);
		if (h->json.failed)
			fail(o, RC_NOMEM, "no memory for the output");
		else
			/* A value that is JSON already. */
			json_write_number(&o->json, strbuf_text(&h->json));
		json_flush(o);
	} else {
		if (o->shown)
			putchar('\n');
		fwrite(h->before, 1, h->before_size, stdout);
		if (has_peer)
			diagnosis_text_comparison(stdout, &result);
		fwrite(h->after, 1, h->after_size, stdout);
	}
	o->shown++;
	o->held_bytes -= h->bytes;
	held_clear(h);
}

static void held_print_first(struct diagnose_output *o)
{
	held_print(o, &o->held[o->held_first]);
	o->held_first = (o->held_first + 1) % HELD_MOST;
	o->held_count--;
}

static void render_json(struct diagnose_output *o, struct diagnose_held *h,
			const struct diagnosis *d, const struct trace_case *c)
{
	strbuf_init(&h->json);
	json_write_init(&h->writer, &h->json, false);
	json_write_object_begin(&h->writer);
	diagnosis_json_members(&h->writer, d, o->input);
	json_write_key(&h->writer, "ladder");
	if (o->has_ladder) {
		ladder_write_json(&h->writer, c);
	} else {
		json_write_array_begin(&h->writer);
		json_write_array_end(&h->writer);
	}
}

static bool render_text(struct diagnose_output *o, struct diagnose_held *h,
			const struct diagnosis *d, const struct trace_case *c)
{
	FILE *before = open_memstream(&h->before, &h->before_size);
	FILE *after = open_memstream(&h->after, &h->after_size);

	if (before && after) {
		diagnosis_text_begin(before, d, o->input_count > 1 ? o->input : NULL,
				     o->use_colour);
		diagnosis_text_end(after, d);
		if (o->has_ladder) {
			fputc('\n', after);
			ladder_write_text(after, 2, c);
		}
	}
	if (before && fclose(before) != 0)
		before = NULL;
	if (after && fclose(after) != 0)
		after = NULL;
	return before && after && h->before && h->after;
}

static void show(struct diagnose_output *o, const struct diagnosis *d, const struct trace_case *c)
{
	struct diagnose_held *h;

	if (o->held_count == HELD_MOST)
		held_print_first(o);
	h = &o->held[(o->held_first + o->held_count++) % HELD_MOST];
	comparison_subject_fill(&h->subject, d);
	if (o->is_json)
		render_json(o, h, d, c);
	else if (!render_text(o, h, d, c))
		fail(o, RC_NOMEM, "no memory for the output");
	h->bytes = h->before_size + h->after_size + h->json.length;
	o->held_bytes += h->bytes;
	while (o->held_bytes > HELD_BYTES_MOST)
		held_print_first(o);
}

static bool is_wanted(const struct diagnose_output *o, const struct trace_case *c)
{
	const struct text identities[] = {c->impi, c->impu, c->called};

	if (!o->wanted)
		return true;
	for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++)
		if (identities[i].data && lookup_same_identity(o->wanted, identities[i]))
			return true;
	return false;
}

void diagnose_output_case(const struct trace_case *c, void *context)
{
	struct diagnose_output *o = context;
	struct diagnosis *d;
	struct arena arena;
	bool is_failure;

	if (o->rc != RC_OK || c->method == SIP_OPTIONS)
		return;
	arena_init(&arena);
	d = arena_alloc(&arena, sizeof(*d));
	if (!d)
		fail(o, RC_NOMEM, "no memory for a diagnosis");
	else
		o->rc = diagnose(&o->sources, c, &arena, d, &o->diag);
	if (o->rc == RC_OK) {
		/* Who is not asked for may still be the one to compare with. */
		comparison_add(o->comparison, d, c->impu);
		is_failure = diagnosis_is_failure(d);
		if (is_wanted(o, c)) {
			o->cases++;
			o->healthy += !is_failure;
			if (case_statistics_add(o->statistics, d) != RC_OK)
				fail(o, RC_NOMEM, "no memory for statistics");
			if (!case_incidents_add(o->incidents, d))
				fail(o, RC_NOMEM, "no memory for incidents");
			if (!o->is_stats && (is_failure || o->is_all))
				show(o, d, c);
		}
	}
	arena_clear(&arena);
}

static void on_incident(const struct case_incident *i, void *context)
{
	struct diagnose_output *o = context;
	char words[256];

	case_incident_words(i, words, sizeof(words));
	if (!o->is_json) {
		fputs("\nincident     ", stdout);
		print_wrapped(stdout, 13, 100, text_from(words));
		return;
	}
	json_write_object_begin(&o->json);
	json_write_member_str(&o->json, "class", cause_class_str(i->cause));
	json_write_member_int(&o->json, "status", i->status);
	json_write_member_str(&o->json, "sent_by", trace_sender_str(i->sent_by));
	json_write_member_str(&o->json, "p_cscf", i->p_cscf[0] ? i->p_cscf : NULL);
	json_write_member_microseconds(&o->json, "begin", i->begin_us);
	json_write_member_microseconds(&o->json, "end", i->end_us);
	json_write_member_uint(&o->json, "cases", i->cases);
	json_write_member_uint(&o->json, "subscribers", i->subscribers);
	json_write_member_bool(&o->json, "at_least", i->is_at_least);
	json_write_member_str(&o->json, "text", words);
	json_write_object_end(&o->json);
	json_flush(o);
}

static void inputs_json(struct diagnose_output *o, const struct trace_input_report *report)
{
	json_write_key(&o->json, "inputs");
	json_write_array_begin(&o->json);
	for (unsigned i = 0; i < o->input_count; i++) {
		const struct trace_input_report *r = &report[i];

		json_write_object_begin(&o->json);
		json_write_member_str(&o->json, "path", o->input[i]);
		json_write_member_str(&o->json, "format", r->format);
		json_write_member_uint(&o->json, "sip_messages", r->sip_messages);
		json_write_member_uint(&o->json, "cx_exchanges", r->cx_exchanges);
		json_write_member_uint(&o->json, "unreadable", r->unreadable);
		json_write_member_bool(&o->json, "truncated", r->is_truncated);
		if (r->has_clock_offset)
			json_write_member_int(&o->json, "clock_offset_us", r->clock_offset_us);
		else
			json_write_member_null(&o->json, "clock_offset_us");
		json_write_object_end(&o->json);
	}
	json_write_array_end(&o->json);
}

static void inputs_text(const struct diagnose_output *o, const struct trace_input_report *report)
{
	for (unsigned i = 0; i < o->input_count; i++) {
		const struct trace_input_report *r = &report[i];

		fputs(i ? "             " : "\ninput        ", stdout);
		print_text(stdout, text_from(o->input[i]));
		printf(": %s, %llu SIP message%s, %llu Cx exchange%s",
		       r->format ? r->format : "not read", (unsigned long long)r->sip_messages,
		       text_plural(r->sip_messages), (unsigned long long)r->cx_exchanges,
		       text_plural(r->cx_exchanges));
		if (r->unreadable)
			printf(", %llu unreadable (first at %llu: %s)",
			       (unsigned long long)r->unreadable,
			       (unsigned long long)r->first_unreadable, r->first_reason);
		if (r->has_clock_offset && i)
			printf(", clock moved by %+.3f s", (double)r->clock_offset_us / 1e6);
		puts(r->is_truncated ? ", cut at its end" : "");
	}
}

static void sums_text(const struct diagnose_output *o, const struct trace_input_report *report)
{
	if (!o->cases && !o->is_stats)
		puts(o->wanted ? "No registration or session set-up of that identity was found."
			       : "No registration or session set-up was found.");
	else if (!o->is_stats)
		printf("%s%llu of %llu attempt%s went well%s\n", o->shown ? "\n" : "",
		       (unsigned long long)o->healthy, (unsigned long long)o->cases,
		       text_plural(o->cases), o->healthy && !o->is_all ? "; --all shows them" : "");
	inputs_text(o, report);
}

enum rc diagnose_output_end(struct diagnose_output *o, const struct trace_input_report *report,
			    struct diag *diag)
{
	while (o->held_count)
		held_print_first(o);
	if (o->is_json) {
		json_write_array_end(&o->json);
		json_write_key(&o->json, "incidents");
		json_write_array_begin(&o->json);
	}
	case_incidents_finish(o->incidents, on_incident, o);
	if (o->is_json) {
		json_write_array_end(&o->json);
		if (o->is_stats) {
			json_write_key(&o->json, "statistics");
			case_statistics_json(&o->json, o->statistics);
		}
		inputs_json(o, report);
		json_write_object_end(&o->json);
		json_flush(o);
		putchar('\n');
	} else {
		if (o->is_stats)
			case_statistics_text(stdout, o->statistics);
		sums_text(o, report);
	}
	if (o->rc != RC_OK && diag)
		*diag = o->diag;
	return o->rc;
}

void diagnose_output_clear(struct diagnose_output *o)
{
	while (o->held && o->held_count) {
		held_clear(&o->held[o->held_first]);
		o->held_first = (o->held_first + 1) % HELD_MOST;
		o->held_count--;
	}
	free(o->held);
	comparison_free(o->comparison);
	case_incidents_free(o->incidents);
	case_statistics_free(o->statistics);
	strbuf_clear(&o->out);
}
