/* Reading SIP messages, well formed and not (RFC 3261 7, 25; RFC 3310, 3329). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/sip_message.h"

struct fixture {
	struct sip_reader *reader;
	struct arena arena;
	struct diag diag;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	*state = f;
	return sip_reader_new(&f->reader, NULL) == RC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	sip_reader_free(f->reader);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static enum rc read_bytes(struct fixture *f, const char *data, size_t length,
			  struct sip_message *out)
{
	diag_init(&f->diag);
	arena_reset(&f->arena);
	return sip_read(f->reader, text_of(data, length), &f->arena, out, &f->diag);
}

static void read_good(struct fixture *f, const char *message, struct sip_message *out)
{
	assert_int_equal(read_bytes(f, message, strlen(message), out), RC_OK);
}

static void assert_text(struct text t, const char *expected)
{
	char found[512];

	if (!expected) {
		assert_null(t.data);
		return;
	}
	assert_non_null(t.data);
	assert_string_equal(text_copy(t, found, sizeof(found)), expected);
}

#define REGISTER_START "REGISTER sip:example.org SIP/2.0\r\n"
#define NEEDED "Call-ID: a@192.0.2.1\r\nCSeq: 7 REGISTER\r\n"

static void a_register_is_read(void **state)
{
	struct sip_message m;

	read_good(
		*state,
		REGISTER_START
		"Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKp\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKu;rport\r\n"
		"From: \"A, <B>\" <sip:+9990000001@example.org;user=phone>;tag=f1\r\n"
		"To: <sip:+9990000001@example.org>\r\n" NEEDED
		"Contact: <sip:192.0.2.1:5070>;expires=3600, <sip:192.0.2.2>\r\n"
		"Expires: 600000\r\nP-Visited-Network-ID: \"example.org\"\r\n"
		"Path: <sip:term@198.51.100.1;lr>\r\nUser-Agent: x\r\n"
		"Authorization: Digest username=\"001010000000001@example.org\", "
		"realm=\"example.org\", nonce=\"\", uri=\"sip:example.org\", response=\"\"\r\n\r\n",
		&m);
	assert_true(m.is_request);
	assert_int_equal(m.method, SIP_REGISTER);
	assert_text(m.request_uri, "sip:example.org");
	assert_int_equal(m.via_count, 2);
	assert_text(m.via[0], "198.51.100.1");
	assert_text(m.via[1], "192.0.2.1:5070");
	assert_text(m.branch, "z9hG4bKp");
	assert_text(m.from_uri, "sip:+9990000001@example.org;user=phone");
	assert_text(m.from_tag, "f1");
	assert_text(m.to_uri, "sip:+9990000001@example.org");
	assert_text(m.to_tag, NULL);
	assert_text(m.call_id, "a@192.0.2.1");
	assert_int_equal(m.cseq, 7);
	assert_text(m.contact, "sip:192.0.2.1:5070");
	assert_int_equal(m.expires, 3600);
	assert_int_equal(m.retry_after, -1);
	assert_text(m.p_visited_network, "\"example.org\"");
	assert_text(m.server, NULL);
	assert_text(m.authorization.username, "001010000000001@example.org");
	assert_true(m.authorization.has_response && m.authorization.is_response_empty);
	assert_true(m.authorization.is_nonce_empty);
	assert_int_equal(m.authorization.nonce_count, -1);
	assert_null(m.proxy_authorization.scheme.data);
}

static void a_response_takes_its_method_from_cseq(void **state)
{
	struct sip_message m;

	read_good(*state,
		  "SIP/2.0 403 Forbidden - HSS User Unknown\r\n"
		  "v: SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK1,SIP/2.0/UDP 192.0.2.1\r\n"
		  "i: x\r\nCSeq: 2 INVITE\r\nWarning: 392 198.51.100.1:5060 \"noisy\"\r\n"
		  "Retry-After: 18000;duration=3600\r\nReason: Diameter;cause=5001\r\n\r\n",
		  &m);
	assert_false(m.is_request);
	assert_int_equal(m.status, 403);
	assert_text(m.reason_phrase, "Forbidden - HSS User Unknown");
	assert_int_equal(m.method, SIP_INVITE);
	assert_int_equal(m.via_count, 2);
	assert_int_equal(m.retry_after, 18000);
	assert_text(m.reason, "Diameter;cause=5001");
	assert_text(m.warning, "392 198.51.100.1:5060 \"noisy\"");
}

static void sloppy_messages_are_read(void **state)
{
	static const struct {
		const char *message;
		enum sip_method method;
		uint32_t cseq;
	} rows[] = {
		{"\r\n\r\n" REGISTER_START NEEDED "\r\n", SIP_REGISTER, 7},
		{"REGISTER sip:example.org SIP/2.0\nCall-ID: a\nCSeq: 7 REGISTER\n\n", SIP_REGISTER,
		 7},
		{"REGISTER sip:example.org SIP/2.0\rCall-ID: a\rCSeq: 7 REGISTER\r\r", SIP_REGISTER,
		 7},
		{REGISTER_START NEEDED, SIP_REGISTER, 7},
		{"MESSAGE tel:+9990000001 SIP/2.0\r\nCall-ID: a\r\nCSeq:\r\n "
		 "7\r\n\tMESSAGE\r\n\r\n",
		 SIP_MESSAGE, 7},
		{"FOO sip:x SIP/2.0\r\nCall-ID : a\r\nCSeq: 1 FOO\r\n\r\n", SIP_OTHER, 1},
		{REGISTER_START "Content-Length: -3\r\nnonsense\r\n: x\r\nVia: ???\r\nFrom: <<\r\n"
				"To: \"open <sip:a@b>\r\nContact: ,,\r\nExpires: soon\r\n" NEEDED
				"Content-Length: 999999999999999999999\r\n\r\n",
		 SIP_REGISTER, 7},
		{REGISTER_START NEEDED "Authorization: \r\nWWW-Authenticate: ,,,\r\n"
				       "Security-Client: ;;,;\r\n\r\n",
		 SIP_REGISTER, 7},
		{"INVITE sip:a b@example.org SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n",
		 SIP_INVITE, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message m;

		read_good(*state, rows[i].message, &m);
		assert_int_equal(m.method, rows[i].method);
		assert_int_equal(m.cseq, rows[i].cseq);
	}
}

static void what_is_no_message_is_refused(void **state)
{
	static const struct {
		const char *message, *reason;
	} rows[] = {
		{"", "an empty SIP message"},
		{"\r\n\r\n", "an empty SIP message"},
		{"GET / HTTP/1.1\r\nCall-ID: a\r\nCSeq: 1 GET\r\n\r\n", "no start line of SIP/2.0"},
		{"SIP/2.0 99 low\r\n" NEEDED "\r\n", "no start line of SIP/2.0"},
		{"SIP/2.0 700 high\r\n" NEEDED "\r\n", "no start line of SIP/2.0"},
		{REGISTER_START "CSeq: 1 REGISTER\r\n\r\n", "SIP message without Call-ID"},
		{REGISTER_START "Call-ID:\r\nCSeq: 1 REGISTER\r\n\r\n",
		 "SIP message without Call-ID"},
		{REGISTER_START "Call-ID: a\r\n\r\nCSeq: 1 REGISTER\r\n",
		 "SIP message without a readable CSeq"},
		{REGISTER_START "Call-ID: a\r\nCSeq: x REGISTER\r\n\r\n",
		 "SIP message without a readable CSeq"},
		{REGISTER_START "Call-ID: a\r\nCSeq: 4294967296 REGISTER\r\n\r\n",
		 "SIP message without a readable CSeq"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message m;

		assert_int_equal(read_bytes(f, rows[i].message, strlen(rows[i].message), &m),
				 RC_SYNTAX);
		assert_string_equal(f->diag.text, rows[i].reason);
	}
}

static void identities_stay_byte_exact(void **state)
{
	static const struct {
		const char *to, *uri, *tag;
	} rows[] = {
		{"<sip:A%61@Example.ORG >;tag=1", "sip:A%61@Example.ORG ", "1"},
		{"sip:a@example.org;tag=2", "sip:a@example.org", "2"},
		{"<tel:+999-000 0001>", "tel:+999-000 0001", NULL},
		{"\"x\\\"<y>\" <sip:b@example.org>;tag=3", "sip:b@example.org", "3"},
		{"<sip:c@example.org", "sip:c@example.org", NULL},
		{"*", "*", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char message[512];
		struct sip_message m;

		sprintf(message, REGISTER_START NEEDED "To: %s\r\n\r\n", rows[i].to);
		read_good(*state, message, &m);
		assert_text(m.to_uri, rows[i].uri);
		assert_text(m.to_tag, rows[i].tag);
	}
}

/* 32 bytes and 15, in base64; hexadecimal digits, which decode as base64 too. */
#define NONCE_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define NONCE_15 "AAECAwQFBgcICQoLDA0O"
#define NONCE_HEX "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"

