#include "audit/matching.h"

#include "model/auth_scheme.h"
#include "model/collation.h"
#include "model/identity.h"
#include "model/uri.h"

/* --- 3gpp: canonical identities (cx-semantics 1.3) -------------------------------------------- */

static enum match impi_canonical(struct text stored, struct text requested)
{
	return identity_impi_equal(stored, requested) ? MATCH_EXACT : MATCH_NONE;
}

/* True when a stored IMPU is more than an address of record: what an HSS makes of it is its own. */
static bool is_stored_loose(struct text stored)
{
	struct uri uri;

	if (uri_parse(stored, &uri, NULL) != RC_OK)
		return false;
	if (uri.parameters.data || uri.headers.data || uri.password.data || stored.data[0] == '<')
		return true;
	if (uri.scheme != URI_TEL)
		return false;
	for (size_t i = 0; i < uri.user.length; i++)
		if (uri.user.data[i] == '-' || uri.user.data[i] == '.' || uri.user.data[i] == '(')
			return true;
	return false;
}

/* True when two IMPUs differ at first sight: another scheme, or another first character of the user
 * that stands for itself. Most comparisons end here. */
static bool is_surely_other(struct text a, struct text b)
{
	bool is_sip = text_starts_with_nocase(a, "sip:"),
	     is_tel = text_starts_with_nocase(a, "tel:");

	if (a.length < 5 || b.length < 5 || (!is_sip && !is_tel))
		return false;
	if (text_starts_with_nocase(b, is_sip ? "tel:" : "sip:"))
		return true;
	if (!text_starts_with_nocase(b, is_sip ? "sip:" : "tel:"))
		return false;
	return a.data[4] != b.data[4] && !memchr("%(-.", a.data[4], 4) &&
	       !memchr("%(-.", b.data[4], 4);
}

static enum match impu_canonical(struct text stored, struct text requested)
{
	if (text_equal(stored, requested))
		return MATCH_EXACT;
	if (is_surely_other(stored, requested) || !identity_impu_equal(stored, requested))
		return MATCH_NONE;
	return is_stored_loose(stored) ? MATCH_LOOSE : MATCH_EXACT;
}

/* --- fhoss: SQL comparison under the collation (oracle/fhoss, rule 1) --------------------------
 */

static enum match impi_like(struct text stored, struct text requested)
{
	if (stored.length == requested.length && !collation_like_has_wildcard(requested) &&
	    text_equal(stored, requested))
		return MATCH_EXACT;
	return collation_like(stored, requested) ? MATCH_EXACT : MATCH_NONE;
}

static enum match impu_sql_equal(struct text stored, struct text requested)
{
	if (text_equal(stored, requested))
		return MATCH_EXACT;
	return collation_equal(stored, requested) ? MATCH_EXACT : MATCH_NONE;
}

/* --- open5gs, pyhss: the number in the IMPI (cx-semantics 1.5) ----------------------------------
 */

struct text matching_user(struct text impi)
{
	ptrdiff_t at = impi.data ? text_find(impi, '@') : -1;

	return at < 0 ? TEXT_NONE : text_of(impi.data, (size_t)at);
}

struct text matching_digits(struct text t, char *buffer)
{
	size_t length = 0;

	for (size_t i = 0; i < t.length && t.data[i] != '@'; i++)
		if (t.data[i] >= '0' && t.data[i] <= '9' && length < MATCHING_KEY_MAX)
			buffer[length++] = t.data[i];
	return text_of(buffer, length);
}

static bool has_text(const struct text *list, uint32_t count, struct text t)
{
	for (uint32_t i = 0; i < count; i++)
		if (text_equal(list[i], t))
			return true;
	return false;
}

/* Where the source exports no IMSIs, the user part of an IMPI stands for one. */
static bool has_imsi(const struct ims_subscription *s, struct text number)
{
	char buffer[MATCHING_KEY_MAX];

	if (s->imsi_count || s->has_imsi_column == TRI_YES)
		return has_text(s->imsi, s->imsi_count, number);
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (text_equal(matching_digits(s->impi[i].identity, buffer), number))
			return true;
	return false;
}

