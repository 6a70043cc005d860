/* Copies of messages as they came from the wire. They may hold key material (TS 29.229 6.3.14,
 * 6.3.27, 6.3.28), so their bytes are overwritten before the memory is given back, and all copies
 * together never exceed a budget. */
#pragma once
#include <stdatomic.h>
#include <stddef.h>

#include "base/text.h"
#include "cx/moment.h"

struct raw_budget {
	size_t most; /* bytes; set once */
	atomic_size_t used;
};

/* Opaque but for what its maker knows. */
struct raw_message {
	struct raw_budget *budget;
	struct moment received;
	size_t length;
	unsigned char bytes[];
};

/* NULL when memory is out or the budget is used up. The budget outlives the copy. */
struct raw_message *raw_message_new(struct text bytes, struct raw_budget *budget);

/* Overwrites the bytes, then releases them; accepts NULL. */
void raw_message_free(struct raw_message *m);

/* Begins to fetch the first bytes to the processor; accepts NULL. */
void raw_message_prefetch(const struct raw_message *m);

/* The bytes; absent when m is NULL. */
struct text raw_message_text(const struct raw_message *m);
