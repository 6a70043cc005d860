/* What the UE and the P-CSCF present: username and IMPU against TS 23.003, the P-CSCF against the
 * operator's list, the called number. */
#include "base/limits.h"
#include "model/nearest.h"
#include "model/plmn.h"
#include "trace/case_fact.h"
#include "trace/trace_address.h"

/* "IMSI@realm" of a user part with prefixes taken off; false when it holds no IMSI. */
static bool imsi_inside(struct text user, struct text *imsi)
{
	static const char *const prefixes[] = {"sip:", "sips:", "tel:", "imsi-"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (text_starts_with_nocase(user, prefixes[i])) {
			user.data += strlen(prefixes[i]);
			user.length -= strlen(prefixes[i]);
		}
	/* Root NAIs of EAP-AKA and EAP-SIM carry one digit more (TS 23.003 19.3.2). */
	if (user.length == IMSI_DIGITS_MAX + 1 && memchr("016", user.data[0], 3)) {
		user.data++;
		user.length--;
	}
	*imsi = user;
	return identity_is_imsi(user) && user.length >= 6;
}

/* How identity, an IMPI or with is_impu a SIP URI, differs from what TS 23.003 13 derives from its
 * IMSI; DIFFERENCE_NONE when it is right or holds no IMSI to judge by. */
static enum difference derived_difference(const struct case_facts *f, struct text identity,
					  bool is_impu, struct text *expected)
{
	struct text user = identity_split_impi(text_trim(identity)).user;
	struct text realm = identity_split_impi(text_trim(identity)).realm;
	struct plmn_domain domain;
	struct text imsi;
	enum difference best = DIFFERENCE_NONE;
	unsigned likely;

	if (!imsi_inside(user, &imsi) || !realm.data || !plmn_domain_parse(realm, &domain))
		return DIFFERENCE_NONE;
	likely = plmn_mnc_length(imsi, f->policy->plmn, f->policy->plmn_count).length;
	for (unsigned i = 0; i < 2; i++) {
		struct strbuf b;
		enum difference d;

		strbuf_init(&b);
		if (is_impu)
			identity_add_derived_impu(imsi, i ? 5 - likely : likely, &b);
		else
			identity_add_derived_impi(imsi, i ? 5 - likely : likely, &b);
		d = b.failed ? DIFFERENCE_NONE : identity_difference(strbuf_text(&b), identity);
		if (!i) {
			best = d;
			*expected = arena_text(f->arena, strbuf_text(&b));
		}
		strbuf_clear(&b);
		if (d <= DIFFERENCE_CANONICAL)
			return DIFFERENCE_NONE;
	}
	return best;
}

static void check_username(struct case_facts *f, struct text impi, struct evidence_place place)
{
	struct text expected = TEXT_NONE;
	enum difference d;

	if (!impi.data)
		return;
	/* outside IMS a username need not have one */
	if (text_find(impi, '@') < 0 && !f->c->shows_ims && !f->cx_count)
		return;
	if (text_find(impi, '@') < 0) {
		case_fact_set(f, CASE_IMPI_ODD, TRI_YES, place,
			      arena_printf(f->arena, "the username %s has no realm",
					   case_identity(f, impi)));
		return;
	}
	d = derived_difference(f, impi, false, &expected);
	if (d != DIFFERENCE_NONE)
		f->corrected_impi = expected;
	if (d != DIFFERENCE_NONE)
		case_fact_set(f, CASE_IMPI_ODD, TRI_YES, place,
			      arena_printf(f->arena,
					   "the username is %s where TS 23.003 13.3 gives %s: %s",
					   case_identity(f, impi), case_identity(f, expected),
					   difference_str(d)));
	else
		case_fact_set(f, CASE_IMPI_ODD, TRI_NO, place,
			      "nothing is wrong with the form of the username");
}

static void check_impu(struct case_facts *f, struct text impu, struct evidence_place place)
{
	struct text expected = TEXT_NONE;
	enum difference d;

	if (!impu.data)
		return;
	if (text_starts_with_nocase(impu, "tel:") && f->c->method == SIP_REGISTER) {
		case_fact_set(f, CASE_IMPU_ODD, TRI_YES, place,
			      "To of the REGISTER is a tel URI: only SIP URIs are registered");
		return;
	}
	d = derived_difference(f, impu, true, &expected);
	if (d != DIFFERENCE_NONE)
		case_fact_set(f, CASE_IMPU_ODD, TRI_YES, place,
			      arena_printf(f->arena,
					   "the IMPU is %s where TS 23.003 13.4B gives %s: %s",
					   case_identity(f, impu), case_identity(f, expected),
					   difference_str(d)));
}

struct text case_impi_of_impu(struct text impu)
{
	struct uri uri;

	if (uri_parse(impu, &uri, NULL) != RC_OK || uri.scheme != URI_SIP || !uri.user.data ||
	    !uri.host.data)
		return TEXT_NONE;
	/* user and host of a SIP URI stand next to each other, but for passwords */
	if (uri.user.data + uri.user.length + 1 != uri.host.data)
		return TEXT_NONE;
	return text_of(uri.user.data, (size_t)(uri.host.data + uri.host.length - uri.user.data));
}

static void compare_identities(struct case_facts *f, struct evidence_place place)
{
	struct text in_impi, in_impu;

	if (!identity_imsi_of_impi(case_impi_of_impu(f->c->impu), &in_impu))
		return;
	if (f->c->method != SIP_REGISTER)
		case_fact_set(f, CASE_IMPU_TEMPORARY, TRI_YES, place, NULL);
	if (f->c->impi.data && identity_imsi_of_impi(f->c->impi, &in_impi) &&
	    !text_equal(in_impi, in_impu))
		case_fact_set(f, CASE_IDENTITIES_DIFFER, TRI_YES, place, NULL);
}

static void check_p_cscf(struct case_facts *f, struct evidence_place place)
{
	struct text address = trace_p_cscf(f->c);
	bool is_listed;

	if (!address.data || (!f->policy->p_cscf_count && !f->policy->trusted_network_count))
		return;
	is_listed = policy_trusts(f->policy, address);
	case_fact_set(f, CASE_P_CSCF_LISTED, tri_from_bool(is_listed), place,
		      arena_printf(f->arena, "the P-CSCF %.*s is %s the operator's list",
				   (int)address.length, address.data, is_listed ? "in" : "not in"));
}

/* On the hop into the core, where P-Visited-Network-ID must be (TS 24.229 5.2.2.1). */
static void check_visited(struct case_facts *f)
{
	for (unsigned i = 0; i < f->c->event_count; i++) {
		const struct trace_event *e = &f->c->event[i];

		if (!e->sip || !e->sip->is_request || e->sip->method != SIP_REGISTER ||
		    e->from != TRACE_NODE_P_CSCF || e->to != TRACE_NODE_I_CSCF)
			continue;
		case_fact_set(f, CASE_VISITED_ABSENT,
			      tri_from_bool(!e->sip->p_visited_network.data),
			      case_place_sip(e->sip), "P-Visited-Network-ID is present");
		if (!e->sip->p_visited_network.data)
			f->fact[CASE_VISITED_ABSENT].text =
				"the REGISTER reached the I-CSCF without P-Visited-Network-ID";
	}
}

static void check_called(struct case_facts *f, struct evidence_place place)
{
	struct text called = f->c->called;
	ptrdiff_t colon;

	if (!called.data || !f->policy->country_code.data)
		return;
	colon = text_find(called, ':');
	if (colon >= 0)
		called = text_of(called.data + colon + 1, called.length - (size_t)colon - 1);
	if (text_starts_with(called, "00") ||
	    (text_starts_with(called, "+") &&
	     !text_starts_with(text_of(called.data + 1, called.length - 1),
			       f->policy->country_code.data)))
		case_fact_set(f, CASE_INTERNATIONAL, TRI_YES, place, NULL);
}

void case_fact_identity(struct case_facts *f)
{
	struct evidence_place place = case_place_sip(f->last ? f->last->request : NULL);

	if (f->c->method == SIP_REGISTER) {
		check_username(f, f->c->impi, place);
		check_impu(f, f->c->impu, place);
		check_visited(f);
	} else {
		check_called(f, place);
	}
	compare_identities(f, place);
	check_p_cscf(f, place);
}
