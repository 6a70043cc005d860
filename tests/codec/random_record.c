#include "tests/codec/random_record.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

uint32_t random_below(struct random_source *r, uint32_t limit)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)((r->state >> 32) % limit);
}

static bool one_in(struct random_source *r, uint32_t n)
{
	return random_below(r, n) == 0;
}

static enum tri random_tri(struct random_source *r)
{
	return (enum tri)random_below(r, 3);
}

static uint64_t random_row(struct random_source *r, uint32_t serial)
{
	if (one_in(r, 3))
		return 0;
	return one_in(r, 20) ? UINT64_MAX - serial : serial + 1;
}

static struct text format(struct ims_subscription *s, const char *prefix, struct text middle,
			  const char *suffix)
{
	return text_from(arena_printf(&s->arena, "%s%.*s%s", prefix, (int)middle.length,
				      middle.data, suffix));
}

static struct text number_text(struct ims_subscription *s, const char *prefix, uint32_t serial)
{
	return text_from(arena_printf(&s->arena, "%s%010u", prefix, serial));
}

static struct text random_imsi(struct random_source *r, uint32_t serial, struct ims_subscription *s)
{
	static const char *const odd[] = {"",
					  "0",
					  "1234",
					  "00101",
					  "26201x000000001",
					  " 0010",
					  "001010000000000000001",
					  "123456789012345678",
					  "+00101000000001",
					  "000000000000000000"};

	if (one_in(r, 12))
		return text_from(odd[random_below(r, COUNT(odd))]);
	if (one_in(r, 60))
		return TEXT_NONE;
	return number_text(s, one_in(r, 5) ? "99970" : "00101", serial);
}

static struct text random_msisdn(struct random_source *r, uint32_t serial,
				 struct ims_subscription *s)
{
	static const char *const odd[] = {"",       "112",         "+49 30 1234567",     "+",
					  "++4930", "49-30-12345", "4930123456789012345"};

	if (one_in(r, 12))
		return text_from(odd[random_below(r, COUNT(odd))]);
	return number_text(s, one_in(r, 2) ? "+4930" : "4930",
			   one_in(r, 2) ? serial : random_below(r, 1000000));
}

static const char *random_tail(struct random_source *r)
{
	static const char *const tails[] = {
		"@ims.mnc001.mcc001.3gppnetwork.org",
		"@ims.mnc001.mcc001.3gppnetwork.org",
		"@ims.mnc070.mcc999.3gppnetwork.org",
		"@example.org",
		"@Example.ORG",
		"@example.org:5060",
		"@example.org;user=phone",
		"@example.org ",
		"",
		"@",
		"@a@b",
		";phone-context=+49",
		"@example.org;user=phone?to=x",
		"%40example.org",
	};

	return tails[random_below(r, COUNT(tails))];
}

static struct text random_user(struct random_source *r, struct ims_subscription *s, uint32_t serial)
{
	static const char *const users[] = {"alice",      "Alice",         "al%69ce",  "bob.smith",
					    "imsi-12345", "12-345",        "!.*!",     "",
					    "a_b",        "M\xc3\xbcller", "\xff\x01", "user\\x",
					    "+49",        "0123",          " x"};

	switch (random_below(r, 5)) {
	case 0:
		return text_from(users[random_below(r, COUNT(users))]);
	case 1:
		return s->imsi_count && s->imsi[0].data ? s->imsi[0] : text_from("nobody");
	case 2:
		return s->msisdn_count ? s->msisdn[0] : text_from("4930112233");
	case 3:
		return number_text(s, "00101", serial + random_below(r, 3));
	default:
		return number_text(s, "u", random_below(r, 1000000));
	}
}

static struct text random_identity(struct random_source *r, struct ims_subscription *s,
				   uint32_t serial, bool is_impi)
{
	static const char *const prefixes[] = {"sip:",  "sip:",   "sip:+", "tel:", "tel:+",
					       "sips:", "sips:+", "",      "+",    "imsi-",
					       "SIP:",  "urn:x:", "<sip:"};
	const char *prefix = is_impi && !one_in(r, 10) ? ""
						       : prefixes[random_below(r, COUNT(prefixes))];

	if (one_in(r, 80))
		return one_in(r, 2) ? TEXT_NONE : TEXT_LITERAL("");
	return format(s, prefix, random_user(r, s, serial), random_tail(r));
}

static struct text random_label(struct random_source *r, struct ims_subscription *s,
				uint32_t serial)
{
	static const char *const labels[] = {
		"0", "1", "00", "007", "set a", "", "999999999999999999", "1000000000000000000"};

	switch (random_below(r, 4)) {
	case 0:
		return text_from(labels[random_below(r, COUNT(labels))]);
	case 1:
		return format(s, one_in(r, 2) ? "irs-" : "",
			      s->imsi_count && s->imsi[0].data ? s->imsi[0] : text_from("x"), "");
	case 2:
		return text_from(arena_printf(&s->arena, "%u", serial + random_below(r, 4)));
	default:
		return TEXT_NONE;
	}
}

