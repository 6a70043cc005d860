/* User-Data of SAA and PPR. Expected values: TS 29.228 Annex E as in cx-semantics 8.4. */
#include "tests/codec/cx_fixture.h"

#include <libxml/xmlerror.h>

#include "model/hss_directory.h"

#define SUBSCRIPTION(content) \
	"<IMSSubscription><PrivateID>a@example.org</PrivateID>" content "</IMSSubscription>"
#define PUBLIC(identity) "<PublicIdentity><Identity>" identity "</Identity></PublicIdentity>"
#define BARRED(value, identity)                                                               \
	"<PublicIdentity><BarringIndication>" value "</BarringIndication><Identity>" identity \
	"</Identity></PublicIdentity>"
#define IFC(server)                                                                           \
	"<InitialFilterCriteria><Priority>0</Priority><ApplicationServer><ServerName>" server \
	"</ServerName></ApplicationServer></InitialFilterCriteria>"

static void decode_saa(struct fixture *f, struct text user_data)
{
	cx_message_add(begin_answer(f, 301), 606, TGPP, user_data);
	decode_answer(f);
}

static uint64_t hash_of(struct fixture *f, const char *user_data)
{
	decode_saa(f, text_from(user_data));
	assert_int_equal(f->e.damage, 0);
	return f->e.user_data_hash;
}

static void profiles_and_identities_keep_their_order(void **state)
{
	struct fixture *f = *state;
	struct text document = TEXT_LITERAL(SUBSCRIPTION(
		"<ServiceProfile>" BARRED("1", "sip:b@example.org") PUBLIC("sip:a@example.org") IFC(
			"sip:as1.example.org")
			IFC("sip:as2.example.org") "</ServiceProfile>"
						   "<ServiceProfile>" BARRED("0", "tel:+9990000001")
							   BARRED("maybe",
								  "tel:+9990000002") "</"
										     "ServiceProfil"
										     "e>"));

	for (unsigned k = 0; k < 3; k++) { /* parsed, remembered, in a request */
		const struct user_data_profile *p;

		if (k < 2) {
			decode_saa(f, document);
		} else {
			cx_message_add(begin_request(f, 305), 606, TGPP, document);
			decode_request(f);
		}
		p = f->e.user_data;
		assert_int_equal(f->e.damage, 0);
		assert_text(f->e.user_data_impi, "a@example.org");
		assert_int_equal(f->e.user_data_count, 2);
		assert_int_equal(p[0].count, 2);
		assert_text(p[0].identity[0].identity, "sip:b@example.org");
		assert_int_equal(p[0].identity[0].barred, 1);
		assert_text(p[0].identity[1].identity, "sip:a@example.org");
		assert_int_equal(p[0].identity[1].barred, 0);
		assert_int_equal(p[0].ifc_count, 2);
		assert_int_equal(p[0].faults & PROFILE_FAULT_DUPLICATE_PRIORITY,
				 PROFILE_FAULT_DUPLICATE_PRIORITY);
		assert_int_not_equal(p[0].content, p[1].content);
		assert_int_equal(p[1].count, 2);
		assert_text(p[1].identity[0].identity, "tel:+9990000001");
		assert_int_equal(p[1].identity[0].barred, 0);
		assert_int_equal(p[1].identity[1].barred, -1);
		assert_int_equal(p[1].ifc_count, 0);
		assert_int_not_equal(f->e.user_data_hash, 0);
		assert_ptr_equal(f->e.answer.user_data, k < 2 ? f->e.user_data : NULL);
		assert_int_equal(f->e.answer.user_data_count, k < 2 ? 2 : 0);
	}
}

#define IN_PROFILE(content) "<ServiceProfile>" content "</ServiceProfile>"
#define A PUBLIC("sip:a@example.org")
#define B PUBLIC("sip:b@example.org")
#define C PUBLIC("sip:c@example.org")
/* A B, with one character on the other side of their border. */
#define SHIFTED PUBLIC("sip:a@example.orgs") PUBLIC("ip:b@example.org")

