#include "trace/comparison.h"

#include <stdlib.h>

#include "model/identity.h"

struct peer {
	char p_cscf[64], impu[128];
	uint64_t impu_key;
	int64_t time_us;
	bool is_known_good;
};

/* Open addressing over digests; a slot is replaced when its row of neighbours is full: what is
 * forgotten is unknown, never wrong but for equal digests. */
struct remembered {
	uint64_t key;                     /* 0: free */
	uint8_t is_registered, is_barred; /* enum tri */
};
#define PROBES 8

struct comparison {
	struct peer peer[COMPARISON_PEERS];
	unsigned peers, next;
	struct remembered remembered[COMPARISON_IMPUS];
	char known_good[256];
	struct peer observed; /* time_us 0: none */
};

enum rc comparison_new(struct text known_good, struct comparison **out, struct diag *diag)
{
	struct comparison *c = calloc(1, sizeof(*c));

	if (!c)
		return diag_set(diag, RC_NOMEM, "no memory for comparisons");
	if (known_good.data)
		text_copy(known_good, c->known_good, sizeof(c->known_good));
	*out = c;
	return RC_OK;
}

void comparison_free(struct comparison *c)
{
	free(c);
}

static uint64_t impu_key(struct text impu)
{
	struct strbuf b;
	uint64_t key;

	strbuf_init(&b);
	identity_add_canonical_impu(impu, &b);
	key = text_hash(TEXT_HASH_SEED, b.data ? strbuf_text(&b) : impu);
	strbuf_clear(&b);
	return key ? key : 1;
}

/* The slot of an IMPU, made when it is new. */
static struct remembered *remember(struct comparison *c, struct text impu)
{
	uint64_t key = impu_key(impu);
	size_t at = key % COMPARISON_IMPUS;
	struct remembered *slot = &c->remembered[at];

	for (size_t i = 0; i < PROBES; i++) {
		struct remembered *r = &c->remembered[(at + i) % COMPARISON_IMPUS];

		if (r->key == key)
			return r;
		if (!r->key) {
			slot = r;
			break;
		}
	}
	*slot = (struct remembered){key, TRI_UNKNOWN, TRI_UNKNOWN};
	return slot;
}

/* What is remembered of an IMPU; NULL when nothing is. */
static const struct remembered *recall(const struct comparison *c, struct text impu)
{
	uint64_t key = impu_key(impu);

	for (size_t i = 0; i < PROBES; i++) {
		const struct remembered *r = &c->remembered[(key + i) % COMPARISON_IMPUS];

		if (r->key == key)
			return r;
	}
	return NULL;
}

enum tri comparison_is_registered(struct text impu, void *context)
{
	const struct remembered *r = recall(context, impu);

	return r ? (enum tri)r->is_registered : TRI_UNKNOWN;
}

enum tri comparison_is_barred(struct text impu, void *context)
{
	const struct remembered *r = recall(context, impu);

	return r ? (enum tri)r->is_barred : TRI_UNKNOWN;
}

/* What User-Data says of the barring of its identities. */
static void remember_barring(struct comparison *c, const struct diagnosis *d)
{
	for (unsigned i = 0; i < d->cx_count; i++)
		for (uint32_t p = 0; p < d->cx[i]->user_data_count; p++) {
			const struct user_data_profile *profile = &d->cx[i]->user_data[p];

			for (uint32_t k = 0; k < profile->count; k++)
				remember(c, profile->identity[k].identity)->is_barred =
					(uint8_t)(profile->identity[k].barred < 0
							  ? TRI_UNKNOWN
							  : tri_from_bool(
								    profile->identity[k].barred));
		}
}

static struct peer *peer_slot(struct comparison *c, struct text p_cscf)
{
	for (unsigned i = 0; i < c->peers; i++)
		if (text_equal(text_from(c->peer[i].p_cscf), p_cscf))
			return &c->peer[i];
	if (c->peers < COMPARISON_PEERS)
		return &c->peer[c->peers++];
	c->next = (c->next + 1) % COMPARISON_PEERS;
	return &c->peer[c->next];
}

