#include "bench/generate_defect.h"

#include <stdio.h>
#include <string.h>

enum { TEMPORARY, NUMBER_SIP, NUMBER_TEL };

static void drop_impu(struct subscriber *s, unsigned at)
{
	s->impu_count--;
	memmove(&s->impu[at], &s->impu[at + 1], (s->impu_count - at) * sizeof(s->impu[0]));
}

static void append(struct identity *i, const char *suffix)
{
	memcpy(i->text + i->length, suffix, strlen(suffix));
	i->length += (unsigned)strlen(suffix);
}

static void impi_missing(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impi_count = 0;
	for (unsigned i = 0; i < s->impu_count; i++)
		s->impu[i].impis = 0;
}

static void temporary_missing(const struct population *p, struct subscriber *s)
{
	(void)p;
	drop_impu(s, TEMPORARY);
}

static void not_associated(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impu[TEMPORARY].impis = 0;
}

static void all_barred(const struct population *p, struct subscriber *s)
{
	(void)p;
	for (unsigned i = 0; i < s->impu_count; i++)
		s->impu[i].is_barred = true;
}

static void other_set(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impu[0].is_barred = true;
	s->impu[1].set = s->impu[2].set = 2;
}

static void temporary_unbarred(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impu[TEMPORARY].is_barred = false;
}

static void impi_truncated(const struct population *p, struct subscriber *s)
{
	identity_set(&s->impi[0], "", s->imsi.text, s->imsi.length - 1, p->home);
}

static void impu_truncated(const struct population *p, struct subscriber *s)
{
	identity_set(&s->impu[TEMPORARY].identity, "sip:", s->imsi.text, s->imsi.length - 1,
		     p->home);
}

static void set_home(struct subscriber *s, const char *domain)
{
	identity_set(&s->impi[0], "", s->imsi.text, s->imsi.length, domain);
	identity_set(&s->impu[TEMPORARY].identity, "sip:", s->imsi.text, s->imsi.length, domain);
}

static void not_padded(const struct population *p, struct subscriber *s)
{
	char domain[DOMAIN_ROOM];

	snprintf(domain, sizeof(domain), "ims.mnc%.2s.mcc%.3s.3gppnetwork.org", p->plmn + 3,
		 p->plmn);
	set_home(s, domain);
}

/* Another label or another network, in turn. */
static void wrong_realm(const struct population *p, struct subscriber *s)
{
	char domain[DOMAIN_ROOM];

	if (s->index % 2)
		snprintf(domain, sizeof(domain), "epc.mnc0%.2s.mcc%.3s.3gppnetwork.org",
			 p->plmn + 3, p->plmn);
	else
		snprintf(domain, sizeof(domain), "ims.mnc088.mcc%.3s.3gppnetwork.org", p->plmn);
	set_home(s, domain);
}

static void supi_prefix(const struct population *p, struct subscriber *s)
{
	identity_set(&s->impi[0], "imsi-", s->imsi.text, s->imsi.length, p->home);
}

static void host_in_capitals(const struct population *p, struct subscriber *s)
{
	char domain[DOMAIN_ROOM];

	memcpy(domain, p->home, sizeof(domain));
	for (char *c = domain; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - ('a' - 'A'));
	set_home(s, domain);
}

static void user_is_phone(const struct population *p, struct subscriber *s)
{
	(void)p;
	append(&s->impu[TEMPORARY].identity, ";user=phone");
}

static void port_is_written(const struct population *p, struct subscriber *s)
{
	(void)p;
	append(&s->impu[TEMPORARY].identity, ":5060");
}

static void impi_of_partner(const struct population *p, struct subscriber *s)
{
	struct subscriber other;

	population_make_healthy(p, population_partner(p, s->index), &other);
	s->impi[s->impi_count++] = other.impi[0];
	for (unsigned i = 0; i < s->impu_count; i++)
		s->impu[i].impis = 3;
}

static void temporary_of_partner(const struct population *p, struct subscriber *s)
{
	struct subscriber other;

	population_make_healthy(p, population_partner(p, s->index), &other);
	s->impu[s->impu_count++] = other.impu[TEMPORARY];
}

static void numbers_of_partner(const struct population *p, struct subscriber *s)
{
	struct subscriber other;

	population_make_healthy(p, population_partner(p, s->index), &other);
	s->msisdn = other.msisdn;
	s->impu[1].identity = other.impu[1].identity;
	s->impu[2].identity = other.impu[2].identity;
}

static void tel_without_plus(const struct population *p, struct subscriber *s)
{
	struct identity *i = &s->impu[NUMBER_TEL].identity;

	(void)p;
	i->length--;
	memmove(i->text + 4, i->text + 5, i->length - 4);
}

static void not_granted(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impu[TEMPORARY].is_granted = false;
}

static void may_not_register(const struct population *p, struct subscriber *s)
{
	(void)p;
	s->impu[TEMPORARY].may_register = false;
}

#define XML CARRIER_XML
#define CSV CARRIER_CSV
#define FHOSS CARRIER_FHOSS
#define ALL CARRIER_ALL

/* Carriers, attempts, registers, refused, conditional, lost, naive. */
#define REGISTERS(naive)                  \
	{                                 \
		ALL, 1, 1, 0, 0, 0, naive \
	}
#define REGISTERS_IF(naive)               \
	{                                 \
		ALL, 1, 1, 0, 1, 0, naive \
	}
#define REFUSED(naive)                    \
	{                                 \
		ALL, 1, 0, 1, 0, 1, naive \
	}
