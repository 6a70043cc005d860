#include "codec/ims_userdata_build.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "codec/ims_userdata_list.h"

void userdata_build_fault(struct userdata_build *b, uint32_t faults)
{
	if (!faults)
		return;
	if (b->profile)
		b->profile->faults |= faults;
	else
		b->document_faults |= faults;
	b->document->quirks |= USERDATA_QUIRK_SCHEMA;
}

void userdata_build_unknown(struct userdata_build *b, const char *name)
{
	b->document->quirks |= USERDATA_QUIRK_UNKNOWN_ELEMENT;
	if (b->document->unknown_elements++ == 0)
		text_copy(text_from(name), b->document->unknown_name,
			  sizeof(b->document->unknown_name));
}

/* The structure of the content: element numbers between the hashes of the texts. */
static void mix(struct userdata_build *b, uint32_t element)
{
	uint64_t content;

	if (!b->profile)
		return;
	content = (b->profile->content ^ (element + 1)) * 0x9e3779b97f4a7c15u;
	b->profile->content = content ^ content >> 29;
}

static void mix_text(struct userdata_build *b, struct text t)
{
	if (b->profile && t.length)
		b->profile->content = XXH3_64bits_withSeed(t.data, t.length, b->profile->content);
}

static void open_profile(struct userdata_build *b)
{
	b->profile = userdata_list_add_profile(b->list);
	if (!b->profile) {
		b->is_out_of_memory = true;
		return;
	}
	b->document->profile_count++;
	b->priority_count = 0;
}

static void begin_document(struct userdata_build *b)
{
	b->document = userdata_list_add_document(b->list);
	b->is_out_of_memory = !b->document;
	b->profile = NULL;
	b->document_faults = 0;
	b->extension = 0;
}

static void begin_public_identity(struct userdata_build *b)
{
	/* Without its ServiceProfile the identity is still worth reading, in a profile that is
	 * faulty. */
	if (!b->profile) {
		open_profile(b);
		if (b->profile)
			userdata_build_fault(b, PROFILE_FAULT_SCHEMA);
	}
	b->identity = (struct userdata_identity){.barred = TRI_NO, .kind = IMPU_DISTINCT};
}

void userdata_build_begin(struct userdata_build *b, const struct userdata_child *child)
{
	switch ((enum userdata_keep)child->keep) {
	case KEEP_DOCUMENT:
		begin_document(b);
		break;
	case KEEP_PROFILE:
		open_profile(b);
		break;
	case KEEP_PUBLIC_IDENTITY:
		begin_public_identity(b);
		break;
	case KEEP_IFC:
		if (b->profile)
			b->profile->ifc_count++;
		mix(b, child->element);
		break;
	case KEEP_EXTENSION:
		b->extension++;
		break;
	case KEEP_CONTENT:
	case KEEP_PRIORITY:
		mix(b, child->element);
		break;
	default:
		break;
	}
}

/* True when the document has it already, in which case the first place is kept. */
static bool is_repeated(struct userdata_build *b)
{
	const struct userdata_identity *now = &b->identity;

	for (uint32_t i = 0; i < b->document->identity_count; i++) {
		struct userdata_identity *known =
			&b->list->identity[b->document->first_identity + i];

		if (!text_equal(known->identity, now->identity) ||
		    !text_equal(known->wildcard, now->wildcard))
			continue;
		if (known->barred != now->barred)
			known->barred = TRI_UNKNOWN;
		b->document->quirks |= USERDATA_QUIRK_REPEATED_IDENTITY;
		return true;
	}
	return false;
}

static void end_public_identity(struct userdata_build *b)
{
	struct userdata_identity *added;

	if (!b->identity.identity.length) {
		b->document->quirks |= USERDATA_QUIRK_EMPTY_IDENTITY;
		return;
	}
	if (is_repeated(b))
		return;
	if (b->document->identity_count >= LIMIT_IMPU_PER_SUBSCRIPTION) {
		b->document->refusal = "more public identities than a subscription may have";
		return;
	}
	added = userdata_list_add_identity(b->list);
	if (!added) {
		b->is_out_of_memory = true;
		return;
	}
	*added = b->identity;
	added->profile = (uint32_t)(b->profile - b->list->profile);
	b->document->identity_count++;
}

static void end_document(struct userdata_build *b)
{
	struct userdata_document *d = b->document;

	if (!d->private_id.length && !d->refusal)
		d->refusal = "IMSSubscription without PrivateID";
	if (!d->identity_count)
		d->quirks |= USERDATA_QUIRK_NO_PROFILE;
	for (uint32_t i = 0; i < d->profile_count; i++)
		b->list->profile[d->first_profile + i].faults |= b->document_faults;
	b->document = NULL;
	b->profile = NULL;
}

void userdata_build_end(struct userdata_build *b, const struct userdata_child *child)
{
	switch ((enum userdata_keep)child->keep) {
	case KEEP_DOCUMENT:
		end_document(b);
		break;
	case KEEP_PROFILE:
		b->profile = NULL;
		break;
	case KEEP_PUBLIC_IDENTITY:
		end_public_identity(b);
		break;
	case KEEP_IFC:
	case KEEP_CONTENT:
		mix(b, ELEMENT_COUNT);
		break;
	case KEEP_EXTENSION:
		b->extension--;
		break;
	default:
		break;
	}
}

/* Line breaks around a value, with the blanks beside them, are layout. Mere blanks are kept: they
 * are part of the value for the many consumers that compare bytes. */
static struct text without_layout(struct text t, struct text inner)
{
	size_t before = (size_t)(inner.data - t.data);
	size_t after = t.length - before - inner.length;

