#include "cli/given_attempt.h"

#include <stdio.h>

#include "audit/home_network.h"

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
		out->visited_network =
			home_network_of_impi(g->impi, policy, arena, &out->visited_basis);
	return RC_OK;
}
