#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct uri parsed(const char *s)
{
	struct diag diag;
	struct uri u = {0};

	diag_init(&diag);
	if (uri_parse(text_from(s), &u, &diag) != RC_OK)
		fail_msg("%s: %s", s, diag.text);
	return u;
}

static void assert_part(struct text t, const char *expected)
{
	if (!expected) {
		assert_null(t.data);
		return;
	}
	assert_non_null(t.data);
	assert_int_equal(t.length, strlen(expected));
	assert_memory_equal(t.data, expected, t.length);
}

/* RFC 3261 19.1.1, 25.1; RFC 3966 3. */
static void parts_are_found(void **state)
{
	static const struct {
		const char *uri;
		enum uri_scheme scheme;
		const char *user, *password, *host, *port, *parameters, *headers;
	} rows[] = {
		{"sip:a.example", URI_SIP, NULL, NULL, "a.example", NULL, NULL, NULL},
		{"SIPS:alice@a.example", URI_SIPS, "alice", NULL, "a.example", NULL, NULL, NULL},
		{"sip:alice:pw@[2001:db8::1]:5061;lr;maddr=1.2.3.4?a=b&c", URI_SIP, "alice", "pw",
		 "[2001:db8::1]", "5061", "lr;maddr=1.2.3.4", "a=b&c"},
		{"sip:alice@a.example;", URI_SIP, "alice", NULL, "a.example", NULL, "", NULL},
		{"sip:a;b?c/d@a.example", URI_SIP, "a;b?c/d", NULL, "a.example", NULL, NULL, NULL},
		{"sip:a:@a.example", URI_SIP, "a", "", "a.example", NULL, NULL, NULL},
		{"<sip:alice@a.example>", URI_SIP, "alice", NULL, "a.example", NULL, NULL, NULL},
		{"sip:list![[:alpha:]]{1,3}|@?!x@a.example;p", URI_SIP,
		 "list![[:alpha:]]{1,3}|@?!x", NULL, "a.example", NULL, "p", NULL},
		{"tel:+49-30(12).3;x=y", URI_TEL, "+49-30(12).3", NULL, NULL, NULL, "x=y", NULL},
		{"tel:*100#;phone-context=a.example", URI_TEL, "*100#", NULL, NULL, NULL,
		 "phone-context=a.example", NULL},
		{"tel:+49!.*!;x", URI_TEL, "+49!.*!", NULL, NULL, NULL, "x", NULL},
		{"alice@a.example", URI_NONE, "alice@a.example", NULL, NULL, NULL, NULL, NULL},
		{"+4930123", URI_NONE, "+4930123", NULL, NULL, NULL, NULL, NULL},
		{"urn:x:y", URI_OTHER, "urn:x:y", NULL, NULL, NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct uri u = parsed(rows[i].uri);

		assert_int_equal(u.scheme, rows[i].scheme);
		assert_part(u.user, rows[i].user);
		assert_part(u.password, rows[i].password);
		assert_part(u.host, rows[i].host);
		assert_part(u.port, rows[i].port);
		assert_part(u.parameters, rows[i].parameters);
		assert_part(u.headers, rows[i].headers);
	}
}

static void malformed_uris_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *uri, *place;
	} rows[] = {
		{"", "empty"},
		{" sip:a@b", "byte 0 "},
		{"sip:a@b ", "byte 7 "},
		{"sip:a b@c", "byte 5 "},
		{"sip:", "byte 4,"},
		{"sip:@a", "byte 4 "},
		{"sip::pw@a", "byte 4 "},
		{"sip:a@", "byte 6,"},
		{"sip:a@;x", "byte 6 "},
		{"sip:a@b@c", "byte 5 "},
		{"sip:a%4@b", "byte 5 "},
		{"sip:a%zz@b", "byte 5 "},
		{"sip:a@b%41", "byte 7 "},
		{"sip:a@b:", "byte 8,"},
		{"sip:a@b:50x", "byte 8 "},
		{"sip:a@b:123456", "byte 8 "},
		{"sip:a@[::1", "byte 6 "},
		{"sip:a@[]", "byte 6 "},
		{"sip:a@b;p=<", "byte 10 "},
		{"sip:a@b?h=@", "byte 5 "},
		{"sip:\xc3\xa4@b", "byte 4 "},
		{"tel:", "byte 4,"},
		{"tel:+", "byte 5,"},
		{"tel:-()", "byte 7,"},
		{"tel:49+30", "byte 6 "},
		{"tel:+49x", "byte 7 "},
		{"tel:+49@b", "byte 7 "},
		{"tel:+49;a b", "byte 9 "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct uri u = {.scheme = URI_TEL};
		struct diag diag;

		diag_init(&diag);
		assert_int_equal(uri_parse(text_from(rows[i].uri), &u, &diag), RC_SYNTAX);
		if (!strstr(diag.text, rows[i].place))
			fail_msg("%s: %s", rows[i].uri, diag.text);
		assert_int_equal(u.scheme, URI_TEL);
		assert_null(u.user.data);
	}
}

