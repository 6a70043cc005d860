/* Damaged, foreign and oversized messages give what could be read, and secrets never get through.
 * Expected values: codec/cx_decode.h, RFC 6733 3 and 4.1. */
#include "tests/codec/cx_fixture.h"

#define BYTES(s) ((struct text){s, sizeof(s) - 1})

static void what_is_no_cx_message_is_refused(void **state)
{
	static const struct {
		uint32_t command, application;
		uint8_t flags;
	} rows[] = {
		{299, DIAMETER_APPLICATION_CX, DIAMETER_FLAG_REQUEST},
		{306, DIAMETER_APPLICATION_CX, DIAMETER_FLAG_REQUEST},
		{300, DIAMETER_APPLICATION_CX + 1, DIAMETER_FLAG_REQUEST}, /* Sh */
		{300, 0, DIAMETER_FLAG_REQUEST},
		{300, DIAMETER_APPLICATION_CX, 0}, /* an answer */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		cx_message_begin(&f->request, rows[i].command, rows[i].flags, rows[i].application,
				 1, 2);
		assert_int_equal(decode(f, cx_message_end(&f->request), TEXT_NONE), RC_SYNTAX);
		assert_true(strlen(f->diag.text) > 0);
	}
	assert_int_equal(decode(f, TEXT_NONE, TEXT_NONE), RC_SYNTAX);
	assert_int_equal(decode(f, TEXT_LITERAL(""), TEXT_LITERAL("")), RC_SYNTAX);
	assert_int_equal(decode(f, TEXT_LITERAL("REGISTER sip:a SIP/2.0\r\n"), TEXT_NONE),
			 RC_SYNTAX);
}

static void request_and_answer_belong_together(void **state)
{
	struct fixture *f = *state;

	begin_request(f, 300);
	begin_answer(f, 303);
	assert_int_equal(decode(f, cx_message_end(&f->request), cx_message_end(&f->answer)),
			 RC_USAGE);
	assert_non_null(strstr(f->diag.text, "UAR"));
	assert_non_null(strstr(f->diag.text, "MAR"));
}

static void one_side_without_header_leaves_the_other(void **state)
{
	struct fixture *f = *state;
	const struct text broken = TEXT_LITERAL("\x02no Diameter at all, surely");

	cx_message_add_str(begin_request(f, 300), 1, 0, "a@example.org");
	assert_int_equal(decode(f, cx_message_end(&f->request), broken), RC_OK);
	assert_text(f->e.impi, "a@example.org");
	assert_int_equal(f->e.damage, CX_DAMAGE_HEADER);
	assert_int_equal(f->e.answer.kind, ANSWER_WITHOUT_CODE);
	cx_message_add_u32(begin_answer(f, 300), 268, 0, 2001);
	assert_int_equal(decode(f, broken, cx_message_end(&f->answer)), RC_OK);
	assert_int_equal(f->e.damage, CX_DAMAGE_HEADER);
	assert_int_equal(f->e.answer.code, 2001);
}

static void a_length_unlike_the_bytes_is_damage(void **state)
{
	struct fixture *f = *state;
	struct text whole;

	cx_message_add_str(begin_request(f, 300), 1, 0, "user");
	cx_message_add_str(&f->request, 600, TGPP, "example.org!");
	whole = cx_message_end(&f->request);
	/* Cut behind the first AVP: its end is no damage of an AVP, but the message is short. */
	assert_int_equal(decode(f, text_of(whole.data, 20 + 12), TEXT_NONE), RC_OK);
	assert_text(f->e.impi, "user");
	assert_int_equal(f->e.damage, CX_DAMAGE_HEADER);
	assert_int_equal(decode(f, text_of(whole.data, whole.length - 4), TEXT_NONE), RC_OK);
	assert_int_equal(f->e.damage, CX_DAMAGE_HEADER | CX_DAMAGE_AVP);
	assert_null(f->e.visited_network.data);
	strbuf_add_str(&f->request.bytes, "tail");
	assert_int_equal(decode(f, strbuf_text(&f->request.bytes), TEXT_NONE), RC_OK);
	assert_text(f->e.visited_network, "example.org!");
	assert_int_equal(f->e.damage, CX_DAMAGE_HEADER);
}

