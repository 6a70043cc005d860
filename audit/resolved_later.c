/* Facts of S-CSCF selection, of MAR and of SAR (cx-semantics 2 step 5, 3, 4). */
#include "audit/resolved.h"
#include "model/auth_scheme.h"
#include "model/uri.h"

static enum tri any_state(const struct ims_subscription *s, unsigned states)
{
	bool is_known = false;

	for (uint32_t i = 0; i < s->impu_count; i++) {
		enum reg_state state = s->impu[i].state;

		if (state != REG_STATE_UNKNOWN && states >> state & 1)
			return TRI_YES;
		is_known |= state != REG_STATE_UNKNOWN;
	}
	return is_known ? TRI_NO : TRI_UNKNOWN;
}

static bool is_same_server(struct text a, struct text b)
{
	struct uri x, y;

	if (text_equal_nocase(a, b))
		return true;
	return uri_parse(a, &x, NULL) == RC_OK && uri_parse(b, &y, NULL) == RC_OK &&
	       uri_canonical_equal(&x, &y);
}

static bool is_in_directory(const struct hss_directory *d, struct text server)
{
	for (uint32_t i = 0; i < d->scscf_count; i++)
		if (is_same_server(d->scscf[i].uri, server))
			return true;
	return false;
}

static bool offers_capability(const struct hss_directory *d, uint32_t scscf, uint32_t capability)
{
	for (uint32_t i = 0; i < d->scscf_capability_count; i++)
		if (d->scscf_capability[i].scscf == scscf &&
		    d->scscf_capability[i].capability == capability)
			return true;
	return false;
}

static bool offers_set(const struct hss_directory *d, uint32_t scscf, uint32_t set)
{
	for (uint32_t i = 0; i < d->capability_count; i++)
		if (d->capability[i].set == set && d->capability[i].is_mandatory &&
		    !offers_capability(d, scscf, d->capability[i].capability))
			return false;
	return true;
}

/* The names preferred for the subscription: how many there are, and how many the directory knows.
 */
static void count_preferred(const struct hss_directory *d, const struct link *set, uint32_t *names,
			    uint32_t *known)
{
	*names = *known = 0;
	for (uint32_t i = 0; set->state == LINK_ID && i < d->preferred_count; i++)
		if (d->preferred[i].set == set->id) {
			++*names;
			*known += is_in_directory(d, d->preferred[i].name);
		}
}

/* Only an S-CSCF directory tells (design.md 10.6). */
static void directory_facts(const struct resolved *r, struct facts *f)
{
	const struct hss_directory *d = r->population->directory;
	uint32_t names, known;
	bool is_served = false;

	if (d->has_scscfs != TRI_YES)
		return;
	count_preferred(d, &r->a->preferred_set, &names, &known);
	if (r->a->scscf.state == LINK_ID)
		facts_set_told(f, FACT_SCSCF_REACHABLE,
			       tri_from_bool(is_in_directory(d, r->a->scscf_name)),
			       r->a->scscf_name.length ? r->attempt->impi : TEXT_NONE);
	else if (names)
		facts_set_told(f, FACT_SCSCF_REACHABLE, tri_from_bool(known > 0), r->attempt->impi);
	if (r->a->capability_set.state != LINK_ID)
		return;
	for (uint32_t i = 0; i < d->scscf_count && !is_served; i++)
		is_served = offers_set(d, d->scscf[i].id, r->a->capability_set.id);
	/* A preferred name is taken whatever it can do (cx-semantics 12). */
	facts_set_told(f, FACT_CAPABILITIES_SERVED, tri_from_bool(is_served || names),
		       r->attempt->impi);
}

