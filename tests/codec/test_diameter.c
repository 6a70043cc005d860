/* Expected values: RFC 6733 3 (header), 4.1 (AVP header) and 4.2 (basic types). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "codec/diameter.h"
#include "tests/codec/cx_message.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(s) ((struct text){s, sizeof(s) - 1})

static int setup(void **state)
{
	struct cx_message *m = calloc(1, sizeof(*m));

	cx_message_init(m);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	cx_message_clear(*state);
	free(*state);
	return 0;
}

static void header_fields_are_read(void **state)
{
	struct diameter_header h;

	(void)state;
	assert_true(diameter_header_read(BYTES("\x01\x00\x01\x14\xc0\x00\x01\x2f\x01\x00\x00\x00"
					       "\x12\x34\x56\x78\x9a\xbc\xde\xf0"),
					 &h));
	assert_int_equal(h.length, 276);
	assert_int_equal(h.flags, DIAMETER_FLAG_REQUEST | DIAMETER_FLAG_PROXIABLE);
	assert_int_equal(h.command, 303);
	assert_int_equal(h.application, DIAMETER_APPLICATION_CX);
	assert_int_equal(h.hop_by_hop, 0x12345678);
	assert_int_equal(h.end_to_end, 0x9abcdef0);
}

static void what_is_no_header_is_refused(void **state)
{
#define REST "\x80\x00\x01\x2c\x01\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01"
	static const struct {
		struct text bytes;
		bool is_header;
	} rows[] = {
		{{"\x01\x00\x00\x14" REST, 20}, true},
		{{"\x01\x00\x00\x14" REST, 19}, false}, /* one byte short */
		{{"\x01\x00\x00\x14" REST, 0}, false},
		{{NULL, 0}, false},
		{{"\x02\x00\x00\x14" REST, 20}, false}, /* version */
		{{"\x00\x00\x00\x14" REST, 20}, false},
		{{"\x01\x00\x00\x10" REST, 20}, false}, /* shorter than a header */
		{{"\x01\x00\x00\x00" REST, 20}, false},
		{{"\x01\x00\x00\x15" REST, 20}, false}, /* no multiple of 4 */
		{{"\x01\x00\x00\x16" REST, 20}, false},
		{{"\x01\xff\xff\xfc" REST, 20}, true}, /* longer than what is there */
	};
	struct diameter_header h;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(diameter_header_read(rows[i].bytes, &h), rows[i].is_header);
}

static void avps_come_in_order_with_vendor_and_data(void **state)
{
	struct cx_message *m = *state;
	struct diameter_walk w;
	struct diameter_avp avp;

	cx_message_begin(m, 300, DIAMETER_FLAG_REQUEST, DIAMETER_APPLICATION_CX, 1, 2);
	cx_message_add_str(m, 1, 0, "a");
	cx_message_add_str(m, 601, DIAMETER_VENDOR_3GPP, "sip:b");
	cx_message_open(m, 603, DIAMETER_VENDOR_3GPP);
	cx_message_add_u32(m, 604, DIAMETER_VENDOR_3GPP, 0x80000001);
	cx_message_close(m);
	cx_message_add_str(m, 263, 0, "");
	w = diameter_walk_message(cx_message_end(m));
	assert_true(diameter_walk_next(&w, &avp));
	assert_int_equal(avp.code, 1);
	assert_int_equal(avp.vendor, 0);
	assert_int_equal(avp.flags, 0x40);
	assert_true(text_equal(avp.data, TEXT_LITERAL("a")));
	assert_true(diameter_walk_next(&w, &avp));
	assert_int_equal(avp.code, 601);
	assert_int_equal(avp.vendor, DIAMETER_VENDOR_3GPP);
	assert_int_equal(avp.flags, 0xc0);
	assert_true(text_equal(avp.data, TEXT_LITERAL("sip:b")));
	assert_true(diameter_walk_next(&w, &avp));
	assert_int_equal(avp.code, 603);
	struct diameter_walk group = diameter_walk_group(avp.data);
	uint32_t number = 0;
	assert_true(diameter_walk_next(&group, &avp));
	assert_int_equal(avp.code, 604);
	assert_true(diameter_avp_u32(&avp, &number));
	assert_int_equal(number, 0x80000001);
	assert_false(diameter_walk_next(&group, &avp));
	assert_false(group.is_damaged);
	assert_true(diameter_walk_next(&w, &avp));
	assert_int_equal(avp.code, 263);
	assert_int_equal(avp.data.length, 0);
	assert_non_null(avp.data.data);
	assert_false(diameter_walk_next(&w, &avp));
	assert_false(w.is_damaged);
}

