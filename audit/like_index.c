#define _GNU_SOURCE /* qsort_r */
#include "audit/like_index.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "model/collation.h"

#define LIKE_INDEX_BYTES_MAX (UINT64_C(1) << 30)

struct like_entry {
	uint32_t offset; /* into text */
	uint32_t length;
	uint32_t ordinal;
};

struct like_index {
	struct strbuf
		text; /* folded identities; trailing blanks, which LIKE counts, are put back */
	struct like_entry *entry;
	uint32_t count, capacity;
};

void like_index_free(struct like_index *index)
{
	if (!index)
		return;
	strbuf_clear(&index->text);
	free(index->entry);
	free(index);
}

static struct text entry_text(const struct like_index *index, const struct like_entry *e)
{
	return text_of(index->text.data + e->offset, e->length);
}

static enum rc index_add(struct like_index *index, struct text identity, uint32_t ordinal)
{
	size_t start = index->text.length, blanks = 0;

	if (start + 2 * identity.length > LIKE_INDEX_BYTES_MAX)
		return RC_LIMIT;
	if (index->count == index->capacity) {
		uint32_t wanted = index->capacity ? index->capacity * 2 : 256;
		struct like_entry *grown = realloc(index->entry, wanted * sizeof(*grown));

		if (!grown)
			return RC_NOMEM;
		index->entry = grown;
		index->capacity = wanted;
	}
	while (blanks < identity.length && identity.data[identity.length - 1 - blanks] == ' ')
		blanks++;
	collation_add_fold(identity, &index->text);
	for (size_t i = 0; i < blanks; i++)
		strbuf_add_char(&index->text, ' ');
	if (index->text.failed)
		return RC_NOMEM;
	index->entry[index->count++] = (struct like_entry){
		(uint32_t)start, (uint32_t)(index->text.length - start), ordinal};
	return RC_OK;
}

static int compare_entries(const void *left, const void *right, void *context)
{
	const struct like_entry *a = left, *b = right;
	int order = text_compare(entry_text(context, a), entry_text(context, b));

	return order ? order : a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

enum rc like_index_build(const struct population *p, struct like_index **out, struct diag *diag)
{
	struct like_index *index = calloc(1, sizeof(*index));
	enum rc rc = index ? RC_OK : RC_NOMEM;

	if (index)
		strbuf_init(&index->text);
	for (uint32_t ordinal = 0; rc == RC_OK && ordinal < p->ordinals; ordinal++) {
		const struct ims_subscription *s;

		rc = p->read(p->context, ordinal, &s, diag);
		if (rc == RC_NOTFOUND) {
			rc = RC_OK;
			continue;
		}
		for (uint32_t i = 0; rc == RC_OK && i < s->impi_count; i++)
			rc = index_add(index, s->impi[i].identity, ordinal);
	}
	if (rc != RC_OK) {
		like_index_free(index);
		return rc == RC_NOMEM
			       ? diag_set(diag, rc, "out of memory for an index of all IMPIs")
			       : rc;
	}
	if (index->count)
		qsort_r(index->entry, index->count, sizeof(*index->entry), compare_entries, index);
	*out = index;
	return RC_OK;
}

/* What every text that is LIKE pattern begins with, folded. */
static void add_literal_prefix(struct text pattern, struct strbuf *out)
{
	size_t length = 0;

	while (length < pattern.length && !strchr("%_\\", pattern.data[length]))
		length++;
	collation_add_fold(text_of(pattern.data, length), out);
}

static bool has_prefix(struct text t, struct text prefix)
{
	return t.length >= prefix.length &&
	       (!prefix.length || !memcmp(t.data, prefix.data, prefix.length));
}

void like_index_find(const struct like_index *index, struct text pattern, struct ordinal_list *out)
{
	struct strbuf buffer;
	struct text prefix;
	uint32_t low = 0, high = index->count, found = 0;

	strbuf_init(&buffer);
	add_literal_prefix(pattern, &buffer);
	prefix = buffer.length ? strbuf_text(&buffer) : TEXT_LITERAL("");
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (text_compare(entry_text(index, &index->entry[middle]), prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (uint32_t i = low; i < index->count && found < 2; i++) {
		struct text t = entry_text(index, &index->entry[i]);

		if (!has_prefix(t, prefix))
			break;
		if (!collation_like(t, pattern))
			continue;
		found++;
		if (!out->count || out->ordinal[out->count - 1] != index->entry[i].ordinal)
			ordinal_list_visit(index->entry[i].ordinal, out);
	}
	strbuf_clear(&buffer);
}
