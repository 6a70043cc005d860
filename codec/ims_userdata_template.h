/* Documents of one HSS differ in their identities and in little else. Templates remember what
 * stood between the identities of documents, and what the parser made of them: a document of a
 * known form is read without parsing, and gives exactly what parsing would. 64 forms of at most 16
 * KB are kept, without the identities. One set of templates serves one thread. */
#pragma once
#include <stdbool.h>

#include "base/text.h"
#include "codec/ims_userdata.h"

struct userdata_templates;
struct userdata_templates *userdata_templates_new(void); /* NULL: memory is out */
void userdata_templates_free(struct userdata_templates *t);

/* Appends the document that data is to the list, its texts borrowed from data; false when its form
 * is not known, or memory is out: then the list is as before. */
bool userdata_templates_read(struct userdata_templates *t, struct text data,
			     struct userdata_list *list);

/* Remembers the form of data, whose one document userdata_parse has just read, borrowing, to that
 * index of the list; its end counts from the first byte of data. Does nothing where the form does
 * not say it all: unusable documents, identities with references or repeated, … */
void userdata_templates_learn(struct userdata_templates *t, struct text data,
			      const struct userdata_list *list, uint32_t document);
