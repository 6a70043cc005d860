#include "store/completeness.h"

static const char *const facts[COUNTED_FACTS] = {
	[COUNTED_IMSI] = "subscription.imsi",
	[COUNTED_IMS_AUTHORISED] = "subscription.ims_authorised",
	[COUNTED_SCSCF] = "subscription.scscf",
	[COUNTED_CAPABILITY_SET] = "subscription.capability_set",
	[COUNTED_PREFERRED_SET] = "subscription.preferred_set",
	[COUNTED_ASSOCIATION] = "association",
	[COUNTED_IMPI_SCHEMES] = "impi.schemes",
	[COUNTED_IMPI_DEFAULT_SCHEME] = "impi.default_scheme",
	[COUNTED_IMPI_KEY] = "impi.key",
	[COUNTED_IMPI_SQN] = "impi.sqn",
	[COUNTED_IMPI_BARRED] = "impi.barred",
	[COUNTED_IMPI_ROAMING] = "impi.roaming_allowed",
	[COUNTED_IMPU_KIND] = "impu.kind",
	[COUNTED_IMPU_BARRED] = "impu.barred",
	[COUNTED_IMPU_MAY_REGISTER] = "impu.may_register",
	[COUNTED_IMPU_DEFAULT] = "impu.is_default",
	[COUNTED_IMPU_IRS] = "impu.irs",
	[COUNTED_IMPU_SERVICE_PROFILE] = "impu.service_profile",
	[COUNTED_IMPU_STATE] = "impu.state",
	[COUNTED_IMPU_PSI_ACTIVE] = "impu.psi_active",
	[COUNTED_IMPU_CHARGING] = "impu.charging",
	[COUNTED_IMPU_GRANTS] = "impu.visited_networks",
};

const char *completeness_fact(enum fact_counted fact)
{
	return facts[fact];
}

static void count(struct record_tally *t, enum fact_counted fact, bool is_known)
{
	(is_known ? t->known : t->unknown)[fact]++;
}

static void count_impi(struct record_tally *t, const struct impi *impi)
{
	count(t, COUNTED_IMPI_SCHEMES, impi->has_schemes);
	count(t, COUNTED_IMPI_DEFAULT_SCHEME, impi->has_default_scheme);
	count(t, COUNTED_IMPI_KEY, impi->has_key != TRI_UNKNOWN);
	count(t, COUNTED_IMPI_SQN, impi->has_sqn != TRI_UNKNOWN);
	count(t, COUNTED_IMPI_BARRED, impi->barred != TRI_UNKNOWN);
	count(t, COUNTED_IMPI_ROAMING, impi->roaming_allowed != TRI_UNKNOWN);
}

static void count_impu(struct record_tally *t, const struct impu *impu)
{
	count(t, COUNTED_IMPU_KIND, impu->kind != IMPU_KIND_UNKNOWN);
	count(t, COUNTED_IMPU_BARRED, impu->barred != TRI_UNKNOWN);
	count(t, COUNTED_IMPU_MAY_REGISTER, impu->may_register != TRI_UNKNOWN);
	count(t, COUNTED_IMPU_DEFAULT, impu->is_default != TRI_UNKNOWN);
	count(t, COUNTED_IMPU_IRS, impu->irs_state != IRS_UNKNOWN);
	count(t, COUNTED_IMPU_SERVICE_PROFILE, impu->service_profile.state != LINK_UNKNOWN);
	count(t, COUNTED_IMPU_STATE, impu->state != REG_STATE_UNKNOWN);
	count(t, COUNTED_IMPU_PSI_ACTIVE, impu->psi_active != TRI_UNKNOWN);
	count(t, COUNTED_IMPU_CHARGING, impu->has_charging != TRI_UNKNOWN);
	count(t, COUNTED_IMPU_GRANTS, impu->has_grants);
}

void record_tally_count(struct record_tally *t, const struct ims_subscription *s)
{
	*t = (struct record_tally){.impis = s->impi_count,
				   .impus = s->impu_count,
				   .associations = s->association_count};
	t->kind[s->kind]++;
	for (uint32_t i = 0; i < s->impi_count; i++)
		count_impi(t, &s->impi[i]);
	for (uint32_t i = 0; i < s->impu_count; i++)
		count_impu(t, &s->impu[i]);
	if (s->kind == RECORD_ORPHAN_IMPU || s->kind == RECORD_DANGLING_ASSOCIATION)
		return;
	count(t, COUNTED_ASSOCIATION, s->has_associations != TRI_UNKNOWN);
	if (s->kind == RECORD_ORPHAN_IMPI)
		return;
	count(t, COUNTED_IMSI, s->has_imsi_column != TRI_UNKNOWN);
	count(t, COUNTED_IMS_AUTHORISED, s->ims_authorised != TRI_UNKNOWN);
	count(t, COUNTED_SCSCF, s->scscf.state != LINK_UNKNOWN);
	count(t, COUNTED_CAPABILITY_SET, s->capability_set.state != LINK_UNKNOWN);
	count(t, COUNTED_PREFERRED_SET, s->preferred_set.state != LINK_UNKNOWN);
}

void snapshot_tally_add(struct snapshot_tally *t, const struct record_tally *r, int64_t times)
{
	uint64_t n = (uint64_t)times; /* modulo 2^64, so that taking away works */

	for (int i = 0; i < RECORD_KINDS; i++)
		t->kind[i] += r->kind[i] * n;
	t->impis += r->impis * n;
	t->impus += r->impus * n;
	t->associations += r->associations * n;
	for (int i = 0; i < COUNTED_FACTS; i++) {
		t->known[i] += r->known[i] * n;
		t->unknown[i] += r->unknown[i] * n;
	}
}
