#include "audit/mnc_vote.h"

#include <stdlib.h>

#include "model/identity.h"
#include "model/subscription.h"

#define SAMPLE_UNPACKED_PER_STRIDE 64
#define MINIMUM_VOTERS 3
/* Of few places: so many voters, and at most one in so many who votes otherwise. */
#define FEW_VOTERS 64
#define FEW_DISSENT 20

struct sample {
	uint32_t strides, per_stride;
};
static const struct sample whole = {64, 1024}, few = {4, 64};

struct ballot {
	char digits[6];
	uint32_t votes[2];
}; /* first six digits of the IMSI; MNC lengths 2 and 3 */

struct voting {
	struct ballot *ballot;
	size_t count, capacity;
	uint64_t *seen;      /* (shape, plmn) pairs already unpacked, open addressing */
	size_t *seen_ballot; /* what such a pair voted for: ballot * 2 + length - 2, SIZE_MAX =
				nothing */
};

#define SEEN_SLOTS 4096

static struct ballot *ballot_of(struct voting *v, struct text imsi)
{
	for (size_t i = 0; i < v->count; i++)
		if (!memcmp(v->ballot[i].digits, imsi.data, 6))
			return &v->ballot[i];
	if (v->count == v->capacity) {
		size_t capacity = v->capacity ? v->capacity * 2 : 16;
		struct ballot *grown = realloc(v->ballot, capacity * sizeof(*grown));

		if (!grown)
			return NULL;
		v->ballot = grown;
		v->capacity = capacity;
	}
	memset(&v->ballot[v->count], 0, sizeof(v->ballot[0]));
	memcpy(v->ballot[v->count].digits, imsi.data, 6);
	return &v->ballot[v->count++];
}

/* Which MNC length an IMPI's domain implies for its IMSI: 2, 3, or 0 when it says nothing. */
static unsigned implied_length(struct text imsi, struct text impi)
{
	struct plmn_domain d;

	if (imsi.length < 6 || !plmn_domain_parse(identity_split_impi(impi).realm, &d) || !d.is_ims)
		return 0;
	if (memcmp(d.mcc.data, imsi.data, 3) != 0)
		return 0;
	if (d.mnc.data[0] == '0' && !memcmp(d.mnc.data + 1, imsi.data + 3, 2))
		return 2;
	return !memcmp(d.mnc.data, imsi.data + 3, 3) ? 3 : 0;
}

/* The IMSI that a record's first IMPI should derive from. */
static struct text record_imsi(const struct ims_subscription *r)
{
	struct text user;

	if (r->imsi_count)
		return r->imsi[0];
	if (!r->impi_count)
		return TEXT_NONE;
	user = identity_split_impi(r->impi[0].identity).user;
	return identity_is_imsi(user) ? user : TEXT_NONE;
}

/* The vote of one record, as an index into the flat list of votes; SIZE_MAX for none. */
static size_t record_vote(struct voting *v, const struct ims_subscription *r)
{
	struct text imsi = record_imsi(r);
	unsigned length = imsi.data && r->impi_count ? implied_length(imsi, r->impi[0].identity)
						     : 0;
	struct ballot *b = length ? ballot_of(v, imsi) : NULL;

	return b ? (size_t)(b - v->ballot) * 2 + length - 2 : SIZE_MAX;
}

static void vote_add(struct voting *v, size_t vote)
{
	if (vote != SIZE_MAX)
		v->ballot[vote / 2].votes[vote % 2]++;
}

static enum rc stride_count(struct voting *v, struct snapshot_cursor *c, uint32_t first,
			    uint32_t end, struct ims_subscription *record, struct diag *diag)
{
	unsigned unpacked = 0;
	enum rc rc = snapshot_scan(c, first, end, diag);

	while (rc == RC_OK) {
		struct snapshot_view view;
		bool more;
		uint64_t pair;
		size_t slot;

		rc = snapshot_next(c, &view, &more, diag);
		if (rc != RC_OK || !more)
			break;
		pair = (uint64_t)view.shape << 32 | view.plmn;
		slot = (size_t)(pair * UINT64_C(0x9e3779b97f4a7c15) >> 52);
		if (view.shape && view.is_local && v->seen[slot] == pair) {
			vote_add(v, v->seen_ballot[slot]);
			continue;
		}
		if (unpacked++ == SAMPLE_UNPACKED_PER_STRIDE)
			break;
		rc = snapshot_unpack(c, &view, record, diag);
		if (rc != RC_OK)
			break;
		v->seen[slot] = view.shape && view.is_local ? pair : 0;
		v->seen_ballot[slot] = record_vote(v, record);
		vote_add(v, v->seen_ballot[slot]);
	}
	return rc;
}

static enum rc sample_count(struct voting *v, const struct sample *sample, struct snapshot *s,
			    struct snapshot_cursor *c, struct diag *diag)
{
	uint32_t total = snapshot_ordinals(s);
	struct ims_subscription record;
	enum rc rc = RC_OK;

