#include "trace/diagnosis_text.h"

#include "base/print.h"
#include "base/time_text.h"

#define LABEL_WIDTH 13
#define LINE_WIDTH 100

static void label(FILE *out, const char *name)
{
	fprintf(out, "  %-*s", LABEL_WIDTH, name);
}

static void paragraph(FILE *out, const char *name, const char *text)
{
	if (!text)
		return;
	label(out, name);
	print_wrapped(out, 2 + LABEL_WIDTH, LINE_WIDTH, text_from(text));
}

#define DAY_US INT64_C(86400000000)

/* In that form; nothing when the time is not known. Stamps without a date count from the first of
 * January 1970: of those the time of the day is all that is known. */
static const char *time_words(int64_t time_us, enum time_form form, char *out)
{
	out[0] = '\0';
	if (time_us > 0 && time_us < 2 * DAY_US)
		form = TIME_CLOCK;
	return time_us > 0 ? time_text(form, time_us, out) : out;
}

/* "10:00:01.250 frame 12" */
static void place_add(struct strbuf *b, const struct evidence_place *p, const char *const *input)
{
	char words[TIME_TEXT_MAX];

	if (*time_words(p->time_us, TIME_CLOCK, words))
		strbuf_printf(b, "%s ", words);
	if (p->place)
		strbuf_printf(b, "%s %llu", p->has_frame ? "frame" : "line",
			      (unsigned long long)p->place);
	else if (p->observation)
		strbuf_printf(b, "observation %llu", (unsigned long long)p->observation);
	if (p->place && input)
		strbuf_printf(b, " of %s", input[p->input]);
}

static void evidence_lines(FILE *out, const char *name, const struct evidence *list, unsigned count,
			   const char *const *input)
{
	static const char marks[] = {'+', '-', ' '};
	bool is_first = true;

	for (unsigned i = 0; i < count; i++) {
		struct strbuf b;

		strbuf_init(&b);
		strbuf_printf(&b, "%c ", marks[list[i].side]);
		if (list[i].place.place || list[i].place.observation || list[i].place.time_us) {
			place_add(&b, &list[i].place, input);
			strbuf_add_str(&b, ": ");
		}
		strbuf_add_str(&b, list[i].text);
		if (!b.failed)
			paragraph(out, is_first ? name : "", b.data);
		is_first = false;
		strbuf_clear(&b);
	}
}

static void list_lines(FILE *out, const char *name, const char *const *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		paragraph(out, i ? "" : name, list[i]);
}

static void head(FILE *out, const struct diagnosis *d, const char *const *input, bool use_colour)
{
	bool is_failed = diagnosis_is_failure(d);
	char words[TIME_TEXT_MAX];

	fputs(!use_colour ? "" : is_failed && !d->is_suspicious ? "\033[31m" : "\033[32m", out);
	print_text(out, text_from(d->method));
	if (d->impu || d->impi) {
		fputs(" of ", out);
		print_text(out, text_from(d->impu ? d->impu : d->impi));
	}
	if (d->called && d->kind != TRACE_REGISTRATION && d->kind != TRACE_DEREGISTRATION) {
		fputs(" to ", out);
		print_text(out, text_from(d->called));
	}
	if (d->status) {
		fprintf(out, ": %d ", d->status);
		print_text(out, text_from(d->reason_phrase));
	} else {
		fputs(": no final answer", out);
	}
	fputs(use_colour ? "\033[0m\n" : "\n", out);
	label(out, "seen");
	fputs(time_words(d->first_us, TIME_SECOND, words), out);
	if (d->first.place) {
		fprintf(out, "%s%s %llu%s", *words ? ", " : "",
			d->first.has_frame ? "frame" : "line", (unsigned long long)d->first.place,
			input ? " of " : "");
		if (input)
			print_text(out, text_from(input[d->first.input]));
	}
	if (d->call_id) {
		fputs(", Call-ID ", out);
		print_text(out, text_from(d->call_id));
	}
	fputc('\n', out);
}

/* The paragraph that a manager can read. */
static void summary(FILE *out, const struct diagnosis *d)
{
	static const char *const blame[] = {
		[TRI_YES] = "The subscriber's provisioning is to blame",
		[TRI_NO] = "The subscriber's provisioning is not to blame",
		[TRI_UNKNOWN] = "Whether the subscriber's provisioning is to blame is not known",
	};
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "%s.", d->text ? d->text : "");
	if (d->status && d->sent_by == TRACE_NODE_UNKNOWN && diagnosis_is_failure(d))
		strbuf_add_str(&b, " Who sent the answer is not known.");
	else if (d->status && d->sent_by == TRACE_NODE_PROXY)
		strbuf_add_str(&b, " The answer was sent by a proxy.");
	else if (d->status && d->sent_by != TRACE_NODE_UNKNOWN)
		strbuf_printf(&b, " The answer was sent by the %s%s.", trace_node_str(d->sent_by),
			      d->sent_by_confidence == CONFIDENCE_LOW      ? " (a guess)"
			      : d->sent_by_confidence == CONFIDENCE_MEDIUM ? " (likely)"
									   : "");
	if (diagnosis_is_failure(d) && !d->is_suspicious)
		strbuf_printf(&b, " %s: %s.", blame[d->blame], d->blame_reason);
	if (!b.failed)
		paragraph(out, "verdict", b.data);
	strbuf_clear(&b);
	label(out, "cause");
	fprintf(out, "%s, confidence %s", cause_class_str(d->cause), confidence_str(d->confidence));
	if (d->rule)
		fprintf(out, " (rule %s%s%s)", d->rule, d->row ? ", row " : "",
			d->row ? d->row : "");
	for (unsigned i = 0; i < d->other_count; i++)
		fprintf(out, "%s%s", i ? ", " : "; possible too: ", cause_class_str(d->other[i]));
	fputc('\n', out);
}

void diagnosis_text_begin(FILE *out, const struct diagnosis *d, const char *const *input,
			  bool use_colour)
{
	head(out, d, input, use_colour);
	summary(out, d);
	evidence_lines(out, "evidence", d->evidence, d->evidence_count, input);
	evidence_lines(out, "who sent it", d->sender, d->sender_count, input);
	list_lines(out, "ruled out", d->ruled_out, d->ruled_out_count);
	for (unsigned i = 0; i < d->folk_count; i++) {
		const struct folk_reading *r = &d->folk[i];
		struct strbuf b;

		strbuf_init(&b);
		strbuf_printf(&b, "naive: %s; standard: %s (%s)", r->claim, r->standard, r->clause);
		if (!b.failed)
			paragraph(out, i ? "" : "reading", b.data);
		strbuf_clear(&b);
	}
	list_lines(out, "provisioned", d->provisioning, d->provisioning_count);
	if (!d->has_store && diagnosis_is_failure(d))
		paragraph(out, "provisioned", "not looked up: no store was given");
}

void diagnosis_text_comparison(FILE *out, const struct comparison_result *r)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "%s registers well %s%s. That rules out: %s. What is left: %s", r->impu,
		      r->p_cscf[0] ? "over the same P-CSCF " : "as observed on Cx", r->p_cscf,
		      r->rules_out, r->difference);
	if (!b.failed)
		paragraph(out, "comparison", b.data);
	strbuf_clear(&b);
}

void diagnosis_text_end(FILE *out, const struct diagnosis *d)
{
	paragraph(out, "remedy", d->remedy);
	paragraph(out, "doubt", d->doubt);
	paragraph(out, "next", d->next);
}