static void credentials_show_their_shape_only(void **state)
{
	static const struct {
		const char *value, *username, *realm;
		bool has_aka, has_response, is_response_empty, has_auts;
		int64_t nonce_count;
	} rows[] = {
		{"Digest username=\"u@r\",realm=\"r\",nonce=\"" NONCE_32
		 "\",response=\"00ff\",nc=0000000a",
		 "u@r", "r", true, true, false, false, 10},
		{"Digest username=\"u\", nonce=\"" NONCE_15 "\", response=\"\", auts=\"AAAA\"", "u",
		 NULL, false, true, true, true, -1},
		{"Digest username=\"u\", nonce=\"" NONCE_HEX "\"", "u", NULL, false, false, false,
		 false, -1},
		/* quotes missing at either side, or at both */
		{"Digest username=u@r, realm=\"r, nonce=\"" NONCE_32 "\", response=\"1\"", "u@r",
		 "r", true, true, false, false, -1},
		{"Digest username=\"u@r, realm=r, nonce=" NONCE_32, "u@r", "r", true, false, false,
		 false, -1},
		{"digest  USERNAME = \"u, v\" , nc=zz , response", "u, v", NULL, false, false,
		 false, false, -1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct sip_digest *d;
		char message[1024];
		struct sip_message m;

		sprintf(message, REGISTER_START NEEDED "Authorization: %s\r\n\r\n", rows[i].value);
		read_good(*state, message, &m);
		d = &m.authorization;
		assert_text(d->username, rows[i].username);
		assert_text(d->realm, rows[i].realm);
		assert_int_equal(d->has_aka_nonce, rows[i].has_aka);
		assert_int_equal(d->has_response, rows[i].has_response);
		assert_int_equal(d->is_response_empty, rows[i].is_response_empty);
		assert_int_equal(d->has_auts, rows[i].has_auts);
		assert_int_equal(d->nonce_count, rows[i].nonce_count);
	}
}

static void equal_nonces_are_told_from_others_by_one_reader_only(void **state)
{
	struct fixture *f = *state;
	struct sip_message m;
	uint64_t first;

	read_good(f,
		  "SIP/2.0 407 x\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nProxy-Authenticate: Digest "
		  "realm=\"a\", nonce=\"n1\", stale=TRUE, Digest realm=\"b\",nonce=\"n2\", "
		  "qop=\"auth,"
		  "auth-int\"\r\nProxy-Authenticate: Digest nonce=n1\r\n\r\n",
		  &m);
	assert_int_equal(m.proxy_authenticate_count, 3);
	assert_text(m.proxy_authenticate[1].realm, "b");
	assert_text(m.proxy_authenticate[1].qop, "auth,auth-int");
	assert_true(m.proxy_authenticate[0].is_stale && !m.proxy_authenticate[1].is_stale);
	assert_true(m.proxy_authenticate[0].nonce != m.proxy_authenticate[1].nonce);
	assert_true(m.proxy_authenticate[0].nonce == m.proxy_authenticate[2].nonce);
	first = m.proxy_authenticate[0].nonce;
	sip_reader_free(f->reader);
	assert_int_equal(sip_reader_new(&f->reader, NULL), RC_OK);
	read_good(f,
		  "SIP/2.0 407 x\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n"
		  "Proxy-Authenticate: Digest nonce=n1\r\n\r\n",
		  &m);
	assert_true(m.proxy_authenticate[0].nonce != first);
}

static void security_mechanisms_are_listed(void **state)
{
	struct sip_message m;

	read_good(*state,
		  REGISTER_START NEEDED
		  "Security-Client: ipsec-3gpp; alg=hmac-sha-1-96; ealg=aes-cbc; prot=esp; "
		  "mod=trans; "
		  "spi-c=4294967295; spi-s=2; port-c=1; port-s=65535,ipsec-3gpp;alg=null\r\n"
		  "Security-Client: tls;q=0.2\r\nSecurity-Verify: ipsec-3gpp;spi-c=x\r\n\r\n",
		  &m);
	assert_int_equal(m.security_client_count, 3);
	assert_text(m.security_client[0].mechanism, "ipsec-3gpp");
	assert_text(m.security_client[0].encryption_algorithm, "aes-cbc");
	assert_text(m.security_client[0].protocol, "esp");
	assert_text(m.security_client[0].mode, "trans");
	assert_int_equal(m.security_client[0].spi_client, 4294967295);
	assert_int_equal(m.security_client[0].port_server, 65535);
	assert_text(m.security_client[1].algorithm, "null");
	assert_int_equal(m.security_client[1].spi_client, -1);
	assert_text(m.security_client[2].q, "0.2");
	assert_int_equal(m.security_verify_count, 1);
	assert_int_equal(m.security_verify[0].spi_client, -1);
	assert_int_equal(m.security_server_count, 0);
}

static void bodies_and_null_bytes_do_no_harm(void **state)
{
	static const char message[] = REGISTER_START NEEDED
		"Server: a\0b\r\n\r\nCall-ID: other\r\n\0\xff\xfe";
	struct sip_message m;

	assert_int_equal(read_bytes(*state, message, sizeof(message) - 1, &m), RC_OK);
	assert_text(m.call_id, "a@192.0.2.1");
	assert_text(m.server, "a b");
}

static void giant_headers_are_passed_over(void **state)
{
	const int giant = 1 << 20;
	char *message = malloc(giant + 512);
	struct sip_message m;

	sprintf(message, REGISTER_START "From: <sip:%0*d>\r\nTo: <sip:b>\r\n" NEEDED "\r\n", giant,
		0);
	assert_int_equal(read_bytes(*state, message, strlen(message), &m), RC_OK);
	assert_text(m.from_uri, NULL);
	assert_text(m.to_uri, "sip:b");
	free(message);
}

static void more_vias_than_are_kept_are_counted(void **state)
{
	char message[4096] = REGISTER_START NEEDED;
	struct sip_message m;

	for (int i = 0; i < SIP_VIA_MAX + 5; i++)
		strcat(message, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n");
	strcat(message, "\r\n");
	read_good(*state, message, &m);
	assert_int_equal(m.via_count, SIP_VIA_MAX + 5);
	assert_text(m.via[SIP_VIA_MAX - 1], "192.0.2.1");
}

static void a_copy_outlives_its_message(void **state)
{
	struct fixture *f = *state;
	struct sip_message m, copy;
	struct arena arena;

	arena_init(&arena);
	read_good(f,
		  REGISTER_START NEEDED "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
					"Security-Client: tls;q=0.2\r\nServer: s\r\n\r\n",
		  &m);
	assert_true(sip_message_copy(&m, &arena, &copy));
	arena_clear(&f->arena);
	assert_text(copy.server, "s");
	assert_text(copy.via[0], "192.0.2.1");
	assert_text(copy.security_client[0].q, "0.2");
	assert_null(copy.www_authenticate);
	arena_clear(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_register_is_read),
		TEST(a_response_takes_its_method_from_cseq),
		TEST(sloppy_messages_are_read),
		TEST(what_is_no_message_is_refused),
		TEST(identities_stay_byte_exact),
		TEST(credentials_show_their_shape_only),
		TEST(equal_nonces_are_told_from_others_by_one_reader_only),
		TEST(security_mechanisms_are_listed),
		TEST(bodies_and_null_bytes_do_no_harm),
		TEST(giant_headers_are_passed_over),
		TEST(more_vias_than_are_kept_are_counted),
		TEST(a_copy_outlives_its_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