	subscription_init(&record);
	for (uint64_t i = 0; i < sample->strides && rc == RC_OK; i++) {
		uint32_t first = (uint32_t)(total * i / sample->strides);
		uint32_t next = (uint32_t)(total * (i + 1) / sample->strides);
		uint32_t end = next - first > sample->per_stride ? first + sample->per_stride
								 : next;

		if (end > first)
			rc = stride_count(v, c, first, end, &record, diag);
	}
	subscription_clear(&record);
	return rc;
}

/* The votes of all ballots that share the first five digits with ballot i; *is_first: none of them
 * stands before it. */
static void family_votes(const struct voting *v, size_t i, uint64_t sum[2], bool *is_first)
{
	sum[0] = sum[1] = 0;
	*is_first = true;
	for (size_t k = 0; k < v->count; k++) {
		if (memcmp(v->ballot[k].digits, v->ballot[i].digits, 5) != 0)
			continue;
		sum[0] += v->ballot[k].votes[0];
		sum[1] += v->ballot[k].votes[1];
		if (k < i)
			*is_first = false;
	}
}

static enum rc votes_to_rules(const struct voting *v, struct mnc_vote *out, struct diag *diag)
{
	out->rules = calloc(v->count ? v->count : 1, sizeof(*out->rules));
	if (!out->rules)
		return diag_set(diag, RC_NOMEM, "no memory for %zu PLMN rules", v->count);
	for (size_t i = 0; i < v->count; i++) {
		uint64_t sum[2];
		bool is_first;
		unsigned winner;
		struct plmn_rule *rule = &out->rules[out->count];

		family_votes(v, i, sum, &is_first);
		winner = sum[1] > sum[0];
		if (sum[0] + sum[1] < MINIMUM_VOTERS || sum[winner] * 5 < (sum[0] + sum[1]) * 4)
			continue;
		/* Length 2 needs one rule of five digits, length 3 one of six for each MNC that was
		 * seen. */
		if (winner ? v->ballot[i].votes[1] == 0 : !is_first)
			continue;
		memcpy(rule->digits, v->ballot[i].digits, winner ? 6 : 5);
		rule->source = MNC_SOURCE_EXPORT;
		out->count++;
	}
	return RC_OK;
}

/* Whether the voters who share the first five digits of the IMSI are many and agree, and whether
 * one of them shares the sixth: a rule for length 3 is of its MNC alone. */
static bool is_plain(const struct voting *v, struct text imsi)
{
	uint64_t sum[2] = {0, 0};
	bool is_seen = false;

	for (size_t i = 0; i < v->count; i++) {
		if (memcmp(v->ballot[i].digits, imsi.data, 5) != 0)
			continue;
		sum[0] += v->ballot[i].votes[0];
		sum[1] += v->ballot[i].votes[1];
		is_seen |= v->ballot[i].digits[5] == imsi.data[5] && v->ballot[i].votes[1];
	}
	if (sum[0] + sum[1] < FEW_VOTERS || (sum[1] > sum[0] && !is_seen))
		return false;
	return (sum[0] < sum[1] ? sum[0] : sum[1]) * FEW_DISSENT <= sum[0] + sum[1];
}

/* imsi absent: for all of them. *is_decided: out holds the rules. */
static enum rc vote_count(const struct sample *sample, struct snapshot *s,
			  struct snapshot_cursor *c, struct text imsi, struct mnc_vote *out,
			  bool *is_decided, struct diag *diag)
{
	struct voting v = {.seen = calloc(SEEN_SLOTS, sizeof(uint64_t)),
			   .seen_ballot = calloc(SEEN_SLOTS, sizeof(size_t))};
	enum rc rc;

	memset(out, 0, sizeof(*out));
	if (v.seen && v.seen_ballot)
		rc = sample_count(&v, sample, s, c, diag);
	else
		rc = diag_set(diag, RC_NOMEM, "no memory to sample MNC lengths");
	*is_decided = rc == RC_OK && (!imsi.data || is_plain(&v, imsi));
	if (*is_decided)
		rc = votes_to_rules(&v, out, diag);
	free(v.seen);
	free(v.seen_ballot);
	free(v.ballot);
	return rc;
}

enum rc mnc_vote_count(struct snapshot *s, struct snapshot_cursor *c, struct mnc_vote *out,
		       struct diag *diag)
{
	bool is_decided;

	return vote_count(&whole, s, c, TEXT_NONE, out, &is_decided, diag);
}

enum rc mnc_vote_count_imsi(struct snapshot *s, struct snapshot_cursor *c, struct text imsi,
			    struct mnc_vote *out, struct diag *diag)
{
	bool is_decided = false;
	enum rc rc = RC_OK;

	if (imsi.length >= 6)
		rc = vote_count(&few, s, c, imsi, out, &is_decided, diag);
	return rc != RC_OK || is_decided ? rc : mnc_vote_count(s, c, out, diag);
}

void mnc_vote_clear(struct mnc_vote *v)
{
	free(v->rules);
	memset(v, 0, sizeof(*v));
}
