#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "importers/xml_frame.h"

#define R "<IMSSubscription>r</IMSSubscription>" /* 36 bytes */
#define SIZE_OF_R 36

static const char *const event_names[] = {
	[XML_FRAME_RECORD] = "record",
	[XML_FRAME_REJECT] = "reject",
	[XML_FRAME_NOTE] = "note",
	[XML_FRAME_TRUNCATED] = "cut",
};

/* All events but MORE and END as "record@offset:line+length" or "reject@offset:line", with windows
 * that hold step bytes more than are asked for. */
static const char *frame(const char *data, size_t length, size_t step, struct strbuf *out)
{
	struct xml_frame f;
	struct xml_frame_item item;
	enum xml_frame_event event;
	size_t at = 0, window = step < length ? step : length;

	xml_frame_init(&f, 0);
	strbuf_reset(out);
	strbuf_add_str(out, "");
	do {
		/* A copy of its own, so that a read beyond the window is seen. */
		char *copy = malloc(window ? window : 1);

		memcpy(copy, data + at, window);
		event = xml_frame_next(&f, copy, window, at + window == length, &item);
		free(copy);
		assert_true(item.consume <= window);
		if (event == XML_FRAME_RECORD)
			strbuf_printf(out, "%srecord@%d:%d+%d", out->length ? " " : "",
				      (int)item.offset, (int)item.line, (int)item.length);
		else if (event != XML_FRAME_MORE && event != XML_FRAME_END)
			strbuf_printf(out, "%s%s@%d:%d", out->length ? " " : "", event_names[event],
				      (int)item.offset, (int)item.line);
		at += item.consume;
		window -= item.consume;
		if (event == XML_FRAME_MORE) {
			size_t wanted = item.need + step - 1;

			assert_true(item.need > window);
			window = wanted < length - at ? wanted : length - at;
		}
	} while (event != XML_FRAME_END);
	assert_int_equal(at, length);
	return out->data;
}

struct row {
	const char *text, *events;
};

static void check(const struct row *rows, size_t count)
{
	static const size_t steps[] = {1, 2, 7, 64, 1 << 20};
	struct strbuf out;

	strbuf_init(&out);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++)
			assert_string_equal(frame(rows[i].text, strlen(rows[i].text), steps[k],
						  &out),
					    rows[i].events);
	strbuf_clear(&out);
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void records_are_found_under_any_root(void **state)
{
	static const struct row rows[] = {
		{"", ""},
		{" \n", ""},
		{R, "record@0:1+36"},
		{"<r>" R "</r>", "record@3:1+36"},
		{"<?xml version='1.0'?>\n<r>\n\n" R R "\n" R "\n</r>\n",
		 "record@27:4+36 record@63:4+36 record@100:5+36"},
		{"<a><b c='>'/><d e=\">/a>\"><f/>" R "</d></a>", "record@29:1+36"},
		{"<x:IMSSubscription xmlns:x='u'>r</x:IMSSubscription>", "record@0:1+52"},
		{"<IMSSubscription a='1'\n>r</IMSSubscription \n>", "record@0:1+45"},
		{"<IMSSubscription/>" R, "record@0:1+18 record@18:1+36"},
		{"<IMSSubscriptions>" R "</IMSSubscriptions>", "record@18:1+36"},
		{"<ClearwaterRegData><RegistrationState>REGISTERED</RegistrationState>" R
		 "</ClearwaterRegData>",
		 "record@68:1+36"},
	};

	(void)state;
	CHECK(rows);
}

