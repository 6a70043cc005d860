#include "importers/cx_xml_join.h"

#include <inttypes.h>

#include "base/limits.h"

/* The IMPUs of one set stand together in the records of this format. */
struct run {
	uint32_t first, count;
};

static bool next_run(const struct ims_subscription *s, struct run *run)
{
	uint32_t end;

	run->first += run->count;
	if (run->first >= s->impu_count)
		return false;
	for (end = run->first + 1; end < s->impu_count; end++)
		if (!text_equal(s->impu[end].irs, s->impu[run->first].irs))
			break;
	run->count = end - run->first;
	return true;
}

static bool is_same_impu(const struct impu *a, const struct impu *b)
{
	return text_equal(a->identity, b->identity) &&
	       (text_equal(a->wildcard, b->wildcard) ||
		(!a->wildcard.length && !b->wildcard.length));
}

/* The IMPU of that set that is the same as impu; NULL when there is none. */
static struct impu *find_in_run(const struct ims_subscription *s, const struct run *run,
				const struct impu *impu)
{
	for (uint32_t i = 0; i < run->count; i++)
		if (is_same_impu(&s->impu[run->first + i], impu))
			return &s->impu[run->first + i];
	return NULL;
}

enum likeness { LIKENESS_DISJOINT, LIKENESS_OVERLAP, LIKENESS_EQUAL };

static enum likeness compare_runs(const struct ims_subscription *a, const struct run *in_a,
				  const struct ims_subscription *b, const struct run *in_b)
{
	uint32_t shared = 0;

	for (uint32_t i = 0; i < in_b->count; i++)
		shared += find_in_run(a, in_a, &b->impu[in_b->first + i]) != NULL;
	if (!shared)
		return LIKENESS_DISJOINT;
	return shared == in_b->count && in_a->count == in_b->count ? LIKENESS_EQUAL
								   : LIKENESS_OVERLAP;
}

/* The set of s that is most like that of the other record. */
static enum likeness find_like(const struct ims_subscription *s,
			       const struct ims_subscription *other, const struct run *in_other,
			       struct run *found)
{
	enum likeness best = LIKENESS_DISJOINT;
	struct run run = {0};

	while (best != LIKENESS_EQUAL && next_run(s, &run)) {
		enum likeness one = compare_runs(s, &run, other, in_other);

		if (one > best) {
			best = one;
			*found = run;
		}
	}
	return best;
}

static uint32_t find_impi(const struct ims_subscription *s, struct text identity)
{
	uint32_t i = 0;

	while (i < s->impi_count && !text_equal(s->impi[i].identity, identity))
		i++;
	return i;
}

static bool shares_impi(const struct ims_subscription *a, const struct ims_subscription *b)
{
	for (uint32_t i = 0; i < b->impi_count; i++)
		if (find_impi(a, b->impi[i].identity) < a->impi_count)
			return true;
	return false;
}

static bool shares_set(const struct ims_subscription *a, const struct ims_subscription *b)
{
	struct run run = {0}, found;

	while (next_run(b, &run))
		if (find_like(a, b, &run, &found) == LIKENESS_EQUAL)
			return true;
	return false;
}

static bool fits(const struct ims_subscription *a, const struct ims_subscription *b)
{
	uint64_t impis = (uint64_t)a->impi_count + b->impi_count;
	uint64_t impus = (uint64_t)a->impu_count + b->impu_count;

	return impis <= LIMIT_IMPI_PER_SUBSCRIPTION && impus <= LIMIT_IMPU_PER_SUBSCRIPTION &&
	       impis * impus <= LIMIT_ASSOCIATION_PER_SUBSCRIPTION;
}

/* Associates the IMPI with all IMPUs of the set. */
static enum rc associate(struct ims_subscription *out, struct text impi, const struct run *run)
{
	uint32_t index = find_impi(out, impi);

	if (index == out->impi_count && !subscription_add_impi(out, impi))
		return RC_NOMEM;
	for (uint32_t i = 0; i < run->count; i++)
		if (!subscription_associate(out, index, run->first + i))
			return RC_NOMEM;
	return RC_OK;
}

