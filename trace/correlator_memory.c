#include "trace/correlator_memory.h"

#include <stdlib.h>

#include "trace/sip_split.h"

#define SLOTS 4096u
#define SIP_PORT 5060

struct node_memory {
	struct {
		uint64_t key; /* 0: free */
		enum trace_node role;
		bool forwards;
	} slot[SLOTS];
};

struct node_memory *node_memory_new(void)
{
	return calloc(1, sizeof(struct node_memory));
}

void node_memory_free(struct node_memory *m)
{
	free(m);
}

uint64_t node_memory_key(struct text host, uint16_t port)
{
	uint16_t number = port ? port : SIP_PORT;
	uint64_t key = text_hash(TEXT_HASH_SEED, host);

	key = text_hash(key, text_of((const char *)&number, sizeof(number)));
	return key ? key : 1;
}

uint64_t node_memory_key_of_name(struct text sent_by)
{
	ptrdiff_t colon = text_find_last(sent_by, ':');
	ptrdiff_t bracket = text_find_last(sent_by, ']');
	int64_t port = 0;

	if (colon > bracket && (bracket >= 0 || text_find(sent_by, ':') == colon)) {
		port = sip_number(
			text_of(sent_by.data + colon + 1, sent_by.length - (size_t)colon - 1));
		sent_by.length = (size_t)colon;
	}
	return node_memory_key(sent_by, port > 0 && port <= UINT16_MAX ? (uint16_t)port : 0);
}

void node_memory_learn(struct node_memory *m, uint64_t key, enum trace_node role, bool forwards)
{
	size_t i = key % SLOTS;

	if (m->slot[i].key != key) {
		m->slot[i].key = key;
		m->slot[i].role = TRACE_NODE_UNKNOWN;
		m->slot[i].forwards = false;
	}
	if (role != TRACE_NODE_UNKNOWN)
		m->slot[i].role = role;
	m->slot[i].forwards |= forwards;
}

enum trace_node node_memory_role(const struct node_memory *m, uint64_t key)
{
	return m->slot[key % SLOTS].key == key ? m->slot[key % SLOTS].role : TRACE_NODE_UNKNOWN;
}

bool node_memory_has_forwarded(const struct node_memory *m, uint64_t key)
{
	return m->slot[key % SLOTS].key == key && m->slot[key % SLOTS].forwards;
}
