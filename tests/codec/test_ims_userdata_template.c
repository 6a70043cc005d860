/* A document read by a template must give what the parser gives: the parser is the expectation. */
#include "tests/codec/userdata_fixture.h"

#include "codec/ims_userdata_template.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BEFORE_PRIVATE "<?xml version=\"1.0\"?><IMSSubscription><PrivateID>"
#define BEHIND_PROFILE "</ServiceProfile></IMSSubscription>"
#define DOCUMENT(private, content)                                                     \
	BEFORE_PRIVATE private "</PrivateID><ServiceProfile>" content IFC_OF("sip:as") \
		BEHIND_PROFILE
#define BEFORE_SERVER "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer><ServerName>"
#define BEHIND_SERVER "</ServerName></ApplicationServer></InitialFilterCriteria>"
#define IFC_OF(server) BEFORE_SERVER server BEHIND_SERVER
#define IDENTITY(i) "<PublicIdentity><Identity>" i "</Identity></PublicIdentity>"
#define BARRED(i)                                                              \
	"<PublicIdentity><BarringIndication>1</BarringIndication><Identity>" i \
	"</Identity></PublicIdentity>"

static bool is_same_text(struct text a, struct text b)
{
	return a.length == b.length && (!a.length || memcmp(a.data, b.data, a.length) == 0);
}

static void assert_same(const struct userdata_list *a, const struct userdata_list *b)
{
	assert_int_equal(a->document_count, b->document_count);
	assert_int_equal(a->identity_count, b->identity_count);
	assert_int_equal(a->profile_count, b->profile_count);
	for (uint32_t i = 0; i < a->document_count; i++) {
		const struct userdata_document *x = &a->document[i], *y = &b->document[i];

		assert_true(is_same_text(x->private_id, y->private_id));
		assert_true(is_same_text(x->imsi, y->imsi));
		assert_ptr_equal(x->refusal, y->refusal);
		assert_int_equal(x->quirks, y->quirks);
		assert_int_equal(x->unknown_elements, y->unknown_elements);
		assert_string_equal(x->unknown_name, y->unknown_name);
		assert_int_equal(x->first_identity, y->first_identity);
		assert_int_equal(x->first_profile, y->first_profile);
		assert_int_equal(x->identity_count, y->identity_count);
		assert_int_equal(x->profile_count, y->profile_count);
		assert_int_equal(x->end, y->end);
	}
	for (uint32_t i = 0; i < a->identity_count; i++) {
		const struct userdata_identity *x = &a->identity[i], *y = &b->identity[i];

		assert_true(is_same_text(x->identity, y->identity));
		assert_true(is_same_text(x->wildcard, y->wildcard));
		assert_int_equal(x->barred, y->barred);
		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->profile, y->profile);
	}
	for (uint32_t i = 0; i < a->profile_count; i++) {
		assert_true(a->profile[i].content == b->profile[i].content);
		assert_int_equal(a->profile[i].ifc_count, b->profile[i].ifc_count);
		assert_int_equal(a->profile[i].faults, b->profile[i].faults);
	}
}

/* Reads by templates; whether that was possible. */
static bool read_again(struct fixture *f, struct userdata_templates *t, const char *text)
{
	struct userdata_list found;
	bool is_known;

	userdata_list_init(&found);
	is_known = userdata_templates_read(t, text_from(text), &found);
	assert_int_equal(parse(f, text), RC_OK);
	if (is_known)
		assert_same(&found, &f->list);
	else
		assert_int_equal(found.document_count + found.identity_count + found.profile_count,
				 0);
	userdata_list_clear(&found);
	return is_known;
}

