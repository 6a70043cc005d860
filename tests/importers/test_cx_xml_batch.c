/* Exports that take many batches: order, places and damage, whatever the threads and forms. */
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

static enum rc run(struct import *i, const struct strbuf *text, unsigned threads)
{
	struct diag diag;

	import_double_init(i, threads);
	return import_double_run(i, &cx_xml_importer, text->data, text->length, &diag);
}

/* Enough for several batches: every 500th is damaged, every 700th loses its end tag. */
static void make_many(struct strbuf *text, int count)
{
	strbuf_add_str(text, "<?xml version=\"1.0\"?>\n<Export>\n");
	for (int n = 0; n < count; n++) {
		strbuf_printf(text,
			      "<IMSSubscription>\n<PrivateID>%d@x</PrivateID><ServiceProfile>"
			      "<PublicIdentity><Identity>sip:%d%s@x</Identity></PublicIdentity>"
			      "</ServiceProfile>%s\n",
			      n, n, n % 500 == 499 ? "&" : "",
			      n % 700 == 699 ? "" : "</IMSSubscription>");
	}
	strbuf_add_str(text, "</Export>\n");
}

static void threads_change_nothing(void **state)
{
	struct strbuf text, one, other;
	struct import i, k;

	(void)state;
	strbuf_init(&text);
	strbuf_init(&one);
	strbuf_init(&other);
	make_many(&text, 20000);
	assert_int_equal(run(&i, &text, 1), RC_OK);
	assert_int_equal(run(&k, &text, 4), RC_OK);
	/* 40 with '&', 28 without end tag, 5 both. */
	assert_int_equal(i.record_count, 20000 - 40 - 28 + 5);
	assert_int_equal(i.reject_count, 40 + 28 - 5);
	assert_int_equal(k.record_count, i.record_count);
	assert_int_equal(k.reject_count, i.reject_count);
	for (size_t n = 0; n < i.record_count; n++) {
		assert_string_equal(import_double_show(&k.record[n], &one),
				    import_double_show(&i.record[n], &other));
		assert_int_equal(k.record[n].provenance.offset, i.record[n].provenance.offset);
		assert_memory_equal(text.data + i.record[n].provenance.offset, "<IMSSubscription>",
				    17);
		assert_int_equal(k.record[n].provenance.line, i.record[n].provenance.line);
	}
	for (size_t n = 0; n < i.reject_count; n++) {
		assert_int_equal(k.reject[n].offset, i.reject[n].offset);
		assert_string_equal(k.reject[n].reason, i.reject[n].reason);
	}
	/* Record n begins on line 3 + 2n. */
	assert_int_equal(i.reject[0].line, 3 + 2 * 499);
	import_double_clear(&i);
	import_double_clear(&k);
	strbuf_clear(&text);
	strbuf_clear(&one);
	strbuf_clear(&other);
}

/* The forms of a file that has some often, one seldom, many once, and some damaged records. */
enum form { FORM_BARRED, FORM_UNKNOWN, FORM_SHORT, FORM_ALONE, FORM_DAMAGED };

static enum form form_of(int n)
{
	if (n % 97 == 96)
		return FORM_DAMAGED;
	return n / 50 % 4 == 3 ? FORM_ALONE : (enum form)(n * n % 7 % 3);
}

static void records_of_known_and_unknown_forms_come_in_order(void **state)
{
	static const enum tri barred[] = {TRI_YES, TRI_UNKNOWN, TRI_NO, TRI_NO};
	static const char *const before[] = {"<BarringIndication>1</BarringIndication>",
					     "<BarringIndication>?</BarringIndication>", "", "",
					     "<BarringIndication>1</Barring>"};
	const int count = 4000;
	struct strbuf text;
	struct import i;
	size_t record = 0;
	char name[32];

	(void)state;
	strbuf_init(&text);
	for (int n = 0; n < count; n++) {
		strbuf_printf(&text, "<IMSSubscription><PrivateID>%d@x</PrivateID>", n);
		if (form_of(n) == FORM_ALONE)
			strbuf_printf(&text, "<!--%d-->", n);
		strbuf_printf(&text,
			      "<ServiceProfile><PublicIdentity>%s<Identity>sip:%d@x</Identity>"
			      "</PublicIdentity></ServiceProfile></IMSSubscription>\n",
			      before[form_of(n)], n);
	}
	assert_int_equal(run(&i, &text, 1), RC_OK);
	for (int n = 0; n < count; n++) {
		const struct ims_subscription *s = &i.record[record];

		if (form_of(n) == FORM_DAMAGED)
			continue;
		assert_true(record < i.record_count);
		snprintf(name, sizeof(name), "%d@x", n);
		assert_true(text_equal(s->impi[0].identity, text_from(name)));
		snprintf(name, sizeof(name), "sip:%d@x", n);
		assert_true(text_equal(s->impu[0].identity, text_from(name)));
		assert_int_equal(s->impu[0].barred, barred[form_of(n)]);
		assert_int_equal(s->provenance.line, n + 1);
		record++;
	}
	assert_int_equal(record, i.record_count);
	assert_int_equal(i.reject_count, count / 97);
	import_double_clear(&i);
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(records_of_known_and_unknown_forms_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