/* Each row is a grouped AVP's data: how many AVPs are whole, and whether it ends in damage. */
static void lengths_are_checked(void **state)
{
#define USER                               \
	"\x00\x00\x00\x01\x40\x00\x00\x09" \
	"a\0\0\0"
	static const struct {
		struct text data;
		unsigned whole;
		bool is_damaged;
	} rows[] = {
		{{NULL, 0}, 0, false},
		{{"", 0}, 0, false},
		{BYTES(USER), 1, false},
		{{USER, 9}, 1, false}, /* padding missing at the very end */
		{{USER, 11}, 1, false},
		{{USER, 8}, 0, true}, /* data missing */
		{{USER, 7}, 0, true}, /* not even a header */
		{{USER, 1}, 0, true},
		{BYTES(USER USER), 2, false},
		{BYTES(USER "\0"), 1, true},
		{BYTES("\x00\x00\x00\x01\x40\x00\x00\x08"), 1, false}, /* empty data */
		{BYTES("\x00\x00\x00\x01\x40\x00\x00\x07"
		       "aaaaaaaa"),
		 0, true},
		{BYTES("\x00\x00\x00\x01\x40\x00\x00\x00"
		       "aaaaaaaa"),
		 0, true},
		{BYTES("\x00\x00\x00\x01\x40\xff\xff\xff"
		       "aaaaaaaa"),
		 0, true},
		{BYTES("\x00\x00\x02\x59\xc0\x00\x00\x0c\x00\x00\x28\xaf"), 1, false},
		/* With V the header has 12 bytes. */
		{BYTES("\x00\x00\x02\x59\xc0\x00\x00\x0b\x00\x00\x28\xaf"), 0, true},
		{BYTES("\x00\x00\x02\x59\xc0\x00\x00\x08"), 0, true},
		{BYTES("\x00\x00\x02\x59\xc0\x00\x00\x0c\x00\x00\x28"), 0, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diameter_walk w = diameter_walk_group(rows[i].data);
		struct diameter_avp avp;
		unsigned whole = 0;

		while (diameter_walk_next(&w, &avp))
			whole++;
		assert_int_equal(whole, rows[i].whole);
		assert_int_equal(w.is_damaged, rows[i].is_damaged);
		assert_false(diameter_walk_next(&w, &avp));
	}
}

static void what_follows_the_message_is_not_walked(void **state)
{
	struct cx_message *m = *state;
	struct diameter_avp avp;
	struct diameter_walk w;
	struct text message;

	cx_message_begin(m, 300, DIAMETER_FLAG_REQUEST, DIAMETER_APPLICATION_CX, 1, 2);
	cx_message_add_str(m, 1, 0, "user");
	message = cx_message_end(m);
	strbuf_add_text(&m->bytes, BYTES(USER));
	w = diameter_walk_message(strbuf_text(&m->bytes));
	assert_true(m->bytes.length > message.length);
	assert_true(diameter_walk_next(&w, &avp));
	assert_false(diameter_walk_next(&w, &avp));
	assert_false(w.is_damaged);
}

static void a_message_cut_anywhere_gives_its_first_avps(void **state)
{
	struct cx_message *m = *state;
	char text[CX_SAMPLE_TEXT_BYTES];
	struct cx_sample sample;
	struct text whole;

	cx_sample_init(&sample, CX_MAR, 7, text);
	whole = cx_sample_answer(&sample, m);
	for (size_t length = 0; length < whole.length; length++) {
		/* A copy of that size, so that reading beyond it is seen. */
		char *cut = malloc(length ? length : 1);
		struct diameter_walk full = diameter_walk_message(whole), w;
		struct diameter_avp avp, expected;

		memcpy(cut, whole.data, length);
		w = diameter_walk_message(text_of(cut, length));
		while (diameter_walk_next(&w, &avp)) {
			assert_true(diameter_walk_next(&full, &expected));
			assert_int_equal(avp.code, expected.code);
			assert_true(text_equal(avp.data, expected.data));
		}
		free(cut);
	}
}

static void numbers_have_four_bytes(void **state)
{
	static const struct {
		struct text data;
		bool is_number;
		uint32_t value;
	} rows[] = {
		{BYTES("\x00\x00\x07\xd1"), true, 2001},
		{BYTES("\xff\xff\xff\xff"), true, UINT32_MAX},
		{BYTES("\x00\x00\x07"), false, 0},
		{BYTES("\x00\x00\x00\x07\xd1"), false, 0},
		{{"", 0}, false, 0},
		{{NULL, 0}, false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diameter_avp avp = {.data = rows[i].data};
		uint32_t value = 0;

		assert_int_equal(diameter_avp_u32(&avp, &value), rows[i].is_number);
		assert_int_equal(value, rows[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_fields_are_read),
		cmocka_unit_test(what_is_no_header_is_refused),
		cmocka_unit_test_setup_teardown(avps_come_in_order_with_vendor_and_data, setup,
						teardown),
		cmocka_unit_test(lengths_are_checked),
		cmocka_unit_test_setup_teardown(what_follows_the_message_is_not_walked, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_message_cut_anywhere_gives_its_first_avps, setup,
						teardown),
		cmocka_unit_test(numbers_have_four_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