static void documents_of_one_form_are_read_alike(void **state)
{
	static const struct {
		const char *learnt, *read;
		bool is_known;
	} rows[] = {
		{DOCUMENT("a@x", IDENTITY("sip:a@x")), DOCUMENT("a@x", IDENTITY("sip:a@x")), true},
		{DOCUMENT("a@x", IDENTITY("sip:a@x")), DOCUMENT("bcd@x", IDENTITY("tel:+1")), true},
		{DOCUMENT("a@x", IDENTITY("sip:a@x") BARRED("tel:+1")),
		 DOCUMENT("a@x", IDENTITY("sip:bb@x") BARRED("tel:+23")), true},
		{DOCUMENT("a@x", ""), DOCUMENT("b@x", ""), true},
		/* Another form: barring, number, order, criteria, layout. */
		{DOCUMENT("a@x", IDENTITY("sip:a@x")), DOCUMENT("a@x", BARRED("sip:a@x")), false},
		{DOCUMENT("a@x", IDENTITY("s") BARRED("t")),
		 DOCUMENT("a@x", BARRED("s") IDENTITY("t")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s") IDENTITY("t")),
		 false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s") IFC_OF("sip:b")),
		 false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s")) "\n", false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", "\n" IDENTITY("s")), false},
		/* Values that are not plain. */
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("", IDENTITY("s")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("a&amp;b")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY(" s")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s\n")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("\xc3\xa9")), false},
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s<!-- c -->")), false},
		/* One identity twice is one, whichever was learnt. */
		{DOCUMENT("a@x", IDENTITY("s") BARRED("t")),
		 DOCUMENT("a@x", IDENTITY("s") BARRED("s")), false},
		{DOCUMENT("a@x", IDENTITY("s") BARRED("s")),
		 DOCUMENT("a@x", IDENTITY("s") BARRED("s")), false},
		/* What is not learnt. */
		{DOCUMENT("a@x", IDENTITY("s&amp;t")), DOCUMENT("a@x", IDENTITY("s&amp;t")), false},
		{DOCUMENT("a@x", IDENTITY("\ns\n")), DOCUMENT("a@x", IDENTITY("\ns\n")), false},
		{DOCUMENT("a@x", IDENTITY("<![CDATA[s]]>")),
		 DOCUMENT("a@x", IDENTITY("<![CDATA[s]]>")), false},
		{DOCUMENT("", IDENTITY("s")), DOCUMENT("", IDENTITY("s")), false},
		{DOCUMENT("a@x", "<PublicIdentity><Identity>s</Identity><Extension><IdentityType>2"
				 "</IdentityType><WildcardedPSI>sip:!.*!@x</WildcardedPSI>"
				 "</Extension></PublicIdentity>"),
		 DOCUMENT("a@x", "<PublicIdentity><Identity>s</Identity><Extension><IdentityType>2"
				 "</IdentityType><WildcardedPSI>sip:!.*!@x</WildcardedPSI>"
				 "</Extension></PublicIdentity>"),
		 false},
		/* A comment is part of the form; what it holds is no value. */
		{DOCUMENT("a@x", "<!--<Identity>c</Identity>-->" IDENTITY("s")),
		 DOCUMENT("a@x", "<!--<Identity>c</Identity>-->" IDENTITY("t")), true},
		{DOCUMENT("a@x", "<!--<Identity>c</Identity>-->" IDENTITY("s")),
		 DOCUMENT("a@x", "<!--<Identity>d</Identity>-->" IDENTITY("s")), false},
		/* A second Identity of one PublicIdentity, and foreign elements, likewise. */
		{DOCUMENT("a@x", "<Other>o</Other>" IDENTITY("s</Identity><Identity>t")),
		 DOCUMENT("a@x", "<Other>o</Other>" IDENTITY("u</Identity><Identity>t")), true},
		/* A change behind the last value, before the end. */
		{DOCUMENT("a@x", IDENTITY("s")), DOCUMENT("a@x", IDENTITY("s<?p?>")), false},
		{"<IMSSubscription><PrivateID>a</PrivateID></IMSSubscription>",
		 "<IMSSubscription><PrivateID>bb</PrivateID></IMSSubscription>", true},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct userdata_templates *t = userdata_templates_new();

		assert_non_null(t);
		assert_false(read_again(f, t, rows[i].learnt));
		userdata_templates_learn(t, text_from(rows[i].learnt), &f->list, 0);
		if (read_again(f, t, rows[i].read) != rows[i].is_known)
			fail_msg("row %zu: %s", i, rows[i].read);
		userdata_templates_free(t);
	}
}

/* More forms than are kept: those in use stay, and none is taken for another. */
static void forms_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct userdata_templates *t = userdata_templates_new();
	const char *usual = DOCUMENT("a@x", IDENTITY("sip:a@x"));
	struct strbuf text;
	unsigned known = 0;

	strbuf_init(&text);
	for (unsigned i = 0; i < 1000; i++) {
		strbuf_reset(&text);
		strbuf_printf(&text, DOCUMENT("a@x", IDENTITY("sip:a@x") IFC_OF("sip:as%u")),
			      i / 2);
		if (read_again(f, t, text.data))
			known++;
		else
			userdata_templates_learn(t, strbuf_text(&text), &f->list, 0);
		if (!read_again(f, t, usual)) {
			assert_int_equal(i, 0);
			userdata_templates_learn(t, text_from(usual), &f->list, 0);
		}
	}
	assert_int_equal(known, 500);
	strbuf_clear(&text);
	userdata_templates_free(t);
}

