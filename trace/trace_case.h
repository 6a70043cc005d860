/* One case: a registration, or one request outside a dialog (INVITE, SUBSCRIBE, MESSAGE, …), with
 * everything of the trace that belongs to it: its transactions and retries on every hop and in
 * every input, and the Cx exchanges of its identities in its time. Made by trace/correlator.h,
 * judged by trace/diagnosis.h. Everything lives in the case's arena. */
#pragma once
#include "model/cx_exchange.h"
#include "trace/sip_message.h"

/* Where a message travelled: nodes as far as they can be told. */
enum trace_node {
	TRACE_NODE_UNKNOWN,
	TRACE_NODE_UE,
	TRACE_NODE_P_CSCF,
	TRACE_NODE_I_CSCF,
	TRACE_NODE_S_CSCF,
	TRACE_NODE_AS,
	TRACE_NODE_HSS,
	TRACE_NODE_REGISTRAR, /* outside IMS */
	TRACE_NODE_PROXY,     /* some SIP node, which kind is not known */
};
const char *trace_node_str(enum trace_node n); /* "UE", "P-CSCF", …, "unknown" */
/* The same for "sent_by" in JSON, whose list is closed and has the nodes of IMS alone: a registrar
 * outside IMS is "unknown" there. */
const char *trace_sender_str(enum trace_node n);
/* The kind of node that the name of a host or product speaks of, as in Server and Response-Source
 * (TS 24.229 7.2.17); TRACE_NODE_UNKNOWN: of none. */
enum trace_node trace_node_named(struct text t);

/* One message as an event of the ladder. */
struct trace_event {
	int64_t time_us;
	const struct sip_message *sip; /* one of the two */
	const struct cx_exchange *cx;
	uint64_t place, answer_place; /* frame or line; of an exchange its request and answer */
	unsigned input;
	enum trace_node from, to;
	uint32_t hop; /* copies of one message on successive hops have successive numbers, from 0 */
	unsigned repeated; /* retransmissions of it, which are no events of their own */
};

/* One client transaction of the UE side: the request as first seen, and what came back. */
struct trace_transaction {
	const struct sip_message *request; /* NULL: the trace begins later */
	const struct sip_message *final;   /* final response nearest to the UE; NULL: none seen */
	const struct sip_message *first_final; /* the same final where it appeared first: nearest to
						  its sender; may equal final */
	unsigned hops_request, hops_final;     /* hops on which each was seen */
	bool is_request_seen_beyond; /* the request was seen to go on from where first_final came */
	bool is_beyond_captured; /* from that node other requests of the trace were seen to go on */
	unsigned retransmissions;
	unsigned challenge; /* how many challenged transactions of the case came before it */
};

enum trace_kind {
	TRACE_REGISTRATION,
	TRACE_DEREGISTRATION, /* Expires 0 */
	TRACE_SESSION,        /* INVITE */
	TRACE_REQUEST,        /* SUBSCRIBE, MESSAGE and others */
};

struct trace_case {
	enum trace_kind kind;
	enum sip_method method;
	struct text call_id; /* of the first */
	struct text impi;    /* Authorization username; absent: none was sent */
	struct text impu;    /* To of a REGISTER, asserted or From identity else; as written */
	struct text called;  /* Request-URI of other requests than REGISTER */
	int64_t first_us, last_us;
	bool is_complete; /* ended by its final answer or its time, not by the end of the input */
	bool is_trimmed;  /* more events than are kept: the middle was left out */
	struct trace_transaction *transaction; /* in order of time */
	unsigned transaction_count;
	struct trace_event *event; /* in order of time, SIP and Cx */
	unsigned event_count;
	const struct cx_exchange *const *cx; /* the exchanges among the events */
	unsigned cx_count;
	bool shows_ims;    /* some message bears what only IMS has */
	bool sees_core;    /* messages between CSCFs were captured */
	bool sees_cx;      /* an input of the same clock holds Cx, of this case or of another */
	bool is_cx_loose;  /* Cx of the case came from an input of a clock that nothing compares */
	bool sees_ue_side; /* messages between UE and P-CSCF were captured */
	struct arena *arena;
};
