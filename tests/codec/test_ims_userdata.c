/* Expected values: TS 29.228 Annex E as in cx-semantics 8.4, and rows D18 to D21. */
#include "tests/codec/userdata_fixture.h"

static void identities_and_their_attributes_are_read(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{IN_PUBLIC("<Identity>sip:a@x</Identity>"), "a@x: sip:a@x"},
		{IN_PUBLIC("<BarringIndication>1</BarringIndication><Identity>s</Identity>"),
		 "a@x: s!"},
		{IN_PUBLIC("<BarringIndication>true</BarringIndication><Identity>s</Identity>"),
		 "a@x: s!"},
		{IN_PUBLIC("<BarringIndication> \n1\t</BarringIndication><Identity>s</Identity>"),
		 "a@x: s!"},
		{IN_PUBLIC("<BarringIndication>0</BarringIndication><Identity>s</Identity>"),
		 "a@x: s"},
		{IN_PUBLIC("<BarringIndication>false</BarringIndication><Identity>s</Identity>"),
		 "a@x: s"},
		/* xs:element default="0" stands for an empty element, too. */
		{IN_PUBLIC("<BarringIndication/><Identity>s</Identity>"), "a@x: s"},
		{IN_PUBLIC("<BarringIndication>yes</BarringIndication><Identity>s</Identity>"),
		 "a@x: s?"},
		{IN_PUBLIC("<BarringIndication>2</BarringIndication><Identity>s</Identity>"),
		 "a@x: s?"},
		{IN_PROFILE(PUBLIC "<PublicIdentity><Identity>tel:+1</Identity></PublicIdentity>"),
		 "a@x: sip:a@x tel:+1"},
		{IN_PUBLIC("<Identity>s</Identity><Extension><IdentityType>0</IdentityType>"
			   "</Extension>"),
		 "a@x: s"},
		{IN_PUBLIC("<Identity>s</Identity><Extension><IdentityType>1</IdentityType>"
			   "</Extension>"),
		 "a@x: s(2)"},
		{IN_PUBLIC("<Identity>s</Identity><Extension><IdentityType>2</IdentityType>"
			   "<WildcardedPSI>sip:!.*!@x</WildcardedPSI></Extension>"),
		 "a@x: s(3)=sip:!.*!@x"},
		{IN_PUBLIC("<Identity>s</Identity><Extension><Extension><Extension><WildcardedIMPU>"
			   "sip:!b.*!@x</WildcardedIMPU></Extension></Extension></Extension>"),
		 "a@x: s(4)=sip:!b.*!@x"},
		{IN_PUBLIC("<Identity>s</Identity><Extension><IdentityType>9</IdentityType>"
			   "</Extension>"),
		 "a@x: s(0)"},
		/* The text of one element may come in pieces. */
		{IN_PUBLIC("<Identity>sip:<!-- c -->a&#64;<![CDATA[x]]>&amp;y</Identity>"),
		 "a@x: sip:a@x&y"},
		{IN_PUBLIC("<Identity>\n   sip:a@x\r\n  </Identity>"), "a@x: sip:a@x"},
		/* The same element in a foreign namespace, or with any prefix. */
		{"<x:IMSSubscription xmlns:x='urn:y'><x:PrivateID>p</x:PrivateID><x:ServiceProfile>"
		 "<x:PublicIdentity><x:Identity>s</x:Identity></x:PublicIdentity>"
		 "</x:ServiceProfile></x:IMSSubscription>",
		 "p: s"},
		{"<A><B>" IN_PUBLIC("<Identity>s</Identity>") "</B></A>", "a@x: s"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = *state;

		assert_int_equal(parse(f, rows[i].text), RC_OK);
		assert_int_equal(f->list.document_count, 1);
		assert_null(f->list.document[0].refusal);
		assert_string_equal(show(f, 0), rows[i].shown);
	}
}

static void blanks_are_kept_and_line_breaks_are_not(void **state)
{
	struct fixture *f = *state;

	parse(f, IN_PUBLIC("<Identity>sip:a@x </Identity>"));
	assert_string_equal(show(f, 0), "a@x: sip:a@x ");
	parse(f, IN_PUBLIC("<Identity>\n\t sip:a@x </Identity>"));
	assert_string_equal(show(f, 0), "a@x: sip:a@x ");
}

