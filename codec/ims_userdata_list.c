#include "codec/ims_userdata_list.h"

#include <stdlib.h>

enum list { LIST_DOCUMENT, LIST_IDENTITY, LIST_PROFILE };

void userdata_list_init(struct userdata_list *l)
{
	*l = (struct userdata_list){0};
	arena_init(&l->arena);
}

void userdata_list_reset(struct userdata_list *l)
{
	l->document_count = l->identity_count = l->profile_count = 0;
	arena_reset(&l->arena);
}

void userdata_list_clear(struct userdata_list *l)
{
	if (!l)
		return;
	free(l->document);
	free(l->identity);
	free(l->profile);
	arena_clear(&l->arena);
	userdata_list_init(l);
}

static void *grow(void *list, uint32_t *capacity, uint32_t count, size_t size)
{
	uint32_t wanted = *capacity ? *capacity * 2 : 64;
	void *grown;

	if (count < *capacity)
		return list;
	if (wanted < *capacity)
		return NULL;
	grown = realloc(list, wanted * size);
	if (grown)
		*capacity = wanted;
	return grown;
}

struct userdata_document *userdata_list_add_document(struct userdata_list *l)
{
	struct userdata_document *list =
		grow(l->document, &l->capacity[LIST_DOCUMENT], l->document_count, sizeof(*list));

	if (!list)
		return NULL;
	l->document = list;
	list += l->document_count++;
	list->private_id = list->imsi = TEXT_NONE;
	list->refusal = NULL;
	list->first_identity = l->identity_count;
	list->first_profile = l->profile_count;
	list->identity_count = list->profile_count = 0;
	list->quirks = list->unknown_elements = 0;
	list->unknown_name[0] = '\0';
	list->end = 0;
	return list;
}

struct userdata_identity *userdata_list_add_identity(struct userdata_list *l)
{
	struct userdata_identity *list =
		grow(l->identity, &l->capacity[LIST_IDENTITY], l->identity_count, sizeof(*list));

	if (!list)
		return NULL;
	l->identity = list;
	return &list[l->identity_count++];
}

struct userdata_profile *userdata_list_add_profile(struct userdata_list *l)
{
	struct userdata_profile *list =
		grow(l->profile, &l->capacity[LIST_PROFILE], l->profile_count, sizeof(*list));

	if (!list)
		return NULL;
	l->profile = list;
	list[l->profile_count] = (struct userdata_profile){0};
	return &list[l->profile_count++];
}

const char *userdata_quirk_str(enum userdata_quirk quirk)
{
	switch (quirk) {
	case USERDATA_QUIRK_UNKNOWN_ELEMENT:
		return "element that TS 29.228 Annex E does not define there, skipped";
	case USERDATA_QUIRK_EXTENSION_DEPTH:
		return "element in the wrong Extension: read here, ignored by strict readers";
	case USERDATA_QUIRK_REPEATED_IDENTITY:
		return "public identity twice in one document: the first place counts";
	case USERDATA_QUIRK_EMPTY_IDENTITY:
		return "PublicIdentity without Identity, left out";
	case USERDATA_QUIRK_BLANKS:
		return "blanks around an identity, kept";
	case USERDATA_QUIRK_SCHEMA:
		return "breaks the schema of TS 29.228 Annex E";
	case USERDATA_QUIRK_NO_PROFILE:
		return "IMSSubscription without any public identity";
	}
	return "unknown peculiarity";
}
