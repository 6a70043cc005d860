#include "audit/record_check_private.h"

#include "model/collation.h"
#include "model/identity.h"

static bool has_blank(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.data[i] <= ' ' || t.data[i] == 0x7f)
			return true;
	return false;
}

/* Calls one for every IMPI and IMPU of the record. */
static void each_identity(const struct record_check_context *c, const struct rule *rule,
			  void (*one)(const struct record_check_context *, const struct rule *,
				      struct text))
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impi_count; i++)
		one(c, rule, r->impi[i].identity);
	for (uint32_t i = 0; i < r->impu_count; i++)
		one(c, rule, r->impu[i].identity);
}

static void blank_one(const struct record_check_context *c, const struct rule *rule, struct text t)
{
	if (has_blank(t))
		record_check_report(c, rule, t, "\"%.*s\" holds a blank or control character",
				    (int)t.length, t.data);
}

static void check_blanks(const struct record_check_context *c, const struct rule *rule)
{
	each_identity(c, rule, blank_one);
}

static void lookalike_one(const struct record_check_context *c, const struct rule *rule,
			  struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.data[i] >= 0x80) {
			record_check_report(
				c, rule, t,
				"%.*s holds characters that are not ASCII (first at byte %zu)",
				(int)t.length, t.data, i + 1);
			return;
		}
}

static void check_lookalikes(const struct record_check_context *c, const struct rule *rule)
{
	each_identity(c, rule, lookalike_one);
}

static void check_uri(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		struct text t = r->impu[i].identity;

		if (c->uri[i].scheme != URI_NONE && c->uri[i].scheme != URI_OTHER)
			continue;
		/* Blanks have a rule of their own. */
		if (!has_blank(t) && !identity_is_wildcarded(t))
			record_check_report(c, rule, t, "%.*s is neither a SIP nor a tel URI",
					    (int)t.length, t.data);
	}
}

static void check_imsi(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->imsi_count; i++)
		if (!identity_is_imsi(r->imsi[i]))
			record_check_report(c, rule, r->imsi[i], "IMSI %.*s is not 5 to 15 digits",
					    (int)r->imsi[i].length, r->imsi[i].data);
}

static void check_pattern(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	/* Only FHoSS matches IMPIs with LIKE, and only its labels are global. */
	for (uint32_t i = 0; c->has_global_sets && i < r->impi_count; i++)
		if (collation_like_has_wildcard(r->impi[i].identity))
			record_check_report(c, rule, r->impi[i].identity,
					    "%.*s acts as a pattern in the HSS' own search",
					    (int)r->impi[i].identity.length,
					    r->impi[i].identity.data);
}

static void check_e164(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		struct text t = r->impu[i].identity;

		if (c->uri[i].scheme == URI_TEL && !uri_tel_is_e164(&c->uri[i]) &&
		    !identity_is_wildcarded(t))
			record_check_report(c, rule, t,
					    "%.*s is no global number of at most 15 digits with +",
					    (int)t.length, t.data);
	}
}

static void check_wildcard(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; i < r->impu_count; i++) {
		const struct impu *u = &r->impu[i];

		if ((u->kind == IMPU_WILDCARDED_PSI || u->kind == IMPU_WILDCARDED_IMPU) &&
		    !u->wildcard.length && !identity_is_wildcarded(u->identity))
			record_check_report(c, rule, u->identity,
					    "%.*s is wildcarded and has no pattern",
					    (int)u->identity.length, u->identity.data);
	}
}

static bool impi_has_impu(const struct ims_subscription *r, uint32_t impi)
{
	for (uint32_t i = 0; i < r->association_count; i++)
		if (r->association[i].impi == impi)
			return true;
	return false;
}

static void check_impi_alone(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; r->has_associations == TRI_YES && i < r->impi_count; i++)
		if (!impi_has_impu(r, i))
			record_check_report(c, rule, r->impi[i].identity,
					    "no IMPU is associated with %.*s",
					    (int)r->impi[i].identity.length,
					    r->impi[i].identity.data);
}

static bool impu_has_impi(const struct ims_subscription *r, uint32_t impu)
{
	for (uint32_t i = 0; i < r->association_count; i++)
		if (r->association[i].impu == impu)
			return true;
	return false;
}

static void check_impu_alone(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	for (uint32_t i = 0; r->has_associations == TRI_YES && i < r->impu_count; i++) {
		const struct impu *u = &r->impu[i];

		if (u->kind != IMPU_DISTINCT_PSI && u->kind != IMPU_WILDCARDED_PSI &&
		    !impu_has_impi(r, i))
			record_check_report(c, rule, u->identity, "no IMPI is associated with %.*s",
					    (int)u->identity.length, u->identity.data);
	}
}

static void check_no_impi(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	if (r->kind == RECORD_SUBSCRIPTION && !r->impi_count && r->has_associations == TRI_YES)
		record_check_report(c, rule, TEXT_NONE, "the subscription has no IMPI");
}

static void check_no_subscription(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	if (r->kind == RECORD_ORPHAN_IMPI && r->impi_count)
		record_check_report(c, rule, r->impi[0].identity,
				    "the IMS subscription of %.*s does not exist",
				    (int)r->impi[0].identity.length, r->impi[0].identity.data);
}

static void check_dangling(const struct record_check_context *c, const struct rule *rule)
{
	const struct ims_subscription *r = c->record;

	if (r->kind == RECORD_DANGLING_ASSOCIATION)
		record_check_report(c, rule, TEXT_NONE, "%.*s", (int)r->name.length, r->name.data);
}

const struct record_check record_checks_identity[] = {
	{"CXA080", check_blanks, false},
	{"CXA082", check_lookalikes, false},
	{"CXA081", check_uri, false},
	{"CXA098", check_imsi, false},
	{"CXA097", check_pattern, false},
	{"CXA053", check_e164, false},
	{"CXA096", check_wildcard, false},
	{"CXA077", check_impi_alone, false},
	{"CXA078", check_impu_alone, false},
	{"CXA079", check_no_impi, false},
	{"CXA061", check_no_subscription, false},
	{"CXA076", check_dangling, false},
	{NULL, NULL, false},
};
