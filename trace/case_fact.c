#include "trace/case_fact.h"

#include <stdlib.h>

static const char *const words[CASE_FACT_COUNT] = {
#define CASE_FACT_WORDS(name, text) [CASE_##name] = text,
	CASE_FACTS(CASE_FACT_WORDS)
#undef CASE_FACT_WORDS
};

void case_facts_init(struct case_facts *f, const struct trace_case *c, struct arena *arena)
{
	*f = (struct case_facts){.c = c, .arena = arena, .cx = c->cx, .cx_count = c->cx_count};
	/* What decides is the last request of the UE; answers without one are all there is. */
	if (c->transaction_count) {
		f->last = &c->transaction[c->transaction_count - 1];
		f->final = f->last->final;
		f->status = f->final ? f->final->status : 0;
	}
}

void case_fact_set(struct case_facts *f, enum case_fact_id id, enum tri value,
		   struct evidence_place place, const char *text)
{
	struct case_fact *fact = &f->fact[id];

	if (fact->value != TRI_UNKNOWN)
		return;
	*fact = (struct case_fact){value, text, place};
	if (!text && value == TRI_YES)
		fact->text = words[id];
}

void case_fact_context(struct case_facts *f, struct evidence_place place, const char *text)
{
	size_t room = sizeof(f->context) / sizeof(f->context[0]);

	if (text && f->context_count < room)
		f->context[f->context_count++] = (struct evidence){EVIDENCE_CONTEXT, place, text};
}

bool case_text_holds(struct text t, const char *searched)
{
	struct text part = text_from(searched);

	for (size_t i = 0; i + part.length <= t.length; i++)
		if (text_equal_nocase(text_of(t.data + i, part.length), part))
			return true;
	return false;
}

bool case_fact_is(const struct case_facts *f, enum case_fact_id id)
{
	return f->fact[id].value == TRI_YES;
}

bool case_fact_holds(const struct case_facts *f, int id)
{
	return f->fact[abs(id)].value == (id < 0 ? TRI_NO : TRI_YES);
}

struct evidence_place case_place_sip(const struct sip_message *m)
{
	if (!m)
		return CASE_NO_PLACE;
	return (struct evidence_place){
		.input = m->input,
		.place = m->place,
		.has_frame = m->has_frame,
		.time_us = m->time_us,
	};
}

struct evidence_place case_place_cx(const struct case_facts *f, const struct cx_exchange *e)
{
	const struct trace_case *c = f->c;

	for (unsigned i = 0; i < c->event_count; i++) {
		const struct trace_event *event = &c->event[i];

		if (event->cx == e)
			return (struct evidence_place){
				.input = event->input,
				.place = event->answer_place ? event->answer_place : event->place,
				.has_frame = true,
				.time_us = e->time_us,
			};
	}
	return (struct evidence_place){.time_us = e->time_us, .observation = e->id};
}

const char *case_identity(const struct case_facts *f, struct text identity)
{
	struct strbuf b;
	struct text kept;

	if (!identity.data)
		return NULL;
	strbuf_init(&b);
	if (f->is_masked)
		identity_add_masked(identity, &b);
	else
		strbuf_add_text(&b, identity);
	kept = arena_text(f->arena, b.data ? strbuf_text(&b) : TEXT_LITERAL(""));
	strbuf_clear(&b);
	return kept.data;
}

#define WORDS_MAX 160u

/* The length of t without what is beyond the most bytes, nor half a character of UTF-8. */
static size_t shown_length(struct text t, size_t most)
{
	size_t n = most;

	if (t.length <= most)
		return t.length;
	while (n > 0 && ((unsigned char)t.data[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Masked before it is cut: half an identity is not known for one. */
static const char *words_of(const struct case_facts *f, struct text said, size_t most)
{
	struct strbuf b;
	const char *kept;

	if (!said.data)
		return "";
	strbuf_init(&b);
	if (f->is_masked) {
		identity_add_masked_words(said, &b);
		said = b.data ? strbuf_text(&b) : TEXT_LITERAL("");
	}
	kept = arena_text(f->arena, text_of(said.data, shown_length(said, most))).data;
	strbuf_clear(&b);
	return kept;
}

const char *case_words(const struct case_facts *f, struct text said)
{
	return words_of(f, said, WORDS_MAX);
}

const char *case_words_whole(const struct case_facts *f, struct text said)
{
	return words_of(f, said, SIZE_MAX);
}

const char *case_answer_words(const struct case_facts *f, const struct cx_exchange *e)
{
	static const char *const answers[CX_COMMANDS] = {"UAA", "MAA", "SAA", "LIA", "PPA", "RTA"};
	const struct cx_answer *a = &e->answer;
	char room[CX_VENDOR_TEXT_MAX];
	const char *vendor = cx_vendor_text(a, room);

	if (e->end == CX_END_UNANSWERED)
		return arena_printf(f->arena, "no answer to the %s", cx_command_str(e->command));
	if (!answer_kind_avp(a->kind))
		return arena_printf(f->arena, "the %s carries no result code", answers[e->command]);
	return arena_printf(f->arena, "%s%s: %s %u%s%s", answers[e->command],
			    e->end == CX_END_RELAY_ANSWERED ? " made by the Diameter relay itself"
							    : "",
			    answer_kind_avp(a->kind), a->code, vendor ? " " : ", ",
			    vendor ? vendor : cx_code_name(a->kind, a->code));
}