static void a_damaged_avp_ends_its_message(void **state)
{
	static const char short_avp[] = "\x00\x00\x02\x58\x80\x00\x00\x0b\x00\x00\x28\xaf";
	static const char long_avp[] = "\x00\x00\x02\x58\x80\x00\x01\x0c\x00\x00\x28\xaf";
	const struct text damaged[] = {BYTES(short_avp), BYTES(long_avp), BYTES("\0\0\0\1")};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(damaged); i++) {
		cx_message_add_str(begin_request(f, 300), 1, 0, "before");
		strbuf_add_text(&f->request.bytes, damaged[i]);
		cx_message_add_str(&f->request, 601, TGPP, "after");
		decode_request(f);
		assert_text(f->e.impi, "before");
		assert_null(f->e.visited_network.data);
		assert_int_equal(f->e.impu_count, 0);
		assert_int_equal(f->e.damage, CX_DAMAGE_AVP);
	}
}

static void a_damaged_group_ends_by_itself(void **state)
{
	static const struct {
		uint32_t command, group, vendor;
		bool is_request;
	} rows[] = {
		{300, 297, 0, false},   {300, 603, TGPP, false}, {303, 612, TGPP, false},
		{303, 612, TGPP, true}, {304, 615, TGPP, true},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cx_message *m = rows[i].is_request ? begin_request(f, rows[i].command)
							  : begin_answer(f, rows[i].command);

		cx_message_add(m, rows[i].group, rows[i].vendor,
			       BYTES("\x00\x00\x01\x0a\x40\x00\x00\x10\x00\x00\x28\xaf"));
		cx_message_add_str(m, 1, 0, "behind@example.org");
		if (rows[i].is_request)
			decode_request(f);
		else
			decode_answer(f);
		assert_int_equal(f->e.damage, CX_DAMAGE_AVP);
		assert_text(f->e.impi, "behind@example.org");
	}
}

static void numbers_of_other_lengths_are_damage(void **state)
{
	static const struct {
		uint32_t command, code, vendor, group;
		bool is_request;
	} rows[] = {
		{303, 607, TGPP, 0, true},    {301, 614, TGPP, 0, true},
		{304, 616, TGPP, 615, true},  {300, 623, TGPP, 0, true},
		{301, 624, TGPP, 0, true},    {302, 633, TGPP, 0, true},
		{300, 637, TGPP, 0, true},    {300, 268, 0, 0, false},
		{300, 298, 0, 297, false},    {300, 266, 0, 297, false},
		{300, 604, TGPP, 603, false}, {302, 605, TGPP, 603, false},
	};
	static const struct text values[] = {{"", 0}, {"\0\0\1", 3}, {"\0\0\0\0\1", 5}};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows) * COUNT(values); i++) {
		size_t k = i / COUNT(values);
		struct cx_message *m = rows[k].is_request ? begin_request(f, rows[k].command)
							  : begin_answer(f, rows[k].command);

		if (rows[k].group)
			cx_message_open(m, rows[k].group, rows[k].group == 297 ? 0 : TGPP);
		cx_message_add(m, rows[k].code, rows[k].vendor, values[i % COUNT(values)]);
		cx_message_close(m);
		if (rows[k].is_request)
			decode_request(f);
		else
			decode_answer(f);
		assert_int_equal(f->e.damage, CX_DAMAGE_VALUE);
		assert_int_equal(f->e.assignment_type, CX_NUMBER_ABSENT);
		assert_int_equal(f->e.uar_flags, CX_NUMBER_ABSENT);
		assert_int_equal(f->e.answer.mandatory_count + f->e.answer.optional_count, 0);
	}
	cx_message_add_u32(begin_request(f, 301), 614, TGPP, 0x80000000);
	decode_request(f);
	assert_int_equal(f->e.damage, CX_DAMAGE_VALUE);
	assert_int_equal(f->e.assignment_type, CX_NUMBER_ABSENT);
}