static void concatenated_documents_are_read_through(void **state)
{
	static const struct row rows[] = {
		{R R R, "record@0:1+36 record@36:1+36 record@72:1+36"},
		{"<?xml version='1.0'?>\n" R "\n<?xml version='1.0'?>\n" R "\n",
		 "record@22:2+36 record@81:4+36"},
		{"\n\n<?xml version='1.0'?>" R, "record@23:3+36"},
		{"\xef\xbb\xbf" R "\xef\xbb\xbf<?xml version='1.0'?>" R,
		 "record@3:1+36 record@63:1+36"},
		{"<r>" R "</r><r>" R "</r>", "record@3:1+36 record@46:1+36"},
		/* Whole documents pasted under a root. */
		{"<r><?xml version='1.0'?>" R "<?xml version='1.0'?>" R "</r>",
		 "note@3:1 record@24:1+36 record@81:1+36"},
		{R "\n3 records\n", "record@0:1+36 note@37:2"},
		{R "\x1a", "record@0:1+36"},
	};

	(void)state;
	CHECK(rows);
}

static void padding_by_nul_is_ignored(void **state)
{
	struct strbuf text, out;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&out);
	strbuf_add_str(&text, "<r>" R "</r>");
	for (int i = 0; i < 512; i++)
		strbuf_add_char(&text, '\0');
	assert_string_equal(frame(text.data, text.length, 100, &out), "record@3:1+36");
	strbuf_clear(&text);
	strbuf_clear(&out);
}

static void what_looks_like_a_record_in_markup_is_none(void **state)
{
	static const struct row rows[] = {
		{"<!-- " R " -->" R, "record@45:1+36"},
		{"<r><![CDATA[" R "]]>" R "</r>", "record@51:1+36"},
		{"<?p " R "?>" R, "record@42:1+36"},
		{"<r><!-- \n --><!-- > --></r>", ""},
		/* The end of a comment may lie over what looks like the begin of one. */
		{"<r><!--abcde<!-->" R "</r>", "record@17:1+36"},
		{"<r><!--abcd<!--->" R "</r>", "record@17:1+36"},
		{"<r><!--abcd<!---->" R "</r>", "reject@3:1 record@18:1+36"},
		/* The end tag in a comment is none either. */
		{"<IMSSubscription><!-- </IMSSubscription> --></IMSSubscription>", "record@0:1+62"},
		{"<IMSSubscription><![CDATA[</IMSSubscription>]]></IMSSubscription>" R,
		 "record@0:1+65 record@65:1+36"},
		{"<IMSSubscription><?p </IMSSubscription>?></IMSSubscription>", "record@0:1+59"},
		{"<IMSSubscription>a! b? <!-- c --></IMSSubscription>", "record@0:1+51"},
	};

	(void)state;
	CHECK(rows);
}

static void damage_costs_the_damaged_record_alone(void **state)
{
	static const struct row rows[] = {
		/* Misspelt start, missing start. */
		{"<r><IMSSubscripion>x</IMSSubscription>" R "</r>", "reject@20:1 record@38:1+36"},
		{"<r>x</IMSSubscription>" R "</r>", "reject@4:1 record@22:1+36"},
		/* A comment that does not end: left to the parser, with the first end tag. */
		{"<r><IMSSubscription><!-- x</IMSSubscription>" R "</r>",
		 "record@3:1+41 record@44:1+36"},
		{"<r><IMSSubscription><!-- x</IMSSubscription>"
		 "<IMSSubscription><!-- y --></IMSSubscription></r>",
		 "record@3:1+41 record@44:1+45"},
		/* A document that breaks off inside a record. */
		{"<IMSSubscription>x<?xml version='1.0'?>" R, "reject@0:1 record@39:1+36"},
		/* A comment between records that does not end before the next one. */
		{"<r><!-- x " R "<!-- y -->" R "</r>", "reject@3:1 record@56:1+36"},
		{"<r <b>" R "</b></r>", "reject@0:1 note@1:1 record@6:1+36"},
		{"<r>< 5 <& " R "</r>", "record@10:1+36"},
	};

	(void)state;
	CHECK(rows);
}