void resolved_selection_facts(const struct resolved *r, struct facts *f)
{
	const struct ims_subscription *s = r->a;
	enum tri stored = TRI_UNKNOWN;

	if (!s) {
		facts_set(f, FACT_SCSCF_STORED, TRI_NO, BASIS_DEFAULTED, TEXT_NONE);
		facts_set(f, FACT_SUBSCRIPTION_ACTIVE, TRI_NO, BASIS_DEFAULTED, TEXT_NONE);
		facts_set(f, FACT_AUTH_PENDING, TRI_NO, BASIS_DEFAULTED, TEXT_NONE);
		return;
	}
	if (s->scscf.state != LINK_UNKNOWN)
		stored = tri_from_bool(s->scscf.state == LINK_ID);
	facts_set_told(f, FACT_SCSCF_STORED, stored, r->attempt->impi);
	facts_set_told(f, FACT_SUBSCRIPTION_ACTIVE,
		       any_state(s, 1u << REG_STATE_REGISTERED | 1u << REG_STATE_UNREGISTERED),
		       r->attempt->impi);
	facts_set_told(f, FACT_AUTH_PENDING, any_state(s, 1u << REG_STATE_AUTH_PENDING),
		       r->attempt->impi);
	directory_facts(r, f);
}

#define SCHEMES_HELD_BY_HSS (SCHEME_SIP_DIGEST | SCHEME_NASS_BUNDLED | SCHEME_EARLY_IMS)
#define SCHEMES_WITHOUT_KEY (SCHEME_NASS_BUNDLED | SCHEME_EARLY_IMS)
#define SCHEMES_WITH_SQN (SCHEME_AKAV1 | SCHEME_AKAV2)

/* The HSS is asked to choose: FHoSS takes the IMPI's default, which must be allowed and one bit;
 * the standard has it only for schemes that the HSS alone knows of (TS 29.228 6.3.1). */
static void chosen_scheme_facts(const struct resolved *r, const struct impi *impi, struct facts *f)
{
	unsigned chosen = impi->default_scheme;
	struct text subject = r->attempt->impi;

	if (!r->matching->is_scheme_exact) {
		if (impi->has_schemes)
			facts_set_told(f, FACT_SCHEME_SUPPORTED,
				       tri_from_bool(impi->schemes & SCHEMES_HELD_BY_HSS), subject);
		return;
	}
	if (!impi->has_default_scheme)
		return;
	if (impi->has_schemes)
		facts_set_told(f, FACT_SCHEME_SUPPORTED,
			       tri_from_bool((chosen & impi->schemes) != 0), subject);
	facts_set_told(f, FACT_DEFAULT_SCHEME_VALID,
		       tri_from_bool(chosen && !(chosen & (chosen - 1)) &&
				     chosen <= SCHEME_SIP_DIGEST),
		       subject);
}

static void key_facts(const struct resolved *r, const struct impi *impi, unsigned scheme,
		      struct facts *f)
{
	struct text subject = r->attempt->impi;
	enum tri assumed = r->policy->assume_key_present;
	enum fact_basis basis = assumed == TRI_UNKNOWN ? BASIS_MISSING : BASIS_DEFAULTED;

	facts_set(f, FACT_EPS_SUBSCRIBER_EXISTS, assumed, basis, subject);
	if (scheme & SCHEMES_WITHOUT_KEY)
		return;
	/* A vector cannot be made with an unreadable sequence number either, and ends like a
	 * missing key. */
	if (scheme & SCHEMES_WITH_SQN && impi->sqn_readable == TRI_NO)
		facts_set_told(f, FACT_KEY_PRESENT, TRI_NO, subject);
	else if (impi->has_key == TRI_UNKNOWN)
		facts_set(f, FACT_KEY_PRESENT, assumed, basis, subject);
	else
		facts_set_told(f, FACT_KEY_PRESENT, impi->has_key, subject);
	if (scheme & SCHEMES_WITH_SQN && impi->has_sqn != TRI_UNKNOWN)
		facts_set_told(f, FACT_SQN_PRESENT, impi->has_sqn, subject);
}

