/* Facts of the first step: identities, barring, authorisation (cx-semantics 2). */
#include "audit/resolved.h"
#include "base/limits.h"

const struct association *resolved_association(const struct resolved *r)
{
	if (!r->a || r->a_ordinal != r->b_ordinal || r->impi == NOT_FOUND || r->impu == NOT_FOUND)
		return NULL;
	return subscription_association(r->a, r->impi, r->impu);
}

static void set_assumed(struct facts *f, enum fact which, enum tri assumed, struct text subject)
{
	facts_set(f, which, assumed, assumed == TRI_UNKNOWN ? BASIS_MISSING : BASIS_DEFAULTED,
		  subject);
}

/* True when the subscriber might as well hold an ISIM, whose UE never presents a temporary IMPU
 * (cx-semantics 7, D04). */
static bool is_isim_possible(const struct resolved *r)
{
	if (r->attempt->origin != ORIGIN_USIM || r->policy->sim_type != SIM_TYPE_UNKNOWN || !r->a)
		return false;
	for (uint32_t i = 0; i < r->a->association_count; i++) {
		const struct association *pair = &r->a->association[i];
		const struct impu *impu = &r->a->impu[pair->impu];

		if (pair->impi == r->impi && impu->barred == TRI_NO &&
		    text_starts_with_nocase(impu->identity, "sip:"))
			return true;
	}
	return false;
}

/* True when the IMPI is derived for a card that may hold another (attempts_visit). */
static bool is_card_unknown(const struct resolved *r)
{
	return !r->a && r->attempt->origin == ORIGIN_USIM && r->attempt->is_pair_chosen;
}

static void set_exists(const struct resolved *r, struct facts *f, enum fact which, bool is_found,
		       enum fact_basis basis, struct text subject)
{
	/* Where the HSS finds by the number the identities themselves are not asked for. */
	bool is_lacking = which == FACT_IMPI_EXISTS
				  ? r->population->lacks_impis && !r->matching->subscriber
				  : r->population->lacks_impus && !r->matching->impu_number;

	if (!is_found && (r->population->is_partial || r->is_search_cut || is_lacking))
		facts_set(f, which, TRI_UNKNOWN, BASIS_MISSING, subject);
	else
		facts_set(f, which, tri_from_bool(is_found), basis, subject);
}

/* Rows of several subscriptions are another defect than several rows of one. */
static bool is_impu_unique(const struct resolved *r)
{
	if (r->matching->is_impi_pattern)
		return r->impu_matches <= 1;
	return r->impu_matches <= (r->impu_subscriptions ? r->impu_subscriptions : 1);
}

static uint32_t count_impis(const struct resolved *r)
{
	uint32_t count = 0;

	for (uint32_t i = 0; r->impu != NOT_FOUND && i < r->b->association_count; i++)
		count += r->b->association[i].impu == r->impu;
	return count;
}

/* Whether the IMPI may use some SIP URI, as a REGISTER needs one (TS 23.228 4.3.3.2; D15). One
 * without any IMPU lacks more than that. */
static enum tri has_sip_uri(const struct resolved *r)
{
	bool has_any = false;

	for (uint32_t i = 0; i < r->a->impu_count; i++) {
		if (r->a->has_associations != TRI_UNKNOWN &&
		    !subscription_association(r->a, r->impi, i))
			continue;
		if (text_starts_with_nocase(r->a->impu[i].identity, "sip"))
			return TRI_YES;
		has_any = true;
	}
	return tri_from_bool(!has_any);
}

/* TS 23.003 13.4B: "sip:" and the IMPI that is derived from an IMSI. */
static bool is_temporary(const struct resolved *r)
{
	struct text impu = r->attempt->impu, imsi;

	if (r->attempt->origin == ORIGIN_USIM)
		return true;
	if (impu.length < 4 || !text_starts_with_nocase(impu, "sip:"))
		return false;
	return text_equal_nocase(text_of(impu.data + 4, impu.length - 4), r->attempt->impi) &&
	       identity_imsi_of_impi(r->attempt->impi, &imsi);
}