static void missing_end_tags_are_found_at_the_end_of_input(void **state)
{
	static const struct row rows[] = {
		{R "<IMSSubscription>x<IMSSubscription>y", "record@0:1+36 reject@36:1 cut@54:1"},
		{"<r>" R "<IMSSubscription>\n<Pri", "record@3:1+36 cut@39:1"},
		{"<r>" R "</IMSSubscr", "record@3:1+36 cut@50:1"},
		{"<r>\n" R "\n", "record@4:2+36 cut@41:3"},
		{"<r", "cut@0:1"},
		{"<r a='", "cut@0:1"},
		{"<r/><!-- x", "cut@4:1"},
		{"<r>\n<![CDATA[ x", "cut@4:2"},
		{"<?p x", "cut@0:1"},
		{"<", ""},
	};

	(void)state;
	CHECK(rows);
}

static void documents_with_a_doctype_are_refused(void **state)
{
	static const struct row rows[] = {
		{"<!DOCTYPE r><r>" R R "</r>", "reject@0:1"},
		{"<!DOCTYPE r [<!ENTITY a '>'> <!-- ' ]> -->]><r>" R "</r>", "reject@0:1"},
		{"<!DOCTYPE IMSSubscription SYSTEM \"http://h/d>\">" R R,
		 "reject@0:1 record@83:1+36"},
		{"<r>" R "<!ENTITY a \"b\">" R "</r>", "record@3:1+36 reject@39:1"},
		/* The next document is another one. */
		{"<!DOCTYPE r><r>" R "</r><?xml version='1.0'?>" R, "reject@0:1 record@76:1+36"},
		{"<!DOCTYPE r><r>" R "</r>" R, "reject@0:1 record@55:1+36"},
		{"<!DOCTYPE r><r/>" R, "reject@0:1 record@16:1+36"},
		{"<!DOCTYPE r><!DOCTYPE r><r>" R "</r>", "reject@0:1"},
		{"<!DOCTYPE r [", "reject@0:1 cut@0:1"},
	};

	(void)state;
	CHECK(rows);
}

static void nesting_is_bounded_and_needs_no_memory(void **state)
{
	struct strbuf text, out;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&out);
	for (int i = 0; i < LIMIT_XML_DEPTH; i++)
		strbuf_add_str(&text, "<a>");
	strbuf_add_str(&text, R);
	for (int i = 0; i < LIMIT_XML_DEPTH; i++)
		strbuf_add_str(&text, "</a>");
	assert_string_equal(frame(text.data, text.length, 1000, &out), "record@192:1+36");
	strbuf_reset(&text);
	for (int i = 0; i < 1000000; i++)
		strbuf_add_str(&text, "<a>");
	strbuf_add_str(&text, R);
	for (int i = 0; i < 1000000; i++)
		strbuf_add_str(&text, "</a>");
	strbuf_add_str(&text, R);
	assert_string_equal(frame(text.data, text.length, 1 << 16, &out),
			    "reject@192:1 record@7000036:1+36");
	strbuf_clear(&text);
	strbuf_clear(&out);
}

static void add_bytes(struct strbuf *b, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_add_char(b, c);
}

static void oversized_records_are_refused(void **state)
{
	static const struct {
		size_t fill;
		const char *events;
	} rows[] = {
		/* 17 bytes of start tag and 18 of end tag around. */
		{LIMIT_RECORD_BYTES - 35, "record@0:1+4194304 record@4194304:1+36"},
		{LIMIT_RECORD_BYTES - 34, "reject@0:1 record@4194305:1+36"},
		{3 * (size_t)LIMIT_RECORD_BYTES, "reject@0:1 record@12582947:1+36"},
	};
	struct strbuf text, out;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&out);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strbuf_reset(&text);
		strbuf_add_str(&text, "<IMSSubscription>");
		add_bytes(&text, 'x', rows[i].fill);
		strbuf_add_str(&text, "</IMSSubscription>" R);
		assert_string_equal(frame(text.data, text.length, 1 << 20, &out), rows[i].events);
	}
	/* Its end tag is lost, too: the next start tag ends the search. */
	strbuf_reset(&text);
	strbuf_add_str(&text, "<IMSSubscription>");
	add_bytes(&text, 'x', 2 * (size_t)LIMIT_RECORD_BYTES);
	strbuf_add_str(&text, R);
	assert_string_equal(frame(text.data, text.length, 1 << 20, &out),
			    "reject@0:1 record@8388625:1+36");
	strbuf_clear(&text);
	strbuf_clear(&out);
}

