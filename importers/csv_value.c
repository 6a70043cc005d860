#include "importers/csv_value.h"

#include "base/limits.h"

struct word {
	const char *word; /* folded */
	uint32_t value;
};

static const struct word boolean_words[] = {
	{"0", TRI_NO},    {"1", TRI_YES}, {"false", TRI_NO}, {"true", TRI_YES}, {"no", TRI_NO},
	{"yes", TRI_YES}, {"n", TRI_NO},  {"y", TRI_YES},    {NULL, 0},
};

/* The numbers are IdentityType of TS 29.228 Annex E, and FHoSS' impu.type. */
static const struct word kind_words[] = {
	{"0", IMPU_DISTINCT},
	{"public", IMPU_DISTINCT},
	{"publicid", IMPU_DISTINCT},
	{"publicidentity", IMPU_DISTINCT},
	{"publicuserid", IMPU_DISTINCT},
	{"publicuseridentity", IMPU_DISTINCT},
	{"distinct", IMPU_DISTINCT},
	{"distinctpublicuseridentity", IMPU_DISTINCT},
	{"impu", IMPU_DISTINCT},
	{"1", IMPU_DISTINCT_PSI},
	{"psi", IMPU_DISTINCT_PSI},
	{"distinctpsi", IMPU_DISTINCT_PSI},
	{"2", IMPU_WILDCARDED_PSI},
	{"wildcardpsi", IMPU_WILDCARDED_PSI},
	{"wildcardedpsi", IMPU_WILDCARDED_PSI},
	{"wildcardimpu", IMPU_WILDCARDED_IMPU},
	{"wildcardedimpu", IMPU_WILDCARDED_IMPU},
	{"wildcardedpublicuseridentity", IMPU_WILDCARDED_IMPU},
	{NULL, 0},
};

/* No numbers: 0 to 3 mean one thing in FHoSS and another in Sh (TS 29.328 IMSUserState). */
static const struct word state_words[] = {
	{"registered", REG_STATE_REGISTERED},
	{"notregistered", REG_STATE_NOT_REGISTERED},
	{"deregistered", REG_STATE_NOT_REGISTERED},
	{"unregistered", REG_STATE_UNREGISTERED},
	{"registeredunregservices", REG_STATE_UNREGISTERED},
	{"authpending", REG_STATE_AUTH_PENDING},
	{"authenticationpending", REG_STATE_AUTH_PENDING},
	{NULL, 0},
};

/* SIP-Authentication-Scheme of TS 29.229 6.3.9 and the names that FHoSS gives its bits. */
static const struct word scheme_words[] = {
	{"digestakav1md5", SCHEME_AKAV1},
	{"akav1", SCHEME_AKAV1},
	{"akav1md5", SCHEME_AKAV1},
	{"aka", SCHEME_AKAV1},
	{"digestakav2md5", SCHEME_AKAV2},
	{"digestakav2sha256", SCHEME_AKAV2},
	{"akav2", SCHEME_AKAV2},
	{"akav2md5", SCHEME_AKAV2},
	{"digestmd5", SCHEME_MD5},
	{"md5", SCHEME_MD5},
	{"digest", SCHEME_DIGEST},
	{"httpdigestmd5", SCHEME_HTTP_DIGEST_MD5},
	{"httpdigest", SCHEME_HTTP_DIGEST_MD5},
	{"earlyimssecurity", SCHEME_EARLY_IMS},
	{"earlyims", SCHEME_EARLY_IMS},
	{"giba", SCHEME_EARLY_IMS},
	{"nassbundled", SCHEME_NASS_BUNDLED},
	{"nba", SCHEME_NASS_BUNDLED},
	{"sipdigest", SCHEME_SIP_DIGEST},
	{NULL, 0},
};

static bool find_word(const struct word *words, struct text cell, uint32_t *value)
{
	char folded[64];

	if (cell.length >= sizeof(folded))
		return false;
	csv_fold(cell, folded, sizeof(folded));
	for (; words->word; words++) {
		if (strcmp(words->word, folded))
			continue;
		*value = words->value;
		return true;
	}
	return false;
}

/* Strictly: "y-e-s" is no word, so nothing but blanks is passed over. */
static bool read_tri(struct text cell, enum tri *out)
{
	uint32_t value;

	*out = TRI_UNKNOWN;
	if (cell.length == 1 && (cell.data[0] == '0' || cell.data[0] == '1')) {
		*out = cell.data[0] == '0' ? TRI_NO : TRI_YES;
		return true;
	}
	cell = text_trim(cell);
	if (!cell.length)
		return true;
	for (size_t i = 0; i < cell.length; i++)
		if (strchr("-_. +", cell.data[i]))
			return false;
	if (!find_word(boolean_words, cell, &value))
		return false;
	*out = (enum tri)value;
	return true;
}

#define TRI_READER(name, target)                                                             \
	static bool name(struct text cell, struct csv_facts *facts, struct csv_directory *d) \
	{                                                                                    \
		(void)d;                                                                     \
		return read_tri(cell, &facts->target);                                       \
	}

TRI_READER(read_ims_authorised, ims_authorised)
TRI_READER(read_impi_barred, impi.barred)
TRI_READER(read_roaming_allowed, impi.roaming_allowed)
TRI_READER(read_barred, impu.barred)
TRI_READER(read_default, impu.is_default)
TRI_READER(read_may_register, impu.may_register)
TRI_READER(read_psi_active, impu.psi_active)

static bool read_suspended(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	enum tri suspended = TRI_UNKNOWN;

	(void)d;
	if (!read_tri(cell, &suspended))
		return false;
	facts->ims_authorised = tri_not(suspended);
	return true;
}

