#include <stdio.h>

#include "base/limits.h"
#include "model/identity.h"
#include "model/nearest.h"
#include "model/plmn.h"

enum mnc_form {
	MNC_AS_IS,
	MNC_UNPADDED,     /* 15 for 015 */
	MNC_RIGHT_PADDED, /* 150 for 015 */
	MNC_OTHER_LENGTH, /* 159 for 015 of 234159…, or the reverse */
};

/* What is done to the identity; fields not named leave it as it is. Likeliest first (cx-semantics
 * 7, D40 to D46). */
static const struct misspelling {
	const char *prefix; /* before the IMSI */
	const char *label;  /* instead of "ims.", with its dot */
	const char *suffix;
	enum mnc_form mnc;
	unsigned char drop_first, drop_last; /* digits of the IMSI */
	bool is_padded;                      /* a zero before the MNC inside the IMSI */
	bool has_other_scheme;               /* sip: before an IMPI, none before an IMPU */
	bool is_upper;
} misspellings[] = {
	{.prefix = "imsi-"},
	{.has_other_scheme = true},
	{.prefix = "0"},
	{.prefix = "6"},
	{.prefix = "1"},
	{.drop_last = 1},
	{.mnc = MNC_UNPADDED},
	{.mnc = MNC_RIGHT_PADDED},
	{.mnc = MNC_OTHER_LENGTH},
	{.label = "epc."},
	{.label = "nai.epc."},
	{.label = "wlan."},
	{.label = ""},
	{.prefix = "0", .label = "nai.epc."},
	{.prefix = "6", .label = "nai.epc."},
	{.prefix = "0", .label = "wlan."},
	{.prefix = "1", .label = "wlan."},
	{.is_padded = true},
	{.drop_first = 1},
	{.is_upper = true},
	{.suffix = ";user=phone"},
	{.suffix = ":5060"},
	{.suffix = " "},
	{.prefix = " "},
	{.prefix = "imsi-", .has_other_scheme = true},
};

struct derived {
	bool is_impu;
	struct text imsi;
	struct plmn_domain domain;
};

static bool split(struct text expected, struct derived *out)
{
	out->is_impu = text_starts_with_nocase(expected, "sip:");
	if (out->is_impu)
		expected = text_of(expected.data + 4, expected.length - 4);
	struct impi_parts parts = identity_split_impi(expected);
	out->imsi = parts.user;
	return identity_is_imsi(parts.user) && parts.user.length >= 6 && parts.realm.data &&
	       plmn_domain_parse(parts.realm, &out->domain) && out->domain.is_ims;
}

/* Writes the MNC in another form; out has four bytes. */
static void write_mnc(const struct derived *d, enum mnc_form form, char *out)
{
	const char *mnc = d->domain.mnc.data;

	text_copy(d->domain.mnc, out, 4);
	if (mnc[0] != '0') {
		if (form == MNC_OTHER_LENGTH)
			snprintf(out, 4, "0%.2s", d->imsi.data + 3);
		return;
	}
	const char *number = mnc + 1 + (mnc[1] == '0');
	int length = (int)(mnc + 3 - number);
	if (form == MNC_UNPADDED)
		snprintf(out, 4, "%.*s", length, number);
	else if (form == MNC_RIGHT_PADDED)
		snprintf(out, 4, "%.2s0", mnc + 1);
	else if (form == MNC_OTHER_LENGTH)
		snprintf(out, 4, "%.3s", d->imsi.data + 3);
}

static size_t write_spelling(const struct derived *d, const struct misspelling *m, char *out,
			     size_t size)
{
	struct text imsi = text_of(d->imsi.data + m->drop_first,
				   d->imsi.length - m->drop_first - m->drop_last);
	int before = m->is_padded ? 3 : 0;
	char mnc[4];

	write_mnc(d, m->mnc, mnc);
	int n = snprintf(out, size, "%s%s%.*s%s%.*s@%smnc%s.mcc%.3s.3gppnetwork.org%s",
			 d->is_impu != m->has_other_scheme ? "sip:" : "",
			 m->prefix ? m->prefix : "", before, imsi.data, m->is_padded ? "0" : "",
			 (int)imsi.length - before, imsi.data + before,
			 m->label ? m->label : "ims.", mnc, d->domain.mcc.data,
			 m->suffix ? m->suffix : "");
	for (int i = 0; m->is_upper && i < n; i++)
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - ('a' - 'A'));
	return (size_t)n;
}

void identity_visit_misspellings(struct text expected, bool (*visit)(struct text t, void *context),
				 void *context)
{
	struct derived d;

	if (!split(expected, &d))
		return;
	for (size_t i = 0; i < sizeof(misspellings) / sizeof(misspellings[0]); i++) {
		char out[PLMN_DOMAIN_MAX + IMSI_DIGITS_MAX + 32];
		struct text t =
			text_of(out, write_spelling(&d, &misspellings[i], out, sizeof(out)));

		if (!text_equal(t, expected) && !visit(t, context))
			return;
	}
}
