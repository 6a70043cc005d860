#include "audit/duplicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/audit/audit_case.h"

static void put(struct audit_case *c, const char *imsi, const char *msisdn, const char *impi,
		const char *impu, const char *other)
{
	audit_case_begin(c);
	if (imsi)
		assert_non_null(subscription_add_imsi(&c->record, text_from(imsi)));
	if (msisdn)
		assert_non_null(subscription_add_msisdn(&c->record, text_from(msisdn)));
	if (impi)
		assert_non_null(subscription_add_impi(&c->record, text_from(impi)));
	if (impu)
		audit_case_impu(c, impu, TRI_NO, "7");
	if (other)
		audit_case_impu(c, other, TRI_NO, "7");
	audit_case_put(c);
}

/* Two records, and the rules that their comparison shows: one text "CXA047 CXA048", "" for none. */
struct pair_case {
	const char *first[5], *second[5]; /* IMSI, MSISDN, IMPI, IMPU, IMPU */
	const char *rules;
};

#define NONE NULL, NULL, NULL, NULL, NULL

static const struct pair_case pairs[] = {
	{{"001010000000001", NULL, NULL, NULL, NULL},
	 {"001010000000001", NULL, NULL, NULL, NULL},
	 "CXA074"},
	{{"001010000000001", NULL, NULL, NULL, NULL},
	 {"001010000000002", NULL, NULL, NULL, NULL},
	 ""},
	{{NULL, "882100000001", NULL, NULL, NULL},
	 {NULL, "+882100000001", NULL, NULL, NULL},
	 "CXA075"},
	{{NULL, "882100000001", NULL, NULL, NULL},
	 {NULL, "+88-2100-000001", NULL, NULL, NULL},
	 "CXA075"},
	{{NULL, "882100000001", NULL, NULL, NULL}, {NULL, "882100000002", NULL, NULL, NULL}, ""},
	{{NULL, NULL, "a12345@example.org", NULL, NULL},
	 {NULL, NULL, "a12345@EXAMPLE.org", NULL, NULL},
	 "CXA047"},
	{{NULL, NULL, "a12345@example.org", NULL, NULL},
	 {NULL, NULL, "A12345@example.org", NULL, NULL},
	 ""},
	{{NULL, NULL, "12345@example.org", NULL, NULL},
	 {NULL, NULL, "12345@example.net", NULL, NULL},
	 ""},
	{{NULL, NULL, "a@b", "sip:+882100000001@a.example", NULL},
	 {NULL, NULL, "b@b", "sip:+882100000001@A.EXAMPLE", NULL},
	 "CXA048"},
	{{NULL, NULL, "a@b", "tel:+882100000001", NULL},
	 {NULL, NULL, "b@b", "tel:+88-2100-000001", NULL},
	 "CXA048"},
	{{NULL, NULL, "a@b", "tel:+882100000001", NULL},
	 {NULL, NULL, "b@b", "sip:+882100000001@b", NULL},
	 ""},
	/* Only the coarse keys coincide: one's IMSI is the other's number. */
	{{"882100000000001", NULL, NULL, NULL, NULL},
	 {NULL, "882100000000001", NULL, NULL, NULL},
	 ""},
	{{"882100000000001", NULL, NULL, NULL, NULL},
	 {NULL, NULL, "a@b", "tel:+882100000000001", NULL},
	 ""},
	/* Twice inside one subscription is none between two. */
	{{NULL, NULL, "a@b", "tel:+882100000001", "tel:+88-2100000001"}, {NONE}, ""},
};

static void rules_of(const struct audit_result *result, char *out, size_t size)
{
	static const char *const ids[] = {"CXA014", "CXA047", "CXA048", "CXA074", "CXA075"};

	*out = '\0';
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct audit_cause *cause = audit_case_cause(result, ids[i]);
		size_t used = strlen(out);

		if (!cause)
			continue;
		assert_int_equal(cause->subscribers, 2);
		snprintf(out + used, size - used, "%s%s", used ? " " : "", ids[i]);
	}
}

static void equal_identities_of_two_subscriptions_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair_case *p = &pairs[i];
		struct audit_case c;
		struct audit_request request;
		struct audit_result result;
		char rules[64];

		audit_case_init(&c);
		put(&c, p->first[0], p->first[1], p->first[2], p->first[3], p->first[4]);
		put(&c, p->second[0], p->second[1], p->second[2], p->second[3], p->second[4]);
		audit_case_commit(&c);
		audit_case_run(&c, 2, &request, &result);
		rules_of(&result, rules, sizeof(rules));
		if (strcmp(rules, p->rules) != 0)
			fail_msg("pair %zu: found \"%s\", expected \"%s\"", i, rules, p->rules);
		audit_result_clear(&result);
		audit_case_clear(&c);
	}
}

/* cx-semantics 7, D14: a set number that strangers share counts where numbers are global. */
static void a_shared_set_counts_where_labels_are_global(void **state)
{
	(void)state;
	for (int is_global = 0; is_global < 2; is_global++) {
		struct audit_case c;
		struct audit_request request;
		struct audit_result result;
		char rules[64];

		audit_case_init(&c);
		c.has_global_sets = is_global;
		put(&c, NULL, NULL, "a@b", "sip:alice@b", NULL);
		put(&c, NULL, NULL, "c@b", "sip:carol@b", NULL);
		audit_case_commit(&c);
		audit_case_run(&c, 1, &request, &result);
		rules_of(&result, rules, sizeof(rules));
		assert_string_equal(rules, is_global ? "CXA014" : "");
		audit_result_clear(&result);
		audit_case_clear(&c);
	}
}

/* An IMPU without IMPI belongs to nobody: alone in a set number, and none to compare. */
static void sets_of_orphans_alone_are_no_collision(void **state)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;
	char rules[64];

	(void)state;
	audit_case_init(&c);
	c.has_global_sets = true;
	for (int i = 0; i < 2; i++) {
		audit_case_begin(&c)->kind = RECORD_ORPHAN_IMPU;
		audit_case_impu(&c, i ? "sip:alice@b" : "sip:carol@b", TRI_NO, "7");
		audit_case_put(&c);
	}
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &result);
	rules_of(&result, rules, sizeof(rules));
	assert_string_equal(rules, "");
	audit_result_clear(&result);
	audit_case_clear(&c);
}

static bool on_finding(const struct audit_finding *f, const struct ims_subscription *record,
		       void *context)
{
	unsigned *found = context;

	(void)record;
	if (!strcmp(f->rule->id, "CXA075")) {
		assert_non_null(strstr(f->text, *found ? "001010000000001" : "001010000000002"));
		(*found)++;
	}
	return true;
}

static void a_duplicate_names_who_else_holds_it(void **state)
{
	struct audit_case c;
	struct audit_request request;
	struct audit_result result;
	struct diag diag;
	unsigned found = 0;

	(void)state;
	audit_case_init(&c);
	put(&c, "001010000000001", "882100000001", NULL, NULL, NULL);
	put(&c, "001010000000002", "882100000001", NULL, NULL, NULL);
	audit_case_commit(&c);
	audit_case_run(&c, 1, &request, &result);
	diag_init(&diag);
	assert_int_equal(audit_list(&request, &result, on_finding, &found, &diag), RC_OK);
	assert_int_equal(found, 2);
	audit_result_clear(&result);
	audit_case_clear(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_identities_of_two_subscriptions_are_found),
		cmocka_unit_test(a_shared_set_counts_where_labels_are_global),
		cmocka_unit_test(sets_of_orphans_alone_are_no_collision),
		cmocka_unit_test(a_duplicate_names_who_else_holds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
