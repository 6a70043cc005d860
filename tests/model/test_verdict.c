/* Words of attempts, verdicts and findings, as the JSON contract spells them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/attempt.h"
#include "model/finding.h"
#include "model/verdict.h"

static void one_number_means_two_things(void **state)
{
	static const struct {
		uint32_t code;
		const char *result, *experimental;
	} cases[] = {
		{2001, "DIAMETER_SUCCESS", "DIAMETER_FIRST_REGISTRATION"},
		{2002, "DIAMETER_LIMITED_SUCCESS", "DIAMETER_SUBSEQUENT_REGISTRATION"},
		{5001, "DIAMETER_AVP_UNSUPPORTED", "DIAMETER_ERROR_USER_UNKNOWN"},
		{5002, "DIAMETER_UNKNOWN_SESSION_ID", "DIAMETER_ERROR_IDENTITIES_DONT_MATCH"},
		{5003, "DIAMETER_AUTHORIZATION_REJECTED", "DIAMETER_ERROR_IDENTITY_NOT_REGISTERED"},
		{5004, "DIAMETER_INVALID_AVP_VALUE", "DIAMETER_ERROR_ROAMING_NOT_ALLOWED"},
		{5005, "DIAMETER_MISSING_AVP", "DIAMETER_ERROR_IDENTITY_ALREADY_REGISTERED"},
		{5006, "DIAMETER_RESOURCES_EXCEEDED", "DIAMETER_ERROR_AUTH_SCHEME_NOT_SUPPORTED"},
		{5007, "DIAMETER_UNKNOWN_CODE", "DIAMETER_ERROR_IN_ASSIGNMENT_TYPE"},
		{5012, "DIAMETER_UNABLE_TO_COMPLY",
		 "DIAMETER_ERROR_SERVING_NODE_FEATURE_UNSUPPORTED"},
		{3002, "DIAMETER_UNABLE_TO_DELIVER", "DIAMETER_UNKNOWN_CODE"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(cx_code_name(ANSWER_RESULT_CODE, cases[i].code),
				    cases[i].result);
		assert_string_equal(cx_code_name(ANSWER_EXPERIMENTAL, cases[i].code),
				    cases[i].experimental);
	}
}

/* TS 29.229 6.2 and what RFC 6733 7.1 adds to it, whole. */
static void every_code_of_cx_has_a_name(void **state)
{
	static const uint32_t experimental[] = {2001, 2002, 2003, 2004, 2005, 5001,
						5002, 5003, 5004, 5005, 5006, 5007,
						5008, 5009, 5010, 5011, 5012};
	static const uint32_t base[] = {2001, 2002, 3001, 3002, 3003, 3004, 3005, 3007, 4001, 4002,
					4003, 5001, 5002, 5003, 5004, 5005, 5006, 5008, 5009, 5012};
	static const struct {
		uint32_t code;
		const char *name;
	} rows[] = {
		{2003, "DIAMETER_UNREGISTERED_SERVICE"},
		{2004, "DIAMETER_SUCCESS_SERVER_NAME_NOT_STORED"},
		{2005, "DIAMETER_SERVER_SELECTION"},
		{5008, "DIAMETER_ERROR_TOO_MUCH_DATA"},
		{5009, "DIAMETER_ERROR_NOT_SUPPORTED_USER_DATA"},
		{5011, "DIAMETER_ERROR_FEATURE_UNSUPPORTED"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(experimental) / sizeof(experimental[0]); i++)
		assert_string_not_equal(cx_code_name(ANSWER_EXPERIMENTAL, experimental[i]),
					"DIAMETER_UNKNOWN_CODE");
	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++)
		assert_string_not_equal(cx_code_name(ANSWER_RESULT_CODE, base[i]),
					"DIAMETER_UNKNOWN_CODE");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(cx_code_name(ANSWER_EXPERIMENTAL, rows[i].code), rows[i].name);
}

static void answers_without_code_have_no_avp(void **state)
{
	(void)state;
	assert_string_equal(answer_kind_avp(ANSWER_RESULT_CODE), "Result-Code");
	assert_string_equal(answer_kind_avp(ANSWER_EXPERIMENTAL), "Experimental-Result-Code");
	assert_null(answer_kind_avp(ANSWER_SILENT));
	assert_null(answer_kind_avp(ANSWER_WITHOUT_CODE));
	assert_string_equal(cx_code_name(ANSWER_SILENT, 0), "DIAMETER_UNKNOWN_CODE");
}

