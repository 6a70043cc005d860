#include "codec/ims_userdata_template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/ims_userdata_list.h"

#define TEMPLATES_MAX 64
#define FRONT (TEMPLATES_MAX / 2)
#define TEMPLATE_BYTES_MAX 16384
#define IDENTITIES_MAX 16
#define VALUES_MAX (1 + IDENTITIES_MAX) /* PrivateID and identities */

/* One allocation: texts and profiles lie behind. */
struct template
{
	struct userdata_document document;
	struct userdata_identity identity[IDENTITIES_MAX];
	const struct userdata_profile *profile;
	uint32_t value_count;
	struct text between[VALUES_MAX + 1]; /* what stands before each value, and behind all */
	size_t length;                       /* of the document that was learnt */
};

/* Often used ones are in front; new ones replace those of the back half in turn. */
struct userdata_templates {
	struct template *template[TEMPLATES_MAX];
	unsigned count, next;
};

struct userdata_templates *userdata_templates_new(void)
{
	return calloc(1, sizeof(struct userdata_templates));
}

void userdata_templates_free(struct userdata_templates *t)
{
	if (!t)
		return;
	for (unsigned i = 0; i < t->count; i++)
		free(t->template[i]);
	free(t);
}

/* Stands for itself in XML, in whatever encoding the parser took for bytes as they are. */
static bool is_plain(struct text t)
{
	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if (c <= 0x20 || c >= 0x7f || c == '<' || c == '>' || c == '&')
			return false;
	}
	return t.length > 0 && t.length <= LIMIT_IDENTITY_LENGTH;
}

/* The parser drops repetitions, which is not a matter of form. */
static bool are_distinct(const struct text *value, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (text_equal(value[i], value[k]))
				return false;
	return true;
}

/* The values of a document of that form; false when it is of another. What is behind the last value
 * is compared first, as forms differ most in their filter criteria. */
static bool match(const struct template *t, struct text data, struct text *value)
{
	struct text last = t->between[t->value_count];
	size_t end = data.length - last.length;
	const char *at = data.data;

	if (data.length < last.length || memcmp(at + end, last.data, last.length) != 0)
		return false;
	data.length = end;
	for (uint32_t i = 0; i < t->value_count; i++) {
		struct text before = t->between[i];
		size_t left = (size_t)(data.data + data.length - at);
		const char *stop;

		if (left < before.length || memcmp(at, before.data, before.length) != 0)
			return false;
		at += before.length;
		left -= before.length;
		stop = left ? memchr(at, '<', left) : NULL;
		value[i] = text_of(at, stop ? (size_t)(stop - at) : left);
		if (!is_plain(value[i]))
			return false;
		at += value[i].length;
	}
	return at == data.data + data.length && are_distinct(value + 1, t->value_count - 1);
}

/* Takes back what an append that failed has left. */
static bool undo(struct userdata_list *list, uint32_t documents, uint32_t identities,
		 uint32_t profiles)
{
	list->document_count = documents;
	list->identity_count = identities;
	list->profile_count = profiles;
	return false;
}

static bool append(const struct template *t, struct text data, const struct text *value,
		   struct userdata_list *list)
{
	uint32_t identities = list->identity_count, profiles = list->profile_count;
	struct userdata_document *d = userdata_list_add_document(list);

	if (!d)
		return false;
	*d = t->document;
	d->first_identity = identities;
	d->first_profile = profiles;
	d->private_id = value[0];
	d->end = t->document.end + data.length - t->length;
	for (uint32_t i = 0; i < d->profile_count; i++) {
		struct userdata_profile *p = userdata_list_add_profile(list);

		if (!p)
			return undo(list, list->document_count - 1, identities, profiles);
		*p = t->profile[i];
	}
	for (uint32_t i = 0; i < d->identity_count; i++) {
		struct userdata_identity *u = userdata_list_add_identity(list);

		if (!u)
			return undo(list, list->document_count - 1, identities, profiles);
		*u = t->identity[i];
		u->identity = value[1 + i];
		u->profile += profiles;
	}
	return true;
}