static enum tri is_distinct(const struct resolved *r)
{
	const struct impu *impu = &r->b->impu[r->impu];

	if (r->is_impu_wildcard_only)
		return TRI_NO;
	if (impu->kind == IMPU_KIND_UNKNOWN)
		return tri_not(tri_from_bool(identity_is_wildcarded(impu->identity)));
	return tri_from_bool(impu->kind == IMPU_DISTINCT);
}

static void association_facts(const struct resolved *r, struct facts *f)
{
	const struct association *pair = resolved_association(r);
	enum tri associated = tri_from_bool(pair != NULL);

	if (!r->a || !r->b || r->is_impu_wildcard_only || r->matching->subscriber)
		return;
	if (!pair && r->a->has_associations == TRI_UNKNOWN &&
	    (r->a_ordinal == r->b_ordinal || subscription_is_owner_unknown(r->b)))
		associated = TRI_UNKNOWN;
	if (associated == TRI_NO && r->population->is_partial)
		associated = TRI_UNKNOWN;
	facts_set_told(f, FACT_ASSOCIATED, associated, r->attempt->impu);
	if (pair)
		facts_set_told(f, FACT_ASSOCIATION_UNIQUE, tri_from_bool(pair->rows <= 1),
			       r->attempt->impu);
}

void resolved_identity_facts(const struct resolved *r, struct facts *f)
{
	struct text impi = r->attempt->impi, impu = r->attempt->impu;
	enum fact_basis basis = r->impu_match == MATCH_LOOSE ? BASIS_OPEN : BASIS_EXPORTED;
	char digits[MATCHING_KEY_MAX];

	facts_set_told(f, FACT_IMPI_SENT, tri_from_bool(impi.data != NULL), impi);
	facts_set_told(f, FACT_IMPU_SENT, tri_from_bool(impu.data != NULL), impu);
	facts_set_told(f, FACT_VISITED_NETWORK_SENT,
		       tri_from_bool(r->attempt->visited_network.data != NULL),
		       r->attempt->visited_network);
	if (r->matching->subscriber) {
		size_t length = matching_digits(impi, digits).length;

		facts_set_told(f, FACT_IMPI_WELL_FORMED,
			       tri_from_bool(length && length <= IMSI_DIGITS_MAX), impi);
	}
	set_exists(r, f, FACT_IMPI_EXISTS, r->a != NULL,
		   is_card_unknown(r) ? BASIS_OPEN : BASIS_EXPORTED, impi);
	if (r->a) {
		facts_set_told(f, FACT_IMPI_UNIQUE, tri_from_bool(r->impi_matches <= 1), impi);
		facts_set_told(f, FACT_SUBSCRIPTION_EXISTS,
			       tri_from_bool(r->a->kind != RECORD_ORPHAN_IMPI), impi);
	}
	set_exists(r, f, FACT_IMPU_EXISTS, r->b != NULL || r->is_impu_number, basis, impu);
	if (r->b) {
		facts_set_told(f, FACT_IMPU_UNIQUE, tri_from_bool(is_impu_unique(r)), impu);
		facts_set_told(f, FACT_IMPU_IN_ONE_SUBSCRIPTION,
			       tri_from_bool(r->impu_subscriptions <= 1), impu);
		facts_set_told(f, FACT_IMPU_DISTINCT, is_distinct(r), impu);
		facts_set_told(f, FACT_IMPU_OF_ONE_IMPI, tri_from_bool(count_impis(r) <= 1), impu);
	} else if (r->a && r->impi != NOT_FOUND) {
		facts_set_told(f, FACT_SET_HAS_SIP_URI, has_sip_uri(r), impi);
		f->is_pair_chosen |= is_isim_possible(r);
	}
	if (is_temporary(r))
		facts_set_told(f, FACT_NOT_TEMPORARY_IMPU, TRI_NO, impu);
	association_facts(r, f);
}

/* True when the IMPI has an unbarred IMPU in another set (D07). */
static bool has_unbarred_elsewhere(const struct resolved *r)
{
	for (uint32_t i = 0; i < r->b->impu_count; i++)
		if (r->b->impu[i].barred == TRI_NO &&
		    implicit_set_same(r->matching, r->population, r->b, r->impu, i) == TRI_NO)
			return true;
	return false;
}

