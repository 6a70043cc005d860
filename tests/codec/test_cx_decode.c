/* Expected values: TS 29.229 6.1, 6.3 as in cx-semantics 8.1 and 8.2; RFC 6733 7. */
#include "tests/codec/cx_fixture.h"

#include "codec/cx_decode_table.h"

#define ALL UINT32_MAX
#define BIT(code) (1u << ((code)-300))
#define UAR BIT(300)
#define SAR BIT(301)
#define LIR BIT(302)
#define MAR BIT(303)
#define RTR BIT(304)
#define PPR BIT(305)
#define MEMBER(m) offsetof(struct cx_exchange, m)

static const enum cx_command command_of[] = {CX_UAR, CX_SAR, CX_LIR, CX_MAR, CX_RTR, CX_PPR};

static void a_registration_is_read_whole(void **state)
{
	struct fixture *f = *state;
	struct cx_exchange *e = &f->e;

	cx_sample_init(&f->sample, CX_UAR, 1, f->text);
	f->e.id = 7;
	f->e.time_us = 8;
	f->e.latency_us = 9;
	f->e.end = CX_END_RELAY_ANSWERED;
	assert_int_equal(decode(f, cx_sample_request(&f->sample, &f->request),
				cx_sample_answer(&f->sample, &f->answer)),
			 RC_OK);
	assert_int_equal(e->command, CX_UAR);
	assert_text(e->session, "scscf.example.org;1;0");
	assert_text(e->origin_host, "scscf.example.org");
	assert_text(e->origin_realm, "example.org");
	assert_text(e->destination_host, "hss.example.org");
	assert_text(e->destination_realm, "example.org");
	assert_text(e->impi, "001010000000001@ims.mnc001.mcc001.3gppnetwork.org");
	assert_int_equal(e->impu_count, 1);
	assert_text(e->impu[0], "sip:+9990000001@ims.mnc001.mcc001.3gppnetwork.org");
	assert_text(e->visited_network, "ims.mnc001.mcc001.3gppnetwork.org");
	assert_int_equal(e->authorization_type, AUTHORIZATION_REGISTRATION);
	assert_text(e->answer_origin_host, "hss.example.org");
	assert_text(e->answer_origin_realm, "example.org");
	assert_int_equal(e->answer.kind, ANSWER_EXPERIMENTAL);
	assert_int_equal(e->answer.code, 2001);
	assert_int_equal(cx_answer_vendor(&e->answer), TGPP);
	assert_text(e->answer.server_name, "sip:scscf.example.org:6060");
	assert_int_equal(e->damage, 0);
	/* The caller's own. */
	assert_int_equal(e->id, 7);
	assert_int_equal(e->time_us, 8);
	assert_int_equal(e->latency_us, 9);
	assert_int_equal(e->end, CX_END_RELAY_ANSWERED);
}

/* Texts of the message itself: read in these commands, not in the others, nor on the other side. */
static const struct {
	uint32_t code, vendor, requests, answers;
	size_t member;
} texts[] = {
	{1, 0, ALL, ALL, MEMBER(impi)},
	{263, 0, ALL, ALL, MEMBER(session)},
	{264, 0, ALL, 0, MEMBER(origin_host)},
	{264, 0, 0, ALL, MEMBER(answer_origin_host)},
	{296, 0, ALL, 0, MEMBER(origin_realm)},
	{296, 0, 0, ALL, MEMBER(answer_origin_realm)},
	{293, 0, ALL, 0, MEMBER(destination_host)},
	{283, 0, ALL, 0, MEMBER(destination_realm)},
	{281, 0, 0, ALL, MEMBER(error_message)},
	{600, TGPP, UAR, 0, MEMBER(visited_network)},
	{602, TGPP, MAR | SAR, 0, MEMBER(server_name)},
	{602, TGPP, 0, UAR | SAR | LIR, MEMBER(answer.server_name)},
	{634, TGPP, ALL, ALL, MEMBER(wildcarded_impu)},
	{636, TGPP, ALL, ALL, MEMBER(wildcarded_impu)},
};

