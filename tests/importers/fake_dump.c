#include "tests/importers/fake_store.h"

#include <inttypes.h>

static struct strbuf out;

static void add_tri(const char *word, enum tri value)
{
	if (value != TRI_UNKNOWN)
		strbuf_printf(&out, " %s %s", word, tri_str(value));
}

static void add_text(const char *word, struct text t)
{
	if (!t.data)
		return;
	strbuf_printf(&out, " %s ", word);
	strbuf_add_text(&out, t);
}

static void add_link(const char *word, struct link link)
{
	if (link.state == LINK_NONE)
		strbuf_printf(&out, " %s none", word);
	if (link.state == LINK_ID)
		strbuf_printf(&out, " %s %" PRIu32, word, link.id);
}

static void add_subscription(const struct ims_subscription *r)
{
	strbuf_add_str(&out, r->kind == RECORD_SUBSCRIPTION  ? "subscription"
			     : r->kind == RECORD_ORPHAN_IMPI ? "orphan_impi"
							     : "orphan_impu");
	add_text("name", r->name);
	for (uint32_t i = 0; i < r->imsi_count; i++)
		add_text("imsi", r->imsi[i]);
	for (uint32_t i = 0; i < r->msisdn_count; i++)
		add_text("msisdn", r->msisdn[i]);
	add_tri("ims_authorised", r->ims_authorised);
	if (r->scscf.state == LINK_NONE)
		strbuf_add_str(&out, " scscf none");
	add_text("scscf", r->scscf_name);
	add_link("capabilities", r->capability_set);
	add_link("preferred", r->preferred_set);
	strbuf_add_char(&out, '\n');
}

static void add_impi(const struct impi *i)
{
	add_text("impi", i->identity);
	if (i->has_schemes)
		strbuf_printf(&out, " schemes %" PRIu32, i->schemes);
	if (i->has_default_scheme)
		strbuf_printf(&out, " default_scheme %" PRIu32, i->default_scheme);
	add_tri("key", i->has_key);
	add_tri("sqn", i->has_sqn);
	add_tri("barred", i->barred);
	add_tri("roaming", i->roaming_allowed);
	strbuf_add_char(&out, '\n');
}

static void add_impu(const struct impu *i)
{
	add_text("impu", i->identity);
	if (i->kind != IMPU_KIND_UNKNOWN)
		strbuf_printf(&out, " kind %d", (int)i->kind);
	add_tri("barred", i->barred);
	add_tri("may_register", i->may_register);
	add_tri("default", i->is_default);
	if (i->irs_state == IRS_OWN)
		strbuf_add_str(&out, " irs own");
	add_text("irs", i->irs);
	add_link("sp", i->service_profile);
	if (i->state != REG_STATE_UNKNOWN)
		strbuf_printf(&out, " state %d", (int)i->state);
	add_tri("psi", i->psi_active);
	add_text("wildcard", i->wildcard);
	add_tri("charging", i->has_charging);
	if (i->has_grants)
		strbuf_add_str(&out, " networks ");
	for (uint32_t n = 0; n < i->grant_count; n++)
		strbuf_printf(&out, "%s%" PRIu32, n ? "," : "", i->grants[n]);
	strbuf_add_char(&out, '\n');
}

const char *fake_dump(size_t index)
{
	const struct ims_subscription *r = fake_record(index);

	strbuf_clear(&out);
	add_subscription(r);
	for (uint32_t i = 0; i < r->impi_count; i++)
		add_impi(&r->impi[i]);
	for (uint32_t i = 0; i < r->impu_count; i++)
		add_impu(&r->impu[i]);
	for (uint32_t i = 0; i < r->association_count; i++) {
		strbuf_printf(&out, "pair %" PRIu32 "-%" PRIu32, r->association[i].impi,
			      r->association[i].impu);
		if (r->association[i].state != REG_STATE_UNKNOWN)
			strbuf_printf(&out, " state %d", (int)r->association[i].state);
		strbuf_add_char(&out, '\n');
	}
	return out.data;
}