/* Whether no member has a service profile with that fault, which may be in what was not read. */
static enum tri has_no_profile(const struct implicit_set *set, enum set_member_flag fault)
{
	enum tri any = implicit_set_any(set, fault);

	if (any == TRI_NO && implicit_set_any(set, MEMBER_PROFILE_UNREAD) != TRI_NO)
		any = TRI_UNKNOWN;
	return tri_not(any);
}

void resolved_set_facts(const struct resolved *r, struct facts *f)
{
	struct text subject = r->attempt->impu;
	const struct implicit_set *set = r->set;
	const struct impu *impu;
	enum tri other;
	uint32_t self;

	if (!set)
		return;
	impu = &r->b->impu[r->impu];
	self = implicit_set_flags(r->matching, r->population->directory, impu);
	f->is_impu_barred_naive = impu->barred == TRI_YES;
	f->state = impu->state;
	facts_set_told(f, FACT_IMPU_UNBARRED, tri_not(impu->barred), subject);
	other = implicit_set_any_other(set, MEMBER_UNBARRED, self);
	if (other == TRI_NO && implicit_set_any_other(set, MEMBER_BARRING_UNKNOWN, self) != TRI_NO)
		other = TRI_UNKNOWN;
	if (other == TRI_NO && !r->matching->is_set_global && subscription_is_owner_unknown(r->b))
		other = TRI_UNKNOWN;
	if (other == TRI_NO && r->population->is_partial)
		other = TRI_UNKNOWN;
	facts_set_told(f, FACT_SET_HAS_UNBARRED, other, subject);
	facts_set_told(f, FACT_SET_HAS_UNBARRED_WILDCARD,
		       implicit_set_any_other(set, MEMBER_WILDCARD_UNBARRED, self), subject);
	facts_set_told(f, FACT_SET_WITHIN_SUBSCRIPTION, tri_from_bool(!r->is_set_wider), subject);
	facts_set_told(f, FACT_OTHER_SET_HAS_UNBARRED, tri_from_bool(has_unbarred_elsewhere(r)),
		       subject);
	if (self & MEMBER_PROFILE_UNKNOWN)
		set_assumed(f, FACT_SERVICE_PROFILE_ASSIGNED, TRI_YES, subject);
	else
		facts_set_told(f, FACT_SERVICE_PROFILE_ASSIGNED,
			       tri_from_bool(!(self & MEMBER_PROFILE_MISSING)), subject);
	if (implicit_set_any_other(set, MEMBER_PROFILE_MISSING, self) == TRI_YES)
		facts_set_told(f, FACT_SET_PROFILES_ASSIGNED, TRI_NO, subject);
	facts_set_told(f, FACT_USER_DATA_BUILDABLE, has_no_profile(set, MEMBER_UNBUILDABLE),
		       subject);
	facts_set_told(f, FACT_USER_DATA_VALID, has_no_profile(set, MEMBER_INVALID), subject);
}

/* True when the visited network is the subscriber's own (design.md 10.4). */
static bool is_home(const struct resolved *r)
{
	struct text visited = r->attempt->visited_network;
	struct text impi = r->attempt->impi, imsi;
	char domain[PLMN_DOMAIN_MAX];

	if (r->attempt->visited_basis != VISITED_GIVEN)
		return true;
	if (r->policy->home_visited_network.data)
		return text_equal_nocase(visited, r->policy->home_visited_network);
	if (text_equal_nocase(visited, identity_split_impi(impi).realm))
		return true;
	if (!identity_imsi_of_impi(impi, &imsi))
		return false;
	for (unsigned length = 2; length <= 3; length++)
		if (plmn_home_domain(imsi, length, domain) &&
		    text_equal_nocase(visited, text_from(domain)))
			return true;
	return false;
}

