/* Annex E User-Data: IMSSubscription documents (TS 29.228 Annex D, E; cx-semantics 8.4), from
 * exports and from the User-Data AVP alike. One document is one implicit registration set as seen
 * through one private identity.
 *
 * Elements are told by their local names, whatever their prefix and namespace. What the schema
 * forbids is read as far as it makes sense and noted as a fault; what the schema does not know is
 * skipped and counted. Elements that Annex E does not name are never looked into. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/tri.h"
#include "model/hss_directory.h"
#include "model/identity.h"

struct userdata_identity {
	struct text identity; /* as written; layout (line breaks and blanks around a value) is taken
				 off */
	struct text wildcard; /* WildcardedPSI or WildcardedIMPU, else absent */
	enum tri barred;      /* absent or empty BarringIndication: no, the schema's default */
	enum impu_kind kind; /* IMPU_DISTINCT, the schema's default, where IdentityType is absent */
	uint32_t profile;    /* index into the list's profiles */
};

/* One ServiceProfile element. */
struct userdata_profile {
	uint64_t content; /* equal for equal iFC lists and shared sets, whatever the layout */
	uint32_t ifc_count;
	uint32_t faults; /* enum service_profile_fault */
};

/* Harmless peculiarities of a document, for the summary of an import. */
enum userdata_quirk {
	USERDATA_QUIRK_UNKNOWN_ELEMENT = 1, /* an element that Annex E does not define there */
	USERDATA_QUIRK_EXTENSION_DEPTH =
		2, /* right element, wrong Extension: strict readers do not see it */
	USERDATA_QUIRK_REPEATED_IDENTITY = 4, /* one identity twice; the first place counts */
	USERDATA_QUIRK_EMPTY_IDENTITY = 8,    /* a PublicIdentity without Identity: left out */
	USERDATA_QUIRK_BLANKS = 16,           /* blanks around an identity: kept */
	USERDATA_QUIRK_SCHEMA = 32,           /* breaks the schema: also a fault of its profiles */
	USERDATA_QUIRK_NO_PROFILE = 64,       /* no ServiceProfile, so no public identity */
};
#define USERDATA_QUIRK_COUNT 7
/* One clause for one bit of enum userdata_quirk. */
const char *userdata_quirk_str(enum userdata_quirk quirk);

struct userdata_document {
	struct text private_id;
	struct text imsi;    /* IMSI of a later release's Extension; absent otherwise */
	const char *refusal; /* static text: why this document cannot be used; NULL = it can */
	uint32_t first_identity, identity_count;
	uint32_t first_profile, profile_count;
	uint32_t quirks; /* enum userdata_quirk */
	uint32_t unknown_elements;
	char unknown_name[40]; /* the first of these */
	size_t end; /* bytes from the start of the data to behind the end tag (UTF-8 input) */
};

/* What one parse gave. Texts point into the parsed data where they can, else into the arena. */
struct userdata_list {
	struct userdata_document *document;
	struct userdata_identity *identity; /* in the order of the documents */
	struct userdata_profile *profile;
	uint32_t document_count, identity_count, profile_count;
	struct arena arena;
	uint32_t capacity[3]; /* private */
};

void userdata_list_init(struct userdata_list *l);
void userdata_list_reset(struct userdata_list *l); /* empties, keeps the memory */
void userdata_list_clear(struct userdata_list *l);

/* One parser serves one thread; it keeps its memory from parse to parse. */
struct userdata_parser;
enum rc userdata_parser_new(struct userdata_parser **out, struct diag *diag);
void userdata_parser_free(struct userdata_parser *p);

/* Appends all IMSSubscription elements of one XML document, at whatever depth, to *list.
 * With borrow, texts of the list may point into data; without, all are copied. On failure (see
 * xml_sax_parse; RC_LIMIT for nesting deeper than LIMIT_XML_DEPTH) the list holds the documents
 * that ended before. */
enum rc userdata_parse(struct userdata_parser *p, const char *data, size_t length, bool borrow,
		       struct userdata_list *list, struct diag *diag);
