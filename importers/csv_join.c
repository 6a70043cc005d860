#include "importers/csv_merge.h"

#include "base/limits.h"

static bool share_imsi(const struct ims_subscription *a, const struct ims_subscription *b)
{
	for (uint32_t i = 0; i < a->imsi_count; i++)
		for (uint32_t n = 0; n < b->imsi_count; n++)
			if (text_equal(a->imsi[i], b->imsi[n]))
				return true;
	return false;
}

static bool share_impi(const struct ims_subscription *a, const struct ims_subscription *b)
{
	for (uint32_t i = 0; i < a->impi_count; i++)
		for (uint32_t n = 0; n < b->impi_count; n++)
			if (text_equal(a->impi[i].identity, b->impi[n].identity))
				return true;
	return false;
}

static bool is_one(const struct ims_subscription *a, const struct ims_subscription *b)
{
	if (a->kind != b->kind || a->kind != RECORD_SUBSCRIPTION)
		return false;
	if (a->name.data || b->name.data)
		return text_equal(a->name, b->name);
	if (a->imsi_count && b->imsi_count)
		return share_imsi(a, b);
	return share_impi(a, b);
}

/* Those that are one with records[pivot], and itself; false when it is alone. */
static bool take_with(const struct ims_subscription *records, size_t count, size_t pivot,
		      bool *taken)
{
	for (size_t i = 0; i < count; i++)
		if (i != pivot && is_one(&records[pivot], &records[i]))
			taken[i] = taken[pivot] = true;
	return taken[pivot];
}

bool csv_take_one(const struct ims_subscription *records, size_t count, bool *taken)
{
	/* Those with an IMSI first: two that share an IMPI with a third that has none may still
	 * have different IMSIs. */
	for (size_t i = 0; i < count; i++)
		if (records[i].imsi_count && take_with(records, count, i, taken))
			return true;
	for (size_t i = 0; i < count; i++)
		if (!records[i].imsi_count && take_with(records, count, i, taken))
			return true;
	return false;
}

struct join {
	struct ims_subscription *out;
	const struct csv_disputes *disputes;
	uint32_t *impu_disputed, *impi_disputed; /* of each of out's, in out's arena */
	uint32_t disputed;                       /* of the subscription */
	const struct csv_conflict *conflict;
	bool is_out_of_memory;
};

static struct text keep(struct join *j, struct text t)
{
	struct text copy = arena_text(&j->out->arena, t);

	j->is_out_of_memory |= t.data && !copy.data;
	return copy;
}

static void add_numbers(struct join *j, const struct ims_subscription *from)
{
	struct ims_subscription *out = j->out;

	for (uint32_t i = 0; i < from->imsi_count; i++) {
		uint32_t n = 0;

		while (n < out->imsi_count && !text_equal(out->imsi[n], from->imsi[i]))
			n++;
		if (n == out->imsi_count && !subscription_add_imsi(out, keep(j, from->imsi[i])))
			j->is_out_of_memory = true;
	}
	for (uint32_t i = 0; i < from->msisdn_count; i++) {
		uint32_t n = 0;

		while (n < out->msisdn_count && !text_equal(out->msisdn[n], from->msisdn[i]))
			n++;
		if (n == out->msisdn_count &&
		    !subscription_add_msisdn(out, keep(j, from->msisdn[i])))
			j->is_out_of_memory = true;
	}
}

static void report(const struct join *j, const struct ims_subscription *later, struct text identity,
		   uint32_t facts)
{
	if (facts)
		j->conflict->report(j->conflict->context, later, identity, facts);
}

/* Index in out, UINT32_MAX when there is no room. */
static uint32_t join_impi(struct join *j, const struct ims_subscription *from,
			  const struct impi *impi)
{
	struct ims_subscription *out = j->out;
	uint32_t n = 0;

	while (n < out->impi_count && !text_equal(out->impi[n].identity, impi->identity))
		n++;
	if (n == out->impi_count) {
		if (!subscription_add_impi(out, keep(j, impi->identity)))
			return UINT32_MAX;
		j->impi_disputed[n] = csv_disputes_of(j->disputes, impi->identity);
	}
	uint32_t facts = csv_merge_impi(&out->impi[n], impi, j->impi_disputed[n]);
	j->impi_disputed[n] |= facts;
	report(j, from, impi->identity, facts);
	return n;
}