static void the_hash_tells_contents_from_layout(void **state)
{
	static const char same[] =
		"<?xml version='1.0'?>\n<IMSSubscription>\n <PrivateID>other@example.org"
		"</PrivateID>\n <ServiceProfile>\n  <PublicIdentity>\n   <BarringIndication>0"
		"</BarringIndication><Identity>sip:a@example.org</Identity>\n  </PublicIdentity>" B
		"</ServiceProfile></IMSSubscription>";
	static const struct {
		const char *text;
	} different[] = {
		{SUBSCRIPTION(IN_PROFILE(A B))},
		{SUBSCRIPTION(IN_PROFILE(B A))},
		{SUBSCRIPTION(IN_PROFILE(BARRED("1", "sip:a@example.org") B))},
		{SUBSCRIPTION(IN_PROFILE(BARRED("maybe", "sip:a@example.org") B))},
		{SUBSCRIPTION(IN_PROFILE(A) IN_PROFILE(B))},
		{SUBSCRIPTION(IN_PROFILE(A))},
		{SUBSCRIPTION(IN_PROFILE(A B C))},
		{SUBSCRIPTION(IN_PROFILE(A B IFC("sip:as.example.org")))},
		{SUBSCRIPTION(IN_PROFILE(A B IFC("sip:bs.example.org")))},
		{SUBSCRIPTION(IN_PROFILE(SHIFTED))},
	};
	struct fixture *f = *state;
	uint64_t hash[COUNT(different)];

	for (size_t i = 0; i < COUNT(different); i++) {
		hash[i] = hash_of(f, different[i].text);
		for (size_t k = 0; k < i; k++)
			assert_true(hash[i] != hash[k]);
	}
	assert_true(hash_of(f, same) == hash[0]);
}

static void what_is_no_document_is_damage(void **state)
{
	static const char *const rows[] = {
		"",
		"no XML at all",
		"<IMSSubscription><PrivateID>a@example.org</PrivateID>", /* cut */
		"<Sh-Data/>",
		"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///dev/zero'>]><IMSSubscription/>",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 2 * COUNT(rows); i++) { /* parsed and remembered */
		decode_saa(f, text_from(rows[i / 2]));
		assert_int_equal(f->e.damage, CX_DAMAGE_USER_DATA);
		assert_non_null(f->e.user_data); /* it was sent */
		assert_int_equal(f->e.user_data_count, 0);
		assert_null(f->e.user_data_impi.data);
		assert_int_equal(f->e.user_data_hash, 0);
	}
}

static void an_unusable_document_is_read_as_far_as_possible(void **state)
{
	struct fixture *f = *state;

	decode_saa(f, TEXT_LITERAL("<IMSSubscription><ServiceProfile>" PUBLIC(
			      "sip:a@example.org") "</ServiceProfile></IMSSubscription>"));
	assert_int_equal(f->e.damage, CX_DAMAGE_USER_DATA);
	assert_null(f->e.user_data_impi.data);
	assert_int_equal(f->e.user_data_count, 1);
	assert_text(f->e.user_data[0].identity[0].identity, "sip:a@example.org");
	decode_saa(f, TEXT_LITERAL(SUBSCRIPTION("")));
	assert_int_equal(f->e.damage, 0);
	assert_text(f->e.user_data_impi, "a@example.org");
	assert_int_equal(f->e.user_data_count, 0);
}

static void oversized_user_data_is_not_parsed(void **state)
{
	struct fixture *f = *state;
	static const char valid[] =
		SUBSCRIPTION("<ServiceProfile>" PUBLIC("sip:a@example.org") "</ServiceProfile>");
	char *large = malloc(LIMIT_RECORD_BYTES + 1);

	memset(large, ' ', LIMIT_RECORD_BYTES + 1);
	memcpy(large, valid, sizeof(valid) - 1);
	decode_saa(f, text_of(large, LIMIT_RECORD_BYTES));
	assert_int_equal(f->e.damage, 0);
	assert_int_equal(f->e.user_data_count, 1);
	decode_saa(f, text_of(large, LIMIT_RECORD_BYTES + 1));
	assert_int_equal(f->e.damage, CX_DAMAGE_USER_DATA | CX_DAMAGE_LIMIT);
	assert_int_equal(f->e.user_data_count, 0);
	free(large);
}

