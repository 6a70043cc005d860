/* Expected values: TS 29.229 6.3.15 (Server-Assignment-Type), 6.3.24 (User-Authorization-Type),
 * 6.3.53 (UAR-Flags), RFC 6733 7.1 (classes of results). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "model/cx_exchange.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct text identity[2] = {{"sip:a@example.org", 17}, {"tel:+9990000001", 15}};

/* An exchange with both identities. */
static struct cx_exchange exchange_of(enum cx_command command)
{
	struct cx_exchange e;

	cx_exchange_init(&e);
	e.command = command;
	e.end = CX_END_ANSWERED;
	e.impi = TEXT_LITERAL("a@example.org");
	e.impu = identity;
	e.impu_count = 2;
	return e;
}

static void an_empty_exchange_says_nothing(void **state)
{
	struct cx_exchange e;

	(void)state;
	memset(&e, 0x5a, sizeof(e));
	cx_exchange_init(&e);
	assert_int_equal(e.id, 0);
	assert_int_equal(e.latency_us, CX_NUMBER_ABSENT);
	assert_int_equal(e.authorization_type, CX_NUMBER_ABSENT);
	assert_int_equal(e.uar_flags, CX_NUMBER_ABSENT);
	assert_int_equal(e.item_count, CX_NUMBER_ABSENT);
	assert_int_equal(e.assignment_type, CX_NUMBER_ABSENT);
	assert_int_equal(e.user_data_available, CX_NUMBER_ABSENT);
	assert_int_equal(e.originating_request, CX_NUMBER_ABSENT);
	assert_int_equal(e.deregistration_reason, CX_NUMBER_ABSENT);
	assert_int_equal(e.answer_item_count, CX_NUMBER_ABSENT);
	assert_int_equal(e.answer.kind, ANSWER_SILENT);
	assert_null(e.impi.data);
	assert_null(e.impu);
	assert_null(e.user_data);
	assert_false(cx_exchange_is_emergency(&e));
}

static void only_bit_0_of_uar_flags_is_emergency(void **state)
{
	static const struct {
		int64_t flags;
		bool is_emergency;
	} rows[] = {
		{CX_NUMBER_ABSENT, false}, {0, false}, {1, true}, {2, false}, {UINT32_MAX, true},
	};
	struct cx_exchange e = exchange_of(CX_UAR);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		e.uar_flags = rows[i].flags;
		assert_int_equal(cx_exchange_is_emergency(&e), rows[i].is_emergency);
	}
}

static void registrations_alone_are_attempts(void **state)
{
	static const struct {
		enum cx_command command;
		int32_t assignment_type;
		bool is_attempt;
	} rows[] = {
		{CX_UAR, CX_NUMBER_ABSENT, true},
		{CX_MAR, CX_NUMBER_ABSENT, true},
		{CX_LIR, CX_NUMBER_ABSENT, false},
		{CX_PPR, CX_NUMBER_ABSENT, false},
		{CX_RTR, CX_NUMBER_ABSENT, false},
		{CX_SAR, CX_NUMBER_ABSENT, false},
		{CX_SAR, 0, false}, /* NO_ASSIGNMENT */
		{CX_SAR, 1, true},  /* REGISTRATION */
		{CX_SAR, 2, true},  /* RE_REGISTRATION */
		{CX_SAR, 3, false}, /* UNREGISTERED_USER */
		{CX_SAR, 4, false}, /* TIMEOUT_DEREGISTRATION */
		{CX_SAR, 5, false}, /* USER_DEREGISTRATION */
		{CX_SAR, 9, false}, /* AUTHENTICATION_FAILURE */
	};
	struct attempt attempt;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cx_exchange e = exchange_of(rows[i].command);

		e.assignment_type = rows[i].assignment_type;
		assert_int_equal(cx_exchange_attempt(&e, &attempt), rows[i].is_attempt);
	}
}

static void an_attempt_has_what_was_sent(void **state)
{
	struct cx_exchange e = exchange_of(CX_UAR);
	struct attempt a;

	(void)state;
	assert_true(cx_exchange_attempt(&e, &a));
	assert_int_equal(a.origin, ORIGIN_OBSERVED);
	assert_int_equal(a.from, CX_UAR);
	assert_true(text_equal(a.impi, e.impi));
	assert_true(text_equal(a.impu, identity[0]));
	assert_int_equal(a.visited_basis, VISITED_GIVEN);
	assert_null(a.visited_network.data);
	assert_null(a.scheme.data);
	assert_null(a.server_name.data);
	assert_int_equal(a.type, AUTHORIZATION_REGISTRATION); /* the default of an absent AVP */
	assert_false(a.is_emergency);
	e.authorization_type = 2;
	e.uar_flags = 1;
	e.visited_network = TEXT_LITERAL("");
	e.scheme = TEXT_LITERAL("unknown");
	e.server_name = TEXT_LITERAL("sip:s.example.org");
	assert_true(cx_exchange_attempt(&e, &a));
	assert_int_equal(a.type, AUTHORIZATION_CAPABILITIES);
	assert_true(a.is_emergency);
	assert_non_null(a.visited_network.data);
	assert_true(text_equal(a.scheme, e.scheme));
	assert_true(text_equal(a.server_name, e.server_name));
}

