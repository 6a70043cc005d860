#include "audit/hss_profile.h"

const struct refinement refine_missing_impi[] = {
	{REFINE_FACT_OPEN, FACT_IMPI_EXISTS, RULE_ROW(46)},
	{REFINE_FACT_NO, FACT_IMPU_EXISTS, RULE_ROW(01)},
	{0},
};

const struct refinement refine_missing_impu[] = {
	{REFINE_FACT_OPEN, FACT_IMPU_EXISTS, RULE_ROW(46)},
	{REFINE_FACT_NO, FACT_IMPI_EXISTS, RULE_ROW(01)},
	{REFINE_FACT_NO, FACT_SET_HAS_SIP_URI, RULE_ROW(15)},
	{REFINE_USIM, FACT_NONE, RULE_ROW(04)},
	{0},
};

const struct refinement refine_not_distinct[] = {
	{REFINE_FACT_NO, FACT_NOT_PSI, RULE_ROW(51)},
	{0},
};

const struct refinement refine_barred[] = {
	{REFINE_FACT_YES, FACT_SET_HAS_UNBARRED_WILDCARD, RULE_ROW(09)},
	{REFINE_FACT_YES, FACT_OTHER_SET_HAS_UNBARRED, RULE_ROW(07)},
	{0},
};

const struct refinement refine_roaming[] = {
	{REFINE_HOME_NETWORK, FACT_NONE, RULE_ROW(32)},
	{0},
};

static const struct hss_profile *const profiles[] = {
	&hss_profile_3gpp,
	&hss_profile_fhoss,
	&hss_profile_open5gs,
	&hss_profile_pyhss,
};

const struct hss_profile *hss_profile_find(struct text name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (text_equal_nocase(name, text_from(profiles[i]->name)))
			return profiles[i];
	return NULL;
}

const char *hss_profile_name(const struct hss_profile *p)
{
	return p->name;
}