/* How many listed networks have that name, and how many grants of the IMPU are for one of them. */
static void count_networks(const struct resolved *r, uint32_t *networks, uint32_t *grants)
{
	const struct hss_directory *d = r->population->directory;
	const struct impu *impu = r->set ? &r->b->impu[r->impu] : NULL;

	*networks = *grants = 0;
	for (uint32_t i = 0; i < d->visited_network_count; i++) {
		if (!r->matching->visited(d->visited_network[i].identity,
					  r->attempt->visited_network))
			continue;
		++*networks;
		for (uint32_t k = 0; impu && k < impu->grant_count; k++)
			*grants += impu->grants[k] == d->visited_network[i].id;
	}
}

/* True when the networks granted to the IMPU are known by name, though the list of all networks is
 * not exported. */
static bool are_grants_named(const struct resolved *r)
{
	const struct hss_directory *d = r->population->directory;
	const struct impu *impu = &r->b->impu[r->impu];

	for (uint32_t k = 0; k < impu->grant_count; k++) {
		uint32_t i = 0;

		while (i < d->visited_network_count && d->visited_network[i].id != impu->grants[k])
			i++;
		if (i == d->visited_network_count)
			return false;
	}
	return true;
}

static bool is_enough(const struct resolved *r, uint32_t count)
{
	return r->matching->is_visited_unique ? count == 1 : count > 0;
}

/* A refusal that rests on a guessed string is conditional. */
static void set_network(const struct resolved *r, struct facts *f, enum fact which, bool is_allowed)
{
	bool is_guess = !is_allowed && r->attempt->visited_basis == VISITED_HOME_DERIVED;

	facts_set(f, which, tri_from_bool(is_allowed), is_guess ? BASIS_OPEN : BASIS_EXPORTED,
		  r->attempt->visited_network);
}

void resolved_roaming_facts(const struct resolved *r, struct facts *f)
{
	struct text visited = r->attempt->visited_network;
	enum tri assumed = is_home(r) ? r->policy->assume_roaming_at_home : TRI_UNKNOWN;
	enum tri by_impi = TRI_UNKNOWN;
	uint32_t networks, grants;
	bool is_listed = r->population->directory->has_visited_networks == TRI_YES;

	if (!visited.data)
		return;
	count_networks(r, &networks, &grants);
	if (is_listed)
		set_network(r, f, FACT_VISITED_NETWORK_LISTED, is_enough(r, networks));
	else
		set_assumed(f, FACT_VISITED_NETWORK_LISTED, assumed, visited);
	if (r->a && r->impi != NOT_FOUND)
		by_impi = r->a->impi[r->impi].roaming_allowed;
	if (r->set && r->b->impu[r->impu].has_grants && is_listed)
		set_network(r, f, FACT_ROAMING_ALLOWED, is_enough(r, grants));
	else if (grants)
		set_network(r, f, FACT_ROAMING_ALLOWED, is_enough(r, grants));
	else if (r->set && r->b->impu[r->impu].has_grants && are_grants_named(r))
		set_network(r, f, FACT_ROAMING_ALLOWED, false);
	else if (r->set && r->b->impu[r->impu].has_grants)
		facts_set(f, FACT_ROAMING_ALLOWED, TRI_UNKNOWN, BASIS_MISSING, visited);
	else if (by_impi != TRI_UNKNOWN)
		facts_set_told(f, FACT_ROAMING_ALLOWED, is_home(r) ? TRI_YES : by_impi, visited);
	else if (r->a && r->b)
		set_assumed(f, FACT_ROAMING_ALLOWED, assumed, visited);
	if (r->a && r->impi != NOT_FOUND && r->a->impi[r->impi].barred == TRI_YES)
		facts_set_told(f, FACT_IMS_AUTHORISED, TRI_NO, r->attempt->impi);
	else if (r->a && r->a->ims_authorised != TRI_UNKNOWN)
		facts_set_told(f, FACT_IMS_AUTHORISED, r->a->ims_authorised, r->attempt->impi);
	else
		set_assumed(f, FACT_IMS_AUTHORISED, r->policy->assume_ims_authorised,
			    r->attempt->impi);
	if (r->set && r->b->impu[r->impu].may_register != TRI_UNKNOWN)
		facts_set_told(f, FACT_MAY_REGISTER, r->b->impu[r->impu].may_register,
			       r->attempt->impu);
}