static const struct text *text_at(const struct fixture *f, size_t member)
{
	return (const struct text *)(const void *)((const char *)&f->e + member);
}

static void texts_have_their_places(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		for (uint32_t command = 300; command <= 305; command++) {
			struct text t;

			cx_message_add_str(begin_request(f, command), texts[i].code,
					   texts[i].vendor, "a text");
			decode_request(f);
			t = *text_at(f, texts[i].member);
			assert_int_equal(f->e.command, command_of[command - 300]);
			assert_int_equal(t.data != NULL, !!(texts[i].requests & BIT(command)));
			assert_true(!t.data || text_equal(t, TEXT_LITERAL("a text")));
			assert_int_equal(f->e.answer.kind, ANSWER_SILENT);
			cx_message_add_str(begin_answer(f, command), texts[i].code, texts[i].vendor,
					   "a text");
			decode_answer(f);
			t = *text_at(f, texts[i].member);
			assert_int_equal(t.data != NULL, !!(texts[i].answers & BIT(command)));
			assert_true(!t.data || text_equal(t, TEXT_LITERAL("a text")));
			assert_int_equal(f->e.answer.kind, ANSWER_WITHOUT_CODE);
		}
	}
}

static void vendors_are_exact(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		cx_message_add_str(begin_request(f, 300), texts[i].code, texts[i].vendor ? 0 : TGPP,
				   "a text");
		cx_message_add_str(&f->request, texts[i].code, 13019, "a text");
		cx_message_add_str(begin_answer(f, 300), texts[i].code, texts[i].vendor ? 0 : TGPP,
				   "a text");
		assert_int_equal(decode(f, cx_message_end(&f->request), cx_message_end(&f->answer)),
				 RC_OK);
		assert_null(text_at(f, texts[i].member)->data);
	}
	cx_message_add_str(begin_request(f, 300), 601, 0, "sip:a@example.org");
	decode_request(f);
	assert_int_equal(f->e.impu_count, 0);
	assert_null(f->e.impu);
}

static void of_repeated_texts_the_first_counts(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!texts[i].requests)
			continue;
		for (unsigned k = 0; k < 2; k++)
			cx_message_add_str(k ? &f->request : begin_request(f, 300), texts[i].code,
					   texts[i].vendor, k ? "second" : "first");
		decode_request(f);
		if (texts[i].requests & UAR)
			assert_text(*text_at(f, texts[i].member), "first");
	}
}

static void the_request_goes_before_the_answer(void **state)
{
	struct fixture *f = *state;

	cx_message_add_str(begin_request(f, 303), 1, 0, "asked");
	cx_message_add_str(begin_answer(f, 303), 1, 0, "answered");
	cx_message_add_str(&f->answer, 263, 0, "session");
	assert_int_equal(decode(f, cx_message_end(&f->request), cx_message_end(&f->answer)), RC_OK);
	assert_text(f->e.impi, "asked");
	assert_text(f->e.session, "session");
}

static void empty_texts_are_present(void **state)
{
	struct fixture *f = *state;

	cx_message_add_str(begin_request(f, 300), 600, TGPP, "");
	decode_request(f);
	assert_non_null(f->e.visited_network.data);
	assert_int_equal(f->e.visited_network.length, 0);
	assert_null(f->e.impi.data);
}

static void numbers_have_their_places(void **state)
{
	static const struct {
		uint32_t code, commands, group;
		size_t member;
	} rows[] = {
		{607, MAR, 0, MEMBER(item_count)},
		{614, SAR, 0, MEMBER(assignment_type)},
		{616, RTR, 615, MEMBER(deregistration_reason)},
		{623, UAR, 0, MEMBER(authorization_type)},
		{624, SAR, 0, MEMBER(user_data_available)},
		{633, LIR, 0, MEMBER(originating_request)},
	};
	static const uint32_t values[] = {0, 1, 11, INT32_MAX};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (uint32_t n = 0; n < 6 * COUNT(values); n++) {
			uint32_t command = 300 + n % 6, value = values[n / 6];
			bool is_read = rows[i].commands & BIT(command);
			int32_t found;

			begin_request(f, command);
			if (rows[i].group)
				cx_message_open(&f->request, rows[i].group, TGPP);
			cx_message_add_u32(&f->request, rows[i].code, TGPP, value);
			decode_request(f);
			memcpy(&found, (const char *)&f->e + rows[i].member, sizeof(found));
			assert_int_equal(found, is_read ? (int32_t)value : CX_NUMBER_ABSENT);
			assert_int_equal(f->e.damage, 0);
		}
	}
}

