/* A growing list of record ordinals, filled by lookups and reused from one to the next. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct ordinal_list {
	uint32_t *ordinal;
	uint32_t count, capacity;
	uint32_t limit; /* 0: none; else the visit ends when it is reached */
	bool is_cut;    /* the limit was reached */
	bool failed;    /* memory was out */
};

/* For population.find, with the list as its context. */
bool ordinal_list_visit(uint32_t ordinal, void *list);
void ordinal_list_clear(struct ordinal_list *list);
