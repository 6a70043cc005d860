#include "audit/policy.h"

void policy_init(struct policy *p)
{
	*p = (struct policy){
		.assume_roaming_at_home = TRI_YES,
		.assume_ims_authorised = TRI_YES,
		.assume_key_present = TRI_YES,
	};
	arena_init(&p->arena);
}

void policy_clear(struct policy *p)
{
	if (!p)
		return;
	arena_clear(&p->arena);
	policy_init(p);
}