static void uar_flags_are_unsigned(void **state)
{
	struct fixture *f = *state;

	cx_message_add_u32(begin_request(f, 300), 637, TGPP, UINT32_MAX);
	decode_request(f);
	assert_int_equal(f->e.uar_flags, UINT32_MAX);
	assert_true(cx_exchange_is_emergency(&f->e));
	begin_request(f, 300);
	decode_request(f);
	assert_int_equal(f->e.uar_flags, CX_NUMBER_ABSENT);
	assert_false(cx_exchange_is_emergency(&f->e));
}

static void identities_keep_their_order(void **state)
{
	struct fixture *f = *state;

	cx_message_add_str(begin_request(f, 304), 601, TGPP, "sip:b@example.org");
	cx_message_add_str(&f->request, 1, 0, "b@example.org");
	cx_message_add_str(&f->request, 601, TGPP, "tel:+9990000001");
	cx_message_add_str(&f->request, 601, TGPP, "sip:a@example.org");
	cx_message_open(&f->request, 615, TGPP);
	cx_message_add_u32(&f->request, 616, TGPP, 3);
	cx_message_add_str(&f->request, 617, TGPP, "moved");
	decode_request(f);
	assert_int_equal(f->e.impu_count, 3);
	assert_text(f->e.impu[0], "sip:b@example.org");
	assert_text(f->e.impu[1], "tel:+9990000001");
	assert_text(f->e.impu[2], "sip:a@example.org");
	assert_int_equal(f->e.deregistration_reason, 3);
	assert_text(f->e.deregistration_info, "moved");
}

static void what_is_not_sent_is_absent(void **state)
{
	struct fixture *f = *state;
	struct cx_exchange none;

	cx_exchange_init(&none);
	for (uint32_t command = 300; command <= 305; command++) {
		begin_request(f, command);
		decode_request(f);
		assert_int_equal(f->e.authorization_type, none.authorization_type);
		assert_int_equal(f->e.assignment_type, none.assignment_type);
		assert_int_equal(f->e.user_data_available, none.user_data_available);
		assert_int_equal(f->e.originating_request, none.originating_request);
		assert_int_equal(f->e.item_count, none.item_count);
		assert_int_equal(f->e.deregistration_reason, none.deregistration_reason);
		assert_null(f->e.scheme.data);
		assert_null(f->e.impu);
		assert_null(f->e.user_data);
		assert_int_equal(f->e.user_data_hash, 0);
		assert_false(f->e.has_resynchronisation);
	}
}

static void the_table_is_sorted_and_within_its_bounds(void **state)
{
	(void)state;
	for (const struct cx_rule *r = cx_rules; r->code; r++) {
		assert_true(r->code <= CX_RULE_CODE_MAX);
		assert_true(r == cx_rules || r[-1].code <= r->code);
		/* In the message a code has one row for each side and command. */
		for (const struct cx_rule *other = r + 1; !r->group && other->code; other++)
			assert_false(other->code == r->code && !other->group &&
				     (other->side & r->side) && (other->commands & r->commands));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_registration_is_read_whole),
		TEST(texts_have_their_places),
		TEST(vendors_are_exact),
		TEST(of_repeated_texts_the_first_counts),
		TEST(the_request_goes_before_the_answer),
		TEST(empty_texts_are_present),
		TEST(numbers_have_their_places),
		TEST(uar_flags_are_unsigned),
		TEST(identities_keep_their_order),
		TEST(what_is_not_sent_is_absent),
		TEST(the_table_is_sorted_and_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
