#include "bench/generate_population.h"

#include <stdio.h>
#include <string.h>

#include "bench/generate_defect.h"

#define IMSI_STRIDE 10 /* so that IMSIs without their last digit differ, too */
#define MSISDN_DIGITS 12
#define NAME_ROOM 24

const char *const literal_domains[LITERAL_DOMAINS] = {
	"ims.example.net",      "voice.example.org",   "fixed.example.com", "north.ims.example",
	"business.example.org", "sip.example.invalid", "home.example.com",  "lab.ims.test",
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t draw(const struct population *p, uint64_t index, unsigned purpose)
{
	return mix(mix(p->seed * 31 + purpose) + index * UINT64_C(0x9e3779b97f4a7c15));
}

/* A permutation of 30-bit numbers: four Feistel rounds. */
static uint64_t permute(const struct population *p, uint64_t x, unsigned purpose)
{
	uint32_t left = (uint32_t)(x >> 15) & 0x7fff, right = (uint32_t)x & 0x7fff;

	for (unsigned round = 0; round < 4; round++) {
		uint32_t next = left ^ ((uint32_t)draw(p, right, purpose + round) & 0x7fff);

		left = right;
		right = next;
	}
	return (uint64_t)left << 15 | right;
}

/* The same within the first billion: a number outside is permuted again until it falls inside. */
static uint64_t permute_number(const struct population *p, uint64_t x, unsigned purpose)
{
	do
		x = permute(p, x, purpose);
	while (x >= 1000000000);
	return x;
}

void population_init(struct population *p)
{
	snprintf(p->home, sizeof(p->home), "ims.mnc0%.2s.mcc%.3s.3gppnetwork.org", p->plmn + 3,
		 p->plmn);
	p->kind_count = 0;
	for (const struct defect *d = p->is_literal ? defects_literal : defects_derived; d->slug;
	     d++)
		if (d->carriers & p->carrier && p->kind_count < KINDS_MAX)
			p->kind[p->kind_count++] = d;
}

static const struct defect *drawn(const struct population *p, uint64_t index)
{
	uint64_t chance = draw(p, index, 1);

	if (!p->kind_count || (double)(chance >> 11) * 0x1p-53 >= p->share)
		return NULL;
	return p->kind[draw(p, index, 2) % p->kind_count];
}

uint64_t population_partner(const struct population *p, uint64_t index)
{
	return index - p->subscribers / 2;
}

const struct defect *population_defect(const struct population *p, uint64_t index)
{
	const struct defect *own = drawn(p, index), *other;
	uint64_t half = p->subscribers / 2;

	if (own && own->is_pair && (index < half || index >= 2 * half))
		own = NULL;
	if (index >= half)
		return own;
	other = drawn(p, index + half);
	return other && other->is_pair ? NULL : own;
}

void identity_set(struct identity *i, const char *scheme, const char *user, unsigned user_length,
		  const char *domain)
{
	unsigned scheme_length = (unsigned)strlen(scheme);
	unsigned domain_length = domain ? (unsigned)strlen(domain) : 0;

	memcpy(i->text, scheme, scheme_length);
	memcpy(i->text + scheme_length, user, user_length);
	i->length = scheme_length + user_length;
	if (!domain)
		return;
	i->text[i->length++] = '@';
	memcpy(i->text + i->length, domain, domain_length);
	i->length += domain_length;
}

static void set_digits(struct identity *i, const char *prefix, uint64_t number, unsigned length)
{
	unsigned prefix_length = (unsigned)strlen(prefix);

	memcpy(i->text, prefix, prefix_length);
	for (unsigned at = length; at > prefix_length; number /= 10)
		i->text[--at] = (char)('0' + number % 10);
	i->length = length;
}

static struct public_identity *add_impu(struct subscriber *s)
{
	struct public_identity *u = &s->impu[s->impu_count++];

	u->set = u->impis = 1;
	u->is_barred = u->is_default = false;
	u->is_granted = u->may_register = true;
	return u;
}

static void make_numbers(const struct population *p, uint64_t index, struct subscriber *out)
{
	out->index = index;
	out->defect = NULL;
	out->network = 0;
	out->impi_count = 1;
	out->impu_count = 0;
	set_digits(&out->imsi, p->plmn, index * IMSI_STRIDE + draw(p, index, 3) % IMSI_STRIDE, 15);
	set_digits(&out->msisdn, "999", permute_number(p, index, 16), MSISDN_DIGITS);
}

/* A name that no other subscriber has: seven letters of a permutation, then one to six more. */
static void set_name(const struct population *p, uint64_t index, unsigned purpose,
		     const char *scheme, struct identity *out)
{
	uint64_t number = permute(p, index, purpose), random = draw(p, index, purpose + 4);
	unsigned length = 8 + (unsigned)(random % 6);
	uint64_t domain = *scheme ? draw(p, index, purpose + 5) : draw(p, index, 4);
	char name[NAME_ROOM] = "";

	for (unsigned i = 0; i < length; i++) {
		uint64_t *from = i < 7 ? &number : &random;

		name[i] = (char)('a' + *from % 26);
		*from /= 26;
	}
	identity_set(out, scheme, name, length, literal_domains[domain % LITERAL_DOMAINS]);
}

static void make_literal(const struct population *p, uint64_t index, struct subscriber *out)
{
	struct public_identity *u;
	struct identity number;

	make_numbers(p, index, out);
	out->network = (unsigned)(draw(p, index, 4) % LITERAL_DOMAINS);
	set_name(p, index, 24, "", &out->impi[0]);
	u = add_impu(out);
	u->is_default = true;
	set_name(p, index, 32, "sip:", &u->identity);
	u = add_impu(out);
	set_name(p, index, 40, "sip:", &u->identity);
	u = add_impu(out);
	set_digits(&number, "998", permute_number(p, index, 48), MSISDN_DIGITS);
	identity_set(&u->identity, "tel:+", number.text, number.length, NULL);
}

static void make_derived(const struct population *p, uint64_t index, struct subscriber *out)
{
	struct public_identity *u;

	make_numbers(p, index, out);
	identity_set(&out->impi[0], "", out->imsi.text, out->imsi.length, p->home);
	u = add_impu(out);
	u->is_barred = true;
	identity_set(&u->identity, "sip:", out->imsi.text, out->imsi.length, p->home);
	u = add_impu(out);
	u->is_default = true;
	identity_set(&u->identity, "sip:+", out->msisdn.text, out->msisdn.length, p->home);
	u = add_impu(out);
	identity_set(&u->identity, "tel:+", out->msisdn.text, out->msisdn.length, NULL);
}

void population_make_healthy(const struct population *p, uint64_t index, struct subscriber *out)
{
	if (p->is_literal)
		make_literal(p, index, out);
	else
		make_derived(p, index, out);
}

void population_make(const struct population *p, uint64_t index, struct subscriber *out)
{
	population_make_healthy(p, index, out);
	out->defect = population_defect(p, index);
	if (out->defect)
		out->defect->apply(p, out);
}
