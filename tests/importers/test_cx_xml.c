/* The damage table of export-formats 6.2, the forms a file may have, and hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "importers/cx_xml.h"
#include "tests/importers/import_double.h"

/* 155 bytes each, so that places are easy to tell. */
#define DOCUMENT(n) DOCUMENT_WITH(n, "sip:" n "@x")
#define DOCUMENT_WITH(n, identity)                                                        \
	"<IMSSubscription><PrivateID>" n "@x</PrivateID><ServiceProfile><PublicIdentity>" \
	"<Identity>" identity "</Identity></PublicIdentity></ServiceProfile></IMSSubscription>"
#define SIZE (sizeof(DOCUMENT("1")) - 1)
#define PROLOG "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

static enum rc run(struct import *i, const char *text, size_t length, struct diag *diag)
{
	import_double_init(i, 1);
	return import_double_run(i, &cx_xml_importer, text, length, diag);
}

static void check_shown(const struct import *i, const char *const *shown, size_t count)
{
	struct strbuf out;

	strbuf_init(&out);
	assert_int_equal(i->record_count, count);
	for (size_t n = 0; n < count; n++)
		assert_string_equal(import_double_show(&i->record[n], &out), shown[n]);
	strbuf_clear(&out);
}

struct row {
	const char *text;
	size_t length;       /* 0: that of the text */
	const char *records; /* their names, a letter each */
	const char *rejects; /* "offset:line …" */
	uint64_t cut;        /* offset of the truncation, 0 = none */
};

static void check_row(const struct row *row)
{
	struct import i;
	struct diag diag;
	char names[16] = "", rejects[64] = "";

	assert_int_equal(run(&i, row->text, row->length ? row->length : strlen(row->text), &diag),
			 RC_OK);
	for (size_t n = 0; n < i.record_count; n++)
		strncat(names, i.record[n].impi[0].identity.data, 1);
	for (size_t n = 0; n < i.reject_count; n++)
		snprintf(rejects + strlen(rejects), sizeof(rejects) - strlen(rejects), "%s%d:%d",
			 n ? " " : "", (int)i.reject[n].offset, (int)i.reject[n].line);
	if (strcmp(names, row->records) || strcmp(rejects, row->rejects))
		print_error("%s\n", row->text);
	assert_string_equal(names, row->records);
	assert_string_equal(rejects, row->rejects);
	assert_int_equal(i.counted, i.record_count);
	assert_int_equal(i.is_truncated, row->cut > 0);
	if (row->cut)
		assert_int_equal(i.truncated_offset, row->cut);
	import_double_clear(&i);
}

#define ABC DOCUMENT("a") "\n" DOCUMENT("b") "\n" DOCUMENT("c")
#define DAMAGED(b) "<r>" DOCUMENT("a") "\n" b "\n" DOCUMENT("c") "</r>"

static void damage_loses_the_damaged_record_alone(void **state)
{
	static const struct row rows[] = {
		{"<r>" ABC "</r>", 0, "abc", "", 0},
		{PROLOG "\n<r>" ABC "</r>\n", 0, "abc", "", 0},
		{"\xef\xbb\xbf" PROLOG "<r>" ABC "</r>", 0, "abc", "", 0},
		/* newline before the declaration */
		{"\n" PROLOG "<r>" ABC "</r>", 0, "abc", "", 0},
		/* two whole documents, one after the other */
		{PROLOG "<r>" ABC "</r>" PROLOG "<r>" DOCUMENT("d") DOCUMENT("e")
			 DOCUMENT("f") "</r>",
		 0, "abcdef", "", 0},
		{PROLOG DOCUMENT("a") PROLOG DOCUMENT("b") "\n\n" PROLOG DOCUMENT("c"), 0, "abc",
		 "", 0},
		{ABC, 0, "abc", "", 0},
		/* cut inside record 3 */
		{"<r>" DOCUMENT("a") DOCUMENT("b") "<IMSSubscription><PrivateID>c@x</Pri", 0, "ab",
		 "", 313},
		{"<r>" ABC, 0, "abc", "", 470},
		/* text after the root's end tag */
		{"<r>" ABC "</r>\n3 rows selected\n", 0, "abc", "", 0},
		{"<r>" ABC "</r>\x1a", 0, "abc", "", 0},
		/* unescaped '&', bad UTF-8, control character in record 2 */
		{DAMAGED(DOCUMENT_WITH("b", "sip:b&@x")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "sip:\xe9@x")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "sip:\x01@x")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "&nbsp;")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "s</Identitty>")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "<![CDATA[s")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "<!-- s")), 0, "ac", "159:2", 0},
		{DAMAGED(DOCUMENT_WITH("b", "<a b='s")), 0, "ac", "159:2", 0},
		/* start and end tags lost or misspelt */
		{DAMAGED("<IMSSubscription><PrivateID>b@x</PrivateID>"), 0, "ac", "159:2", 0},
		{DAMAGED("<IMSSubscription>\n<IMSSubscription>"), 0, "ac", "159:2 177:3", 0},
		{DAMAGED("<PrivateID>b@x</PrivateID></IMSSubscription>"), 0, "ac", "185:2", 0},
		{DAMAGED("<IMSSubscrip><PrivateID>b@x</PrivateID></IMSSubscription>"), 0, "ac",
		 "198:2", 0},
		{DAMAGED("<IMSSubscription><PrivateID>b@x</PrivateID></IMSSubscriptio>"), 0, "ac",
		 "159:2", 0},
		/* a template: what it is filled with makes the identities */
		{DAMAGED("<IMSSubscription><PrivateID>{{ imsi }}@x</PrivateID></IMSSubscription>"),
		 0, "ac", "159:2", 0},
		/* no PrivateID */
		{DAMAGED("<IMSSubscription></IMSSubscription>"), 0, "ac", "159:2", 0},
		{DAMAGED("<IMSSubscription/>"), 0, "ac", "159:2", 0},
	};

	(void)state;
	assert_int_equal(SIZE, 155);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void padding_of_nuls_is_ignored(void **state)
{
	char text[3 * SIZE + 520] = ABC;
	const struct row row = {text, sizeof(text), "abc", "", 0};

	(void)state;
	check_row(&row);
}

