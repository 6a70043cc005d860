/* The operator's P-CSCFs and trusted networks (TS 24.229 5.3.1.2). */
#include "audit/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void addresses_are_matched_with_lists_and_networks(void **state)
{
	static struct text p_cscf[] = {TEXT_LITERAL("192.0.2.10"),
				       TEXT_LITERAL("pcscf.example.org")};
	static struct text network[] = {TEXT_LITERAL("198.51.100.0/25"),
					TEXT_LITERAL("2001:db8::/33")};
	static const struct {
		const char *address;
		bool is_trusted;
	} rows[] = {
		{"192.0.2.10", true},
		{"192.0.2.10:5060", true},
		{"192.0.2.11", false},
		{"PCSCF.example.org", true},
		{"pcscf.example.org:4060", true},
		{"pcscf.example.com", false},
		{"198.51.100.127", true},
		{"198.51.100.128", false},
		{"198.51.101.1", false},
		{"[2001:db8:7fff::1]:5060", true},
		{"2001:db8:7fff::1", true},
		{"2001:db8:8000::1", false},
		{"", false},
		{"[", false},
		{"198.51.100.1.example.org", false},
	};
	struct policy policy;

	(void)state;
	policy_init(&policy);
	policy.p_cscf = p_cscf;
	policy.p_cscf_count = COUNT(p_cscf);
	policy.trusted_network = network;
	policy.trusted_network_count = COUNT(network);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (policy_trusts(&policy, text_from(rows[i].address)) != rows[i].is_trusted)
			fail_msg("%s", rows[i].address);
	policy_clear(&policy);
}

static void networks_are_recognised(void **state)
{
	static const struct {
		const char *text;
		bool is_network;
	} rows[] = {
		{"192.0.2.0/24", true},  {"192.0.2.1", true},
		{"2001:db8::/32", true}, {"192.0.2.0/33", false},
		{"192.0.2.0/", false},   {"300.0.0.1", false},
		{"example.org", false},  {"192.0.2.0/x", false},
		{"192.0.2.0/-1", false}, {"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (policy_is_network(text_from(rows[i].text)) != rows[i].is_network)
			fail_msg("%s", rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_matched_with_lists_and_networks),
		cmocka_unit_test(networks_are_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