static void a_contradiction_about_barring_is_unknown(void **state)
{
	struct fixture *f = *state;

	parse(f, IN_PROFILE(PUBLIC "<PublicIdentity><BarringIndication>1</BarringIndication>"
				   "<Identity>sip:a@x</Identity></PublicIdentity>"));
	assert_string_equal(show(f, 0), "a@x: sip:a@x?");
}

static void unusable_documents_are_refused(void **state)
{
	struct fixture *f = *state;
	struct strbuf text;

	parse(f, "<IMSSubscription><ServiceProfile>" PUBLIC "</ServiceProfile></IMSSubscription>");
	assert_string_equal(f->list.document[0].refusal, "IMSSubscription without PrivateID");
	parse(f, "<IMSSubscription/>");
	assert_string_equal(f->list.document[0].refusal, "IMSSubscription without PrivateID");
	strbuf_init(&text);
	strbuf_add_str(&text, "<IMSSubscription><PrivateID>");
	for (int i = 0; i <= LIMIT_IDENTITY_LENGTH; i++)
		strbuf_add_char(&text, 'a');
	strbuf_add_str(&text, "</PrivateID></IMSSubscription>");
	parse(f, text.data);
	assert_string_equal(f->list.document[0].refusal, "identity longer than 1024 bytes");
	strbuf_reset(&text);
	strbuf_add_str(&text, "<IMSSubscription>" PRIVATE "<ServiceProfile>");
	for (int i = 0; i <= LIMIT_IMPU_PER_SUBSCRIPTION; i++)
		strbuf_printf(&text, "<PublicIdentity><Identity>tel:%d</Identity></PublicIdentity>",
			      i);
	strbuf_add_str(&text, "</ServiceProfile></IMSSubscription>");
	parse(f, text.data);
	assert_non_null(f->list.document[0].refusal);
	assert_int_equal(f->list.document[0].identity_count, LIMIT_IMPU_PER_SUBSCRIPTION);
	strbuf_clear(&text);
}

static void several_documents_come_in_order_with_their_ends(void **state)
{
	static const char one[] = IN_PUBLIC("<Identity>s</Identity>");
	struct fixture *f = *state;

	assert_int_equal(parse(f, "<r>" IN_PUBLIC("<Identity>s</Identity>")
					  IN_PUBLIC("<Identity>t</Identity>") "</r>"),
			 RC_OK);
	assert_int_equal(f->list.document_count, 2);
	assert_string_equal(show(f, 1), "a@x: t");
	assert_int_equal(f->list.document[0].end, 3 + sizeof(one) - 1);
	assert_int_equal(f->list.document[1].end, 3 + 2 * (sizeof(one) - 1));
}

static void what_ended_before_a_fault_is_kept(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "<r>" IN_PUBLIC("<Identity>s</Identity>") "\n" IN_PUBLIC(
					  "<Identity>t</Idendity>") "</r>"),
			 RC_SYNTAX);
	assert_int_equal(f->list.document_count, 1);
	assert_int_equal(f->list.identity_count, 1);
	assert_int_equal(f->list.profile_count, 1);
	assert_int_equal(f->diag.line, 2);
	assert_string_equal(f->diag.text, "end tag that does not match its start tag");
}

static void dangerous_and_broken_input_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum rc rc;
		const char *reason;
	} rows[] = {
		{"<!DOCTYPE a [<!ENTITY x \"y\">]>" IN_PROFILE(PUBLIC), RC_UNSUPPORTED, "DOCTYPE"},
		{"<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'>" IN_PROFILE(PUBLIC), RC_UNSUPPORTED,
		 "DOCTYPE"},
		{IN_PUBLIC("<Identity>&x;</Identity>"), RC_SYNTAX, "reference to an entity"},
		{IN_PUBLIC("<Identity>a & b</Identity>"), RC_SYNTAX, "'&'"},
		{IN_PUBLIC("<Identity>\xe9</Identity>"), RC_SYNTAX, "bytes that are not UTF-8"},
		{IN_PUBLIC("<Identity>\x01</Identity>"), RC_SYNTAX, "control character"},
		{"<IMSSubscription>" PRIVATE, RC_SYNTAX, "element without its end tag"},
		{"", RC_SYNTAX, "there is no element"},
		{"plain text", RC_SYNTAX, "there is no element"},
		{"<a/><b/>", RC_SYNTAX, "something follows"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = *state;

		assert_int_equal(parse(f, rows[i].text), rows[i].rc);
		assert_int_equal(f->list.document_count, 0);
		assert_ptr_equal(strstr(f->diag.text, rows[i].reason), f->diag.text);
	}
}

