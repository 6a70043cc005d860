#include "model/auth_scheme.h"

/* The likeliest first: what a subscriber provisioned for several is asked for. */
static const struct {
	unsigned bit;
	const char *name;
} schemes[] = {
	{SCHEME_AKAV1, "Digest-AKAv1-MD5"},
	{SCHEME_SIP_DIGEST, "SIP Digest"},
	{SCHEME_AKAV2, "Digest-AKAv2-MD5"},
	{SCHEME_MD5, "Digest-MD5"},
	{SCHEME_DIGEST, "Digest"},
	{SCHEME_HTTP_DIGEST_MD5, "HTTP_DIGEST_MD5"},
	{SCHEME_NASS_BUNDLED, "NASS-Bundled"},
	{SCHEME_EARLY_IMS, "Early-IMS-Security"},
	{SCHEME_ASK_HSS, "Unknown"},
	{SCHEME_ASK_HSS, "unknown"},
};
#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

unsigned auth_scheme_find(struct text name, bool is_exact)
{
	for (size_t i = 0; i < SCHEME_COUNT; i++) {
		struct text known = text_from(schemes[i].name);

		if (is_exact ? text_equal(known, name) : text_equal_nocase(known, name))
			return schemes[i].bit;
	}
	return 0;
}

const char *auth_scheme_name(unsigned mask)
{
	for (size_t i = 0; i < SCHEME_COUNT; i++)
		if (mask & schemes[i].bit)
			return schemes[i].name;
	return schemes[0].name;
}
