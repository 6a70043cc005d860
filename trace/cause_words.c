/* The sentences of a cause, with what they speak of put in. */
#include <stdlib.h>

#include "trace/cause.h"
#include "trace/provisioning.h"
#include "trace/trace_address.h"

static const char *fact_words(const struct case_facts *f, const struct cause_row *row, size_t index)
{
	const char *words = row->need[index] ? f->fact[abs(row->need[index])].text : NULL;

	return words ? words : "see the evidence";
}

static const char *visited_words(const struct case_facts *f)
{
	for (unsigned i = 0; i < f->cx_count; i++)
		if (f->cx[i]->visited_network.data)
			return arena_text(f->arena, f->cx[i]->visited_network).data;
	return "that was sent";
}

static const char *scheme_words(const struct case_facts *f)
{
	if (f->bad && f->bad->scheme.data)
		return arena_text(f->arena, f->bad->scheme).data;
	return f->provisioning && f->provisioning->attempt.scheme.data
		       ? arena_text(f->arena, f->provisioning->attempt.scheme).data
		       : "that was asked";
}

static const char *or_words(const char *words, const char *otherwise)
{
	return words ? words : otherwise;
}

/* What to look at next, in words that fit the network. */
static const char *place_words(const struct case_facts *f, bool is_edge)
{
	static const char *const words[2][2] = {
		{"Capture Cx between the CSCFs and the HSS, or let the observer record it",
		 "the P-CSCF"},
		{"Read the server's log at that second", "the first server"}};

	return words[case_fact_is(f, CASE_PLAIN_SIP)][is_edge];
}

static const char *placeholder(const struct case_facts *f, const struct cause_row *row,
			       struct text name)
{
	struct text p_cscf;

	if (text_equal(name, TEXT_LITERAL("impi")))
		return or_words(case_identity(f, f->c->impi), "(none sent)");
	if (text_equal(name, TEXT_LITERAL("impu")))
		return or_words(case_identity(f, f->c->impu), "(none sent)");
	if (text_equal(name, TEXT_LITERAL("called")))
		return or_words(case_identity(f, f->c->called), "(none)");
	if (text_equal(name, TEXT_LITERAL("status")))
		return f->status ? arena_printf(f->arena, "%d", f->status) : "no answer";
	if (text_equal(name, TEXT_LITERAL("cx")))
		return f->bad ? case_answer_words(f, f->bad) : "";
	if (text_equal(name, TEXT_LITERAL("visited")))
		return visited_words(f);
	if (text_equal(name, TEXT_LITERAL("scheme")))
		return scheme_words(f);
	if (text_equal(name, TEXT_LITERAL("edge")) || text_equal(name, TEXT_LITERAL("capture")))
		return place_words(f, name.data[0] == 'e');
	if (text_equal(name, TEXT_LITERAL("fact2")))
		return fact_words(f, row, 1);
	if (text_equal(name, TEXT_LITERAL("p-cscf"))) {
		p_cscf = trace_p_cscf(f->c);
		return or_words(arena_text(f->arena, p_cscf).data, "address not known");
	}
	return fact_words(f, row, 0);
}

const char *cause_words(const struct case_facts *f, const struct cause_row *row,
			const char *template)
{
	struct strbuf b;
	struct text kept;

	if (!template)
		return NULL;
	strbuf_init(&b);
	for (const char *at = template; *at;) {
		const char *end = *at == '{' ? strchr(at, '}') : NULL;

		if (!end) {
			strbuf_add_char(&b, *at++);
			continue;
		}
		strbuf_add_str(
			&b,
			or_words(placeholder(f, row, text_of(at + 1, (size_t)(end - at - 1))), ""));
		at = end + 1;
	}
	kept = arena_text(f->arena, b.data ? strbuf_text(&b) : TEXT_LITERAL(""));
	strbuf_clear(&b);
	return kept.data;
}