static void a_reject_says_what_and_where(void **state)
{
	static const struct {
		const char *text, *reason, *subject;
	} rows[] = {
		{DOCUMENT_WITH("a", "&"),
		 "IMSSubscription is not well-formed: '&' that is not escaped, or '<' without a"
		 " name (line 1)",
		 ""},
		{"\n<IMSSubscription>\n<PrivateID>a@x\n</b></IMSSubscription>",
		 "IMSSubscription is not well-formed: end tag that does not match its start tag"
		 " (line 4)",
		 ""},
		{"<IMSSubscription></IMSSubscription>", "IMSSubscription without PrivateID", ""},
		{"<!DOCTYPE r><r/>",
		 "DOCTYPE or entity declaration: documents with one are refused", ""},
		{DOCUMENT_WITH("a", "\xe9SECRET"),
		 "IMSSubscription is not well-formed: bytes that are not UTF-8 (line 1)", ""},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		struct import i;
		struct diag diag;

		assert_int_equal(run(&i, rows[n].text, strlen(rows[n].text), &diag), RC_OK);
		assert_int_equal(i.reject_count, 1);
		assert_string_equal(i.reject[0].reason, rows[n].reason);
		assert_string_equal(i.reject[0].subject, rows[n].subject);
		import_double_clear(&i);
	}
}

static void a_record_knows_its_place(void **state)
{
	struct import i;
	struct diag diag;

	(void)state;
	run(&i, "<r>\n" ABC "</r>", 3 + 1 + 2 + 3 * SIZE + 4, &diag);
	assert_int_equal(i.record_count, 3);
	assert_int_equal(i.record[2].provenance.file, 7);
	assert_int_equal(i.record[2].provenance.offset, 4 + 2 * (SIZE + 1));
	assert_int_equal(i.record[2].provenance.line, 4);
	import_double_clear(&i);
}

static void encodings_are_decoded_or_refused(void **state)
{
	static const char latin[] = "<?xml version='1.0' encoding='ISO-8859-1'?><r>" DOCUMENT_WITH(
		"a", "sip:\xe9@x") "</r>";
	static const char *const shown[] = {"a@x {1: sip:\xc3\xa9@x*}"};
	static const char unknown[] = "<?xml version='1.0' encoding='x-unheard-of'?>" ABC;
	static const char wide[] = "<\0?\0x\0m\0l\0 \0?\0>\0<\0r\0/\0>";
	struct import i;
	struct diag diag;

	(void)state;
	assert_int_equal(run(&i, latin, sizeof(latin) - 1, &diag), RC_OK);
	check_shown(&i, shown, 1);
	import_double_clear(&i);
	assert_int_equal(run(&i, unknown, sizeof(unknown) - 1, &diag), RC_OK);
	assert_int_equal(i.record_count, 0);
	assert_int_equal(i.reject_count, 3);
	assert_string_equal(i.reject[0].reason,
			    "the encoding that the XML declaration names is not supported");
	import_double_clear(&i);
	assert_int_equal(run(&i, wide, sizeof(wide), &diag), RC_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "UTF-16"));
	import_double_clear(&i);
}

static void namespaces_and_prefixes_do_not_matter(void **state)
{
	static const char text[] =
		"<e:Export xmlns:e='urn:e' xmlns:cx='urn:cx'><cx:IMSSubscription><cx:PrivateID>a@x"
		"</cx:PrivateID><cx:ServiceProfile><cx:PublicIdentity><cx:Identity>sip:a@x"
		"</cx:Identity></cx:PublicIdentity></cx:ServiceProfile></cx:IMSSubscription>"
		"<undeclared:IMSSubscription><PrivateID>b@x</PrivateID>"
		"</undeclared:IMSSubscription></e:Export>";
	static const char *const shown[] = {"a@x {1: sip:a@x*}", "b@x"};
	struct import i;
	struct diag diag;

	(void)state;
	assert_int_equal(run(&i, text, sizeof(text) - 1, &diag), RC_OK);
	check_shown(&i, shown, 2);
	assert_int_equal(i.reject_count, 0);
	import_double_clear(&i);
}