	if (!inner.length || inner.length == t.length)
		return inner;
	if (before && (memchr(t.data, '\n', before) || memchr(t.data, '\r', before))) {
		t.data += before;
		t.length -= before;
	}
	if (after && (memchr(inner.data + inner.length, '\n', after) ||
		      memchr(inner.data + inner.length, '\r', after)))
		t.length -= after;
	return t;
}

static struct text keep(struct userdata_build *b, struct text t, struct text trimmed,
			bool is_borrowed)
{
	t = without_layout(t, trimmed);
	if (t.length > LIMIT_IDENTITY_LENGTH) {
		b->document->refusal = "identity longer than 1024 bytes";
		return TEXT_NONE;
	}
	if (t.length && (t.data[0] == ' ' || t.data[t.length - 1] == ' '))
		b->document->quirks |= USERDATA_QUIRK_BLANKS;
	if (is_borrowed)
		return t;
	t = arena_text(&b->list->arena, t);
	if (!t.data)
		b->is_out_of_memory = true;
	return t;
}

/* The values below come without blanks around them. */
static enum tri boolean_value(struct text t)
{
	if (t.length == 1)
		return *t.data == '0' ? TRI_NO : *t.data == '1' ? TRI_YES : TRI_UNKNOWN;
	if (text_equal(t, TEXT_LITERAL("false")))
		return TRI_NO;
	return text_equal(t, TEXT_LITERAL("true")) ? TRI_YES : TRI_UNKNOWN;
}

/* xs:integer from 0: false when it is none, or above maximum. */
static bool number_value(struct text t, uint32_t maximum, uint32_t *out)
{
	uint64_t n = 0;

	if (t.length > 1 && t.data[0] == '+')
		t = text_of(t.data + 1, t.length - 1);
	for (size_t i = 0; i < t.length; i++) {
		if (t.data[i] < '0' || t.data[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(t.data[i] - '0');
		if (n > maximum)
			return false;
	}
	*out = (uint32_t)n;
	return t.length > 0;
}

static bool is_valid(const struct userdata_child *child, struct text t)
{
	uint32_t number;

	switch ((enum userdata_check)child->check) {
	case CHECK_NOTHING:
		return true;
	case CHECK_BOOLEAN_OR_EMPTY:
		return !t.length || boolean_value(t) != TRI_UNKNOWN;
	case CHECK_BOOLEAN:
		return boolean_value(t) != TRI_UNKNOWN;
	case CHECK_NUMBER:
		return number_value(t, child->maximum, &number);
	case CHECK_PRESENT:
		return t.length > 0;
	}
	return true;
}

static void keep_priority(struct userdata_build *b, const struct userdata_child *child,
			  struct text t)
{
	uint32_t priority;

	mix_text(b, t);
	if (!b->profile || !number_value(t, child->maximum, &priority))
		return;
	for (uint32_t i = 0; i < b->priority_count; i++)
		if (b->priority[i] == priority)
			b->profile->faults |= PROFILE_FAULT_DUPLICATE_PRIORITY;
	if (b->priority_count < USERDATA_PRIORITIES_MAX)
		b->priority[b->priority_count++] = priority;
}

static void keep_identity_type(struct userdata_build *b, const struct userdata_child *child,
			       struct text t)
{
	static const enum impu_kind kinds[] = {IMPU_DISTINCT, IMPU_DISTINCT_PSI,
					       IMPU_WILDCARDED_PSI, IMPU_WILDCARDED_IMPU,
					       IMPU_WILDCARDED_IMPU};
	uint32_t type;

	if (!number_value(t, child->maximum, &type))
		b->identity.kind = IMPU_KIND_UNKNOWN;
	else if (type || !b->identity.wildcard.length)
		b->identity.kind = kinds[type];
}

/* The pattern says what IdentityType left at its default. */
static void keep_wildcard_kind(struct userdata_build *b, enum impu_kind kind)
{
	if (b->identity.kind == IMPU_DISTINCT)
		b->identity.kind = kind;
}

void userdata_build_text(struct userdata_build *b, const struct userdata_child *child,
			 struct text t, bool is_borrowed)
{
	struct text value;

	if (!t.data)
		t = TEXT_LITERAL("");
	value = text_trim(t);
	if (child->check && !is_valid(child, value))
		userdata_build_fault(b, child->check == CHECK_PRESENT ? child->missing
								      : PROFILE_FAULT_SCHEMA);
	switch ((enum userdata_keep)child->keep) {
	case KEEP_CONTENT:
		mix_text(b, value);
		break;
	case KEEP_PRIORITY:
		keep_priority(b, child, value);
		break;
	case KEEP_PRIVATE_ID:
		if (!b->document->private_id.length)
			b->document->private_id = keep(b, t, value, is_borrowed);
		break;
	case KEEP_BARRING:
		b->identity.barred = value.length ? boolean_value(value) : TRI_NO;
		break;
	case KEEP_IDENTITY:
		if (!b->identity.identity.length)
			b->identity.identity = keep(b, t, value, is_borrowed);
		break;
	case KEEP_IDENTITY_TYPE:
		keep_identity_type(b, child, value);
		break;
	case KEEP_WILDCARDED_PSI:
		b->identity.wildcard = keep(b, t, value, is_borrowed);
		keep_wildcard_kind(b, IMPU_WILDCARDED_PSI);
		break;
	case KEEP_WILDCARDED_IMPU:
		b->identity.wildcard = keep(b, t, value, is_borrowed);
		keep_wildcard_kind(b, IMPU_WILDCARDED_IMPU);
		break;
	case KEEP_IMSI:
		b->document->imsi = keep(b, t, value, is_borrowed);
		break;
	default:
		break;
	}
}
