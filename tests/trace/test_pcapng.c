/* The reader of tshark's stream: pcapng blocks, and the tags of exported PDUs. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <string.h>

#include "tests/trace/pcapng_bytes.h"
#include "trace/exported_pdu.h"
#include "trace/pcapng.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A source that gives step bytes at a time. */
struct source {
	struct text rest;
	size_t step;
};

static enum rc source_read(void *context, void *buffer, size_t size, size_t *got, struct diag *diag)
{
	struct source *s = context;
	size_t n = size < s->step ? size : s->step;

	(void)diag;
	n = n < s->rest.length ? n : s->rest.length;
	if (n)
		memcpy(buffer, s->rest.data, n);
	s->rest = text_of(s->rest.data + n, s->rest.length - n);
	*got = n;
	return RC_OK;
}

/* Reads one packet; its bytes are compared, as they go with the reader. */
static enum rc read_one(struct text stream, size_t step, struct pcapng_packet *out,
			const char *expected, struct diag *diag)
{
	struct source s = {stream, step};
	struct pcapng_reader *r;
	enum rc rc;

	diag_init(diag);
	assert_int_equal(pcapng_new(source_read, &s, &r, diag), RC_OK);
	rc = pcapng_next(r, out, diag);
	if (rc == RC_OK && expected) {
		assert_int_equal(out->bytes.length, strlen(expected));
		assert_memory_equal(out->bytes.data, expected, strlen(expected));
		assert_int_equal(pcapng_next(r, out, diag), RC_NOTFOUND);
	}
	pcapng_free(r);
	return rc;
}

static void both_byte_orders_and_any_pieces_are_read(void **state)
{
	static const size_t steps[] = {1, 3, 7, 4096};

	(void)state;
	for (unsigned swapped = 0; swapped < 2; swapped++) {
		struct pcapng_bytes b;

		pcapng_bytes_init(&b, swapped);
		pcapng_bytes_section(&b);
		pcapng_bytes_open(&b, 0x80000001); /* foreign */
		strbuf_add_str(&b.out, "not ours, and longer than nothing");
		pcapng_bytes_close(&b);
		pcapng_bytes_interface(&b, 1, 6, 0);
		pcapng_bytes_interface(&b, 252, 9, 0);
		pcapng_bytes_packet(&b, 1, UINT64_C(1700000000123456789), TEXT_LITERAL("hello"));
		pcapng_bytes_open(&b, 5); /* interface statistics */
		pcapng_bytes_close(&b);
		for (size_t i = 0; i < COUNT(steps); i++) {
			struct pcapng_packet p;
			struct diag diag;

			assert_int_equal(
				read_one(strbuf_text(&b.out), steps[i], &p, "hello", &diag), RC_OK);
			assert_int_equal(p.link_type, 252);
			assert_true(p.time_us == INT64_C(1700000000123456));
		}
		pcapng_bytes_clear(&b);
	}
}

static void times_follow_the_resolution_of_the_interface(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset;
		uint64_t ticks;
		int64_t time_us;
	} cases[] = {
		{6, 0, 1700000000000001, 1700000000000001},
		{9, 0, 1999, 1},
		{3, 0, 1700000000123, 1700000000123000},
		{0, 0, 1700000000, 1700000000000000},
		{0x80 | 10, 0, 1536, 1500000},
		{18, 0, UINT64_C(1500000000000000000), 1500000},
		{6, 1700000000, 5, 1700000000000005},
		{6, -3, 5000000, 2000000},
		{0, 0, UINT64_MAX, 0},
		{6, INT64_MIN, 5, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pcapng_bytes b;
		struct pcapng_packet p;
		struct diag diag;

		pcapng_bytes_init(&b, i % 2);
		pcapng_bytes_section(&b);
		pcapng_bytes_interface(&b, 252, cases[i].resolution, cases[i].offset);
		pcapng_bytes_packet(&b, 0, cases[i].ticks, TEXT_LITERAL("x"));
		assert_int_equal(read_one(strbuf_text(&b.out), 4096, &p, "x", &diag), RC_OK);
		assert_true(p.time_us == cases[i].time_us);
		pcapng_bytes_clear(&b);
	}
}

/* A good stream of one packet. */
static void good(struct pcapng_bytes *b)
{
	pcapng_bytes_init(b, false);
	pcapng_bytes_section(b);
	pcapng_bytes_interface(b, 252, 6, 0);
	pcapng_bytes_packet(b, 0, 1, TEXT_LITERAL("hello"));
}