static bool read_key_present(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	enum tri value;

	(void)d;
	if (!read_tri(cell, &value))
		return false;
	if (value != TRI_UNKNOWN && facts->impi.has_key != TRI_YES)
		facts->impi.has_key = value;
	return true;
}

/* Several columns may tell of a key: one that is filled decides. */
static bool read_key(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	(void)d;
	if (text_trim(cell).length)
		facts->impi.has_key = TRI_YES;
	else if (facts->impi.has_key == TRI_UNKNOWN)
		facts->impi.has_key = TRI_NO;
	return true;
}

static bool read_sqn(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	(void)d;
	facts->impi.has_sqn = tri_from_bool(text_trim(cell).length > 0);
	return true;
}

static bool read_scscf(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	(void)d;
	facts->scscf.state = cell.length ? LINK_ID : LINK_NONE;
	facts->scscf_name = cell.length ? cell : TEXT_NONE;
	return cell.length <= LIMIT_IDENTITY_LENGTH;
}

static bool read_preferred(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	return csv_read_preferred(d, cell, &facts->preferred_set);
}

/* A number is FHoSS' bit mask: no other source numbers schemes. */
static bool read_mask(struct text cell, uint32_t *mask)
{
	uint32_t n = 0;

	if (!text_is_digits(cell) || cell.length > 3)
		return false;
	for (size_t i = 0; i < cell.length; i++)
		n = n * 10 + (uint32_t)(cell.data[i] - '0');
	*mask = n;
	return n <= 255;
}

static bool read_schemes(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	struct text item;
	uint32_t mask = 0;

	(void)d;
	cell = text_trim(cell);
	facts->impi.has_schemes = cell.length > 0;
	if (read_mask(cell, &facts->impi.schemes))
		return true;
	while (csv_next_item(&cell, false, &item)) {
		uint32_t bit;

		if (!find_word(scheme_words, item, &bit))
			return false;
		mask |= bit;
	}
	facts->impi.schemes = mask;
	return true;
}

static bool read_default_scheme(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	uint32_t *scheme = &facts->impi.default_scheme;

	(void)d;
	cell = text_trim(cell);
	facts->impi.has_default_scheme = cell.length > 0;
	return !cell.length || read_mask(cell, scheme) || find_word(scheme_words, cell, scheme);
}

static bool read_irs(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	(void)d;
	facts->impu.irs = text_trim(cell);
	facts->impu.irs_state = facts->impu.irs.length ? IRS_NAMED : IRS_OWN;
	if (!facts->impu.irs.length)
		facts->impu.irs = TEXT_NONE;
	return facts->impu.irs.length <= LIMIT_IDENTITY_LENGTH;
}

static bool read_profile(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	return csv_read_profile(d, cell, &facts->impu.service_profile);
}

static bool read_kind(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	uint32_t kind = IMPU_KIND_UNKNOWN;

	(void)d;
	if (text_trim(cell).length && !find_word(kind_words, cell, &kind))
		return false;
	facts->impu.kind = (enum impu_kind)kind;
	return true;
}

static bool read_state(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	uint32_t state = REG_STATE_UNKNOWN;

	(void)d;
	if (text_trim(cell).length && !find_word(state_words, cell, &state))
		return false;
	facts->impu.state = (enum reg_state)state;
	return true;
}

static bool read_visited_networks(struct text cell, struct csv_facts *facts,
				  struct csv_directory *d)
{
	d->grant_count = 0;
	facts->impu.has_grants = true;
	if (!csv_read_networks(d, cell))
		return false;
	facts->grants = d->grant;
	facts->grant_count = d->grant_count;
	return true;
}

static bool read_wildcard(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	(void)d;
	facts->impu.wildcard = cell;
	return cell.length <= LIMIT_IDENTITY_LENGTH;
}

/* 0 and -1 are how databases say "none". */
static bool read_charging(struct text cell, struct csv_facts *facts, struct csv_directory *d)
{
	enum tri value = TRI_UNKNOWN;

	(void)d;
	cell = text_trim(cell);
	if (!read_tri(cell, &value) || value == TRI_UNKNOWN)
		value = tri_from_bool(cell.length && !text_equal(cell, TEXT_LITERAL("-1")));
	facts->impu.has_charging = value;
	return true;
}

const csv_reader csv_readers[CSV_FIELDS] = {
	[CSV_IMS_AUTHORISED] = read_ims_authorised,
	[CSV_SUSPENDED] = read_suspended,
	[CSV_SCSCF] = read_scscf,
	[CSV_PREFERRED_SCSCF] = read_preferred,
	[CSV_AUTH_SCHEMES] = read_schemes,
	[CSV_DEFAULT_SCHEME] = read_default_scheme,
	[CSV_KEY_PRESENT] = read_key_present,
	[CSV_KEY] = read_key,
	[CSV_SQN] = read_sqn,
	[CSV_IMPI_BARRED] = read_impi_barred,
	[CSV_ROAMING_ALLOWED] = read_roaming_allowed,
	[CSV_BARRED] = read_barred,
	[CSV_IRS] = read_irs,
	[CSV_DEFAULT] = read_default,
	[CSV_PROFILE] = read_profile,
	[CSV_KIND] = read_kind,
	[CSV_STATE] = read_state,
	[CSV_MAY_REGISTER] = read_may_register,
	[CSV_VISITED_NETWORKS] = read_visited_networks,
	[CSV_PSI_ACTIVE] = read_psi_active,
	[CSV_WILDCARD] = read_wildcard,
	[CSV_CHARGING] = read_charging,
};
