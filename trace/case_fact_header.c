/* What the final answer says of itself: reason phrase, Reason, Warning, Response-Source, Server and
 * P-Asserted-Identity (RFC 3326, RFC 3261 20.43, TS 24.229 7.2.17). */
#include "trace/phrase.h"

/* A phrase that names another answer than Cx shows, or one where Cx shows none. */
static void compare_with_cx(struct case_facts *f, const struct phrase *p, struct text phrase)
{
	struct evidence_place place = case_place_sip(f->final);
	const char *seen = f->bad ? case_answer_words(f, f->bad) : "no failing answer of the HSS";

	/* What its number means cannot be told: it may well be what the phrase says. */
	if (f->bad && f->bad->answer.kind == ANSWER_OTHER_VENDOR)
		return;
	if (p->fact == CASE_PHRASE_MASK) {
		if (f->bad &&
		    !(f->bad->answer.kind == ANSWER_EXPERIMENTAL && f->bad->answer.code == 5001))
			case_fact_set(
				f, CASE_PHRASE_CONTRADICTS, TRI_YES, place,
				arena_printf(f->arena,
					     "\"%s\" reads as an unknown IMPI, but Cx shows %s; %s "
					     "says so whenever an error MAA carries no User-Name",
					     case_words(f, phrase), seen, p->origin));
		return;
	}
	if (p->kind == ANSWER_SILENT || !case_fact_is(f, CASE_CX_SEEN))
		return;
	if (f->bad && f->bad->answer.kind == p->kind && f->bad->answer.code == p->code)
		return;
	case_fact_set(f, CASE_PHRASE_CONTRADICTS, TRI_YES, place,
		      arena_printf(f->arena, "\"%s\" would mean %s %u %s, but Cx shows %s",
				   case_words(f, phrase), answer_kind_avp(p->kind), p->code,
				   cx_code_name(p->kind, p->code), seen));
}

static void take_phrase(struct case_facts *f)
{
	struct text phrase = f->final->reason_phrase;
	const struct phrase *p = phrase_find(phrase);

	if (!p)
		return;
	case_fact_set(f, p->fact, TRI_YES, case_place_sip(f->final),
		      arena_printf(f->arena, "the reason phrase is \"%s\", known from %s",
				   case_words(f, phrase), p->origin));
	compare_with_cx(f, p, phrase);
}

/* What Warning and Reason say in words, where the phrase says nothing. */
static void take_text(struct case_facts *f, const char *name, struct text value)
{
	const struct phrase *p = value.data ? phrase_find(value) : NULL;

	if (p && p->fact == CASE_PHRASE_BARRED)
		case_fact_set(f, p->fact, TRI_YES, case_place_sip(f->final),
			      arena_printf(f->arena, "%s: the text speaks of barring", name));
}

static void take_header(struct case_facts *f, const char *name, struct text value, bool is_private)
{
	if (!value.data)
		return;
	case_fact_context(f, case_place_sip(f->final),
			  is_private && f->is_masked
				  ? arena_printf(f->arena, "%s is present", name)
				  : arena_printf(f->arena, "%s: %s", name, case_words(f, value)));
}

/* Without a header, a name or an exchange of IMS the reader has some other SIP network: words of
 * CSCFs and the HSS would mislead. It may be IMS all the same, so that nothing is concluded. */
void case_fact_network(struct case_facts *f)
{
	if (f->c->shows_ims || f->cx_count || case_fact_is(f, CASE_IMPI_STORED) ||
	    case_fact_is(f, CASE_IMPU_STORED) || case_fact_is(f, CASE_PHRASE_MASK))
		return;
	case_fact_set(f, CASE_PLAIN_SIP, TRI_YES,
		      case_place_sip(f->final  ? f->final
				     : f->last ? f->last->request
					       : NULL),
		      NULL);
}

void case_fact_header(struct case_facts *f)
{
	const struct sip_message *m;

	if (!f->final || f->status < 300)
		return;
	m = f->final;
	take_phrase(f);
	take_text(f, "Warning", m->warning);
	take_text(f, "Reason", m->reason);
	if (case_text_holds(m->reason, "diameter"))
		case_fact_set(f, CASE_REASON_DIAMETER, TRI_YES, case_place_sip(m),
			      arena_printf(f->arena, "Reason: %s", case_words(f, m->reason)));
	else
		take_header(f, "Reason", m->reason, false);
	take_header(f, "Warning", m->warning, true);
	take_header(f, "P-Asserted-Identity", m->p_asserted_identity, true);
}