static bool has_msisdn(const struct ims_subscription *s, struct text number)
{
	char buffer[MATCHING_KEY_MAX];

	for (uint32_t i = 0; i < s->msisdn_count; i++)
		if (text_equal(matching_digits(s->msisdn[i], buffer), number))
			return true;
	return false;
}

static bool subscriber_by_digits(const struct ims_subscription *s, struct text requested)
{
	char buffer[MATCHING_KEY_MAX];
	struct text number = matching_digits(requested, buffer);

	/* open5gs refuses a User-Name without digits or with more than an IMSI has. */
	if (!number.length || number.length > 15)
		return false;
	return has_imsi(s, number) || has_msisdn(s, number);
}

static bool subscriber_by_user(const struct ims_subscription *s, struct text requested)
{
	struct text user = matching_user(requested);

	return text_is_digits(user) && has_imsi(s, user);
}

/* PyHSS: a user part of 15 or 16 characters is an IMSI, any other an MSISDN after one '+'; of
 * several MSISDNs only the first is looked up. */
static bool number_by_length(const struct ims_subscription *s, struct text impu)
{
	char buffer[MATCHING_KEY_MAX];
	struct uri uri;
	struct text user;

	if (uri_parse(impu, &uri, NULL) != RC_OK)
		return false;
	user = uri.user;
	if (user.length == 15 || user.length == 16)
		return has_imsi(s, user);
	if (text_starts_with(user, "+"))
		user = text_of(user.data + 1, user.length - 1);
	return s->msisdn_count && text_equal(matching_digits(s->msisdn[0], buffer), user);
}

static struct text key_user(struct text requested, char *buffer)
{
	(void)buffer;
	return matching_user(requested);
}

static enum match impu_canonical_any(struct text stored, struct text requested)
{
	return !is_surely_other(stored, requested) && identity_impu_equal(stored, requested)
		       ? MATCH_EXACT
		       : MATCH_NONE;
}

/* --- the table ----------------------------------------------------------------------------------
 */

static const struct matching matchings[] = {
	{
		.hss = "3gpp",
		.impi = impi_canonical,
		.impu = impu_canonical,
		.visited = text_equal_nocase,
		.unbuildable = PROFILE_FAULT_NO_APPLICATION_SERVER | PROFILE_FAULT_MISSING_IFC,
		.order = USER_DATA_RECORD,
	},
	{
		.hss = "fhoss",
		.impi = impi_like,
		.impu = impu_sql_equal,
		.visited = collation_like,
		.is_impi_pattern = true,
		.is_visited_unique = true,
		.is_set_global = true,
		.is_kind_ignored = true,
		.is_user_data_exact = true,
		.is_profile_dangling = true,
		.is_scheme_exact = true,
		.unbuildable = PROFILE_FAULT_NO_APPLICATION_SERVER,
		.order = USER_DATA_FHOSS,
	},
	{
		.hss = "open5gs",
		.subscriber = subscriber_by_digits,
		.impu = impu_canonical_any,
		.visited = text_equal_nocase,
		.impi_key = matching_digits,
		.order = USER_DATA_OPEN5GS,
	},
	{
		.hss = "pyhss",
		.subscriber = subscriber_by_user,
		.impu = impu_canonical_any,
		.impu_number = number_by_length,
		.visited = text_equal_nocase,
		.impi_key = key_user,
		.order = USER_DATA_PYHSS,
	},
};

const struct matching *matching_find(const char *hss)
{
	for (size_t i = 0; hss && i < sizeof(matchings) / sizeof(matchings[0]); i++)
		if (strcmp(matchings[i].hss, hss) == 0)
			return &matchings[i];
	return &matchings[0];
}

unsigned matching_scheme(const struct matching *m, struct text name)
{
	return auth_scheme_find(name, m->is_scheme_exact);
}
