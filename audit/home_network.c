#include "audit/home_network.h"

#include "model/identity.h"

struct text home_network_of_impi(struct text impi, const struct policy *policy, struct arena *arena,
				 enum visited_basis *basis)
{
	struct impi_parts parts = identity_split_impi(impi);
	struct plmn_domain domain;
	char home[PLMN_DOMAIN_MAX];

	if (policy->home_visited_network.data) {
		*basis = VISITED_POLICY;
		return policy->home_visited_network;
	}
	*basis = VISITED_HOME_DERIVED;
	if (!identity_is_imsi(parts.user) || parts.user.length < 6)
		return parts.realm;
	if (parts.realm.data && plmn_domain_parse(parts.realm, &domain) && domain.is_ims)
		return parts.realm;
	if (!plmn_home_domain(parts.user,
			      plmn_mnc_length(parts.user, policy->plmn, policy->plmn_count).length,
			      home))
		return parts.realm;
	return arena_text(arena, text_from(home));
}