void resolved_authentication_facts(const struct resolved *r, struct facts *f)
{
	struct text name = r->attempt->scheme, impi_text = r->attempt->impi;
	unsigned scheme = name.data ? matching_scheme(r->matching, name) : 0;
	const struct impi *impi = r->a && r->impi != NOT_FOUND ? &r->a->impi[r->impi] : NULL;

	facts_set_told(f, FACT_SCHEME_SENT, tri_from_bool(name.data != NULL), name);
	facts_set_told(f, FACT_SCHEME_RECOGNISED, tri_from_bool(scheme != 0), name);
	if (r->matching->subscriber) {
		/* open5gs and PyHSS know AKAv1 alone. */
		bool is_aka = scheme & (SCHEME_AKAV1 | SCHEME_ASK_HSS);

		facts_set_told(f, FACT_SCHEME_SUPPORTED, tri_from_bool(is_aka), name);
	} else if (impi && scheme == SCHEME_ASK_HSS) {
		chosen_scheme_facts(r, impi, f);
	} else if (impi && impi->has_schemes) {
		facts_set_told(f, FACT_SCHEME_SUPPORTED,
			       tri_from_bool((scheme & impi->schemes) != 0), impi_text);
	}
	if (impi)
		key_facts(r, impi, scheme == SCHEME_ASK_HSS ? impi->default_scheme : scheme, f);
	if (r->a && f->state == REG_STATE_REGISTERED && r->a->scscf.state == LINK_NONE)
		facts_set_told(f, FACT_SCSCF_NAME_USABLE, TRI_NO, impi_text);
}

/* True when the presented IMPU is one of those that PyHSS' template makes: sip:<IMSI>@domain,
 * sip:<MSISDN>@domain, tel:<MSISDN>. */
static bool is_in_template(const struct resolved *r)
{
	struct text realm = identity_split_impi(r->attempt->impi).realm;
	struct uri uri;
	char buffer[MATCHING_KEY_MAX];
	struct text number;

	if (r->b && r->a_ordinal == r->b_ordinal)
		return true;
	if (uri_parse(r->attempt->impu, &uri, NULL) != RC_OK)
		return false;
	if (uri.scheme != URI_TEL && realm.data && !text_equal_nocase(uri.host, realm))
		return false;
	if (uri.scheme != URI_TEL && text_equal(uri.user, matching_user(r->attempt->impi)))
		return true;
	for (uint32_t i = 0; i < r->a->msisdn_count; i++) {
		number = matching_digits(r->a->msisdn[i], buffer);
		if (text_equal(uri.user, number))
			return true;
	}
	return false;
}

void resolved_assignment_facts(const struct resolved *r, struct facts *f)
{
	struct text subject = r->attempt->impu;
	const struct impu *impu;

	if (r->a && r->matching->order == USER_DATA_PYHSS)
		facts_set_told(f, FACT_IMPU_IN_USER_DATA, tri_from_bool(is_in_template(r)),
			       subject);
	if (r->a && r->a->scscf.state == LINK_ID && r->attempt->server_name.data &&
	    f->state == REG_STATE_REGISTERED)
		facts_set_told(
			f, FACT_SCSCF_NOT_OTHER,
			tri_from_bool(is_same_server(r->a->scscf_name, r->attempt->server_name)),
			subject);
	if (!r->set)
		return;
	impu = &r->b->impu[r->impu];
	if (r->matching->is_user_data_exact)
		facts_set_told(f, FACT_IMPU_IN_USER_DATA,
			       tri_from_bool(text_equal(impu->identity, subject)), subject);
	if (impu->kind != IMPU_DISTINCT_PSI && impu->kind != IMPU_WILDCARDED_PSI)
		return;
	facts_set_told(f, FACT_NOT_PSI, TRI_NO, subject);
	if (impu->psi_active != TRI_UNKNOWN)
		facts_set_told(f, FACT_PSI_ACTIVE, impu->psi_active, subject);
}

/* What has no carrier, because an identity is missing, is nobody's defect. */
static const struct facts nobodys_defects = {
	.fact = {[FACT_NONE + 1 ... FACT_COUNT - 1] = {.value = TRI_YES, .basis = BASIS_DEFAULTED}},
};

void resolved_to_facts(const struct resolved *r, struct facts *f)
{
	*f = nobodys_defects;
	facts_set(f, FACT_REGISTERED, TRI_UNKNOWN, BASIS_MISSING, TEXT_NONE);
	f->is_pair_chosen = r->attempt->is_pair_chosen;
	f->is_mnc_length_uncertain = r->attempt->is_mnc_length_uncertain;
	resolved_identity_facts(r, f);
	resolved_set_facts(r, f);
	resolved_roaming_facts(r, f);
	resolved_selection_facts(r, f);
	resolved_authentication_facts(r, f);
	resolved_assignment_facts(r, f);
}
