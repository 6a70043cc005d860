#include "model/words.h"

const char *impu_kind_str(enum impu_kind kind)
{
	static const char *const words[] = {
		[IMPU_DISTINCT] = "public",
		[IMPU_DISTINCT_PSI] = "distinct-psi",
		[IMPU_WILDCARDED_PSI] = "wildcarded-psi",
		[IMPU_WILDCARDED_IMPU] = "wildcarded-impu",
	};

	return words[kind];
}

const char *reg_state_str(enum reg_state state)
{
	static const char *const words[] = {
		[REG_STATE_NOT_REGISTERED] = "not-registered",
		[REG_STATE_REGISTERED] = "registered",
		[REG_STATE_UNREGISTERED] = "unregistered",
		[REG_STATE_AUTH_PENDING] = "authentication-pending",
	};

	return words[state];
}
