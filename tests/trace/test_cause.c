/* The table of causes: that it is sound, and which answer of the HSS means what (TS 29.228 6,
 * TS 29.229 6.2; cx-semantics 2 to 6, 12). */
#include "trace/cause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "audit/rule_table.h"
#include "trace/phrase.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define IMPI "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"

/* One registration, or call, with a request, a final answer and one Cx exchange. */
struct small_case {
	struct sip_message request, final;
	struct cx_exchange exchange;
	const struct cx_exchange *list[1];
	struct trace_transaction transaction;
	struct trace_case c;
	struct arena arena;
	struct policy policy;
	struct diagnosis diagnosis;
};

static void small_case_init(struct small_case *s, enum sip_method method, int status,
			    const char *phrase)
{
	*s = (struct small_case){0};
	arena_init(&s->arena);
	policy_init(&s->policy);
	s->request.method = method;
	s->request.is_request = true;
	s->request.time_us = 1000000;
	s->request.place = 1;
	s->request.authorization.nonce_count = -1;
	s->final.method = method;
	s->final.status = status;
	s->final.time_us = 1100000;
	s->final.place = 2;
	s->final.reason_phrase = text_from(phrase);
	s->transaction.request = &s->request;
	s->transaction.final = status ? &s->final : NULL;
	s->transaction.first_final = s->transaction.final;
	s->c = (struct trace_case){
		.kind = method == SIP_REGISTER ? TRACE_REGISTRATION : TRACE_SESSION,
		.method = method,
		.call_id = TEXT_LITERAL("call-1"),
		.impi = TEXT_LITERAL(IMPI),
		.impu = method == SIP_REGISTER ? TEXT_LITERAL("sip:" IMPI)
					       : TEXT_LITERAL("sip:alice@example.org"),
		.called = TEXT_LITERAL("sip:bob@example.org"),
		.first_us = 1000000,
		.last_us = 1100000,
		.is_complete = true,
		.transaction = &s->transaction,
		.transaction_count = 1,
		.arena = &s->arena,
	};
}

static void small_case_cx(struct small_case *s, enum cx_command command, enum answer_kind kind,
			  uint32_t code)
{
	cx_exchange_init(&s->exchange);
	s->exchange.command = command;
	s->exchange.time_us = 1050000;
	s->exchange.answer.kind = kind;
	s->exchange.answer.code = code;
	s->exchange.end = kind == ANSWER_SILENT ? CX_END_UNANSWERED : CX_END_ANSWERED;
	s->list[0] = &s->exchange;
	s->c.cx = s->list;
	s->c.cx_count = 1;
	s->c.sees_cx = true;
}

static void small_case_diagnose(struct small_case *s)
{
	struct diagnosis_sources sources = {.policy = &s->policy};
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(diagnose(&sources, &s->c, &s->arena, &s->diagnosis, &diag), RC_OK);
}

static void small_case_clear(struct small_case *s)
{
	policy_clear(&s->policy);
	arena_clear(&s->arena);
}

#define UAA CX_UAR
#define MAA CX_MAR
#define SAA CX_SAR
#define LIA CX_LIR
#define EXP ANSWER_EXPERIMENTAL
#define BASE ANSWER_RESULT_CODE
#define NONE_AT_ALL ANSWER_WITHOUT_CODE
#define SILENT ANSWER_SILENT
#define OTHER ANSWER_OTHER_VENDOR