static void a_billion_laughs_are_not_laughed(void **state)
{
	static const char text[] =
		"<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY a \"lol\">\n"
		"<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
		"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\n"
		"<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<lolz>" DOCUMENT_WITH("a", "&c;")
			DOCUMENT_WITH("b", "&x;") DOCUMENT("d") "</lolz>";
	struct import i;
	struct diag diag;

	(void)state;
	assert_int_equal(run(&i, text, sizeof(text) - 1, &diag), RC_OK);
	assert_int_equal(i.record_count, 0);
	assert_int_equal(i.reject_count, 1);
	assert_int_equal(i.reject[0].line, 2);
	assert_int_equal(i.reject[0].offset, 22);
	import_double_clear(&i);
}

static void deep_nesting_inside_a_record_is_refused(void **state)
{
	struct strbuf text;
	struct import i;
	struct diag diag;

	(void)state;
	strbuf_init(&text);
	strbuf_add_str(&text, "<r>" DOCUMENT("a") "<IMSSubscription>");
	for (int n = 0; n < 1000; n++)
		strbuf_add_str(&text, "<Extension>");
	for (int n = 0; n < 1000; n++)
		strbuf_add_str(&text, "</Extension>");
	strbuf_add_str(&text, "</IMSSubscription>" DOCUMENT("b") "</r>");
	assert_int_equal(run(&i, text.data, text.length, &diag), RC_OK);
	assert_int_equal(i.record_count, 2);
	assert_int_equal(i.reject_count, 1);
	assert_int_equal(i.reject[0].offset, 3 + SIZE);
	assert_string_equal(i.reject[0].reason,
			    "IMSSubscription is not well-formed: elements nested"
			    " deeper than 64 (line 1)");
	import_double_clear(&i);
	strbuf_clear(&text);
}

/* The number behind the file's name, which follows a text. */
static long line_behind(const char *notes, const char *text)
{
	const char *at = strstr(notes, text);
	const char *colon = at ? strchr(at + strlen(text), ':') : NULL;

	return colon ? strtol(colon + 1, NULL, 10) : 0;
}

static void peculiarities_are_counted(void **state)
{
	static const char text[] =
		"<r><IMSSubscription><PrivateID>a@x</PrivateID><K>000102</K></IMSSubscription>\n"
		"<IMSSubscription><PrivateID>b@x </PrivateID><K>000102</K></IMSSubscription></r>x";
	struct import i;
	struct diag diag;

	(void)state;
	run(&i, text, sizeof(text) - 1, &diag);
	assert_int_equal(import_double_notes(&i, "document: element that TS 29.228 Annex E does not"
						 " define there, skipped: <K>"),
			 2);
	assert_int_equal(import_double_notes(&i, "document: blanks around an identity"), 1);
	assert_int_equal(import_double_notes(&i, "document: IMSSubscription without any public"),
			 2);
	assert_int_equal(import_double_notes(&i, "text outside of the documents, ignored"), 1);
	/* where the first one stands */
	assert_int_equal(line_behind(i.notes.data, "skipped: <K>, first at "), 1);
	assert_int_equal(line_behind(i.notes.data, "blanks around an identity, kept, first at "),
			 2);
	assert_null(strstr(i.notes.data, "000102"));
	import_double_clear(&i);
}

static void the_format_is_recognised(void **state)
{
	static const struct {
		const char *head;
		size_t length;
		int least, most;
	} rows[] = {
#define ROW(text, least, most) {text, sizeof(text) - 1, least, most}
		ROW(PROLOG "<r><IMSSubscription>", 90, 100),
		ROW("\xef\xbb\xbf\n<x:IMSSubscription a='b'>", 90, 100),
		ROW("3 records\n<IMSSubscription>", 50, 80),
		ROW(PROLOG "<r>", 10, 50),
		ROW("<r>", 5, 50),
		ROW("<\0?\0x\0m\0l\0 ", 10, 50),
		ROW("INSERT INTO `impi` VALUES (1);", 0, 0),
		ROW("imsi,impi,impu\n", 0, 0),
		ROW("", 0, 0),
#undef ROW
	};

	(void)state;
	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		int certainty = cx_xml_importer.probe(rows[n].head, rows[n].length);

		assert_in_range(certainty, rows[n].least, rows[n].most);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_loses_the_damaged_record_alone),
		cmocka_unit_test(padding_of_nuls_is_ignored),
		cmocka_unit_test(a_reject_says_what_and_where),
		cmocka_unit_test(a_record_knows_its_place),
		cmocka_unit_test(encodings_are_decoded_or_refused),
		cmocka_unit_test(namespaces_and_prefixes_do_not_matter),
		cmocka_unit_test(a_billion_laughs_are_not_laughed),
		cmocka_unit_test(deep_nesting_inside_a_record_is_refused),
		cmocka_unit_test(peculiarities_are_counted),
		cmocka_unit_test(the_format_is_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
