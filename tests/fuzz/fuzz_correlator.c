/* Any order of messages gives whole cases within the limits: each four bytes are one message or one
 * Cx exchange out of a small world, where Call-IDs, branches and identities collide. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/correlator.h"
#include "trace/ladder.h"

#define STEP_BYTES 4
#define EVENTS_MOST 12
#define CASES_MOST 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
	if (!truth)
		abort();
}

static const struct text call_ids[] = {{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}};
static struct text identities[] = {
	{"sip:a@example.org", 17}, {"sip:b@example.org", 17}, {"tel:+9990000001", 15}, {"", 0}};
static const struct text branches[] = {{"z1", 2}, {"z2", 2}, {NULL, 0}, {"", 0}};
static const struct text addresses[] = {{"192.0.2.1", 9}, {"192.0.2.2", 9}, {NULL, 0}, {"p", 1}};
static const int statuses[] = {0, 100, 200, 401, 403, 407, 487, 500};
static const struct sip_digest aka = {.nonce = 1, .has_aka_nonce = true, .nonce_count = -1};

static void check_transactions(const struct trace_case *c)
{
	for (unsigned i = 0; i < c->transaction_count; i++) {
		const struct trace_transaction *t = &c->transaction[i];

		require(t->request || t->final);
		require(!t->request || (t->request->is_request && t->hops_request > 0));
		require(!t->final == !t->first_final);
		require(!t->final || (t->final->status >= 200 && t->hops_final > 0 &&
				      t->final->status == t->first_final->status));
		require(t->challenge <= i);
	}
}

static void visit(const struct trace_case *c, void *context)
{
	struct strbuf out;
	struct json_writer json;
	FILE *sink = context;
	unsigned cx = 0;

	require(c->event_count > 0 && c->event_count <= EVENTS_MOST);
	require(c->transaction_count <= c->event_count && c->call_id.data);
	for (unsigned i = 0; i < c->event_count; i++) {
		require(!c->event[i].sip != !c->event[i].cx);
		require(trace_node_str(c->event[i].from) && trace_node_str(c->event[i].to));
		cx += c->event[i].cx != NULL;
	}
	require(cx == c->cx_count);
	check_transactions(c);
	strbuf_init(&out);
	json_write_init(&json, &out, false);
	ladder_write_json(&json, c);
	require(out.length >= 2 && !out.failed);
	strbuf_clear(&out);
	ladder_write_text(sink, 2, c);
}

static void add_cx(struct correlator *c, const uint8_t *step, int64_t time_us)
{
	struct cx_exchange e;

	cx_exchange_init(&e);
	e.command = (enum cx_command)(step[1] % CX_COMMANDS);
	e.end = (enum cx_end)(step[1] / CX_COMMANDS % 4);
	e.time_us = time_us;
	e.impu = &identities[step[2] % 4];
	e.impu_count = step[2] & 4 ? 1 : 0;
	e.impi = step[2] & 8 ? identities[step[2] >> 4 & 3] : TEXT_NONE;
	e.session = step[2] & 64 ? call_ids[step[3] & 3] : TEXT_NONE;
	e.answer.kind = (enum answer_kind)(step[3] >> 2 & 3);
	require(correlator_add_cx(c, &e, step[3], step[3], step[2] >> 7, NULL) == RC_OK);
}

static void add_sip(struct correlator *c, const uint8_t *step, int64_t time_us)
{
	enum sip_method method = (enum sip_method)(step[1] % SIP_METHODS);
	struct text via[3] = {addresses[step[2] & 3], addresses[step[2] >> 2 & 3], {"p:5070", 6}};
	struct sip_message m = {.method = method,
				.method_name = text_from(sip_method_str(method)),
				.status = statuses[step[3] & 7],
				.call_id = call_ids[step[2] & 3],
				.cseq = step[2] >> 2 & 3,
				.branch = branches[step[2] >> 4 & 3],
				.via = via,
				.via_count = step[2] >> 6,
				.to_uri = identities[step[3] >> 3 & 3],
				.from_uri = identities[step[3] >> 4 & 3],
				.request_uri = identities[step[3] >> 5 & 3],
				.to_tag = step[3] & 128 ? call_ids[0] : TEXT_NONE,
				.path = step[1] & 128 ? call_ids[1] : TEXT_NONE,
				.source = addresses[step[1] >> 4 & 3],
				.destination = addresses[step[1] >> 5 & 3],
				.expires = (step[1] & 64) - 1,
				.time_us = time_us,
				.input = step[0] >> 7,
				.www_authenticate = &aka};

	m.is_request = m.status == 0;
	m.www_authenticate_count = m.status == 401;
	require(correlator_add_sip(c, &m, NULL) == RC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *sink;
	struct correlator_limits limits = {
		.cases_most = CASES_MOST, .events_most = EVENTS_MOST, .bytes_most = 65536};
	struct correlator *c;
	int64_t time_us = 1000000;

	if (!sink)
		sink = fopen("/dev/null", "w");
	require(sink && correlator_new(&limits, visit, sink, &c, NULL) == RC_OK);
	for (size_t i = 0; i + STEP_BYTES <= size; i += STEP_BYTES) {
		const uint8_t *step = data + i;
		bool is_unknown = (step[0] & 63) == 63;

		time_us += (int64_t)(step[0] & 31) * (step[0] & 31) * 50000 - 100000;
		if (step[0] & 64)
			add_cx(c, step, is_unknown ? 0 : time_us);
		else
			add_sip(c, step, is_unknown ? 0 : time_us);
	}
	require(correlator_finish(c, NULL) == RC_OK);
	correlator_free(c);
	return 0;
}