static struct link random_link(struct random_source *r)
{
	struct link link = {(enum link_state)random_below(r, 3), 0};

	if (link.state == LINK_ID)
		link.id = one_in(r, 10) ? UINT32_MAX : random_below(r, 200);
	return link;
}

static void random_impi(struct random_source *r, uint32_t serial, struct ims_subscription *s)
{
	struct impi *impi = subscription_add_impi(s, random_identity(r, s, serial, true));

	impi->row = random_row(r, serial);
	impi->has_schemes = one_in(r, 2);
	impi->schemes = impi->has_schemes ? random_below(r, 256) : 0;
	impi->has_default_scheme = one_in(r, 2);
	impi->default_scheme = impi->has_default_scheme ? random_below(r, 130) : 0;
	impi->has_key = random_tri(r);
	impi->has_sqn = random_tri(r);
	impi->sqn_readable = random_tri(r);
	impi->barred = random_tri(r);
	impi->roaming_allowed = random_tri(r);
}

static void random_impu(struct random_source *r, uint32_t serial, struct ims_subscription *s)
{
	struct impu *impu = subscription_add_impu(s, random_identity(r, s, serial, false));

	impu->row = random_row(r, serial * 3);
	impu->kind = (enum impu_kind)random_below(r, 5);
	impu->barred = random_tri(r);
	impu->may_register = random_tri(r);
	impu->is_default = random_tri(r);
	impu->irs_state = (enum irs_state)random_below(r, 3);
	impu->irs = random_label(r, s, serial);
	impu->service_profile = random_link(r);
	impu->state = (enum reg_state)random_below(r, 5);
	impu->psi_active = random_tri(r);
	impu->has_charging = random_tri(r);
	if (one_in(r, 6))
		impu->wildcard = one_in(r, 2) ? TEXT_LITERAL("sip:!.*!@x") : TEXT_LITERAL("");
	impu->has_grants = one_in(r, 3);
	for (uint32_t n = impu->has_grants ? random_below(r, 6) : 0; n > 0; n--)
		subscription_grant(s, impu, random_below(r, 5) + (one_in(r, 9) ? 1u << 31 : 0));
}

static void random_associations(struct random_source *r, struct ims_subscription *s)
{
	enum reg_state state = (enum reg_state)random_below(r, 5);

	switch (random_below(r, 4)) {
	case 0:
		for (uint32_t i = 0; i < s->impi_count * s->impu_count; i++)
			subscription_associate(s, i / s->impu_count, i % s->impu_count)->state =
				state;
		return;
	case 1:
		for (uint32_t i = 0; i < s->impi_count * s->impu_count; i++)
			subscription_associate(s, i % s->impi_count, i / s->impi_count)->state =
				state;
		return;
	case 2:
		for (uint32_t n = random_below(r, 8); n > 0 && s->impi_count && s->impu_count; n--)
			subscription_associate(s, random_below(r, s->impi_count),
					       random_below(r, s->impu_count))
				->state = (enum reg_state)random_below(r, 5);
		return;
	}
}

void random_record(struct random_source *r, uint32_t serial, struct ims_subscription *s)
{
	uint32_t many = one_in(r, 200) ? 90 : 4;

	subscription_reset(s);
	s->kind = one_in(r, 10) ? (enum record_kind)random_below(r, RECORD_KINDS)
				: RECORD_SUBSCRIPTION;
	s->row = random_row(r, serial);
	s->has_imsi_column = random_tri(r);
	s->ims_authorised = random_tri(r);
	s->has_associations = random_tri(r);
	s->scscf.state = (enum link_state)random_below(r, 3);
	if (one_in(r, 3))
		s->scscf_name = one_in(r, 2) ? TEXT_LITERAL("sip:scscf.example.org:6060")
					     : TEXT_LITERAL("");
	s->capability_set = random_link(r);
	s->preferred_set = random_link(r);
	s->provenance.file = one_in(r, 20) ? random_below(r, 3) : 0;
	s->provenance.offset = one_in(r, 50) ? UINT64_MAX - serial : (uint64_t)serial * 700;
	for (uint32_t n = one_in(r, 4) ? random_below(r, many) : 1; n > 0; n--)
		subscription_add_imsi(s, random_imsi(r, serial, s));
	for (uint32_t n = one_in(r, 3) ? random_below(r, many) : 1; n > 0; n--)
		subscription_add_msisdn(s, random_msisdn(r, serial, s));
	s->name = random_label(r, s, serial);
	for (uint32_t n = one_in(r, 4) ? random_below(r, many) : 1; n > 0; n--)
		random_impi(r, serial, s);
	for (uint32_t n = random_below(r, many); n > 0; n--)
		random_impu(r, serial, s);
	random_associations(r, s);
}

