#include "trace/cause.h"

#define ANY_FAILURE .status_low = 0, .status_high = 699
#define STATUS(low, high) .status_low = low, .status_high = high
#define CX_SAYS(command, kind, low, high) .cx = {true, command, kind, low, high}
#define FACTS(...)          \
	{                   \
		__VA_ARGS__ \
	}

#define NEXT_CX "{capture}"
#define NEXT_CORE "Capture at {edge}, on the side of the UE and on that of the core, at once"
#define NEXT_REGISTRAR "Read the registrar's log at that second"
#define NEXT_STORE "Import the HSS export into a store and diagnose with --store"
#define NEXT_GM "Capture on the UE's side of the P-CSCF, ESP included"

static const struct cause_row rows[] = {
#include "trace/cause_plain.inc"
#include "trace/cause_proxy.inc"
#include "trace/cause_uaa.inc"
#include "trace/cause_maa.inc"
#include "trace/cause_saa.inc"
#include "trace/cause_challenge.inc"
#include "trace/cause_refused.inc"
#include "trace/cause_hint.inc"
#include "trace/cause_session.inc"
};

const struct cause_row *cause_table(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

static bool answer_fits(const struct cause_answer *wanted, const struct cx_exchange *bad)
{
	if (!wanted->is_wanted)
		return true;
	if (!bad || bad->command != wanted->command)
		return false;
	if (bad->end == CX_END_UNANSWERED)
		return wanted->kind == ANSWER_SILENT;
	if (bad->answer.kind != wanted->kind)
		return false;
	return wanted->kind == ANSWER_WITHOUT_CODE ||
	       (bad->answer.code >= wanted->low && bad->answer.code <= wanted->high);
}

static bool holds(const struct case_facts *f, const struct cause_row *row, int id)
{
	if (id == CASE_PREDICTED_THIS)
		return case_fact_is(f, CASE_PREDICTED_REFUSAL) && f->predicted == row->cause;
	return case_fact_holds(f, id);
}

bool cause_applies(const struct case_facts *f, const struct cause_row *row)
{
	enum cause_method method = f->c->method == SIP_REGISTER ? CAUSE_REGISTER : CAUSE_SESSION;

	if (!(row->method & method) || f->status < row->status_low || f->status > row->status_high)
		return false;
	if (!answer_fits(&row->cx, f->bad))
		return false;
	for (size_t i = 0; row->need[i]; i++)
		if (!holds(f, row, row->need[i]))
			return false;
	return true;
}

const struct cause_row *cause_find(const struct case_facts *f)
{
	const size_t last = sizeof(rows) / sizeof(rows[0]) - 1;

	for (size_t i = 0; i < last; i++)
		if (cause_applies(f, &rows[i]))
			return &rows[i];
	return &rows[last];
}

enum confidence cause_confidence(const struct case_facts *f, const struct cause_row *row)
{
	int level = (int)row->base;

	for (size_t i = 0; row->supports[i]; i++)
		level += holds(f, row, row->supports[i]);
	if (level > (int)row->most)
		level = (int)row->most;
	for (size_t i = 0; row->against[i]; i++)
		level -= holds(f, row, row->against[i]);
	return level < (int)CONFIDENCE_LOW ? CONFIDENCE_LOW : (enum confidence)level;
}

const char *cause_class_str(enum cause_class c)
{
	static const char *const slugs[CAUSE_CLASSES] = {
		[CAUSE_NONE] = "none",
		[CAUSE_UNKNOWN] = "unknown",
		[CAUSE_IMPI_UNKNOWN] = "impi-unknown",
		[CAUSE_NOT_ASSOCIATED] = "not-associated",
		[CAUSE_BARRED] = "barred",
		[CAUSE_NOT_AUTHORISED] = "not-authorised",
		[CAUSE_ROAMING] = "roaming",
		[CAUSE_P_CSCF_SECURITY] = "p-cscf-security",
		[CAUSE_P_CSCF_TOPOLOGY] = "p-cscf-topology",
		[CAUSE_POLICY] = "policy",
		[CAUSE_KEYS] = "keys",
		[CAUSE_WRONG_RESPONSE] = "wrong-response",
		[CAUSE_RESYNCHRONISATION] = "resynchronisation",
		[CAUSE_SCHEME] = "scheme",
		[CAUSE_SCSCF_SELECTION] = "s-cscf-selection",
		[CAUSE_HSS_UNREACHABLE] = "hss-unreachable",
		[CAUSE_HSS_ERROR] = "hss-error",
		[CAUSE_USER_DATA] = "user-data",
		[CAUSE_CLIENT_IDENTITY] = "client-identity",
		[CAUSE_BARRED_CALLER] = "barred-caller",
		[CAUSE_BARRED_CALLEE] = "barred-callee",
		[CAUSE_CALL_BARRING_SERVICE] = "call-barring-service",
		[CAUSE_AS_REFUSAL] = "as-refusal",
		[CAUSE_NOT_REGISTERED] = "not-registered",
		[CAUSE_WRONG_DEFAULT_IMPU] = "wrong-default-impu",
		[CAUSE_FOREIGN_PROXY] = "foreign-proxy",
		[CAUSE_PROXY_CREDENTIALS] = "proxy-credentials",
		[CAUSE_NORMAL_CHALLENGE] = "normal-challenge",
		[CAUSE_UNREACHABLE] = "unreachable",
		[CAUSE_BUSY_OR_DECLINED] = "busy-or-declined",
		[CAUSE_REQUEST_FAULT] = "request-fault",
	};

	return slugs[c];
}

const char *confidence_str(enum confidence c)
{
	static const char *const words[] = {"low", "medium", "high"};

	return words[c];
}
