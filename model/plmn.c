#include "model/plmn.h"

#include "base/limits.h"

#define MNC_LENGTH_DEFAULT 2

/* cx-semantics 1.2: what the two sources say of an MCC as a whole; MCCs not here have two digits.
 */
static const struct {
	unsigned short first, last;
	unsigned char length;
	bool is_certain;
} countries[] = {
	{1, 1, 2, false},     {302, 302, 3, true},  {310, 316, 3, true},  {330, 330, 3, false},
	{334, 334, 3, true},  {338, 338, 3, false}, {342, 342, 3, true},  {344, 344, 3, true},
	{346, 346, 3, true},  {348, 348, 3, true},  {350, 350, 2, false}, {352, 352, 3, false},
	{354, 354, 3, false}, {356, 356, 3, false}, {358, 358, 3, false}, {360, 360, 3, false},
	{365, 365, 3, true},  {366, 366, 3, false}, {374, 374, 2, false}, {376, 376, 3, false},
	{708, 708, 3, true},  {722, 722, 3, true},  {732, 732, 3, true},  {738, 738, 2, false},
	{750, 750, 3, false}, {999, 999, 2, false},
};

/* PLMNs whose MNC length is not that of their MCC, as ranges of the first five or six digits.
 * Uncertain are those in mixed countries and those whose first five digits are a PLMN too. */
static const struct {
	unsigned first, last;
	unsigned char length;
	bool is_certain;
} exceptions[] = {
	{208500, 208500, 3, true},  {208502, 208502, 3, true},  {208504, 208504, 3, true},
	{208700, 208714, 3, true},  {214700, 214701, 3, true},  {250811, 250811, 3, true},
	{255701, 255701, 3, true},  {338020, 338020, 3, false}, {338040, 338040, 3, false},
	{338050, 338050, 3, false}, {338070, 338070, 3, false}, {338080, 338080, 3, false},
	{338110, 338110, 3, false}, {338180, 338180, 3, false}, {33805, 33805, 2, false},
	{350007, 350007, 3, false}, {35000, 35002, 2, false},   {35005, 35005, 2, false},
	{35011, 35011, 2, false},   {35015, 35015, 2, false},   {374120, 374120, 3, false},
	{374129, 374130, 3, false}, {374140, 374140, 3, false}, {37401, 37401, 2, false},
	{37412, 37413, 2, false},   {37420, 37420, 2, false},   {405025, 405029, 3, true},
	{405030, 405047, 3, false}, {405750, 405756, 3, true},  {405799, 405886, 3, true},
	{405908, 405932, 3, true},  {441200, 441212, 3, true},  {467193, 467193, 3, true},
	{502142, 502143, 3, true},  {502145, 502148, 3, true},  {502150, 502157, 3, true},
	{710300, 710300, 3, true},  {714020, 714020, 3, false}, {738002, 738003, 3, false},
	{738040, 738040, 3, false}, {73800, 73801, 2, false},   {73805, 73805, 2, false},
};

static bool number_of(struct text digits, size_t length, unsigned *out)
{
	unsigned value = 0;

	if (digits.length < length || !text_is_digits(text_of(digits.data, length)))
		return false;
	for (size_t i = 0; i < length; i++)
		value = value * 10 + (unsigned)(digits.data[i] - '0');
	*out = value;
	return true;
}

static bool find_exception(struct text imsi, struct mnc_length *out)
{
	unsigned five, six = 0;

	if (!number_of(imsi, 5, &five))
		return false;
	number_of(imsi, 6, &six);
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
		unsigned plmn = exceptions[i].first > 99999 ? six : five;

		if (plmn < exceptions[i].first || plmn > exceptions[i].last)
			continue;
		*out = (struct mnc_length){exceptions[i].length, exceptions[i].is_certain,
					   MNC_SOURCE_EXCEPTION};
		return true;
	}
	return false;
}

