#include "audit/cscf_profile.h"

static const struct cscf_profile *const profiles[] = {
	&cscf_profile_3gpp,
	&cscf_profile_kamailio,
	&cscf_profile_clearwater,
};

static bool code_fits(const struct cscf_answer *a, uint16_t code)
{
	if (!a->code && !a->code_to)
		return true;
	return code >= a->code && code <= (a->code_to ? a->code_to : a->code);
}

const struct sip_answer *cscf_profile_map(const struct cscf_profile *p, enum cx_command command,
					  const struct step *step)
{
	const struct cscf_answer *a = p->answer;
	const struct cscf_answer *last = a + p->answer_count - 1;

	for (; a < last; a++) {
		if (a->command != command || !(a->kinds & 1U << step->kind))
			continue;
		if (a->fact != FACT_NONE && a->fact != step->any[0])
			continue;
		if (a->needs_identities && !(step->flags & STEP_CARRIES_IDENTITIES))
			continue;
		if (code_fits(a, step->code))
			break;
	}
	return &a->sip;
}

const struct cscf_profile *cscf_profile_find(struct text name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (text_equal_nocase(name, text_from(profiles[i]->name)))
			return profiles[i];
	return NULL;
}

const char *cscf_profile_name(const struct cscf_profile *p)
{
	return p->name;
}