static void a_damaged_first_value_still_counts(void **state)
{
	struct fixture *f = *state;

	cx_message_add_str(begin_request(f, 301), 614, TGPP, "");
	cx_message_add_u32(&f->request, 614, TGPP, 1);
	decode_request(f);
	assert_int_equal(f->e.assignment_type, CX_NUMBER_ABSENT);
}

static void texts_and_lists_have_limits(void **state)
{
	static char name[LIMIT_IDENTITY_LENGTH + 1];
	struct fixture *f = *state;

	memset(name, 'n', sizeof(name));
	cx_message_add(begin_request(f, 300), 1, 0, text_of(name, sizeof(name) - 1));
	decode_request(f);
	assert_int_equal(f->e.damage, 0);
	assert_int_equal(f->e.impi.length, LIMIT_IDENTITY_LENGTH);
	cx_message_add(begin_request(f, 300), 601, TGPP, text_of(name, sizeof(name)));
	decode_request(f);
	assert_int_equal(f->e.damage, CX_DAMAGE_LIMIT);
	assert_int_equal(f->e.impu[0].length, LIMIT_IDENTITY_LENGTH);
	for (unsigned extra = 0; extra < 2; extra++) {
		begin_request(f, 304);
		for (unsigned i = 0; i < LIMIT_IMPU_PER_SUBSCRIPTION + extra; i++)
			cx_message_add_str(&f->request, 601, TGPP, "sip:a@example.org");
		decode_request(f);
		assert_int_equal(f->e.impu_count, LIMIT_IMPU_PER_SUBSCRIPTION);
		assert_int_equal(f->e.damage, extra ? CX_DAMAGE_LIMIT : 0);
		cx_message_open(begin_answer(f, 302), 603, TGPP);
		for (unsigned i = 0; i < LIMIT_CAPABILITIES_PER_ANSWER + extra; i++) {
			cx_message_add_u32(&f->answer, 604, TGPP, i);
			cx_message_add_u32(&f->answer, 605, TGPP, i);
			cx_message_add_str(&f->answer, 602, TGPP, "sip:s.example.org");
		}
		decode_answer(f);
		assert_int_equal(f->e.answer.mandatory_count, LIMIT_CAPABILITIES_PER_ANSWER);
		assert_int_equal(f->e.answer.optional_count, LIMIT_CAPABILITIES_PER_ANSWER);
		assert_int_equal(f->e.answer.server_name_count, LIMIT_CAPABILITIES_PER_ANSWER);
		assert_int_equal(f->e.damage, extra ? CX_DAMAGE_LIMIT : 0);
	}
}

static void deep_nesting_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct text message;

	/* 612 in 612 in 612 ...: each shorter by its header. */
	begin_answer(f, 303);
	for (uint32_t left = 12 * 10000; left; left -= 12) {
		const char header[] = {
			0,          0, 2, 0x64, (char)0xc0, (char)(left >> 16), (char)(left >> 8),
			(char)left, 0, 0, 0x28, (char)0xaf};

		strbuf_add(&f->answer.bytes, header, sizeof(header));
	}
	message = cx_message_end(&f->answer);
	assert_int_equal(decode(f, TEXT_NONE, message), RC_OK);
	assert_int_equal(f->e.answer_item_count, 1);
	assert_int_equal(f->e.damage, 0);
}

static bool has_text(const char *bytes, size_t length, struct text wanted)
{
	for (size_t i = 0; i + wanted.length <= length; i++)
		if (memcmp(bytes + i, wanted.data, wanted.length) == 0)
			return true;
	return false;
}