#define REFUSED_IF(naive)                 \
	{                                 \
		ALL, 1, 0, 1, 1, 0, naive \
	}

/* The temporary IMPU that is presented is barred: D08, healthy. */
const struct result healthy_derived = REGISTERS(1);

const struct defect defects_derived[] = {
	{"impi-missing",
	 CSV | FHOSS,
	 false,
	 impi_missing,
	 /* FHoSS: its IMPUs are three orphans, and nothing is left to attempt with */
	 {{CSV, 2, 1, 0}, {CSV, 78, 1, 0}, {ALL, 79, 1, 0}, {FHOSS, 78, 3, 0}},
	 {{CSV, 1, 0, 1, 0, 1, 1}, {FHOSS, 0, 0, 0, 0, 0, 0}},
	 {{0}}},
	{"temporary-impu-missing",
	 ALL,
	 false,
	 temporary_missing,
	 {{ALL, 4, 1, 0}},
	 {REFUSED_IF(0)},
	 {{0}}},
	{"not-associated",
	 CSV | FHOSS,
	 false,
	 not_associated,
	 {{ALL, 5, 1, 0}, {ALL, 78, 1, 0}},
	 {REFUSED(1)},
	 {{0}}},
	{"all-barred", ALL, false, all_barred, {{ALL, 6, 1, 0}}, {REFUSED(1)}, {{0}}},
	{"unbarred-in-other-set", ALL, false, other_set, {{ALL, 7, 1, 0}}, {REFUSED(1)}, {{0}}},
	{"temporary-impu-unbarred",
	 ALL,
	 false,
	 temporary_unbarred,
	 {{ALL, 10, 1, 0}},
	 {REGISTERS(0)},
	 {{0}}},
	{"imsi-truncated-in-impi",
	 ALL,
	 false,
	 impi_truncated,
	 {{ALL, 40, 1, 0}},
	 {REFUSED(1)},
	 {{0}}},
	{"imsi-truncated-in-impu",
	 ALL,
	 false,
	 impu_truncated,
	 {{ALL, 41, 1, 0}},
	 {REFUSED(0)},
	 {{0}}},
	{"mnc-not-padded", ALL, false, not_padded, {{ALL, 42, 1, 0}}, {REFUSED(0)}, {{0}}},
	{"realm-wrong", ALL, false, wrong_realm, {{ALL, 43, 1, 0}}, {REFUSED(0)}, {{0}}},
	{"supi-prefix", ALL, false, supi_prefix, {{ALL, 44, 1, 0}}, {REFUSED(1)}, {{0}}},
	{"port-in-impu", ALL, false, port_is_written, {{ALL, 46, 1, 0}}, {REFUSED(0)}, {{0}}},
	{"trap-user-parameter", ALL, false, user_is_phone, {{0}}, {REGISTERS_IF(1)}, {{0}}},
	{"trap-host-in-capitals", ALL, false, host_in_capitals, {{0}}, {{0}}, {{0}}},
	{"impi-duplicate",
	 CSV | FHOSS,
	 true,
	 impi_of_partner,
	 {{ALL, 47, 1, 1}},
	 /* without IMSIs, the foreign IMPI is one more that is attempted with */
	 {{CSV, 1, 1, 0, 0, 0, 1}, {FHOSS, 2, 1, 1, 1, 0, 2}},
	 {REFUSED_IF(1)}},
	{"temporary-impu-duplicate",
	 ALL,
	 true,
	 temporary_of_partner,
	 {{ALL, 48, 1, 1}},
	 {REGISTERS(1)},
	 {REFUSED_IF(1)}},
	{"number-duplicate",
	 ALL,
	 true,
	 numbers_of_partner,
	 {{ALL, 48, 1, 1}, {CSV, 75, 1, 1}},
	 {{0}},
	 {{0}}},
	{"tel-without-plus", ALL, false, tel_without_plus, {{ALL, 53, 1, 0}}, {{0}}, {{0}}},
	{"home-not-granted", FHOSS, false, not_granted, {{ALL, 32, 1, 0}}, {REFUSED_IF(1)}, {{0}}},
	{"may-not-register",
	 FHOSS,
	 false,
	 may_not_register,
	 {{ALL, 36, 1, 0}},
	 {REFUSED(1)},
	 {{0}}},
	{0},
};

/* The first of two SIP IMPUs is taken; the UE might present the other. */
const struct result healthy_literal = REGISTERS_IF(0);
/* No SIP URI has the number of the tel URI. */
const unsigned literal_rules[] = {16, 0};

const struct defect defects_literal[] = {
	{"all-barred", ALL, false, all_barred, {{ALL, 6, 1, 0}}, {REFUSED_IF(1)}, {{0}}},
	{"unbarred-in-other-set", ALL, false, other_set, {{ALL, 7, 1, 0}}, {REFUSED_IF(1)}, {{0}}},
	{"impi-duplicate",
	 CSV | FHOSS,
	 true,
	 impi_of_partner,
	 {{ALL, 47, 1, 1}},
	 {{ALL, 2, 1, 1, 2, 0, 0}},
	 {REFUSED_IF(0)}},
	{"number-duplicate",
	 ALL,
	 true,
	 numbers_of_partner,
	 {{ALL, 48, 1, 1}, {CSV, 75, 1, 1}},
	 {{0}},
	 {{0}}},
	{"tel-without-plus", ALL, false, tel_without_plus, {{ALL, 53, 1, 0}}, {{0}}, {{0}}},
	{0},
};