static void what_is_not_known_is_no_attempt(void **state)
{
	struct cx_exchange e = exchange_of(CX_UAR);
	struct attempt a;

	(void)state;
	e.impi = TEXT_NONE;
	assert_false(cx_exchange_attempt(&e, &a));
	e = exchange_of(CX_UAR);
	e.impu_count = 0;
	assert_false(cx_exchange_attempt(&e, &a));
	e = exchange_of(CX_UAR);
	e.end = CX_END_ANSWER_ONLY;
	assert_false(cx_exchange_attempt(&e, &a));
	e = exchange_of(CX_UAR);
	e.authorization_type = 3;
	assert_false(cx_exchange_attempt(&e, &a));
	e.authorization_type = INT32_MAX;
	assert_false(cx_exchange_attempt(&e, &a));
}

static void failures_begin_at_3000(void **state)
{
	static const struct {
		enum answer_kind kind;
		uint32_t code;
		bool is_failure;
	} rows[] = {
		{ANSWER_SILENT, 0, true},          {ANSWER_WITHOUT_CODE, 0, true},
		{ANSWER_RESULT_CODE, 2001, false}, {ANSWER_EXPERIMENTAL, 2005, false},
		{ANSWER_RESULT_CODE, 2999, false}, {ANSWER_RESULT_CODE, 3000, true},
		{ANSWER_RESULT_CODE, 3002, true},  {ANSWER_RESULT_CODE, 5003, true},
		{ANSWER_EXPERIMENTAL, 5001, true}, {ANSWER_OTHER_VENDOR, 2001, false},
		{ANSWER_OTHER_VENDOR, 5001, true},
	};
	struct cx_exchange e = exchange_of(CX_UAR);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		e.answer.kind = rows[i].kind;
		e.answer.code = rows[i].code;
		assert_int_equal(cx_exchange_is_failure(&e), rows[i].is_failure);
	}
}

/* Copies e and forgets the original's lists and texts. */
static void a_copy_lives_by_itself(void **state)
{
	char impi[] = "a@example.org", impu[] = "sip:a@example.org", name[] = "sip:s.example.org";
	struct text list[1] = {text_from(impu)}, names[1] = {text_from(name)};
	uint32_t mandatory[2] = {1, 2}, optional[1] = {3};
	struct user_data_identity in_profile[1] = {{text_from(impu), -1}};
	struct user_data_profile profile[2] = {{in_profile, 1, 7, 8, 9}, {NULL, 0, 0, 0, 0}};
	struct cx_exchange e = exchange_of(CX_SAR), copy;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	e.id = 5;
	e.impi = text_from(impi);
	e.impu = list;
	e.impu_count = 1;
	e.answer = (struct cx_answer){.kind = ANSWER_RESULT_CODE,
				      .code = 2001,
				      .mandatory = mandatory,
				      .mandatory_count = 2,
				      .optional = optional,
				      .optional_count = 1,
				      .server_names = names,
				      .server_name_count = 1,
				      .user_data = profile,
				      .user_data_count = 2};
	e.user_data = profile;
	e.user_data_count = 2;
	assert_true(cx_exchange_copy(&e, &arena, &copy));
	memset(impi, 'x', sizeof(impi) - 1);
	memset(impu, 'x', sizeof(impu) - 1);
	memset(name, 'x', sizeof(name) - 1);
	memset(list, 0, sizeof(list));
	memset(names, 0, sizeof(names));
	memset(mandatory, 0, sizeof(mandatory));
	memset(optional, 0, sizeof(optional));
	memset(in_profile, 0, sizeof(in_profile));
	memset(profile, 0, sizeof(profile));
	assert_int_equal(copy.id, 5);
	assert_true(text_equal(copy.impi, TEXT_LITERAL("a@example.org")));
	assert_int_equal(copy.impu_count, 1);
	assert_true(text_equal(copy.impu[0], TEXT_LITERAL("sip:a@example.org")));
	assert_int_equal(copy.answer.mandatory[1], 2);
	assert_int_equal(copy.answer.optional[0], 3);
	assert_true(text_equal(copy.answer.server_names[0], TEXT_LITERAL("sip:s.example.org")));
	assert_int_equal(copy.user_data_count, 2);
	assert_ptr_equal(copy.answer.user_data, copy.user_data);
	assert_int_equal(copy.answer.user_data_count, 2);
	assert_true(text_equal(copy.user_data[0].identity[0].identity,
			       TEXT_LITERAL("sip:a@example.org")));
	assert_int_equal(copy.user_data[0].identity[0].barred, -1);
	assert_int_equal(copy.user_data[0].content, 7);
	assert_int_equal(copy.user_data[0].ifc_count, 8);
	assert_int_equal(copy.user_data[0].faults, 9);
	assert_int_equal(copy.user_data[1].count, 0);
	assert_null(copy.visited_network.data);
	arena_clear(&arena);
}

static void ends_have_names(void **state)
{
	(void)state;
	assert_string_equal(cx_end_str(CX_END_ANSWERED), "answered");
	assert_string_equal(cx_end_str(CX_END_RELAY_ANSWERED), "relay-answered");
	assert_string_equal(cx_end_str(CX_END_UNANSWERED), "unanswered");
	assert_string_equal(cx_end_str(CX_END_ANSWER_ONLY), "answer-only");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_exchange_says_nothing),
		cmocka_unit_test(only_bit_0_of_uar_flags_is_emergency),
		cmocka_unit_test(registrations_alone_are_attempts),
		cmocka_unit_test(an_attempt_has_what_was_sent),
		cmocka_unit_test(what_is_not_known_is_no_attempt),
		cmocka_unit_test(failures_begin_at_3000),
		cmocka_unit_test(a_copy_lives_by_itself),
		cmocka_unit_test(ends_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