static void the_samples_hold_all_secrets(void **state)
{
	struct fixture *f = *state;
	unsigned found[CX_SECRETS] = {0};

	for (unsigned k = 0; k < 4; k++) {
		cx_sample_init(&f->sample, CX_MAR, 1, f->text);
		f->sample.has_resynchronisation = true;
		f->sample.code = k & 1 ? 2001 : 5012;
		struct text m = k & 2 ? cx_sample_request(&f->sample, &f->request)
				      : cx_sample_answer(&f->sample, &f->answer);
		for (unsigned i = 0; i < CX_SECRETS; i++) {
			assert_true(has_text(cx_secrets[i].data, cx_secrets[i].length,
					     TEXT_LITERAL(CX_SECRET_MARK)));
			found[i] |= has_text(m.data, m.length, cx_secrets[i]);
		}
	}
	for (unsigned i = 0; i < CX_SECRETS; i++)
		assert_true(found[i]);
}

/* What an exchange points to lies in the arena, here all in its first, cleared, chunk: true when
 * there is a secret in it, or in the exchange. */
static bool leaks(struct fixture *f, struct text request, struct text answer)
{
	const struct text mark = TEXT_LITERAL(CX_SECRET_MARK);
	const size_t size = 4096;
	char *page;

	arena_clear(&f->arena);
	page = arena_alloc(&f->arena, size);
	memset(page, 0, size);
	assert_int_equal(decode(f, request, answer), RC_OK);
	assert_ptr_equal(f->arena.first, f->arena.current);
	assert_true(f->arena.used < size);
	return has_text(page, size, mark) || has_text((const char *)&f->e, sizeof(f->e), mark);
}

static void secrets_reach_no_exchange(void **state)
{
	struct fixture *f = *state;

	for (unsigned k = 0; k < 2 * CX_COMMANDS; k++) {
		cx_sample_init(&f->sample, (enum cx_command)(k / 2), 1, f->text);
		f->sample.has_resynchronisation = true;
		f->sample.code = k & 1 ? 2001 : 5012;
		assert_false(leaks(f, cx_sample_request(&f->sample, &f->request),
				   cx_sample_answer(&f->sample, &f->answer)));
		assert_int_equal(f->e.damage, 0);
	}
}

static void a_message_cut_in_a_secret_gives_none_of_it(void **state)
{
	struct fixture *f = *state;
	struct text whole;

	cx_sample_init(&f->sample, CX_MAR, 1, f->text);
	whole = cx_sample_answer(&f->sample, &f->answer);
	for (size_t length = 20; length < whole.length; length++) {
		assert_false(leaks(f, TEXT_NONE, text_of(whole.data, length)));
		assert_true(f->e.damage & CX_DAMAGE_HEADER);
	}
}

/* The search above would see one: where a secret stands in an AVP that is kept, it is found. */
static void a_kept_text_would_be_found(void **state)
{
	struct fixture *f = *state;

	cx_message_add_str(begin_request(f, 300), 600, TGPP, CX_SECRET_MARK);
	assert_true(leaks(f, cx_message_end(&f->request), TEXT_NONE));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_cx_message_is_refused),
		TEST(request_and_answer_belong_together),
		TEST(one_side_without_header_leaves_the_other),
		TEST(a_length_unlike_the_bytes_is_damage),
		TEST(a_damaged_avp_ends_its_message),
		TEST(a_damaged_group_ends_by_itself),
		TEST(numbers_of_other_lengths_are_damage),
		TEST(a_damaged_first_value_still_counts),
		TEST(texts_and_lists_have_limits),
		TEST(deep_nesting_costs_nothing),
		TEST(the_samples_hold_all_secrets),
		TEST(secrets_reach_no_exchange),
		TEST(a_message_cut_in_a_secret_gives_none_of_it),
		TEST(a_kept_text_would_be_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
