#include "codec/ims_userdata.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "codec/ims_userdata_build.h"
#include "codec/ims_userdata_table.h"
#include "codec/xml_sax.h"

/* Wrappers and a document may each nest LIMIT_XML_DEPTH deep. */
#define FRAMES_MAX (2 * LIMIT_XML_DEPTH + 2)
struct frame {
	const struct userdata_child *child; /* how it was entered; NULL = unknown element */
	uint16_t seen;                      /* ranks that have occurred, a bit each */
	uint8_t rank;                       /* of the last one */
	uint8_t state;                      /* enum userdata_state */
	uint32_t next; /* index of the last child: the next is it or behind it */
};

struct userdata_parser {
	struct xml_sax sax; /* first: the handlers' context */
	struct userdata_build build;
	const xmlChar *name[ELEMENT_COUNT];
	uint16_t required[STATE_COUNT]; /* ranks that may not be missing, a bit each */
	struct frame frame[FRAMES_MAX];
	uint32_t depth;
	uint32_t document_depth; /* of the open IMSSubscription, 0 = outside */
	uint32_t text_depth;     /* depth of the element whose text is kept, 0 = none */
	struct text text;
	bool is_copied; /* text lies in copy */
	struct strbuf copy;
	const char *data; /* the input */
	bool borrow;
	uint32_t documents, identities, profiles; /* in the list after the last complete document */
};

/* The part of a name behind its prefix; NULL when it has none. */
static const char *local_name(const xmlChar *name)
{
	const char *colon = strchr((const char *)name, ':');

	return colon ? colon + 1 : NULL;
}

static const struct userdata_child *find_local(const struct userdata_rule *rule, const char *name)
{
	for (uint32_t i = 0; name && i < rule->count; i++)
		if (strcmp(userdata_element_names[rule->child[i].element], name) == 0)
			return &rule->child[i];
	return NULL;
}

static const struct userdata_child *find_child(const struct userdata_parser *p,
					       struct frame *parent, const xmlChar *name)
{
	const struct userdata_rule *rule = &userdata_rules[parent->state];

	for (uint32_t i = parent->next, n = 0; n < rule->count; i++, n++) {
		if (i == rule->count)
			i = 0;
		if (p->name[rule->child[i].element] == name) {
			parent->next = i;
			return &rule->child[i];
		}
	}
	return find_local(rule, local_name(name));
}

/* The element's place among its siblings: order and number. */
static void check_place(struct userdata_parser *p, struct frame *parent,
			const struct userdata_child *child)
{
	uint16_t bit = (uint16_t)(1u << child->rank);

	if (!child->rank || child->rank < parent->rank || ((parent->seen & bit) && !child->is_list))
		userdata_build_fault(&p->build, PROFILE_FAULT_SCHEMA);
	if (child->rank > parent->rank)
		parent->rank = child->rank;
	parent->seen |= bit;
	if (child->extension && child->extension != p->build.extension)
		p->build.document->quirks |= USERDATA_QUIRK_EXTENSION_DEPTH;
}

static void begin_child(struct userdata_parser *p, struct frame *parent, struct frame *frame)
{
	const struct userdata_child *child = frame->child;

	frame->state = child->to;
	if (p->document_depth)
		check_place(p, parent, child);
	if (child->keep && child->keep <= KEEP_LAST_WITH_BOUNDS)
		userdata_build_begin(&p->build, child);
	if (child->keep == KEEP_DOCUMENT)
		p->document_depth = p->depth;
	if (p->build.is_out_of_memory) {
		xml_sax_stop(&p->sax, RC_NOMEM, "memory is out");
		return;
	}
	if (child->to == STATE_LEAF && (child->keep != KEEP_NOTHING || child->check)) {
		p->text_depth = p->depth;
		p->text = TEXT_NONE;
		p->is_copied = false;
	}
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
	struct userdata_parser *p = context;
	struct frame *parent = &p->frame[p->depth], *frame = parent + 1;

	(void)attributes;
	if (p->depth + 2 >= FRAMES_MAX ||
	    (p->document_depth && p->depth - p->document_depth >= LIMIT_XML_DEPTH)) {
		xml_sax_stop(&p->sax, RC_LIMIT, "elements nested deeper than 64");
		return;
	}
	p->depth++;
	frame->seen = 0;
	frame->rank = 0;
	frame->next = 0;
	frame->child = find_child(p, parent, name);
	if (frame->child) {
		begin_child(p, parent, frame);
	} else if (!p->document_depth) {
		frame->state = STATE_OUTSIDE;
	} else {
		if (parent->state != STATE_SKIP)
			userdata_build_unknown(&p->build, local_name(name) ? local_name(name)
									   : (const char *)name);
		frame->state = STATE_SKIP;
	}
}

