#include "audit/record_check_private.h"

static void check_profile_dangling(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; c->directory->has_service_profiles == TRI_YES && i < r->impu_count;
	     i++) {
		const struct link *l = &r->impu[i].service_profile;

		if (l->state == LINK_ID && !hss_directory_service_profile(c->directory, l->id))
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s names service profile %u, which does not exist",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data, l->id);
	}
}

/* Faults of a service profile, reported at the first IMPU that uses it. */
static void check_profile_faults(const struct record_check_context *c, const struct rule *rule,
				 uint32_t faults, const char *what)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		const struct link *l = &r->impu[i].service_profile;
		const struct service_profile *p =
			l->state == LINK_ID ? hss_directory_service_profile(c->directory, l->id)
					    : NULL;

		if (p && (p->faults & faults)) {
			record_check_report(c, rule, r->impu[i].identity,
					    "service profile %u of %.*s %s", p->id,
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data, what);
			return;
		}
	}
}

static void check_profile_harmless(const struct record_check_context *c, const struct rule *rule)
{
	check_profile_faults(c, rule, PROFILE_FAULT_DUPLICATE_PRIORITY | PROFILE_FAULT_MISSING_IFC,
			     "has iFCs of equal priority, or names an iFC that does not exist");
}

static void check_shared_ifc(const struct record_check_context *c, const struct rule *rule)
{
	check_profile_faults(c, rule, PROFILE_FAULT_SHARED_IFC_UNKNOWN,
			     "names a shared iFC set that is not known");
}

static void check_charging_missing(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++)
		if (r->impu[i].has_charging == TRI_NO) {
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s has no charging information",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
			return;
		}
}

/* FHoSS: a NULL beside a registered sibling lets a UAR overwrite a stranger's row. */
static void check_charging_null(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;
	bool is_registered = false;

	for (uint32_t i = 0; i < r->impu_count; i++)
		is_registered |= r->impu[i].state == REG_STATE_REGISTERED;
	for (uint32_t i = 0; c->has_global_sets && is_registered && i < r->impu_count; i++)
		if (r->impu[i].has_charging == TRI_NO && r->impu[i].state != REG_STATE_REGISTERED) {
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s has NULL charging information while another IMPU "
					    "is registered",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
			return;
		}
}

static void check_scscf_stored(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	if (r->scscf.state != LINK_ID || !r->impu_count)
		return;
	for (uint32_t i = 0; i < r->impu_count; i++)
		if (r->impu[i].state != REG_STATE_NOT_REGISTERED)
			return;
	record_check_report(c, rule, TEXT_NONE, "%.*s is stored although no IMPU is registered",
			    (int)r->scscf_name.length, r->scscf_name.data);
}

static void check_schemes(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impi_count; i++)
		if (r->impi[i].has_schemes && !r->impi[i].schemes)
			record_check_report(c, rule, r->impi[i].identity,
					    "%.*s allows no authentication scheme at all",
					    (int)r->impi[i].identity.length,
					    r->impi[i].identity.data);
}

static bool grant_is_doubled(const struct impu *u)
{
	for (uint32_t i = 0; i < u->grant_count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (u->grants[i] == u->grants[k])
				return true;
	return false;
}

static void check_grants(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++)
		if (grant_is_doubled(&r->impu[i]))
			record_check_report(c, rule, r->impu[i].identity,
					    "%.*s has a visited network granted twice",
					    (int)r->impu[i].identity.length,
					    r->impu[i].identity.data);
}

static void check_capability_set(const struct record_check_context *c, const struct rule *rule)
{
	const struct hss_directory *d = c->directory;
	const struct link *l = &c->record->capability_set;

	if (l->state != LINK_ID || d->has_capability_sets != TRI_YES)
		return;
	for (uint32_t i = 0; i < d->capability_count; i++)
		if (d->capability[i].set == l->id)
			return;
	record_check_report(c, rule, TEXT_NONE, "capability set %u does not exist", l->id);
}

static void check_association_doubled(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	/* Only where associations are rows of a table can there be two of them, with an effect. */
	for (uint32_t i = 0; c->has_global_sets && i < r->association_count; i++)
		if (r->association[i].rows > 1)
			record_check_report(c, rule, r->impu[r->association[i].impu].identity,
					    "%.*s and %.*s are associated by %u rows",
					    (int)r->impi[r->association[i].impi].identity.length,
					    r->impi[r->association[i].impi].identity.data,
					    (int)r->impu[r->association[i].impu].identity.length,
					    r->impu[r->association[i].impu].identity.data,
					    r->association[i].rows);
}

const struct record_check record_checks_service[] = {
	{"CXA093", check_profile_dangling, false},
	{"CXA087", check_profile_harmless, false},
	{"CXA021", check_shared_ifc, false},
	{"CXA057", check_charging_missing, false},
	{"CXA088", check_charging_null, false},
	{"CXA091", check_scscf_stored, false},
	{"CXA092", check_schemes, false},
	{"CXA094", check_grants, false},
	{"CXA099", check_capability_set, false},
	{"CXA070", check_association_doubled, false},
	{NULL, NULL, false},
};
