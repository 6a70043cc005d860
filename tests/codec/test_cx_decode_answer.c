/* Answers. Expected values: TS 29.229 6.1, 6.2, 6.3 as in cx-semantics 8.2 and 8.3; RFC 6733 7. */
#include "tests/codec/cx_fixture.h"

static void one_number_means_two_results(void **state)
{
	struct fixture *f = *state;

	cx_message_add_u32(begin_answer(f, 300), 268, 0, 5003);
	decode_answer(f);
	assert_int_equal(f->e.answer.kind, ANSWER_RESULT_CODE);
	assert_int_equal(f->e.answer.code, 5003);
	assert_int_equal(cx_answer_vendor(&f->e.answer), 0);
	cx_message_open(begin_answer(f, 300), 297, 0);
	cx_message_add_u32(&f->answer, 266, 0, TGPP);
	cx_message_add_u32(&f->answer, 298, 0, 5003);
	decode_answer(f);
	assert_int_equal(f->e.answer.kind, ANSWER_EXPERIMENTAL);
	assert_int_equal(f->e.answer.code, 5003);
	assert_int_equal(cx_answer_vendor(&f->e.answer), TGPP);
}

/* RFC 6733 7.6: Vendor-Id says whose the code is; TS 29.229 6.2 names those of 10415 alone. */
static void a_code_of_another_vendor_is_none_of_3gpp(void **state)
{
	struct fixture *f = *state;

	for (unsigned order = 0; order < 2; order++) {
		cx_message_open(begin_answer(f, 300), 297, 0);
		if (order)
			cx_message_add_u32(&f->answer, 266, 0, 13019);
		cx_message_add_u32(&f->answer, 298, 0, 5001);
		if (!order)
			cx_message_add_u32(&f->answer, 266, 0, 13019);
		decode_answer(f);
		assert_int_equal(f->e.answer.kind, ANSWER_OTHER_VENDOR);
		assert_int_equal(f->e.answer.code, 5001);
		assert_int_equal(cx_answer_vendor(&f->e.answer), 13019);
		assert_int_equal(f->e.damage, 0);
	}
}