/* Geographic MCCs begin with 2 to 7 (ITU-T E.212 Annex A); 901 is the shared one. */
static bool is_assigned(unsigned mcc)
{
	return (mcc >= 200 && mcc <= 799) || mcc == 901;
}

static struct mnc_length by_table(struct text imsi)
{
	struct mnc_length out = {MNC_LENGTH_DEFAULT, false, MNC_SOURCE_NONE};
	unsigned mcc;

	if (find_exception(imsi, &out) || !number_of(imsi, 3, &mcc))
		return out;
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++)
		if (mcc >= countries[i].first && mcc <= countries[i].last)
			return (struct mnc_length){countries[i].length, countries[i].is_certain,
						   MNC_SOURCE_TABLE};
	if (is_assigned(mcc))
		out = (struct mnc_length){MNC_LENGTH_DEFAULT, true, MNC_SOURCE_TABLE};
	return out;
}

/* The longest rule of one source that the IMSI begins with; 0 when there is none. */
static unsigned by_rules(struct text imsi, const struct plmn_rule *rules, size_t count,
			 enum mnc_source source)
{
	unsigned longest = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(rules[i].digits);

		if (rules[i].source == source && (length == 5 || length == 6) &&
		    text_starts_with(imsi, rules[i].digits) && length - 3 > longest)
			longest = (unsigned)length - 3;
	}
	return longest;
}

struct mnc_length plmn_mnc_length(struct text imsi, const struct plmn_rule *rules, size_t count)
{
	unsigned length = by_rules(imsi, rules, count, MNC_SOURCE_POLICY);

	if (length)
		return (struct mnc_length){length, true, MNC_SOURCE_POLICY};
	struct mnc_length table = by_table(imsi);
	length = by_rules(imsi, rules, count, MNC_SOURCE_EXPORT);
	if (!length)
		return table;
	return (struct mnc_length){length, !table.is_certain || table.length == length,
				   MNC_SOURCE_EXPORT};
}

bool plmn_home_domain(struct text imsi, unsigned mnc_length, char *out)
{
	static const char domain[] = "ims.mnc000.mcc000.3gppnetwork.org";

	if ((mnc_length != 2 && mnc_length != 3) || imsi.length < 3 + mnc_length ||
	    imsi.length > IMSI_DIGITS_MAX || !text_is_digits(imsi))
		return false;
	/* Not snprintf: this runs for each subscriber. */
	memcpy(out, domain, sizeof(domain));
	memcpy(out + 10 - mnc_length, imsi.data + 3, mnc_length);
	memcpy(out + 14, imsi.data, 3);
	return true;
}

/* Takes "<name><digits>" off the end of *domain, where it is a whole label. */
static bool take_label(struct text *domain, const char *name, struct text *digits)
{
	ptrdiff_t dot = text_find_last(*domain, '.');
	size_t start = (size_t)(dot + 1);
	struct text label = text_of(domain->data + start, domain->length - start);

	if (!text_starts_with_nocase(label, name))
		return false;
	*digits = text_of(label.data + 3, label.length - 3);
	domain->length = dot < 0 ? 0 : (size_t)dot;
	return text_is_digits(*digits);
}

bool plmn_domain_parse(struct text domain, struct plmn_domain *out)
{
	static const char suffix[] = ".3gppnetwork.org";
	size_t length = sizeof(suffix) - 1;
	struct plmn_domain found;

	if (domain.length < length ||
	    !text_equal_nocase(text_of(domain.data + domain.length - length, length),
			       text_of(suffix, length)))
		return false;
	domain.length -= length;
	if (!take_label(&domain, "mcc", &found.mcc) || !take_label(&domain, "mnc", &found.mnc))
		return false;
	found.label = domain;
	found.is_ims = text_equal_nocase(domain, TEXT_LITERAL("ims")) && found.mnc.length == 3 &&
		       found.mcc.length == 3;
	*out = found;
	return true;
}