static void a_cut_stream_is_told_from_a_whole_one(void **state)
{
	struct pcapng_bytes b;
	struct pcapng_packet p;
	struct diag diag;
	size_t packet;

	(void)state;
	good(&b);
	packet = b.block;
	for (size_t n = 0; n < b.out.length; n++) {
		/* Between blocks it is over; within one it was cut. */
		enum rc rc = read_one(text_of(b.out.data, n), 4096, &p, NULL, &diag);

		assert_int_equal(rc == RC_NOTFOUND, n == 0 || n == 28 || n == packet);
		assert_true(rc == RC_NOTFOUND || rc == RC_TRUNCATED);
		assert_int_equal(diag.has_offset, rc == RC_TRUNCATED);
	}
	pcapng_bytes_clear(&b);
}

static void damage_is_told_with_its_byte(void **state)
{
	static const struct {
		size_t at; /* from the packet block, or from the start */
		bool from_start;
		uint32_t value;
		enum rc rc;
	} cases[] = {
		{0, true, 0xa1b2c3d4, RC_SYNTAX}, /* a pcap file */
		{8, true, 0x12345678, RC_SYNTAX}, /* byte order */
		{4, true, 12, RC_SYNTAX},         /* a section of no bytes */
		{24, true, 32, RC_SYNTAX},        /* lengths of the section differ */
		{4, false, 8, RC_SYNTAX},         /* shorter than its frame */
		{4, false, 39, RC_SYNTAX},        /* not in steps of 4 */
		{4, false, 0x7ffffffc, RC_LIMIT}, /* no memory is asked for that */
		{8, false, 1, RC_SYNTAX},         /* interface */
		{20, false, 9, RC_SYNTAX},        /* longer than the block */
		{20, false, UINT32_MAX, RC_SYNTAX}, {36, false, 44, RC_SYNTAX}, /* lengths differ */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pcapng_bytes b;
		struct pcapng_packet p;
		struct diag diag;
		size_t base;

		good(&b);
		base = cases[i].from_start ? 0 : b.block;
		memcpy(b.out.data + base + cases[i].at, &cases[i].value, sizeof(cases[i].value));
		assert_int_equal(read_one(strbuf_text(&b.out), 4096, &p, NULL, &diag), cases[i].rc);
		assert_int_equal(diag.has_offset, 1);
		assert_true(diag.offset == base);
		pcapng_bytes_clear(&b);
	}
}

static void a_section_forgets_the_interfaces_before_it(void **state)
{
	struct pcapng_bytes b;
	struct pcapng_packet p;
	struct diag diag;

	(void)state;
	pcapng_bytes_init(&b, false);
	pcapng_bytes_section(&b);
	pcapng_bytes_interface(&b, 252, 6, 0);
	pcapng_bytes_section(&b);
	pcapng_bytes_packet(&b, 0, 1, TEXT_LITERAL("hello"));
	assert_int_equal(read_one(strbuf_text(&b.out), 4096, &p, NULL, &diag), RC_SYNTAX);
	pcapng_bytes_clear(&b);
}

static void interfaces_are_bounded(void **state)
{
	struct pcapng_bytes b;
	struct pcapng_packet p;
	struct diag diag;

	(void)state;
	pcapng_bytes_init(&b, false);
	pcapng_bytes_section(&b);
	for (unsigned i = 0; i <= PCAPNG_INTERFACES_MAX; i++)
		pcapng_bytes_interface(&b, 252, 6, 0);
	assert_int_equal(read_one(strbuf_text(&b.out), 4096, &p, NULL, &diag), RC_LIMIT);
	pcapng_bytes_clear(&b);
}

/* --- exported PDUs -----------------------------------------------------------------------------
 */

static void tags_of(struct strbuf *b, const char *dissector)
{
	static const char v4[] = {(char)192, 0, 2, 1},
			  v6[16] = {0x20, 1, 0xd, (char)0xb8, [15] = 1};

	strbuf_init(b);
	exported_tag(b, 12, text_from(dissector));
	exported_tag(b, 20, text_of(v4, sizeof(v4)));
	exported_tag(b, 23, text_of(v6, sizeof(v6)));
	exported_tag_u32(b, 24, 2);
	exported_tag_u32(b, 25, 40000);
	exported_tag_u32(b, 26, 3868);
	exported_tag_u32(b, 30, 77);
	exported_tag(b, 999, TEXT_LITERAL("not known"));
}

