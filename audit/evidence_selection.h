/* Some exchanges by their numbers; a visit asks for them in ascending order. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct evidence_selection {
	uint64_t *id;
	size_t count, next;
};

/* Room for so many. RC_NOMEM. */
enum rc evidence_selection_new(struct evidence_selection *s, size_t most, struct diag *diag);
void evidence_selection_clear(struct evidence_selection *s);
void evidence_selection_add(struct evidence_selection *s, uint64_t id);
/* After the last one was added. */
void evidence_selection_sort(struct evidence_selection *s);
bool evidence_selection_has(struct evidence_selection *s, uint64_t id);