bool userdata_templates_read(struct userdata_templates *t, struct text data,
			     struct userdata_list *list)
{
	struct text value[VALUES_MAX];

	for (unsigned i = 0; i < t->count; i++) {
		struct template *found = t->template[i];

		if (!match(found, data, value))
			continue;
		t->template[i] = t->template[i / 2];
		t->template[i / 2] = found;
		return append(found, data, value, list);
	}
	return false;
}

/* Finds the values of the document; false when they are not plain parts of data, in order. */
static bool find_values(struct text data, const struct userdata_list *list,
			const struct userdata_document *d, struct text *value)
{
	uintptr_t at = (uintptr_t)data.data, end = at + data.length;

	value[0] = d->private_id;
	for (uint32_t i = 0; i < d->identity_count; i++)
		value[1 + i] = list->identity[d->first_identity + i].identity;
	for (uint32_t i = 0; i <= d->identity_count; i++) {
		uintptr_t from = (uintptr_t)value[i].data;

		if (from < at || from > end || end - from <= value[i].length ||
		    value[i].data[value[i].length] != '<' || !is_plain(value[i]))
			return false;
		at = from + value[i].length;
	}
	return true;
}

static bool is_learnable(struct text data, const struct userdata_list *list,
			 const struct userdata_document *d)
{
	if (d->refusal || d->imsi.data || (d->quirks & USERDATA_QUIRK_REPEATED_IDENTITY) ||
	    d->identity_count > IDENTITIES_MAX || d->profile_count > IDENTITIES_MAX ||
	    data.length > TEMPLATE_BYTES_MAX)
		return false;
	for (uint32_t i = 0; i < d->identity_count; i++)
		if (list->identity[d->first_identity + i].wildcard.data)
			return false;
	return true;
}

static struct template *template_new(struct text data, const struct userdata_list *list,
				     const struct userdata_document *d, const struct text *value)
{
	size_t profile_bytes = d->profile_count * sizeof(*list->profile);
	struct template *t = malloc(sizeof(*t) + profile_bytes + data.length);
	const char *at = data.data;
	char *text;

	if (!t)
		return NULL;
	*t = (struct template){.document = *d,
			       .profile = (const struct userdata_profile *)(t + 1),
			       .value_count = 1 + d->identity_count,
			       .length = data.length};
	t->document.private_id = TEXT_NONE;
	for (uint32_t i = 0; i < d->identity_count; i++) {
		t->identity[i] = list->identity[d->first_identity + i];
		t->identity[i].identity = TEXT_NONE;
		t->identity[i].profile -= d->first_profile;
	}
	if (profile_bytes)
		memcpy(t + 1, &list->profile[d->first_profile], profile_bytes);
	text = (char *)(t + 1) + profile_bytes;
	for (uint32_t i = 0; i <= t->value_count; i++) {
		const char *stop = i < t->value_count ? value[i].data : data.data + data.length;

		t->between[i] = text_of(text, (size_t)(stop - at));
		memcpy(text, at, t->between[i].length);
		text += t->between[i].length;
		if (i < t->value_count)
			at = stop + value[i].length;
	}
	return t;
}

void userdata_templates_learn(struct userdata_templates *t, struct text data,
			      const struct userdata_list *list, uint32_t document)
{
	const struct userdata_document *d = &list->document[document];
	struct text value[VALUES_MAX];
	struct template *learnt;
	unsigned place = t->count;

	if (!is_learnable(data, list, d) || !find_values(data, list, d, value))
		return;
	learnt = template_new(data, list, d, value);
	if (!learnt)
		return;
	if (t->count < TEMPLATES_MAX) {
		t->count++;
	} else {
		place = FRONT + t->next++ % (TEMPLATES_MAX - FRONT);
		free(t->template[place]);
	}
	t->template[place] = learnt;
}