/* More documents than are remembered, and such as are too large to be: each is read as itself. */
static void what_was_forgotten_is_read_again(void **state)
{
	struct fixture *f = *state;

	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 10000; i++) {
			cx_sample_init(&f->sample, CX_SAR, i, f->text);
			strbuf_reset(&f->user_data);
			cx_sample_user_data(&f->sample, i % 1000 ? 0 : 100000, &f->user_data);
			f->sample.user_data = strbuf_text(&f->user_data);
			assert_int_equal(decode(f, cx_sample_request(&f->sample, &f->request),
						cx_sample_answer(&f->sample, &f->answer)),
					 RC_OK);
			assert_int_equal(f->e.damage, 0);
			assert_true(text_equal(f->e.user_data_impi, f->sample.impi));
			assert_true(
				text_equal(f->e.user_data[0].identity[0].identity, f->sample.impu));
			assert_int_equal(f->e.user_data[0].ifc_count > 0, i % 1000 == 0);
		}
	}
}

static void a_large_profile_is_read_as_well(void **state)
{
	struct fixture *f = *state;
	char name[64];

	for (unsigned k = 0; k < 2; k++) {
		strbuf_reset(&f->user_data);
		strbuf_add_str(&f->user_data,
			       "<IMSSubscription><PrivateID>a</PrivateID><ServiceProfile>");
		for (unsigned i = 0; i < 500; i++)
			strbuf_printf(&f->user_data, PUBLIC("sip:%u@example.org"), i);
		strbuf_add_str(&f->user_data, "</ServiceProfile></IMSSubscription>");
		decode_saa(f, strbuf_text(&f->user_data));
		assert_int_equal(f->e.user_data[0].count, 500);
		for (unsigned i = 0; i < 500; i++) {
			snprintf(name, sizeof(name), "sip:%u@example.org", i);
			assert_text(f->e.user_data[0].identity[i].identity, name);
		}
	}
}

static void other_commands_have_no_user_data(void **state)
{
	struct fixture *f = *state;
	const struct text document = TEXT_LITERAL(SUBSCRIPTION(""));

	for (uint32_t command = 300; command <= 305; command++) {
		cx_message_add(begin_request(f, command), 606, TGPP, document);
		decode_request(f);
		assert_int_equal(f->e.user_data_impi.data != NULL, command == 305);
		cx_message_add(begin_answer(f, command), 606, TGPP, document);
		decode_answer(f);
		assert_int_equal(f->e.user_data_impi.data != NULL, command == 301);
	}
}

static unsigned printed;

__attribute__((format(printf, 2, 3))) static void count_print(void *context, const char *format,
							      ...)
{
	(void)context;
	(void)format;
	printed++;
}

/* libxml2 tells such troubles past its handlers, with bytes of the document. */
static void broken_encodings_are_not_printed(void **state)
{
	static const char *const names[] = {"EUC-JP", "GB2312", "Shift_JIS", "ISO-2022-JP",
					    "UTF-8"};
	struct fixture *f = *state;

	xmlSetGenericErrorFunc(NULL, count_print);
	for (size_t i = 0; i < COUNT(names); i++) {
		strbuf_reset(&f->user_data);
		strbuf_printf(&f->user_data,
			      "<?xml version='1.0' encoding='%s'?><IMSSubscription>"
			      "<PrivateID>\xff\xb7\x65\x6e\x74</PrivateID>",
			      names[i]);
		decode_saa(f, strbuf_text(&f->user_data));
		assert_int_equal(f->e.damage, CX_DAMAGE_USER_DATA);
	}
	assert_int_equal(printed, 0);
	assert_ptr_equal(xmlGenericError, count_print);
	xmlSetGenericErrorFunc(NULL, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(profiles_and_identities_keep_their_order),
		TEST(the_hash_tells_contents_from_layout),
		TEST(what_is_no_document_is_damage),
		TEST(an_unusable_document_is_read_as_far_as_possible),
		TEST(oversized_user_data_is_not_parsed),
		TEST(what_was_forgotten_is_read_again),
		TEST(a_large_profile_is_read_as_well),
		TEST(other_commands_have_no_user_data),
		TEST(broken_encodings_are_not_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