void derivable_record(uint32_t serial, struct ims_subscription *s)
{
	static const char domain[] = "@ims.mnc001.mcc001.3gppnetwork.org";
	uint32_t number = (uint32_t)((uint64_t)serial * 2654435761u % 100000000u);

	subscription_reset(s);
	s->has_imsi_column = s->has_associations = TRI_YES;
	s->provenance.offset = (uint64_t)serial * 700;
	struct text imsi = *subscription_add_imsi(s, number_text(s, "00101", serial));
	struct text msisdn = *subscription_add_msisdn(s, number_text(s, "49", number));
	struct impi *impi = subscription_add_impi(s, format(s, "", imsi, domain));
	impi->has_schemes = true;
	impi->schemes = SCHEME_AKAV1;
	const struct text impus[] = {
		format(s, "sip:", imsi, domain),
		format(s, "sip:+", msisdn, domain),
		format(s, "tel:+", msisdn, ""),
	};
	for (uint32_t i = 0; i < COUNT(impus); i++) {
		struct impu *impu = subscription_add_impu(s, impus[i]);

		impu->kind = IMPU_DISTINCT;
		impu->barred = tri_from_bool(i == 0);
		impu->irs_state = IRS_NAMED;
		impu->irs = TEXT_LITERAL("1");
		impu->service_profile = (struct link){LINK_ID, 1};
		subscription_associate(s, 0, i);
	}
}

/* --- comparison ------------------------------------------------------------------------------ */

static bool texts_equal(const struct text *a, const struct text *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!text_equal(a[i], b[i]))
			return false;
	return true;
}

static bool links_equal(struct link a, struct link b)
{
	return a.state == b.state && a.id == b.id;
}

static const char *impi_difference(const struct impi *a, const struct impi *b)
{
	if (!text_equal(a->identity, b->identity))
		return "impi.identity";
	if (a->row != b->row)
		return "impi.row";
	if (a->has_schemes != b->has_schemes || a->schemes != b->schemes ||
	    a->has_default_scheme != b->has_default_scheme ||
	    a->default_scheme != b->default_scheme)
		return "impi schemes";
	if (a->has_key != b->has_key || a->has_sqn != b->has_sqn ||
	    a->sqn_readable != b->sqn_readable || a->barred != b->barred ||
	    a->roaming_allowed != b->roaming_allowed)
		return "impi attributes";
	return NULL;
}

static const char *impu_difference(const struct impu *a, const struct impu *b)
{
	if (!text_equal(a->identity, b->identity))
		return "impu.identity";
	if (a->row != b->row)
		return "impu.row";
	if (a->kind != b->kind || a->barred != b->barred || a->may_register != b->may_register ||
	    a->is_default != b->is_default || a->state != b->state ||
	    a->psi_active != b->psi_active || a->has_charging != b->has_charging)
		return "impu attributes";
	if (a->irs_state != b->irs_state || !text_equal(a->irs, b->irs))
		return "impu.irs";
	if (!links_equal(a->service_profile, b->service_profile))
		return "impu.service_profile";
	if (!text_equal(a->wildcard, b->wildcard))
		return "impu.wildcard";
	if (a->has_grants != b->has_grants || a->grant_count != b->grant_count)
		return "impu.grant_count";
	for (uint32_t i = 0; i < a->grant_count; i++)
		if (a->grants[i] != b->grants[i])
			return "impu.grants";
	return NULL;
}

static const char *lists_difference(const struct ims_subscription *a,
				    const struct ims_subscription *b)
{
	const char *difference = NULL;

	if (a->imsi_count != b->imsi_count || !texts_equal(a->imsi, b->imsi, a->imsi_count))
		return "imsi";
	if (a->msisdn_count != b->msisdn_count ||
	    !texts_equal(a->msisdn, b->msisdn, a->msisdn_count))
		return "msisdn";
	if (a->impi_count != b->impi_count)
		return "impi_count";
	if (a->impu_count != b->impu_count)
		return "impu_count";
	if (a->association_count != b->association_count)
		return "association_count";
	for (uint32_t i = 0; i < a->impi_count && !difference; i++)
		difference = impi_difference(&a->impi[i], &b->impi[i]);
	for (uint32_t i = 0; i < a->impu_count && !difference; i++)
		difference = impu_difference(&a->impu[i], &b->impu[i]);
	for (uint32_t i = 0; i < a->association_count && !difference; i++) {
		const struct association *x = &a->association[i], *y = &b->association[i];

		if (x->impi != y->impi || x->impu != y->impu || x->rows != y->rows ||
		    x->state != y->state)
			difference = "association";
	}
	return difference;
}

const char *record_difference(const struct ims_subscription *a, const struct ims_subscription *b)
{
	if (a->kind != b->kind || a->row != b->row || a->has_imsi_column != b->has_imsi_column ||
	    a->ims_authorised != b->ims_authorised || a->has_associations != b->has_associations)
		return "subscription attributes";
	if (!text_equal(a->name, b->name))
		return "name";
	if (!links_equal(a->scscf, b->scscf) || !text_equal(a->scscf_name, b->scscf_name))
		return "scscf";
	if (!links_equal(a->capability_set, b->capability_set) ||
	    !links_equal(a->preferred_set, b->preferred_set))
		return "capability or preferred set";
	if (a->provenance.file != b->provenance.file ||
	    a->provenance.offset != b->provenance.offset)
		return "provenance";
	return lists_difference(a, b);
}
