/* Roles of addresses seen earlier in a trace: a table of fixed size. */
#pragma once
#include "trace/correlator_node.h"

/* The place of a host and port (0: 5060), or of "host:port". */
uint64_t node_memory_key(struct text host, uint16_t port);
uint64_t node_memory_key_of_name(struct text sent_by);

void node_memory_learn(struct node_memory *m, uint64_t key, enum trace_node role, bool forwards);
enum trace_node node_memory_role(const struct node_memory *m, uint64_t key);
bool node_memory_has_forwarded(const struct node_memory *m, uint64_t key);