static const struct {
	enum sip_method method;
	enum cx_command command;
	enum answer_kind kind;
	uint32_t code;
	int status;
	enum cause_class cause;
	enum tri blame;
	enum trace_node sender;
} answer_rows[] = {
	{SIP_REGISTER, UAA, EXP, 5001, 403, CAUSE_IMPI_UNKNOWN, TRI_YES, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, EXP, 5002, 403, CAUSE_NOT_ASSOCIATED, TRI_YES, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, EXP, 5003, 403, CAUSE_NOT_REGISTERED, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, EXP, 5004, 403, CAUSE_ROAMING, TRI_YES, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, EXP, 5011, 500, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	/* the same numbers in Result-Code mean other things */
	{SIP_REGISTER, UAA, BASE, 5001, 480, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 5002, 480, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 5003, 403, CAUSE_BARRED, TRI_YES, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 5004, 480, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 5012, 480, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 4002, 480, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 3001, 403, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 3002, 403, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, BASE, 3003, 480, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, SILENT, 0, 408, CAUSE_HSS_UNREACHABLE, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, UAA, NONE_AT_ALL, 0, 500, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	/* and so they do in another vendor's Experimental-Result */
	{SIP_REGISTER, UAA, OTHER, 5001, 403, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_REGISTER, MAA, OTHER, 5001, 403, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, OTHER, 5005, 500, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, EXP, 5001, 403, CAUSE_IMPI_UNKNOWN, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, EXP, 5002, 403, CAUSE_NOT_ASSOCIATED, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, EXP, 5003, 403, CAUSE_IMPI_UNKNOWN, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, EXP, 5006, 403, CAUSE_SCHEME, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, BASE, 5012, 403, CAUSE_KEYS, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, BASE, 5005, 403, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, BASE, 3002, 403, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, SILENT, 0, 500, CAUSE_HSS_UNREACHABLE, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, MAA, NONE_AT_ALL, 0, 403, CAUSE_HSS_ERROR, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, EXP, 5001, 500, CAUSE_USER_DATA, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, EXP, 5007, 500, CAUSE_USER_DATA, TRI_YES, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, EXP, 5005, 500, CAUSE_SCSCF_SELECTION, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, BASE, 5012, 500, CAUSE_USER_DATA, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, BASE, 3002, 500, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_S_CSCF},
	{SIP_REGISTER, SAA, SILENT, 0, 500, CAUSE_HSS_UNREACHABLE, TRI_UNKNOWN, TRACE_NODE_S_CSCF},
	{SIP_INVITE, LIA, EXP, 5001, 404, CAUSE_IMPI_UNKNOWN, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	{SIP_INVITE, LIA, EXP, 5003, 480, CAUSE_NOT_REGISTERED, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_INVITE, LIA, BASE, 3002, 480, CAUSE_HSS_UNREACHABLE, TRI_NO, TRACE_NODE_I_CSCF},
	{SIP_INVITE, LIA, SILENT, 0, 480, CAUSE_HSS_UNREACHABLE, TRI_UNKNOWN, TRACE_NODE_I_CSCF},
	/* what succeeded has no cause, whatever came before */
	{SIP_REGISTER, UAA, EXP, 5001, 200, CAUSE_NONE, TRI_NO, TRACE_NODE_S_CSCF},
	/* an answer of another procedure says nothing of this one */
	{SIP_INVITE, UAA, EXP, 5001, 403, CAUSE_UNKNOWN, TRI_UNKNOWN, TRACE_NODE_UNKNOWN},
};

static void answers_of_the_hss_decide(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answer_rows); i++) {
		struct small_case s;

		small_case_init(&s, answer_rows[i].method, answer_rows[i].status, "Forbidden");
		small_case_cx(&s, answer_rows[i].command, answer_rows[i].kind, answer_rows[i].code);
		small_case_diagnose(&s);
		if (s.diagnosis.cause != answer_rows[i].cause ||
		    s.diagnosis.blame != answer_rows[i].blame ||
		    s.diagnosis.sent_by != answer_rows[i].sender)
			fail_msg("row %zu: %s, blame %s, sent by %s", i,
				 cause_class_str(s.diagnosis.cause), tri_str(s.diagnosis.blame),
				 trace_node_str(s.diagnosis.sent_by));
		small_case_clear(&s);
	}
}

/* The same 403 under another phrase stays the same cause. */
static void a_phrase_does_not_turn_what_the_hss_says(void **state)
{
	static const char *const phrases[] = {
		"Forbidden",
		"Forbidden - HSS User Unknown",
		"Forbidden - HSS Authorization Rejected",
		"Forbidden - Private identity not found (Authorization: username)",
		"Can't register to QoS for signalling",
		""};

	(void)state;
	for (size_t i = 0; i < COUNT(phrases); i++) {
		struct small_case s;

		small_case_init(&s, SIP_REGISTER, 403, phrases[i]);
		small_case_cx(&s, CX_UAR, EXP, 5002);
		small_case_diagnose(&s);
		assert_int_equal(s.diagnosis.cause, CAUSE_NOT_ASSOCIATED);
		assert_int_equal(s.diagnosis.confidence, CONFIDENCE_HIGH);
		small_case_clear(&s);
	}
}

/* What the number means is not known, so neither phrase is held against it. */
static void a_phrase_does_not_contradict_another_vendor(void **state)
{
	static const char *const phrases[] = {
		"Forbidden - HSS User Unknown",
		"Forbidden - Private identity not found (Authorization: username)"};

	(void)state;
	for (size_t i = 0; i < COUNT(phrases); i++) {
		struct small_case s;

		small_case_init(&s, SIP_REGISTER, 403, phrases[i]);
		small_case_cx(&s, CX_UAR, ANSWER_OTHER_VENDOR, 5001);
		s.exchange.answer.vendor = 13019;
		small_case_diagnose(&s);
		assert_int_equal(s.diagnosis.cause, CAUSE_HSS_ERROR);
		assert_non_null(strstr(s.diagnosis.text,
				       "UAA: Experimental-Result-Code 5001 of vendor 13019"));
		for (unsigned k = 0; k < s.diagnosis.evidence_count; k++)
			assert_null(strstr(s.diagnosis.evidence[k].text, "but Cx shows"));
		small_case_clear(&s);
	}
}

/* A class that a phrase alone names is a guess. */
static void a_phrase_alone_gives_low_confidence(void **state)
{
	static const char *const phrases[] = {"Forbidden - HSS User Unknown",
					      "Forbidden - HSS Identities don't match",
					      "Forbidden - HSS Authorization Rejected",
					      "Forbidden - HSS Roaming not allowed",
					      "Forbidden - HSS responded with unknown Result Code",
					      "policy",
					      "ipsec",
					      "wrong password",
					      "Empty list of S-CSCFs"};

	(void)state;
	for (size_t i = 0; i < COUNT(phrases); i++) {
		struct small_case s;

		small_case_init(&s, SIP_REGISTER, 403, phrases[i]);
		small_case_diagnose(&s);
		assert_int_equal(s.diagnosis.confidence, CONFIDENCE_LOW);
		assert_int_equal(s.diagnosis.sent_by_confidence, CONFIDENCE_LOW);
		assert_int_equal(s.diagnosis.blame, TRI_UNKNOWN);
		small_case_clear(&s);
	}
}

static bool is_phrase(int id)
{
	return id >= CASE_PHRASE_USER_UNKNOWN && id <= CASE_PHRASE_CONTRADICTS;
}

static void rows_are_sound(void **state)
{
	size_t count;
	const struct cause_row *rows = cause_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct cause_row *r = &rows[i];
		unsigned others = r->cx.is_wanted, phrases = 0;

		assert_non_null(r->text);
		assert_non_null(r->remedy);
		assert_true(r->status_low <= r->status_high);
		assert_true(r->base <= r->most);
		/* a failure always has a doubt, or says that it has none */
		if (r->cause != CAUSE_NONE && r->cause != CAUSE_NORMAL_CHALLENGE)
			assert_non_null(r->doubt);
		if (r->row)
			assert_non_null(rule_find(text_from(r->row)));
		for (size_t k = 0; r->need[k]; k++) {
			phrases += is_phrase(r->need[k]);
			others += !is_phrase(r->need[k]);
		}
		if (phrases && (!others || r->base > CONFIDENCE_LOW) && r->need[0] != CASE_FROM_AS)
			if (r->base > CONFIDENCE_LOW)
				fail_msg("%s rests on a phrase alone", r->id);
		for (size_t k = 0; k < i; k++)
			if (!strcmp(rows[k].id, r->id))
				fail_msg("%s occurs twice", r->id);
		/* Nobody is told to lift the barring of an identity derived from an IMSI. */
		assert_null(strstr(r->remedy, "nbar the"));
	}
}

