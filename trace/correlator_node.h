/* Which node is which: by the Vias a message has, by what nodes add and rewrite, and by what the
 * same address was before in this trace. */
#pragma once
#include "trace/correlator_case.h"

/* What addresses were, of constant size: a later address may take the place of an earlier one. */
struct node_memory;
struct node_memory *node_memory_new(void); /* NULL: memory is out */
void node_memory_free(struct node_memory *m);

/* Nodes are told by the Via that they add: the owner of the k-th Via from the bottom sends requests
 * with k Vias, and gets the responses that have k. Levels count from 1. */
#define NODE_LEVELS_MAX (SIP_VIA_MAX + 2)
struct node_levels {
	struct {
		enum trace_node role;
		struct text name;    /* sent-by; absent: not seen */
		struct text address; /* absent: not known */
		uint16_t port;
	} level[NODE_LEVELS_MAX];
	unsigned deepest;
	bool shows_ims; /* some message bears what only IMS has */
};

/* Finds the nodes of a case whose events are in order of time, and remembers the sure ones. */
void node_levels_find(const struct open_case *c, struct node_memory *memory,
		      struct node_levels *out);

/* The ends of one event. */
void node_levels_apply(const struct node_levels *l, struct trace_event *e);

/* Whether the node at level was seen to pass requests on, in this case or earlier ones. */
bool node_memory_forwards(const struct node_memory *memory, const struct node_levels *l,
			  unsigned level);
