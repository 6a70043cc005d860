/* A case while it is open: its events, copied, and what tells when it ends. */
#pragma once
#include "trace/trace_case.h"

#define CASE_CALLS_MAX 8 /* Call-IDs over which one registration goes on */
#define CASE_KEYS_MAX 6  /* identities by which Cx finds it */

struct open_case;
/* A link of one of the correlator's hash tables. */
struct case_link {
	struct case_link *next;
	uint64_t key;
	struct open_case *owner;
};

struct open_case {
	struct trace_case view; /* what visitors get; its lists are set by case_finish */
	struct arena arena;
	struct trace_event *event;
	unsigned event_count, event_capacity, dropped;
	size_t bytes; /* of the copies, about */

	struct case_link call[CASE_CALLS_MAX];
	unsigned call_count;
	struct case_link key[CASE_KEYS_MAX];
	unsigned key_count;
	struct open_case *older, *newer; /* by last_us; in one of the two lists of the correlator */

	struct text contact;
	bool is_concluded; /* a final answer that is no challenge was seen */
	bool is_in_dialog; /* begun by a request inside a dialog: shown to nobody */
};

struct open_case *open_case_new(void);
void open_case_free(struct open_case *c);

/* Adds a copy of one event; most is the number that is kept: then one in the middle gives way.
 * False when memory is out. */
bool open_case_add(struct open_case *c, const struct trace_event *event, unsigned most);

/* An earlier event of the same message on the same hop, seen by any input; NULL when there is none.
 */
struct trace_event *open_case_same(const struct open_case *c, const struct sip_message *m);

/* Whether the case holds a message of this transaction. */
bool open_case_has_transaction(const struct open_case *c, const struct sip_message *m);

/* Whether two messages belong to one transaction on any hop: Call-ID, number, and method, where ACK
 * and CANCEL go with their INVITE. */
bool sip_same_transaction(const struct sip_message *a, const struct sip_message *b);

/* A final answer, and one that asks for credentials. */
bool sip_is_final(const struct sip_message *m);
bool sip_is_challenge(const struct sip_message *m);
/* True for a challenge, and for other answers after which the request is repaired and repeated. */
bool sip_asks_for_retry(const struct sip_message *m);