static void huge_attributes_are_refused(void **state)
{
	struct strbuf text, out;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&out);
	strbuf_add_str(&text, "<IMSSubscription a='");
	add_bytes(&text, 'x', 10000000);
	strbuf_add_str(&text, "'>r</IMSSubscription>" R);
	assert_string_equal(frame(text.data, text.length, 1 << 20, &out),
			    "reject@0:1 record@10000041:1+36");
	strbuf_reset(&text);
	strbuf_add_str(&text, "<r a='");
	add_bytes(&text, 'x', 10000000);
	strbuf_add_str(&text, "'>" R "</r>");
	assert_string_equal(frame(text.data, text.length, 1 << 20, &out),
			    "reject@0:1 note@1:1 record@10000008:1+36");
	strbuf_clear(&text);
	strbuf_clear(&out);
}

static void long_comments_need_no_memory(void **state)
{
	struct strbuf text, out;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&out);
	strbuf_add_str(&text, "<!--");
	add_bytes(&text, '\n', 9000000);
	strbuf_add_str(&text, "-->" R);
	assert_string_equal(frame(text.data, text.length, 1000, &out), "record@9000007:9000001+36");
	strbuf_clear(&text);
	strbuf_clear(&out);
}

static void the_declared_encoding_is_told(void **state)
{
	static const struct {
		const char *declaration, *encoding;
	} rows[] = {
		{"<?xml version='1.0'?>", ""},
		{"<?xml version='1.0' encoding='UTF-8'?>", ""},
		{"<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes'?>", ""},
		{"<?xml version='1.0' encoding = 'ISO-8859-1' ?>", "ISO-8859-1"},
		{"<?xml encoding=\"windows-1252\"?>", "windows-1252"},
		/* The bytes show that it is none. */
		{"<?xml version='1.0' encoding='UTF-16'?>", ""},
		{"<?xml version='1.0' encoding='a b'?>", "?"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xml_frame f;
		struct xml_frame_item item;
		char text[256];

		snprintf(text, sizeof(text), "%s" R, rows[i].declaration);
		xml_frame_init(&f, 0);
		assert_int_equal(xml_frame_next(&f, text, strlen(text), true, &item),
				 XML_FRAME_RECORD);
		assert_string_equal(f.encoding, rows[i].encoding);
	}
}

static void lines_are_counted(void **state)
{
	char data[5000];

	(void)state;
	memset(data, '\n', sizeof(data));
	for (size_t length = 0; length <= sizeof(data); length += 1 + length / 7)
		assert_int_equal(xml_frame_count_lines(data, length), length);
	memset(data, '\r', sizeof(data));
	data[17] = data[4999] = '\n';
	assert_int_equal(xml_frame_count_lines(data, sizeof(data)), 2);
	assert_int_equal(xml_frame_count_lines(data + 18, sizeof(data) - 19), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_found_under_any_root),
		cmocka_unit_test(concatenated_documents_are_read_through),
		cmocka_unit_test(padding_by_nul_is_ignored),
		cmocka_unit_test(what_looks_like_a_record_in_markup_is_none),
		cmocka_unit_test(damage_costs_the_damaged_record_alone),
		cmocka_unit_test(missing_end_tags_are_found_at_the_end_of_input),
		cmocka_unit_test(documents_with_a_doctype_are_refused),
		cmocka_unit_test(nesting_is_bounded_and_needs_no_memory),
		cmocka_unit_test(oversized_records_are_refused),
		cmocka_unit_test(huge_attributes_are_refused),
		cmocka_unit_test(long_comments_need_no_memory),
		cmocka_unit_test(the_declared_encoding_is_told),
		cmocka_unit_test(lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
