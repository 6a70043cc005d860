#include "audit/record_check_private.h"

#include "model/identity.h"

/* True when no earlier IMPU of the record is in the set of IMPU i: each set is then looked at once.
 */
static bool is_first_of_set(const struct ims_subscription *r, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (subscription_same_irs(r, k, i) == TRI_YES)
			return false;
	return true;
}

static uint32_t set_size(const struct ims_subscription *r, uint32_t i)
{
	uint32_t count = 0;

	for (uint32_t k = 0; k < r->impu_count; k++)
		count += subscription_same_irs(r, i, k) == TRI_YES;
	return count;
}

/* D10 and D11: the IMSI-derived IMPU is not barred; with siblings it leaks the IMSI, alone it is
 * all there is. */
static void check_temporary(const struct record_check_context *c, const struct rule *rule,
			    bool wants_siblings)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		const struct impu *u = &r->impu[i];

		if (u->barred != TRI_NO || u->irs_state == IRS_UNKNOWN ||
		    !record_check_is_temporary(c, i))
			continue;
		if ((set_size(r, i) > 1) == wants_siblings)
			record_check_report(c, rule, u->identity,
					    "%.*s derives from the IMSI and is not barred%s",
					    (int)u->identity.length, u->identity.data,
					    wants_siblings ? ""
							   : ", and its set holds no other IMPU");
	}
}

static void check_temporary_unbarred(const struct record_check_context *c, const struct rule *rule)
{
	check_temporary(c, rule, true);
}

static void check_temporary_alone(const struct record_check_context *c, const struct rule *rule)
{
	check_temporary(c, rule, false);
}

static bool set_has_unbarred(const struct ims_subscription *r, uint32_t i)
{
	for (uint32_t k = 0; k < r->impu_count; k++)
		if (r->impu[k].barred == TRI_NO && subscription_same_irs(r, i, k) == TRI_YES)
			return true;
	return false;
}

/* D12: the mark stands in the wrong place; where all are barred that is not what is wrong. */
static void check_default_barred(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++)
		if (r->impu[i].is_default == TRI_YES && r->impu[i].barred == TRI_YES &&
		    set_has_unbarred(r, i))
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s is marked as default of its set and is barred",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
}

static void check_several_defaults(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++)
		for (uint32_t k = 0; k < i && r->impu[i].is_default == TRI_YES; k++)
			if (r->impu[k].is_default == TRI_YES &&
			    subscription_same_irs(r, i, k) == TRI_YES) {
				record_check_report(
					c, rule, r->impu[i].identity,
					"%.*s and %.*s are both marked as default of one set",
					(int)r->impu[k].identity.length, r->impu[k].identity.data,
					(int)r->impu[i].identity.length, r->impu[i].identity.data);
				break;
			}
}

static bool set_has_scheme(const struct record_check_context *c, uint32_t i, enum uri_scheme scheme)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t k = 0; k < r->impu_count; k++)
		if (c->uri[k].scheme == scheme && subscription_same_irs(r, i, k) == TRI_YES)
			return true;
	return false;
}

static void check_no_sip(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	/* The rest of their sets is in other records. */
	if (r->kind == RECORD_ORPHAN_IMPU || subscription_is_owner_unknown(r))
		return;
	for (uint32_t i = 0; i < r->impu_count; i++) {
		if (r->impu[i].irs_state == IRS_UNKNOWN || !is_first_of_set(r, i) ||
		    c->uri[i].scheme != URI_TEL)
			continue;
		if (!set_has_scheme(c, i, URI_SIP) && !set_has_scheme(c, i, URI_SIPS))
			record_check_report(c, rule, r->impu[i].identity,
					    "the set of %.*s holds no SIP URI",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
	}
}

static bool has_sip_alias(const struct record_check_context *c, uint32_t tel)
{
	char number[32], other[32];

	if (!identity_number(c->uri[tel].user, number, sizeof(number)))
		return true;
	for (uint32_t k = 0; k < c->record->impu_count; k++)
		if (c->uri[k].scheme == URI_SIP &&
		    identity_number(c->uri[k].user, other, sizeof(other)) && !strcmp(number, other))
			return true;
	return false;
}

static void check_no_alias(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++)
		if (c->uri[i].scheme == URI_TEL && set_has_scheme(c, i, URI_SIP) &&
		    !has_sip_alias(c, i))
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s has no SIP URI of the same number",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
}

/* True when both IMPUs are associated with the same IMPIs. */
static bool same_impis(const struct ims_subscription *r, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < r->impi_count; i++)
		if (!subscription_association(r, i, a) != !subscription_association(r, i, b))
			return false;
	return true;
}

static void check_members_differ(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0;
	     r->has_associations == TRI_YES && r->impi_count > 1 && i < r->impu_count; i++) {
		if (r->impu[i].irs_state != IRS_NAMED || !is_first_of_set(r, i))
			continue;
		for (uint32_t k = i + 1; k < r->impu_count; k++)
			if (subscription_same_irs(r, i, k) == TRI_YES && !same_impis(r, i, k)) {
				record_check_report(c, rule, r->impu[k].identity,
						    "%.*s and %.*s share a set and are associated "
						    "with different IMPIs",
						    (int)r->impu[i].identity.length,
						    r->impu[i].identity.data,
						    (int)r->impu[k].identity.length,
						    r->impu[k].identity.data);
				break;
			}
	}
}

/* D13: in FHoSS set 0 is what nobody assigned, and one set for the whole database. */
static void check_set_zero(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; c->has_global_sets && i < r->impu_count; i++)
		if (r->impu[i].irs_state == IRS_NAMED &&
		    text_equal(r->impu[i].irs, TEXT_LITERAL("0"))) {
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s is in set 0, the default that nobody assigned",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
			return;
		}
}

const struct record_check record_checks_set[] = {
	{"CXA010", check_temporary_unbarred, false},
	{"CXA011", check_temporary_alone, false},
	{"CXA012", check_default_barred, false},
	{"CXA095", check_several_defaults, false},
	{"CXA015", check_no_sip, true},
	{"CXA016", check_no_alias, false},
	{"CXA017", check_members_differ, true},
	{"CXA013", check_set_zero, true},
	{NULL, NULL, false},
};