static void errors_quote_nothing_of_the_content(void **state)
{
	static const char *const texts[] = {
		IN_PUBLIC("<Identity>\xe9SECRET</Identity>"),
		IN_PUBLIC("<Identity>&SECRET;</Identity>"),
		IN_PUBLIC("<SECRET></Identity>"),
		IN_PUBLIC("<a SECRET></a>"),
		IN_PUBLIC("<a b=\"SECRET"),
		IN_PUBLIC("<?xml SECRET?>"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture *f = *state;

		assert_int_equal(parse(f, texts[i]), RC_SYNTAX);
		assert_null(strstr(f->diag.text, "SECRET"));
		assert_true(strlen(f->diag.text) > 0);
	}
}

static void nesting_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct strbuf text;

	strbuf_init(&text);
	strbuf_add_str(&text, "<IMSSubscription>");
	for (int i = 0; i < LIMIT_XML_DEPTH - 1; i++)
		strbuf_add_str(&text, "<a>");
	for (int i = 0; i < LIMIT_XML_DEPTH - 1; i++)
		strbuf_add_str(&text, "</a>");
	strbuf_add_str(&text, PRIVATE "</IMSSubscription>");
	assert_int_equal(parse(f, text.data), RC_OK);
	strbuf_reset(&text);
	strbuf_add_str(&text, "<IMSSubscription>");
	for (int i = 0; i < 100000; i++)
		strbuf_add_str(&text, "<Extension>");
	assert_int_equal(parse(f, text.data), RC_LIMIT);
	strbuf_reset(&text);
	for (int i = 0; i < 100000; i++)
		strbuf_add_str(&text, "<a>");
	assert_int_equal(parse(f, text.data), RC_LIMIT);
	strbuf_clear(&text);
	/* The parser is good for the next document. */
	assert_int_equal(parse(f, IN_PROFILE(PUBLIC)), RC_OK);
}

static void copied_texts_do_not_point_into_the_input(void **state)
{
	struct fixture *f = *state;
	char *text = strdup(IN_PROFILE(PUBLIC));

	userdata_list_reset(&f->list);
	assert_int_equal(userdata_parse(f->parser, text, strlen(text), false, &f->list, &f->diag),
			 RC_OK);
	memset(text, '#', strlen(text));
	free(text);
	assert_string_equal(show(f, 0), "a@x: sip:a@x");
}

static void declared_encodings_are_decoded(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" IN_PUBLIC(
					  "<Identity>sip:\xe9@x</Identity>")),
			 RC_OK);
	assert_string_equal(show(f, 0), "a@x: sip:\xc3\xa9@x");
}

static void the_imsi_of_later_releases_is_read(void **state)
{
	struct fixture *f = *state;

	parse(f,
	      "<IMSSubscription>" PRIVATE "<ServiceProfile>" PUBLIC "</ServiceProfile><Extension>"
	      "<IMSI>001010000000001</IMSI></Extension></IMSSubscription>");
	assert_true(text_equal(f->list.document[0].imsi, TEXT_LITERAL("001010000000001")));
	assert_int_equal(f->list.document[0].quirks, 0);
}

static void foreign_names_do_not_pile_up(void **state)
{
	struct fixture *f = *state;
	struct strbuf text;

	strbuf_init(&text);
	for (int round = 0; round < 4; round++) {
		strbuf_reset(&text);
		strbuf_add_str(&text, "<r>");
		for (int i = 0; i < 3000; i++)
			strbuf_printf(&text, "<n%d-%d/>", round, i);
		strbuf_add_str(&text, IN_PROFILE(PUBLIC) "</r>");
		assert_int_equal(parse(f, text.data), RC_OK);
		assert_string_equal(show(f, 0), "a@x: sip:a@x");
	}
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identities_and_their_attributes_are_read),
		cmocka_unit_test(blanks_are_kept_and_line_breaks_are_not),
		cmocka_unit_test(a_contradiction_about_barring_is_unknown),
		cmocka_unit_test(unusable_documents_are_refused),
		cmocka_unit_test(several_documents_come_in_order_with_their_ends),
		cmocka_unit_test(what_ended_before_a_fault_is_kept),
		cmocka_unit_test(dangerous_and_broken_input_is_refused),
		cmocka_unit_test(errors_quote_nothing_of_the_content),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(copied_texts_do_not_point_into_the_input),
		cmocka_unit_test(declared_encodings_are_decoded),
		cmocka_unit_test(the_imsi_of_later_releases_is_read),
		cmocka_unit_test(foreign_names_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