static void overlong_uris_are_refused(void **state)
{
	static char big[1026] = "sip:";
	struct uri u;

	(void)state;
	memset(big + 4, 'a', 1025 - 4);
	assert_int_equal(uri_parse(text_of(big, 1025), &u, NULL), RC_LIMIT);
	assert_int_equal(uri_parse(text_of(big, 1024), &u, NULL), RC_OK);
}

/* TS 23.003 13.4; RFC 3261 10.3, 19.1.4; RFC 3966 4. */
static const struct {
	const char *uri, *canonical;
} canonical_rows[] = {
	{"SIP:Alice@A.Example", "sip:Alice@a.example"},
	{"sip:+4930123@a.example;user=phone", "sip:+4930123@a.example"},
	{"sip:alice:pw@a.example;transport=tcp?x=y", "sip:alice@a.example"},
	{"<sips:%61l%2Dice@a.example>", "sips:al-ice@a.example"},
	{"sip:%2b49%20%40@a.example", "sip:%2B49%20%40@a.example"},
	{"sip:a%21b%21@a.example", "sip:a%21b%21@a.example"},
	{"sip:a!%2E*!@A.example", "sip:a!%2E*!@a.example"},
	{"sip:a@a.example:5060", "sip:a@a.example:5060"},
	{"sip:A.Example;lr", "sip:a.example"},
	{"sip:a@[2001:DB8::1]", "sip:a@[2001:db8::1]"},
	{"TEL:+49-30.(123)", "tel:+4930123"},
	{"tel:+4930123;ext=5;phone-context=b", "tel:+4930123"},
	{"tel:01-23;Phone-Context=A.Example", "tel:0123;phone-context=a.example"},
	{"tel:01-23;phone-context=+49-30", "tel:0123;phone-context=+4930"},
	{"tel:0123", "tel:0123"},
	{"urn:X:Y", "urn:X:Y"},
};

static void canonical_forms_are_as_specified(void **state)
{
	struct strbuf out;

	(void)state;
	strbuf_init(&out);
	for (size_t i = 0; i < COUNT(canonical_rows); i++) {
		struct uri u = parsed(canonical_rows[i].uri);

		strbuf_reset(&out);
		uri_add_canonical(&u, &out);
		assert_string_equal(out.data, canonical_rows[i].canonical);
	}
	strbuf_clear(&out);
}

static void canonical_equality_is_equality_of_canonical_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(canonical_rows); i++)
		for (size_t k = 0; k < COUNT(canonical_rows); k++) {
			struct uri a = parsed(canonical_rows[i].uri);
			struct uri b = parsed(canonical_rows[k].uri);
			bool equal = strcmp(canonical_rows[i].canonical,
					    canonical_rows[k].canonical) == 0;

			assert_int_equal(uri_canonical_equal(&a, &b), equal);
			b = parsed(canonical_rows[k].canonical);
			assert_int_equal(uri_canonical_equal(&a, &b), equal);
		}
}