void comparison_add(struct comparison *c, const struct diagnosis *d, struct text impu)
{
	struct peer *p;
	bool is_good = d->status >= 200 && d->status < 300;
	bool is_known_good;

	remember_barring(c, d);
	if ((d->kind != TRACE_REGISTRATION && d->kind != TRACE_DEREGISTRATION) || !impu.data ||
	    !d->status || d->status == 401)
		return;
	remember(c, impu)->is_registered =
		(uint8_t)tri_from_bool(is_good && d->kind == TRACE_REGISTRATION);
	if (!is_good || d->kind != TRACE_REGISTRATION || !d->traits.p_cscf.length ||
	    d->traits.p_cscf.length >= sizeof(p->p_cscf))
		return;
	is_known_good = c->known_good[0] && identity_impu_equal(impu, text_from(c->known_good));
	p = peer_slot(c, d->traits.p_cscf);
	if (p->is_known_good && !is_known_good)
		return;
	*p = (struct peer){
		.impu_key = d->impu_key, .time_us = d->last_us, .is_known_good = is_known_good};
	text_copy(d->traits.p_cscf, p->p_cscf, sizeof(p->p_cscf));
	text_copy(text_from(d->impu), p->impu, sizeof(p->impu));
}

void comparison_set_observed(struct comparison *c, const char *impu, int64_t time_us)
{
	c->observed = (struct peer){.time_us = time_us};
	text_copy(text_from(impu), c->observed.impu, sizeof(c->observed.impu));
}

void comparison_subject_fill(struct comparison_subject *s, const struct diagnosis *d)
{
	*s = (struct comparison_subject){
		.impu_key = d->impu_key,
		.cause = d->cause,
		.kind = d->kind,
		.is_failed_registration = d->kind == TRACE_REGISTRATION && diagnosis_is_failure(d),
	};
	text_copy(d->traits.p_cscf, s->p_cscf, sizeof(s->p_cscf));
}

/* What a good registration over the same P-CSCF says of each cause. */
static const struct {
	enum cause_class cause;
	const char *rules_out, *difference;
} views[] = {
	{CAUSE_P_CSCF_TOPOLOGY, "nothing for sure: the P-CSCF is trusted for the other one",
	 "a P-CSCF outside the trust domain would refuse both: look for another cause"},
	{CAUSE_POLICY, "the P-CSCF's trust and its way into the core",
	 "the two differ in their access: APN, address, Rx session"},
	{CAUSE_P_CSCF_SECURITY, "the P-CSCF's IPsec as a whole",
	 "the two differ in the UE, its algorithms, or its keys"},
	{CAUSE_KEYS, "the P-CSCF, the CSCFs and the HSS as a whole",
	 "the two differ in their keys, or in the UE"},
	{CAUSE_WRONG_RESPONSE, "the P-CSCF, the CSCFs and the HSS as a whole",
	 "the two differ in their credentials, or in the UE"},
	{CAUSE_HSS_UNREACHABLE, "an HSS that is down for everybody at that time",
	 "the two may be served by different HSSs, or one of them by a damaged record"},
	{CAUSE_ROAMING, "a visited network that the HSS does not know at all",
	 "the two differ in what they may use"},
};

bool comparison_find(const struct comparison *c, const struct comparison_subject *s,
		     struct comparison_result *out)
{
	const struct peer *p = NULL;

	*out = (struct comparison_result){0};
	if (!s->is_failed_registration)
		return false;
	for (unsigned i = 0; i < c->peers && !p && s->p_cscf[0]; i++)
		if (!strcmp(c->peer[i].p_cscf, s->p_cscf) && c->peer[i].impu_key != s->impu_key)
			p = &c->peer[i];
	if (!p && !c->observed.time_us)
		return false;
	if (!p)
		p = &c->observed;
	out->time_us = p->time_us;
	memcpy(out->impu, p->impu, sizeof(out->impu));
	memcpy(out->p_cscf, p->p_cscf, sizeof(out->p_cscf));
	if (!p->p_cscf[0]) {
		out->rules_out = "CSCFs and an HSS that serve nobody";
		out->difference = "the two may use different P-CSCFs; else they differ in their "
				  "provisioning, or in what their UEs present";
		return true;
	}
	out->rules_out = "the P-CSCF's address, its trust and its way into the core";
	out->difference = "the two differ in their provisioning, or in what their UEs present";
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (views[i].cause == s->cause) {
			out->rules_out = views[i].rules_out;
			out->difference = views[i].difference;
		}
	return true;
}