static void long_and_many_identities_are_left_to_the_parser(void **state)
{
	struct fixture *f = *state;
	struct userdata_templates *t = userdata_templates_new();
	char name[LIMIT_IDENTITY_LENGTH + 2];
	struct strbuf text;

	strbuf_init(&text);
	strbuf_add_str(&text, DOCUMENT("a@x", IDENTITY("s")));
	assert_false(read_again(f, t, text.data));
	userdata_templates_learn(t, strbuf_text(&text), &f->list, 0);
	for (size_t length = LIMIT_IDENTITY_LENGTH; length < sizeof(name); length++) {
		memset(name, 'n', length);
		name[length] = '\0';
		strbuf_reset(&text);
		strbuf_printf(&text, DOCUMENT("a@x", IDENTITY("%s")), name);
		assert_int_equal(read_again(f, t, text.data), length == LIMIT_IDENTITY_LENGTH);
	}
	for (unsigned count = 16; count <= 17; count++) {
		strbuf_reset(&text);
		strbuf_add_str(&text, "<IMSSubscription><PrivateID>a</PrivateID><ServiceProfile>");
		for (unsigned i = 0; i < count; i++)
			strbuf_printf(&text, IDENTITY("sip:%u"), i);
		strbuf_add_str(&text, "</ServiceProfile></IMSSubscription>");
		assert_false(read_again(f, t, text.data));
		userdata_templates_learn(t, strbuf_text(&text), &f->list, 0);
		assert_int_equal(read_again(f, t, text.data), count == 16);
	}
	strbuf_clear(&text);
	userdata_templates_free(t);
}

/* What precedes in the list is left alone, for the one that is learnt and the ones that are read.
 */
static void documents_are_read_behind_others(void **state)
{
	struct fixture *f = *state;
	struct userdata_templates *t = userdata_templates_new();
	struct userdata_list found;
	const char *other = DOCUMENT("o@x", IDENTITY("sip:o@x") IDENTITY("tel:+9"));
	const char *first = DOCUMENT("a@x", IDENTITY("sip:a@x") BARRED("tel:+1"));
	const char *second = DOCUMENT("bb@x", IDENTITY("sip:bb@x") BARRED("tel:+22"));

	assert_int_equal(parse(f, other), RC_OK);
	assert_int_equal(userdata_parse(f->parser, first, strlen(first), true, &f->list, NULL),
			 RC_OK);
	userdata_templates_learn(t, text_from(first), &f->list, 1);
	assert_int_equal(userdata_parse(f->parser, second, strlen(second), true, &f->list, NULL),
			 RC_OK);
	userdata_list_init(&found);
	assert_int_equal(userdata_parse(f->parser, other, strlen(other), true, &found, NULL),
			 RC_OK);
	assert_true(userdata_templates_read(t, text_from(first), &found));
	assert_true(userdata_templates_read(t, text_from(second), &found));
	assert_same(&found, &f->list);
	userdata_list_clear(&found);
	userdata_templates_free(t);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(documents_of_one_form_are_read_alike),
		TEST(documents_are_read_behind_others),
		TEST(forms_come_and_go),
		TEST(long_and_many_identities_are_left_to_the_parser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
