#include "audit/ordinal_list.h"

#include <stdlib.h>

bool ordinal_list_visit(uint32_t ordinal, void *list)
{
	struct ordinal_list *l = list;

	if (l->limit && l->count >= l->limit) {
		l->is_cut = true;
		return false;
	}
	if (l->count == l->capacity) {
		uint32_t wanted = l->capacity ? l->capacity * 2 : 16;
		uint32_t *grown = realloc(l->ordinal, wanted * sizeof(*grown));

		if (!grown) {
			l->failed = true;
			return false;
		}
		l->ordinal = grown;
		l->capacity = wanted;
	}
	l->ordinal[l->count++] = ordinal;
	return true;
}

void ordinal_list_clear(struct ordinal_list *list)
{
	if (!list)
		return;
	free(list->ordinal);
	*list = (struct ordinal_list){0};
}