/* RFC 6733 7.6, 7.7; TS 29.229 6.2 names codes of 10415 alone. */
static void codes_of_other_vendors_have_no_name(void **state)
{
	static const struct {
		uint32_t vendor;
		enum answer_kind kind;
		const char *text;
	} rows[] = {
		{10415, ANSWER_EXPERIMENTAL, NULL},
		{0, ANSWER_OTHER_VENDOR, "of an unknown vendor"},
		{13019, ANSWER_OTHER_VENDOR, "of vendor 13019"},
		{UINT32_MAX, ANSWER_OTHER_VENDOR, "of vendor 4294967295"},
	};
	char room[CX_VENDOR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cx_answer a = {.kind = ANSWER_EXPERIMENTAL, .code = 5001};

		cx_answer_set_vendor(&a, rows[i].vendor);
		assert_int_equal(a.kind, rows[i].kind);
		assert_int_equal(cx_answer_vendor(&a), rows[i].vendor);
		assert_string_equal(answer_kind_avp(a.kind), "Experimental-Result-Code");
		assert_string_equal(cx_code_name(a.kind, a.code),
				    rows[i].text ? "DIAMETER_UNKNOWN_CODE"
						 : "DIAMETER_ERROR_USER_UNKNOWN");
		if (rows[i].text)
			assert_string_equal(cx_vendor_text(&a, room), rows[i].text);
		else
			assert_null(cx_vendor_text(&a, room));
	}
}

static void words_are_those_of_the_contract(void **state)
{
	(void)state;
	assert_string_equal(cx_command_str(CX_UAR), "UAR");
	assert_string_equal(cx_command_str(CX_MAR), "MAR");
	assert_string_equal(cx_command_str(CX_SAR), "SAR");
	assert_string_equal(authorization_type_str(AUTHORIZATION_REGISTRATION), "registration");
	assert_string_equal(authorization_type_str(AUTHORIZATION_DEREGISTRATION), "deregistration");
	assert_string_equal(authorization_type_str(AUTHORIZATION_CAPABILITIES), "capabilities");
	assert_string_equal(attempt_origin_str(ORIGIN_USIM), "usim");
	assert_string_equal(attempt_origin_str(ORIGIN_ISIM), "isim");
	assert_string_equal(attempt_origin_str(ORIGIN_OBSERVED), "observed");
	assert_string_equal(attempt_origin_str(ORIGIN_PROVISIONED), "provisioned");
	assert_string_equal(attempt_origin_str(ORIGIN_GIVEN), "given");
	assert_string_equal(outcome_str(OUTCOME_REGISTERS), "registers");
	assert_string_equal(outcome_str(OUTCOME_REFUSED), "refused");
	assert_string_equal(outcome_str(OUTCOME_FAILS), "fails");
	assert_string_equal(outcome_str(OUTCOME_ACCEPTED), "accepted");
	assert_string_equal(outcome_str(OUTCOME_UNDECIDED), "undecided");
	assert_string_equal(certainty_str(CERTAINTY_CERTAIN), "certain");
	assert_string_equal(certainty_str(CERTAINTY_CONDITIONAL), "conditional");
	assert_string_equal(certainty_str(CERTAINTY_UNPROVEN), "unproven");
	assert_string_equal(sip_node_str(NODE_I_CSCF), "I-CSCF");
	assert_string_equal(sip_node_str(NODE_S_CSCF), "S-CSCF");
	assert_string_equal(sip_node_str(NODE_P_CSCF), "P-CSCF");
	assert_null(sip_node_str(NODE_NONE));
}

/* TS 29.229 6.3.24: the numbers on the wire. */
static void authorization_types_are_the_values_of_the_avp(void **state)
{
	(void)state;
	assert_int_equal(AUTHORIZATION_REGISTRATION, 0);
	assert_int_equal(AUTHORIZATION_DEREGISTRATION, 1);
	assert_int_equal(AUTHORIZATION_CAPABILITIES, 2);
}

static void severities_are_read_and_written(void **state)
{
	static const char *const words[] = {"info", "notice", "warning", "error"};
	enum severity s = SEVERITY_ERROR;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_true(severity_parse(text_from(words[i]), &s));
		assert_int_equal(s, i);
		assert_string_equal(severity_str(s), words[i]);
	}
	assert_true(severity_parse(TEXT_LITERAL("Warning"), &s));
	assert_int_equal(s, SEVERITY_WARNING);
}

static void unknown_severity_leaves_the_value_alone(void **state)
{
	enum severity s = SEVERITY_NOTICE;

	(void)state;
	assert_false(severity_parse(TEXT_LITERAL("warn"), &s));
	assert_false(severity_parse(TEXT_LITERAL(""), &s));
	assert_false(severity_parse(TEXT_NONE, &s));
	assert_int_equal(s, SEVERITY_NOTICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_number_means_two_things),
		cmocka_unit_test(every_code_of_cx_has_a_name),
		cmocka_unit_test(answers_without_code_have_no_avp),
		cmocka_unit_test(codes_of_other_vendors_have_no_name),
		cmocka_unit_test(words_are_those_of_the_contract),
		cmocka_unit_test(authorization_types_are_the_values_of_the_avp),
		cmocka_unit_test(severities_are_read_and_written),
		cmocka_unit_test(unknown_severity_leaves_the_value_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
