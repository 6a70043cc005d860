#include "model/hss_directory.h"

#include <stdlib.h>

/* The lists of a directory in the order of its capacity[]. */
enum list {
	LIST_VISITED_NETWORK,
	LIST_CAPABILITY,
	LIST_PREFERRED,
	LIST_SCSCF,
	LIST_SCSCF_CAPABILITY,
	LIST_SERVICE_PROFILE,
};

void hss_directory_init(struct hss_directory *d)
{
	*d = (struct hss_directory){0};
	arena_init(&d->arena);
}

void hss_directory_clear(struct hss_directory *d)
{
	if (!d)
		return;
	free(d->visited_network);
	free(d->capability);
	free(d->preferred);
	free(d->scscf);
	free(d->scscf_capability);
	free(d->service_profile);
	arena_clear(&d->arena);
	hss_directory_init(d);
}

/* Makes room for one more element; the possibly moved list, NULL when memory is out. */
static void *list_grow(struct hss_directory *d, enum list which, void *list, uint32_t count,
		       size_t size)
{
	uint32_t wanted = d->capacity[which] ? d->capacity[which] * 2 : 8;
	void *grown;

	if (count < d->capacity[which])
		return list;
	if (wanted < d->capacity[which])
		return NULL;
	grown = realloc(list, wanted * size);
	if (grown)
		d->capacity[which] = wanted;
	return grown;
}

/* Copies into the directory's arena; false when memory is out. */
static bool text_keep(struct hss_directory *d, struct text t, struct text *out)
{
	*out = arena_text(&d->arena, t);
	return out->data || !t.data;
}

struct visited_network *hss_directory_add_visited_network(struct hss_directory *d, uint32_t id,
							  struct text identity)
{
	struct visited_network row = {.id = id};
	struct visited_network *list = list_grow(d, LIST_VISITED_NETWORK, d->visited_network,
						 d->visited_network_count, sizeof(*list));

	if (!list)
		return NULL;
	d->visited_network = list;
	if (!text_keep(d, identity, &row.identity))
		return NULL;
	list[d->visited_network_count] = row;
	return &list[d->visited_network_count++];
}

struct capability *hss_directory_add_capability(struct hss_directory *d, uint32_t set,
						uint32_t capability, bool is_mandatory)
{
	struct capability *list =
		list_grow(d, LIST_CAPABILITY, d->capability, d->capability_count, sizeof(*list));

	if (!list)
		return NULL;
	d->capability = list;
	list[d->capability_count] = (struct capability){set, capability, is_mandatory};
	return &list[d->capability_count++];
}

struct preferred_scscf *hss_directory_add_preferred(struct hss_directory *d, uint32_t set,
						    struct text name, int32_t priority)
{
	struct preferred_scscf row = {.set = set, .priority = priority};
	struct preferred_scscf *list =
		list_grow(d, LIST_PREFERRED, d->preferred, d->preferred_count, sizeof(*list));

	if (!list)
		return NULL;
	d->preferred = list;
	if (!text_keep(d, name, &row.name))
		return NULL;
	list[d->preferred_count] = row;
	return &list[d->preferred_count++];
}

struct scscf *hss_directory_add_scscf(struct hss_directory *d, uint32_t id, struct text uri)
{
	struct scscf row = {.id = id};
	struct scscf *list = list_grow(d, LIST_SCSCF, d->scscf, d->scscf_count, sizeof(*list));

	if (!list)
		return NULL;
	d->scscf = list;
	if (!text_keep(d, uri, &row.uri))
		return NULL;
	list[d->scscf_count] = row;
	return &list[d->scscf_count++];
}

struct scscf_capability *hss_directory_add_scscf_capability(struct hss_directory *d, uint32_t scscf,
							    uint32_t capability)
{
	struct scscf_capability *list = list_grow(d, LIST_SCSCF_CAPABILITY, d->scscf_capability,
						  d->scscf_capability_count, sizeof(*list));

	if (!list)
		return NULL;
	d->scscf_capability = list;
	list[d->scscf_capability_count] = (struct scscf_capability){scscf, capability};
	return &list[d->scscf_capability_count++];
}

struct service_profile *hss_directory_add_service_profile(struct hss_directory *d, uint32_t id,
							  struct text name)
{
	struct service_profile row = {.id = id};
	struct service_profile *list = list_grow(d, LIST_SERVICE_PROFILE, d->service_profile,
						 d->service_profile_count, sizeof(*list));

	if (!list)
		return NULL;
	d->service_profile = list;
	if (!text_keep(d, name, &row.name))
		return NULL;
	list[d->service_profile_count] = row;
	return &list[d->service_profile_count++];
}

const struct service_profile *hss_directory_service_profile(const struct hss_directory *d,
							    uint32_t id)
{
	uint32_t low = 0, high = d->service_profile_count;

	/* Importers add rows in the order of ids nearly always: try the ordered search before the
	 * plain one. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (d->service_profile[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < d->service_profile_count && d->service_profile[low].id == id)
		return &d->service_profile[low];
	for (uint32_t i = 0; i < d->service_profile_count; i++)
		if (d->service_profile[i].id == id)
			return &d->service_profile[i];
	return NULL;
}
