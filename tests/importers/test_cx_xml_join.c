#define _GNU_SOURCE
/* Documents to subscriptions, design.md 10.11. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "importers/cx_xml.h"
#include "base/limits.h"
#include "tests/importers/import_double.h"

#define DUPLICATE "document that repeats"
#define CONFLICT "implicit sets of one PrivateID overlap"
#define CONTRADICTION "identity barred in one document"

/* "p a b! c": an IMPI and its identities, '!' barred. */
static void add_document(struct strbuf *text, const char *words)
{
	char copy[256], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	strbuf_printf(text, "<IMSSubscription><PrivateID>%s</PrivateID><ServiceProfile>",
		      strsep(&rest, " "));
	while ((word = strsep(&rest, " "))) {
		size_t length = strlen(word);
		bool is_barred = word[length - 1] == '!';

		strbuf_printf(text,
			      "<PublicIdentity><BarringIndication>%d</BarringIndication>"
			      "<Identity>%.*s</Identity></PublicIdentity>",
			      is_barred, (int)(length - is_barred), word);
	}
	strbuf_add_str(text, "</ServiceProfile></IMSSubscription>\n");
}

struct row {
	const char *documents[6];
	const char *records[4];
	size_t duplicates, conflicts, contradictions;
};

static void check(const struct row *row)
{
	struct strbuf text, shown;
	struct import i;
	struct diag diag;
	size_t count = 0;

	strbuf_init(&text);
	strbuf_init(&shown);
	for (size_t n = 0; n < 6 && row->documents[n]; n++)
		add_document(&text, row->documents[n]);
	import_double_init(&i, 1);
	assert_int_equal(import_double_run(&i, &cx_xml_importer, text.data, text.length, &diag),
			 RC_OK);
	for (; count < 4 && row->records[count]; count++) {
		assert_true(count < i.record_count);
		assert_string_equal(import_double_show(&i.record[count], &shown),
				    row->records[count]);
	}
	assert_int_equal(i.record_count, count);
	assert_int_equal(i.reject_count, 0);
	assert_int_equal(import_double_notes(&i, DUPLICATE), row->duplicates);
	assert_int_equal(import_double_notes(&i, CONFLICT), row->conflicts);
	assert_int_equal(import_double_notes(&i, CONTRADICTION), row->contradictions);
	import_double_clear(&i);
	strbuf_clear(&text);
	strbuf_clear(&shown);
}

