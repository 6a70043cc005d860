#include "importers/csv_directory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "importers/csv_columns.h"

void csv_directory_init(struct csv_directory *d, struct hss_directory *target)
{
	memset(d, 0, sizeof(*d));
	d->target = target;
	strbuf_init(&d->key);
}

static void names_clear(struct csv_names *n)
{
	arena_clear(&n->arena);
	free(n->text);
	free(n->slot);
	memset(n, 0, sizeof(*n));
}

void csv_directory_clear(struct csv_directory *d)
{
	names_clear(&d->networks);
	names_clear(&d->profiles);
	names_clear(&d->capability_sets);
	names_clear(&d->preferred_sets);
	free(d->grant);
	free(d->number);
	strbuf_clear(&d->key);
	memset(d, 0, sizeof(*d));
}

static uint32_t slot_hash(struct text t)
{
	uint64_t hash = text_hash(TEXT_HASH_SEED, t);

	return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t *names_slot(const struct csv_names *n, struct text t)
{
	uint32_t i = slot_hash(t) & (n->slots - 1);

	while (n->slot[i] && !text_equal(n->text[n->slot[i] - 1], t))
		i = (i + 1) & (n->slots - 1);
	return &n->slot[i];
}

static bool names_grow(struct csv_names *n)
{
	uint32_t slots = n->slots ? n->slots * 2 : 64;
	struct text *text = realloc(n->text, slots / 2 * sizeof(*text));

	if (!text)
		return false;
	n->text = text;
	uint32_t *slot = calloc(slots, sizeof(*slot));
	if (!slot)
		return false;
	free(n->slot);
	n->slot = slot;
	n->slots = slots;
	for (uint32_t i = 0; i < n->count; i++)
		*names_slot(n, text[i]) = i + 1;
	return true;
}

enum intern { INTERN_KNOWN, INTERN_NEW, INTERN_FULL, INTERN_NO_MEMORY };

static enum intern names_intern(struct csv_names *n, struct text t, uint32_t *number)
{
	if (n->count * 2 >= n->slots && !names_grow(n))
		return INTERN_NO_MEMORY;
	uint32_t *slot = names_slot(n, t);
	if (*slot) {
		*number = *slot - 1;
		return INTERN_KNOWN;
	}
	if (n->count >= CSV_NAMES_MAX)
		return INTERN_FULL;
	struct text copy = arena_text(&n->arena, t);
	if (!copy.data)
		return INTERN_NO_MEMORY;
	*number = n->count;
	n->text[n->count++] = copy;
	*slot = n->count;
	return INTERN_NEW;
}

/* Interns and keeps account of trouble; false when there is no number. */
static bool intern(struct csv_directory *d, struct csv_names *n, struct text t, uint32_t *number,
		   bool *is_new)
{
	enum intern result = names_intern(n, t, number);

	*is_new = result == INTERN_NEW;
	d->is_full |= result == INTERN_FULL;
	d->is_out_of_memory |= result == INTERN_NO_MEMORY;
	return result == INTERN_KNOWN || result == INTERN_NEW;
}

static bool read_number(struct text t, uint32_t limit, uint32_t *out)
{
	uint64_t n = 0;

	if (!text_is_digits(t) || t.length > 10)
		return false;
	for (size_t i = 0; i < t.length; i++)
		n = n * 10 + (uint64_t)(t.data[i] - '0');
	*out = (uint32_t)n;
	return n < limit;
}

static struct link link_to(uint32_t id)
{
	return (struct link){LINK_ID, id};
}

/* "007" is a name: as a number it would be told as 7. */
static bool is_plain_number(struct text t)
{
	return t.length == 1 || t.data[0] != '0';
}

bool csv_read_profile(struct csv_directory *d, struct text cell, struct link *out)
{
	uint32_t number;
	bool is_new;

	cell = text_trim(cell);
	*out = (struct link){cell.length ? LINK_UNKNOWN : LINK_NONE, 0};
	if (!cell.length)
		return true;
	if (cell.length > LIMIT_IDENTITY_LENGTH)
		return false;
	if (is_plain_number(cell) && read_number(cell, CSV_PROFILE_FIRST, &number)) {
		*out = link_to(number);
		return true;
	}
	if (text_equal(cell, d->last_profile)) {
		*out = link_to(d->last_profile_id);
		return true;
	}
	if (!intern(d, &d->profiles, cell, &number, &is_new))
		return true;
	d->last_profile = d->profiles.text[number];
	d->last_profile_id = CSV_PROFILE_FIRST + number;
	*out = link_to(d->last_profile_id);
	if (!is_new)
		return true;
	struct service_profile *profile =
		hss_directory_add_service_profile(d->target, d->last_profile_id, d->last_profile);
	if (profile) /* of the content nothing is known: no two of them may pass for equal */
		profile->content = d->last_profile_id;
	d->is_out_of_memory |= !profile;
	return true;
}

static bool append(struct csv_directory *d, uint32_t **list, uint32_t *count, uint32_t *capacity,
		   uint32_t value)
{
	uint32_t wanted = *capacity ? *capacity * 2 : 16;
	uint32_t *grown = *list;

	if (*count == *capacity) {
		grown = realloc(*list, wanted * sizeof(*grown));
		if (!grown) {
			d->is_out_of_memory = true;
			return false;
		}
		*list = grown;
		*capacity = wanted;
	}
	grown[(*count)++] = value;
	return true;
}

bool csv_read_networks(struct csv_directory *d, struct text cell)
{
	struct text item;

	while (csv_next_item(&cell, true, &item)) {
		uint32_t number;
		bool is_new;

		if (item.length > LIMIT_IDENTITY_LENGTH)
			return false;
		if (!intern(d, &d->networks, item, &number, &is_new))
			continue;
		if (is_new && !hss_directory_add_visited_network(d->target, number + 1, item))
			d->is_out_of_memory = true;
		append(d, &d->grant, &d->grant_count, &d->grant_capacity, number + 1);
	}
	return true;
}

bool csv_read_preferred(struct csv_directory *d, struct text cell, struct link *out)
{
	struct text rest = cell, item;
	uint32_t number;
	bool is_new;
	int32_t priority = 0;

	strbuf_reset(&d->key);
	while (csv_next_item(&rest, true, &item)) {
		if (item.length > LIMIT_IDENTITY_LENGTH)
			return false;
		strbuf_add_text(&d->key, item);
		strbuf_add_char(&d->key, '|');
	}
	d->is_out_of_memory |= d->key.failed;
	*out = (struct link){LINK_NONE, 0};
	if (!d->key.length)
		return true;
	*out = (struct link){LINK_UNKNOWN, 0};
	if (!intern(d, &d->preferred_sets, strbuf_text(&d->key), &number, &is_new))
		return true;
	*out = link_to(number + 1);
	while (is_new && csv_next_item(&cell, true, &item))
		if (!hss_directory_add_preferred(d->target, number + 1, item, priority++))
			d->is_out_of_memory = true;
	return true;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Puts the sorted different numbers of a cell behind those that d->number holds. */
static bool read_capability_list(struct csv_directory *d, struct text cell)
{
	uint32_t first = d->number_count, kept = first, number;
	struct text item;

	while (csv_next_item(&cell, true, &item))
		if (!read_number(item, UINT32_MAX, &number) ||
		    !append(d, &d->number, &d->number_count, &d->number_capacity, number))
			return false;
	if (d->number_count == first)
		return true;
	qsort(d->number + first, d->number_count - first, sizeof(*d->number), compare_numbers);
	for (uint32_t i = first; i < d->number_count; i++)
		if (kept == first || d->number[kept - 1] != d->number[i])
			d->number[kept++] = d->number[i];
	d->number_count = kept;
	return true;
}

bool csv_read_capabilities(struct csv_directory *d, struct text mandatory, struct text optional,
			   struct link *out)
{
	uint32_t number, mandatory_count;
	bool is_new;

	d->number_count = 0;
	if (!read_capability_list(d, mandatory))
		return d->is_out_of_memory;
	mandatory_count = d->number_count;
	if (!read_capability_list(d, optional))
		return d->is_out_of_memory;
	*out = (struct link){LINK_NONE, 0};
	if (!d->number_count)
		return true;
	strbuf_reset(&d->key);
	for (uint32_t i = 0; i < d->number_count; i++)
		strbuf_printf(&d->key, "%c%" PRIu32, i < mandatory_count ? 'm' : 'o', d->number[i]);
	d->is_out_of_memory |= d->key.failed;
	*out = (struct link){LINK_UNKNOWN, 0};
	if (!intern(d, &d->capability_sets, strbuf_text(&d->key), &number, &is_new))
		return true;
	*out = link_to(number + 1);
	for (uint32_t i = 0; is_new && i < d->number_count; i++)
		if (!hss_directory_add_capability(d->target, number + 1, d->number[i],
						  i < mandatory_count))
			d->is_out_of_memory = true;
	return true;
}