static void tags_tell_where_a_message_was_seen(void **state)
{
	struct capture_message m;
	struct strbuf b;

	(void)state;
	tags_of(&b, "diameter");
	exported_tag(&b, 0, TEXT_LITERAL(""));
	strbuf_add_str(&b, "body");
	assert_true(exported_pdu_read(strbuf_text(&b), &m));
	assert_int_equal(m.protocol, CAPTURE_DIAMETER);
	assert_string_equal(m.source, "192.0.2.1");
	assert_string_equal(m.destination, "2001:db8::1");
	assert_int_equal(m.source_port, 40000);
	assert_int_equal(m.destination_port, 3868);
	assert_true(m.frame == 77);
	assert_int_equal(m.bytes.length, 4);
	assert_memory_equal(m.bytes.data, "body", 4);
	strbuf_clear(&b);
}

static void other_protocols_are_passed_over(void **state)
{
	static const struct {
		const char *dissector;
		bool is_taken;
	} cases[] = {{"sip", true},        {"diameter", true}, {"dns", false},
		     {"diameterx", false}, {"", false},        {"sip.tcp", true}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct capture_message m;
		struct strbuf b;

		tags_of(&b, cases[i].dissector);
		exported_tag(&b, 0, TEXT_LITERAL(""));
		assert_int_equal(exported_pdu_read(strbuf_text(&b), &m), cases[i].is_taken);
		strbuf_clear(&b);
	}
}

static void tags_without_an_end_are_no_message(void **state)
{
	struct capture_message m;
	struct strbuf b;

	(void)state;
	tags_of(&b, "sip");
	for (size_t n = 0; n <= b.length; n++)
		assert_false(exported_pdu_read(text_of(b.data, n), &m));
	strbuf_clear(&b);
}

static void addresses_of_a_wrong_size_are_not_known(void **state)
{
	struct capture_message m;
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	exported_tag(&b, 12, TEXT_LITERAL("sip"));
	exported_tag(&b, 20, TEXT_LITERAL("12345678"));
	exported_tag_u32(&b, 25, 70000);
	exported_tag(&b, 0, TEXT_LITERAL(""));
	assert_true(exported_pdu_read(strbuf_text(&b), &m));
	assert_string_equal(m.source, "");
	assert_int_equal(m.source_port, 0);
	assert_int_equal(m.bytes.length, 0);
	strbuf_clear(&b);
}

/* What is given back with these bytes still in it (-Wl,--wrap=free,--wrap=realloc). */
#define SECRET "sEcReT-0123456789abcdef-sEcReT"
static unsigned not_wiped;

static void look(void *p)
{
	if (p && memmem(p, malloc_usable_size(p), SECRET, sizeof(SECRET) - 1))
		not_wiped++;
}

void __real_free(void *p);
void __wrap_free(void *p);
void __wrap_free(void *p)
{
	look(p);
	__real_free(p);
}

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size)
{
	look(p);
	return __real_realloc(p, size);
}

static void packets_are_wiped_also_when_a_larger_one_follows(void **state)
{
	static char large[4096];
	struct pcapng_bytes b;
	struct pcapng_packet p;
	struct pcapng_reader *r;
	struct source s = {.step = 4096};

	(void)state;
	good(&b);
	pcapng_bytes_packet(&b, 0, 2, TEXT_LITERAL(SECRET));
	pcapng_bytes_packet(&b, 0, 3, text_of(large, sizeof(large)));
	pcapng_bytes_packet(&b, 0, 4, TEXT_LITERAL(SECRET));
	s.rest = strbuf_text(&b.out);
	not_wiped = 0;
	assert_int_equal(pcapng_new(source_read, &s, &r, NULL), RC_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pcapng_next(r, &p, NULL), RC_OK);
	pcapng_free(r);
	assert_int_equal(not_wiped, 0);
	pcapng_bytes_clear(&b);
	assert_int_equal(not_wiped, 1); /* the watch sees what is not wiped */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_byte_orders_and_any_pieces_are_read),
		cmocka_unit_test(times_follow_the_resolution_of_the_interface),
		cmocka_unit_test(a_cut_stream_is_told_from_a_whole_one),
		cmocka_unit_test(damage_is_told_with_its_byte),
		cmocka_unit_test(a_section_forgets_the_interfaces_before_it),
		cmocka_unit_test(interfaces_are_bounded),
		cmocka_unit_test(tags_tell_where_a_message_was_seen),
		cmocka_unit_test(other_protocols_are_passed_over),
		cmocka_unit_test(tags_without_an_end_are_no_message),
		cmocka_unit_test(packets_are_wiped_also_when_a_larger_one_follows),
		cmocka_unit_test(addresses_of_a_wrong_size_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