static void every_class_has_a_row_and_a_name(void **state)
{
	size_t count;
	const struct cause_row *rows = cause_table(&count);

	(void)state;
	for (unsigned c = 0; c < CAUSE_CLASSES; c++) {
		size_t i = 0;

		assert_non_null(cause_class_str((enum cause_class)c));
		while (i < count && rows[i].cause != (enum cause_class)c)
			i++;
		if (i == count)
			fail_msg("no row for %s", cause_class_str((enum cause_class)c));
	}
	assert_int_equal(rows[count - 1].cause, CAUSE_UNKNOWN);
	assert_false(rows[count - 1].need[0]);
}

static void phrases_are_found_in_any_case(void **state)
{
	static const struct {
		const char *phrase;
		enum case_fact_id fact;
	} rows[] = {
		{"Forbidden - HSS User Unknown", CASE_PHRASE_USER_UNKNOWN},
		{"FORBIDDEN - HSS USER UNKNOWN", CASE_PHRASE_USER_UNKNOWN},
		{"Forbidden - HSS Identity not registered", CASE_PHRASE_NOT_REGISTERED},
		{"Forbidden - Private identity not found (Authorization: username)",
		 CASE_PHRASE_MASK},
		{"Forbidden - HSS responded with unknown Experimental Result Code",
		 CASE_PHRASE_HSS},
		{"Authentication Failed", CASE_PHRASE_RESPONSE},
		{"Can't register to QoS for signalling", CASE_PHRASE_POLICY},
		{"Forbidden", CASE_NO_FACT},
		{"", CASE_NO_FACT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct phrase *p = phrase_find(text_from(rows[i].phrase));

		assert_int_equal(p ? p->fact : CASE_NO_FACT, rows[i].fact);
	}
	assert_null(phrase_find(TEXT_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_the_hss_decide),
		cmocka_unit_test(a_phrase_does_not_turn_what_the_hss_says),
		cmocka_unit_test(a_phrase_does_not_contradict_another_vendor),
		cmocka_unit_test(a_phrase_alone_gives_low_confidence),
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(every_class_has_a_row_and_a_name),
		cmocka_unit_test(phrases_are_found_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