static void neighbours_are_joined(void **state)
{
	static const struct row rows[] = {
		{{"p a b", "q c"}, {"p {1: a* b}", "q {1: c*}"}, 0, 0, 0},
		/* disjoint: several sets */
		{{"p a b", "p c", "p d! e"}, {"p {1: a* b} {2: c*} {3: d! e*}"}, 0, 0, 0},
		/* equal, in whatever order: a duplicate */
		{{"p a b", "p a b"}, {"p {1: a* b}"}, 1, 0, 0},
		{{"p a b", "p b a"}, {"p {1: a* b}"}, 1, 0, 0},
		{{"p a", "p a", "p a"}, {"p {1: a*}"}, 2, 0, 0},
		/* overlapping: a conflict */
		{{"p a b", "p b c"}, {"p {1: a* b} {2: b* c}"}, 0, 1, 0},
		{{"p a b", "p a"}, {"p {1: a* b} {2: a*}"}, 0, 1, 0},
		/* one set through two IMPIs */
		{{"p a b", "q a b"}, {"p+q {1: a* b}"}, 0, 0, 0},
		{{"p a b", "q b a", "p c"}, {"p+q {1: a* b} {2: c*}"}, 0, 0, 0},
		/* strangers with one identity stay strangers */
		{{"p a b", "q b c"}, {"p {1: a* b}", "q {1: b* c}"}, 0, 0, 0},
		/* a repetition that says otherwise */
		{{"p a! b", "p a b"}, {"p {1: a? b*}"}, 1, 0, 1},
		/* no identities at all */
		{{"p", "p"}, {"p"}, 1, 0, 0},
		{{"p", "p a"}, {"p {1: a*}"}, 0, 0, 0},
		{{"p", "q"}, {"p", "q"}, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void documents_far_apart_are_joined(void **state)
{
	static const struct row rows[] = {
		{{"p a b", "z y", "p c"}, {"p {1: a* b} {2: c*}", "z {1: y*}"}, 0, 0, 0},
		{{"p a b", "z y", "p b a"}, {"p {1: a* b}", "z {1: y*}"}, 1, 0, 0},
		{{"p a b", "z y", "p b c"}, {"p {1: a* b} {2: b* c}", "z {1: y*}"}, 0, 1, 0},
		{{"p a b", "z y", "q b a"}, {"p+q {1: a* b}", "z {1: y*}"}, 0, 0, 0},
		{{"p a", "z y", "p b", "x w", "p c"},
		 {"p {1: a*} {2: b*} {3: c*}", "z {1: y*}", "x {1: w*}"},
		 0,
		 0,
		 0},
		{{"p a b", "z y", "q b c"}, {"p {1: a* b}", "z {1: y*}", "q {1: b* c}"}, 0, 0, 0},
		/* The stranger q shares b with both. */
		{{"p a b", "q b c", "p b d"}, {"p {1: a* b} {2: b* d}", "q {1: b* c}"}, 0, 1, 0},
		{{"q b c", "p a b", "z y", "p b a"},
		 {"q {1: b* c}", "p {1: a* b}", "z {1: y*}"},
		 1,
		 0,
		 0},
		{{"p a!", "z y", "p a"}, {"p {1: a?}", "z {1: y*}"}, 1, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static void associations_follow_the_documents(void **state)
{
	struct strbuf text;
	struct import i;
	struct diag diag;
	const struct ims_subscription *s;

	(void)state;
	strbuf_init(&text);
	add_document(&text, "p a b");
	add_document(&text, "q a b");
	add_document(&text, "q c");
	import_double_init(&i, 1);
	import_double_run(&i, &cx_xml_importer, text.data, text.length, &diag);
	assert_int_equal(i.record_count, 1);
	s = &i.record[0];
	assert_int_equal(s->impi_count, 2);
	assert_int_equal(s->impu_count, 3);
	assert_int_equal(s->association_count, 5);
	/* p sees the first set only. */
	assert_non_null(subscription_association(s, 0, 0));
	assert_non_null(subscription_association(s, 0, 1));
	assert_null(subscription_association(s, 0, 2));
	assert_non_null(subscription_association(s, 1, 0));
	assert_non_null(subscription_association(s, 1, 1));
	assert_non_null(subscription_association(s, 1, 2));
	assert_int_equal(subscription_same_irs(s, 0, 1), TRI_YES);
	assert_int_equal(subscription_same_irs(s, 1, 2), TRI_NO);
	import_double_clear(&i);
	strbuf_clear(&text);
}

static void a_subscription_may_span_batches(void **state)
{
	struct strbuf text;
	struct import i;
	struct diag diag;
	char words[64];

	(void)state;
	strbuf_init(&text);
	for (int n = 0; n < 3000; n++) {
		snprintf(words, sizeof(words), "p sip:%d", n);
		add_document(&text, words);
	}
	add_document(&text, "q z");
	import_double_init(&i, 1);
	assert_int_equal(import_double_run(&i, &cx_xml_importer, text.data, text.length, &diag),
			 RC_OK);
	assert_int_equal(i.record_count, 2);
	assert_int_equal(i.record[0].impu_count, 3000);
	assert_true(text_equal(i.record[0].impu[2999].identity, TEXT_LITERAL("sip:2999")));
	assert_true(text_equal(i.record[0].impu[2999].irs, TEXT_LITERAL("3000")));
	import_double_clear(&i);
	strbuf_clear(&text);
}

static void a_subscription_that_gets_too_large_is_a_reject(void **state)
{
	struct strbuf text;
	struct import i;
	struct diag diag;
	char words[64];

	(void)state;
	strbuf_init(&text);
	for (int n = 0; n < LIMIT_IMPU_PER_SUBSCRIPTION + 2; n++) {
		snprintf(words, sizeof(words), "p sip:%d", n);
		add_document(&text, words);
	}
	import_double_init(&i, 1);
	assert_int_equal(import_double_run(&i, &cx_xml_importer, text.data, text.length, &diag),
			 RC_OK);
	assert_int_equal(i.record_count, 1);
	assert_int_equal(i.record[0].impu_count, LIMIT_IMPU_PER_SUBSCRIPTION);
	assert_int_equal(i.reject_count, 2);
	assert_string_equal(i.reject[0].subject, "p");
	assert_int_equal(i.reject[0].line, LIMIT_IMPU_PER_SUBSCRIPTION + 1);
	import_double_clear(&i);
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_are_joined),
		cmocka_unit_test(documents_far_apart_are_joined),
		cmocka_unit_test(associations_follow_the_documents),
		cmocka_unit_test(a_subscription_may_span_batches),
		cmocka_unit_test(a_subscription_that_gets_too_large_is_a_reject),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