static bool is_associated(const struct ims_subscription *s, struct text impi, const struct run *run)
{
	uint32_t index = find_impi(s, impi);

	return index < s->impi_count && subscription_association(s, index, run->first);
}

/* Both records tell of one set. */
static enum rc join_equal(struct ims_subscription *out, const struct run *run,
			  const struct ims_subscription *record, const struct run *in_record,
			  struct cx_xml_join_counts *counts)
{
	for (uint32_t i = 0; i < in_record->count; i++) {
		const struct impu *b = &record->impu[in_record->first + i];
		struct impu *a = find_in_run(out, run, b);

		if (!a || a->barred == b->barred)
			continue;
		a->barred = TRI_UNKNOWN;
		counts->contradictions++;
	}
	for (uint32_t i = 0; i < record->impi_count; i++) {
		if (!subscription_association(record, i, in_record->first))
			continue;
		if (is_associated(out, record->impi[i].identity, run))
			counts->duplicates++;
		else if (associate(out, record->impi[i].identity, run) != RC_OK)
			return RC_NOMEM;
	}
	return RC_OK;
}

static enum rc join_new(struct ims_subscription *out, const struct ims_subscription *record,
			const struct run *in_record)
{
	struct run run = {0}, added = {out->impu_count, in_record->count};
	uint32_t sets = 0;
	char *label;

	while (next_run(out, &run))
		sets++;
	label = arena_printf(&out->arena, "%" PRIu32, sets + 1);
	if (!label)
		return RC_NOMEM;
	for (uint32_t i = 0; i < in_record->count; i++) {
		const struct impu *from = &record->impu[in_record->first + i];
		struct impu *impu = subscription_add_impu(out, from->identity);

		if (!impu)
			return RC_NOMEM;
		*impu = *from;
		impu->irs = text_from(label);
	}
	for (uint32_t i = 0; i < record->impi_count; i++)
		if (subscription_association(record, i, in_record->first) &&
		    associate(out, record->impi[i].identity, &added) != RC_OK)
			return RC_NOMEM;
	return RC_OK;
}

/* IMSIs, and IMPIs without any IMPU. */
static enum rc join_rest(struct ims_subscription *out, const struct ims_subscription *record)
{
	for (uint32_t i = 0; i < record->impi_count; i++)
		if (find_impi(out, record->impi[i].identity) == out->impi_count &&
		    !subscription_add_impi(out, record->impi[i].identity))
			return RC_NOMEM;
	if (record->has_imsi_column == TRI_YES)
		out->has_imsi_column = TRI_YES;
	for (uint32_t i = 0; i < record->imsi_count; i++) {
		uint32_t k = 0;

		while (k < out->imsi_count && !text_equal(out->imsi[k], record->imsi[i]))
			k++;
		if (k == out->imsi_count && !subscription_add_imsi(out, record->imsi[i]))
			return RC_NOMEM;
	}
	return RC_OK;
}

enum rc cx_xml_join_records(struct ims_subscription *out, const struct ims_subscription *record,
			    struct cx_xml_join_counts *counts, bool *is_joined)
{
	bool has_impi = shares_impi(out, record);
	struct run run = {0}, found = {0};

	*is_joined = has_impi || shares_set(out, record);
	if (!*is_joined)
		return RC_OK;
	if (!fits(out, record)) {
		*is_joined = false;
		return RC_LIMIT;
	}
	if (!record->impu_count && has_impi)
		counts->duplicates++;
	while (next_run(record, &run)) {
		enum likeness likeness = find_like(out, record, &run, &found);
		enum rc rc;

		if (likeness == LIKENESS_OVERLAP && has_impi)
			counts->conflicts++;
		rc = likeness == LIKENESS_EQUAL ? join_equal(out, &found, record, &run, counts)
						: join_new(out, record, &run);
		if (rc != RC_OK)
			return rc;
	}
	return join_rest(out, record);
}