static void check_missing(struct userdata_parser *p, const struct frame *frame)
{
	const struct userdata_rule *rule = &userdata_rules[frame->state];
	uint32_t faults = 0;

	for (uint32_t i = 0; i < rule->count; i++)
		if (rule->child[i].missing && !(frame->seen & (1u << rule->child[i].rank)))
			faults |= rule->child[i].missing;
	userdata_build_fault(&p->build, faults);
}

static void end_document(struct userdata_parser *p)
{
	struct userdata_list *list = p->build.list;

	list->document[list->document_count - 1].end = xml_sax_position(&p->sax);
	p->document_depth = 0;
	p->documents = list->document_count;
	p->identities = list->identity_count;
	p->profiles = list->profile_count;
}

static void on_end(void *context, const xmlChar *name)
{
	struct userdata_parser *p = context;
	const struct frame *frame = &p->frame[p->depth];

	(void)name;
	if (frame->child) {
		if (p->text_depth == p->depth) {
			userdata_build_text(&p->build, frame->child, p->text,
					    p->borrow && !p->is_copied);
			p->text_depth = 0;
		}
		if (p->required[frame->state] & ~frame->seen)
			check_missing(p, frame);
		if (frame->child->keep && frame->child->keep <= KEEP_LAST_WITH_BOUNDS)
			userdata_build_end(&p->build, frame->child);
		if (frame->child->keep == KEEP_DOCUMENT)
			end_document(p);
		if (p->build.is_out_of_memory || p->copy.failed)
			xml_sax_stop(&p->sax, RC_NOMEM, "memory is out");
	}
	p->depth--;
}

static void on_text(void *context, const xmlChar *characters, int length)
{
	struct userdata_parser *p = context;
	const char *data = (const char *)characters;
	size_t place;

	if (p->text_depth != p->depth || !p->text_depth)
		return;
	place = xml_sax_locate(&p->sax, characters);
	if (place != SIZE_MAX && !p->is_copied) {
		data = p->data + place;
		if (!p->text.data) {
			p->text = text_of(data, (size_t)length);
			return;
		}
		if (p->text.data + p->text.length == data) {
			p->text.length += (size_t)length;
			return;
		}
	}
	/* Comments, references and foreign encodings break a text into pieces. */
	if (!p->is_copied) {
		strbuf_reset(&p->copy);
		strbuf_add_text(&p->copy, p->text);
		p->is_copied = true;
	}
	strbuf_add(&p->copy, data, (size_t)length);
	p->text = strbuf_text(&p->copy);
}

enum rc userdata_parser_new(struct userdata_parser **out, struct diag *diag)
{
	struct userdata_parser *p = calloc(1, sizeof(*p));

	if (!p)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	xml_sax_init(&p->sax, on_start, on_end, on_text);
	strbuf_init(&p->copy);
	for (size_t state = 0; state < STATE_COUNT; state++)
		for (uint32_t i = 0; i < userdata_rules[state].count; i++)
			if (userdata_rules[state].child[i].missing)
				p->required[state] |=
					(uint16_t)(1u << userdata_rules[state].child[i].rank);
	*out = p;
	return RC_OK;
}

void userdata_parser_free(struct userdata_parser *p)
{
	if (!p)
		return;
	xml_sax_clear(&p->sax);
	strbuf_clear(&p->copy);
	free(p);
}

static enum rc begin(struct userdata_parser *p, struct userdata_list *list)
{
	bool is_new;
	enum rc rc = xml_sax_begin(&p->sax, &is_new);

	for (size_t i = 0; rc == RC_OK && is_new && i < ELEMENT_COUNT; i++) {
		p->name[i] = xml_sax_intern(&p->sax, userdata_element_names[i]);
		if (!p->name[i]) {
			xml_sax_clear(&p->sax);
			rc = RC_NOMEM;
		}
	}
	p->build = (struct userdata_build){.list = list};
	p->frame[0] = (struct frame){.state = STATE_OUTSIDE};
	p->depth = p->document_depth = p->text_depth = 0;
	p->documents = list->document_count;
	p->identities = list->identity_count;
	p->profiles = list->profile_count;
	return rc;
}

enum rc userdata_parse(struct userdata_parser *p, const char *data, size_t length, bool borrow,
		       struct userdata_list *list, struct diag *diag)
{
	enum rc rc = begin(p, list);

	if (rc != RC_OK)
		return diag_set(diag, rc, "%s", "memory is out");
	p->data = data;
	p->borrow = borrow;
	rc = xml_sax_parse(&p->sax, data, length, diag);
	if (rc != RC_OK) {
		list->document_count = p->documents;
		list->identity_count = p->identities;
		list->profile_count = p->profiles;
	}
	return rc;
}