static void uris_compare_as_specified(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		/* RFC 3261 19.1.4, the rules and their examples with other names */
		{"sip:%61lice@a.example;transport=TCP", "sip:alice@A.eXample;Transport=tcp", true},
		{"sip:carol@a.example", "sip:carol@a.example;newparam=5", true},
		{"sip:carol@a.example;newparam=5", "sip:carol@a.example;security=on", true},
		{"sip:a.example;transport=tcp;method=REGISTER?to=sip:bob%40a.example",
		 "sip:a.example;method=REGISTER;transport=tcp?to=sip:bob%40a.example", true},
		{"sip:alice@a.example?subject=project%20x&priority=urgent",
		 "sip:alice@a.example?priority=urgent&subject=project%20x", true},
		{"SIP:ALICE@a.example", "sip:alice@a.example", false},
		{"sip:bob@a.example", "sip:bob@a.example:5060", false},
		{"sip:bob@a.example", "sip:bob@a.example;transport=udp", false},
		{"sip:bob@a.example", "sip:bob@a.example;user=ip", false},
		{"sip:bob@a.example;ttl=1", "sip:bob@a.example", false},
		{"sip:bob@a.example", "sip:bob@a.example;method=INVITE", false},
		{"sip:bob@a.example;maddr=1.2.3.4", "sip:bob@a.example", false},
		{"sip:carol@a.example", "sip:carol@a.example?Subject=next%20meeting", false},
		{"sip:carol@a.example;security=on", "sip:carol@a.example;security=off", false},
		{"sip:a@b;x=y;x", "sip:a@b;x=y", true}, /* given twice: the first counts */
		{"sip:bob@a.example", "sip:bob@192.0.2.4", false},
		{"sip:bob@a.example", "sips:bob@a.example", false},
		{"sip:bob@a.example", "sip:a.example", false},
		{"sip:bob:x@a.example", "sip:bob:y@a.example", false},
		{"sip:a%2Bb@a.example", "sip:a+b@a.example", false},
		{"sip:a%2bb@a.example", "sip:a%2Bb@a.example", true},
		/* RFC 3966 4 */
		{"tel:+1-201-555-0123", "tel:+1(201)555.0123", true},
		{"tel:+12015550123", "tel:12015550123", false},
		{"tel:863-1234;phone-context=+1-914-555", "TEL:8631234;Phone-Context=+1914555",
		 true},
		{"tel:8631234;phone-context=+1", "tel:8631234;phone-context=+2", false},
		{"tel:8631234;phone-context=a.example", "tel:8631234", false},
		{"tel:+1201;ext=1-2;a=B", "tel:+1201;A=b;ext=12", true},
		{"tel:+1201;ext=1", "tel:+1201", false},
		{"urn:a:b", "urn:a:c", false},
		{"urn:a:b", "urn:a:b", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct uri a = parsed(rows[i].a), b = parsed(rows[i].b);

		if (uri_equal(&a, &b) != rows[i].equal || uri_equal(&b, &a) != rows[i].equal)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
		assert_true(uri_equal(&a, &a));
	}
}

static void parameters_are_found_by_name(void **state)
{
	struct uri u = parsed("sip:a@b;;lr;User=phone;x=");
	struct text value = TEXT_LITERAL("untouched");

	(void)state;
	assert_false(uri_find_parameter(&u, "use", &value));
	assert_part(value, "untouched");
	assert_true(uri_find_parameter(&u, "user", &value));
	assert_part(value, "phone");
	assert_true(uri_find_parameter(&u, "LR", &value));
	assert_part(value, NULL);
	assert_true(uri_find_parameter(&u, "x", &value));
	assert_part(value, "");
}

/* ITU-T E.164: at most 15 digits; TS 23.003 13.4: "+", no separators. */
static void e164_numbers_are_recognised(void **state)
{
	static const struct {
		const char *uri;
		bool is_e164;
	} rows[] = {
		{"tel:+4930123456", true}, {"tel:+123456789012345", true},
		{"tel:+1", true},          {"tel:+1234567890123456", false},
		{"tel:4930123456", false}, {"tel:+49-30", false},
		{"tel:+49*", false},       {"sip:+4930123@a.example", false},
		{"tel:+49!.*!", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct uri u = parsed(rows[i].uri);

		assert_int_equal(uri_tel_is_e164(&u), rows[i].is_e164);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_found),
		cmocka_unit_test(malformed_uris_are_refused_with_their_place),
		cmocka_unit_test(overlong_uris_are_refused),
		cmocka_unit_test(canonical_forms_are_as_specified),
		cmocka_unit_test(canonical_equality_is_equality_of_canonical_forms),
		cmocka_unit_test(uris_compare_as_specified),
		cmocka_unit_test(parameters_are_found_by_name),
		cmocka_unit_test(e164_numbers_are_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
