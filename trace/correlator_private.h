/* What the files of the correlator share. */
#pragma once
#include "base/strbuf.h"
#include "trace/correlator.h"
#include "trace/correlator_case.h"
#include "trace/correlator_node.h"

#define CORRELATOR_BUCKETS 16384u
#define CORRELATOR_WAITING_MAX 4096u /* Cx exchanges that no case has yet */

/* A Cx exchange before the SIP message that it belongs to. */
struct waiting_cx {
	struct arena arena;
	struct trace_event event; /* cx NULL: free */
	uint64_t key[CASE_KEYS_MAX];
	unsigned key_count;
};

/* Cases in the order of their last message. */
struct case_list {
	struct open_case *oldest, *newest;
};

struct correlator {
	struct correlator_limits limits;
	void (*visit)(const struct trace_case *c, void *context);
	void *context;
	struct case_link *call[CORRELATOR_BUCKETS], *identity[CORRELATOR_BUCKETS];
	struct case_list running, concluded;
	unsigned case_count;
	size_t bytes;
	struct waiting_cx *waiting; /* CORRELATOR_WAITING_MAX, used as a ring */
	unsigned waiting_next;
	struct node_memory *nodes;
	struct strbuf scratch;
	int64_t first_us, now_us;
	uint64_t cx_inputs, loose_inputs; /* a bit for each input */
};

/* Links c under key in one of the two tables; links and count are those of c. A key that c has
 * already, or that is one too many, is left out. */
void correlator_link(struct case_link **table, struct open_case *c, struct case_link *links,
		     unsigned *count, unsigned most, uint64_t key);

/* Inputs beyond the last bit share it. */
static inline uint64_t correlator_input_bit(unsigned input)
{
	return UINT64_C(1) << (input < 63 ? input : 63);
}

/* Adds an event to an open case, and notes its size and time. */
enum rc correlator_take(struct correlator *c, struct open_case *to, const struct trace_event *event,
			struct diag *diag);

/* Keys of an identity in the table, by its canonical form. */
uint64_t correlator_impi_key(struct correlator *c, struct text impi);
uint64_t correlator_impu_key(struct correlator *c, struct text impu);

/* The identities of a message as keys of its case; exchanges that waited for one of them join it.
 */
enum rc correlator_identify(struct correlator *c, struct open_case *to, const struct sip_message *m,
			    struct diag *diag);
