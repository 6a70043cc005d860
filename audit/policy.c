#include "audit/policy.h"

#include <arpa/inet.h>
#include <stdlib.h>

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

/* Without brackets and port: "[2001:db8::1]:5060" is 2001:db8::1. */
static struct text host_of(struct text address)
{
	ptrdiff_t colon = text_find(address, ':');
	ptrdiff_t close = text_find(address, ']');

	if (address.length > 1 && address.data[0] == '[' && close > 1)
		return text_of(address.data + 1, (size_t)close - 1);
	if (colon >= 0 && colon == text_find_last(address, ':'))
		return text_of(address.data, (size_t)colon);
	return address;
}

/* 4 or 16 bytes; 0 when it is no address. */
static size_t parse_address(struct text t, unsigned char *out)
{
	char copy[64];

	if (t.length >= sizeof(copy))
		return 0;
	text_copy(t, copy, sizeof(copy));
	if (inet_pton(AF_INET, copy, out) == 1)
		return 4;
	return inet_pton(AF_INET6, copy, out) == 1 ? 16 : 0;
}

static bool network_holds(struct text network, struct text address)
{
	unsigned char a[16], n[16];
	ptrdiff_t slash = text_find(network, '/');
	struct text base = slash < 0 ? network : text_of(network.data, (size_t)slash);
	size_t size = parse_address(base, n), bits;
	char digits[8];

	if (!size || parse_address(address, a) != size)
		return false;
	bits = size * 8;
	if (slash >= 0) {
		struct text length =
			text_of(network.data + slash + 1, network.length - (size_t)slash - 1);

		if (!text_is_digits(length) || length.length >= sizeof(digits))
			return false;
		bits = strtoul(text_copy(length, digits, sizeof(digits)), NULL, 10);
		if (bits > size * 8)
			return false;
	}
	if (memcmp(a, n, bits / 8) != 0)
		return false;
	return bits % 8 == 0 || ((a[bits / 8] ^ n[bits / 8]) >> (8 - bits % 8)) == 0;
}

bool policy_is_network(struct text network)
{
	ptrdiff_t slash = text_find(network, '/');
	struct text base = slash < 0 ? network : text_of(network.data, (size_t)slash);

	return network_holds(network, base);
}

bool policy_trusts(const struct policy *policy, struct text address)
{
	struct text host = host_of(address);

	for (size_t i = 0; i < policy->p_cscf_count; i++)
		if (text_equal_nocase(host, policy->p_cscf[i]) ||
		    network_holds(policy->p_cscf[i], host))
			return true;
	for (size_t i = 0; i < policy->trusted_network_count; i++)
		if (network_holds(policy->trusted_network[i], host))
			return true;
	return false;
}