static bool join_grants(struct join *j, struct impu *into, const struct impu *from)
{
	into->has_grants |= from->has_grants;
	for (uint32_t i = 0; i < from->grant_count; i++) {
		uint32_t n = 0;

		while (n < into->grant_count && into->grants[n] != from->grants[i])
			n++;
		if (n == into->grant_count && !subscription_grant(j->out, into, from->grants[i]))
			return false;
	}
	return true;
}

static uint32_t join_impu(struct join *j, const struct ims_subscription *from,
			  const struct impu *impu)
{
	struct ims_subscription *out = j->out;
	struct impu copy = *impu;
	uint32_t n = 0;

	while (n < out->impu_count && !text_equal(out->impu[n].identity, impu->identity))
		n++;
	if (n == out->impu_count) {
		if (!subscription_add_impu(out, keep(j, impu->identity)))
			return UINT32_MAX;
		j->impu_disputed[n] = csv_disputes_of(j->disputes, impu->identity);
	}
	copy.irs = keep(j, impu->irs);
	copy.wildcard = keep(j, impu->wildcard);
	uint32_t facts = csv_merge_impu(&out->impu[n], &copy, j->impu_disputed[n]);
	j->impu_disputed[n] |= facts;
	report(j, from, impu->identity, facts);
	return join_grants(j, &out->impu[n], impu) ? n : UINT32_MAX;
}

static void take_association(struct ims_subscription *out, uint32_t impi, uint32_t impu,
			     const struct association *from)
{
	struct association *known = NULL;

	if (!subscription_association(out, impi, impu))
		known = subscription_associate(out, impi, impu);
	if (known)
		known->state = from->state;
}

static enum rc join_record(struct join *j, const struct ims_subscription *from)
{
	uint32_t *impi = arena_alloc(&j->out->arena, (from->impi_count + 1) * sizeof(*impi));
	uint32_t *impu = arena_alloc(&j->out->arena, (from->impu_count + 1) * sizeof(*impu));
	struct ims_subscription facts = *from;

	if (!impi || !impu)
		return RC_NOMEM;
	facts.scscf_name = keep(j, from->scscf_name);
	uint32_t disputed = csv_merge_subscription(j->out, &facts, j->disputed);
	j->disputed |= disputed;
	report(j, from, csv_own_identity(from), disputed);
	add_numbers(j, from);
	for (uint32_t i = 0; i < from->impi_count; i++)
		if ((impi[i] = join_impi(j, from, &from->impi[i])) == UINT32_MAX)
			return RC_LIMIT;
	for (uint32_t i = 0; i < from->impu_count; i++)
		if ((impu[i] = join_impu(j, from, &from->impu[i])) == UINT32_MAX)
			return RC_LIMIT;
	for (uint32_t i = 0; i < from->association_count; i++)
		take_association(j->out, impi[from->association[i].impi],
				 impu[from->association[i].impu], &from->association[i]);
	return j->is_out_of_memory ? RC_NOMEM : RC_OK;
}

/* A column that only some of the files have is not exported for the others' identities. */
static enum tri both(enum tri a, enum tri b)
{
	return a == b ? a : TRI_UNKNOWN;
}

enum rc csv_join(const struct ims_subscription *records, size_t count, const bool *taken,
		 const struct csv_disputes *disputes, const struct csv_conflict *conflict,
		 struct ims_subscription *out)
{
	struct join j = {.out = out, .disputes = disputes, .conflict = conflict};
	size_t impis = 0, impus = 0;
	bool is_first = true;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++) {
		impis += records[i].impi_count;
		impus += records[i].impu_count;
	}
	j.impi_disputed = arena_alloc(&out->arena, (impis + 1) * sizeof(uint32_t));
	j.impu_disputed = arena_alloc(&out->arena, (impus + 1) * sizeof(uint32_t));
	if (!j.impi_disputed || !j.impu_disputed)
		return RC_NOMEM;
	for (size_t i = 0; i < count && !rc; i++) {
		const struct ims_subscription *r = &records[i];

		if (!taken[i])
			continue;
		if (is_first) {
			out->name = keep(&j, r->name);
			out->has_imsi_column = r->has_imsi_column;
			out->has_associations = r->has_associations;
			out->provenance = r->provenance;
		}
		is_first = false;
		j.disputed |= csv_disputes_of(disputes, csv_own_identity(r));
		out->has_imsi_column = both(out->has_imsi_column, r->has_imsi_column);
		out->has_associations = both(out->has_associations, r->has_associations);
		rc = join_record(&j, r);
	}
	return rc;
}
