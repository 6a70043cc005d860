#include "cli/given_attempt.h"

#include <stdio.h>

#include "model/identity.h"

/* The home network of who asks: policy, else the domain of the IMSI in the IMPI, else the IMPI's
 * realm (design.md 10.4). */
static struct text home_network(struct text impi, const struct policy *policy, struct arena *arena,
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

static enum rc find_word(struct text word, const char *const *words, size_t count, const char *what,
			 unsigned *out, struct diag *diag)
{
	char expected[128] = "";
	size_t used = 0;

	*out = 0;
	if (!word.data)
		return RC_OK;
	for (size_t i = 0; i < count; i++) {
		if (text_equal_nocase(word, text_from(words[i]))) {
			*out = (unsigned)i;
			return RC_OK;
		}
		used += (size_t)snprintf(expected + used, sizeof(expected) - used, "%s%s",
					 i ? ", " : "", words[i]);
	}
	return diag_set(diag, RC_USAGE, "%s: found '%.*s', expected %s", what,
			(int)(word.length > 64 ? 64 : word.length), word.data, expected);
}

enum rc given_attempt(const struct given *g, const struct policy *policy, struct arena *arena,
		      struct attempt *out, struct diag *diag)
{
	static const char *const types[] = {"registration", "deregistration", "capabilities"};
	static const char *const commands[] = {"UAR", "MAR", "SAR"};
	unsigned type, from;
	enum rc rc = find_word(g->type, types, 3, "type", &type, diag);

	if (rc == RC_OK)
		rc = find_word(g->from, commands, 3, "from", &from, diag);
	if (rc != RC_OK)
		return rc;
	*out = (struct attempt){
		.origin = ORIGIN_GIVEN,
		.impi = g->impi,
		.impu = g->impu,
		.visited_network = g->visited_network,
		.visited_basis = VISITED_GIVEN,
		.type = (enum authorization_type)type,
		.from = (enum cx_command)from,
		.is_emergency = g->is_emergency,
		.scheme = g->has_scheme         ? g->scheme
			  : policy->scheme.data ? policy->scheme
						: TEXT_LITERAL("Digest-AKAv1-MD5"),
	};
	if (!g->has_visited_network)
		out->visited_network = home_network(g->impi, policy, arena, &out->visited_basis);
	return RC_OK;
}