static void a_code_without_vendor_is_of_an_unknown_one(void **state)
{
	static const struct {
		const char *bytes; /* of Vendor-Id; NULL: it is missing */
		size_t length;
		uint32_t damage;
	} cases[] = {
		{NULL, 0, 0},
		{"", 0, CX_DAMAGE_VALUE},
		{"\0\0\x28", 3, CX_DAMAGE_VALUE},
		{"\0\0\0\0\x28\xaf", 6, CX_DAMAGE_VALUE},
		{"\0\0\0\0", 4, 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cx_message_open(begin_answer(f, 300), 297, 0);
		if (cases[i].bytes)
			cx_message_add(&f->answer, 266, 0,
				       text_of(cases[i].bytes, cases[i].length));
		cx_message_add_u32(&f->answer, 298, 0, 5001);
		decode_answer(f);
		assert_int_equal(f->e.answer.kind, ANSWER_OTHER_VENDOR);
		assert_int_equal(f->e.answer.code, 5001);
		assert_int_equal(cx_answer_vendor(&f->e.answer), 0);
		assert_int_equal(f->e.damage, cases[i].damage);
	}
}

static void result_code_goes_before_experimental_result(void **state)
{
	struct fixture *f = *state;

	for (unsigned first = 0; first < 2; first++) {
		begin_answer(f, 300);
		if (first)
			cx_message_add_u32(&f->answer, 268, 0, 5012);
		cx_message_open(&f->answer, 297, 0);
		cx_message_add_u32(&f->answer, 298, 0, 2001);
		cx_message_close(&f->answer);
		if (!first)
			cx_message_add_u32(&f->answer, 268, 0, 5012);
		decode_answer(f);
		assert_int_equal(f->e.answer.kind, ANSWER_RESULT_CODE);
		assert_int_equal(f->e.answer.code, 5012);
	}
}

/* 266 and 298 mean something else outside of 297, and so do 268 and 298 in other groups. */
static void codes_outside_their_group_are_passed_over(void **state)
{
	struct fixture *f = *state;

	cx_message_add_u32(begin_answer(f, 300), 298, 0, 2001);
	cx_message_add_u32(&f->answer, 266, 0, 1);
	cx_message_open(&f->answer, 279, 0);
	cx_message_add_u32(&f->answer, 268, 0, 2001);
	cx_message_add_u32(&f->answer, 298, 0, 2001);
	cx_message_close(&f->answer);
	cx_message_open(&f->answer, 603, TGPP);
	cx_message_add_str(&f->answer, 281, 0, "in a group");
	decode_answer(f);
	assert_int_equal(f->e.answer.kind, ANSWER_WITHOUT_CODE);
	assert_int_equal(cx_answer_vendor(&f->e.answer), 0);
	assert_null(f->e.error_message.data);
}

static void capabilities_are_lists(void **state)
{
	struct fixture *f = *state;
	const struct cx_answer *a = &f->e.answer;

	cx_message_open(begin_answer(f, 300), 603, TGPP);
	cx_message_add_u32(&f->answer, 604, TGPP, 3);
	cx_message_add_u32(&f->answer, 605, TGPP, 9);
	cx_message_add_u32(&f->answer, 604, TGPP, UINT32_MAX);
	cx_message_add_str(&f->answer, 602, TGPP, "sip:one.example.org");
	cx_message_add_str(&f->answer, 602, TGPP, "sip:two.example.org");
	cx_message_close(&f->answer);
	cx_message_open(&f->answer, 603, TGPP); /* a second one does not count */
	cx_message_add_u32(&f->answer, 604, TGPP, 4);
	decode_answer(f);
	assert_true(a->has_capabilities);
	assert_int_equal(a->mandatory_count, 2);
	assert_int_equal(a->mandatory[0], 3);
	assert_int_equal(a->mandatory[1], UINT32_MAX);
	assert_int_equal(a->optional_count, 1);
	assert_int_equal(a->optional[0], 9);
	assert_int_equal(a->server_name_count, 2);
	assert_text(a->server_names[0], "sip:one.example.org");
	assert_text(a->server_names[1], "sip:two.example.org");
	assert_null(a->server_name.data);
	cx_message_open(begin_answer(f, 302), 603, TGPP);
	decode_answer(f);
	assert_true(a->has_capabilities);
	assert_int_equal(a->mandatory_count, 0);
	begin_answer(f, 302);
	decode_answer(f);
	assert_false(a->has_capabilities);
}

static void of_auth_data_items_scheme_and_number_are_kept(void **state)
{
	struct fixture *f = *state;

	for (unsigned k = 0; k < 2; k++) {
		cx_sample_init(&f->sample, CX_MAR, k, f->text);
		f->sample.has_resynchronisation = k;
		assert_int_equal(decode(f, cx_sample_request(&f->sample, &f->request),
					cx_sample_answer(&f->sample, &f->answer)),
				 RC_OK);
		assert_text(f->e.scheme, "Digest-AKAv1-MD5");
		assert_text(f->e.answer_scheme, "Digest-AKAv1-MD5");
		assert_int_equal(f->e.item_count, 1);
		assert_int_equal(f->e.answer_item_count, 2);
		assert_int_equal(f->e.has_resynchronisation, k);
		assert_text(f->e.server_name, "sip:scscf.example.org:6060");
	}
	begin_answer(f, 303);
	decode_answer(f);
	assert_int_equal(f->e.answer_item_count, 0);
	begin_answer(f, 301);
	decode_answer(f);
	assert_int_equal(f->e.answer_item_count, CX_NUMBER_ABSENT);
	begin_request(f, 303);
	decode_request(f);
	assert_int_equal(f->e.answer_item_count, CX_NUMBER_ABSENT);
}

static void an_error_message_is_one_short_line(void **state)
{
	static const struct {
		struct text sent;
		const char *kept;
	} rows[] = {
		{{"no such user", 12}, "no such user"},
		{{"two\nlines\r\tand\0more\x7f", 20}, "two?lines??and?more?"},
		{{"", 0}, ""},
		{{"\xc3\xa9", 2}, "\xc3\xa9"},
	};
	struct fixture *f = *state;
	char long_text[300];

	for (size_t i = 0; i < COUNT(rows); i++) {
		cx_message_add(begin_answer(f, 300), 281, 0, rows[i].sent);
		decode_answer(f);
		assert_text(f->e.error_message, rows[i].kept);
	}
	memset(long_text, 'x', sizeof(long_text));
	cx_message_add(begin_answer(f, 300), 281, 0, text_of(long_text, sizeof(long_text)));
	decode_answer(f);
	assert_int_equal(f->e.error_message.length, 256);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_number_means_two_results),
		TEST(a_code_of_another_vendor_is_none_of_3gpp),
		TEST(a_code_without_vendor_is_of_an_unknown_one),
		TEST(result_code_goes_before_experimental_result),
		TEST(codes_outside_their_group_are_passed_over),
		TEST(capabilities_are_lists),
		TEST(of_auth_data_items_scheme_and_number_are_kept),
		TEST(an_error_message_is_one_short_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
