/* From the events of one document to its entry in the list; for the parser alone. */
#pragma once
#include <stdbool.h>
#include "codec/ims_userdata.h"
#include "codec/ims_userdata_table.h"

#define USERDATA_PRIORITIES_MAX 128 /* per profile; repetitions among the first are noticed */

struct userdata_build {
	struct userdata_list *list;
	struct userdata_document *document; /* the open one, NULL outside */
	struct userdata_profile *profile;   /* the open one, NULL outside */
	struct userdata_identity identity;  /* being read */
	uint32_t document_faults;           /* enum service_profile_fault, of all its profiles */
	uint32_t priority[USERDATA_PRIORITIES_MAX];
	uint32_t priority_count;
	uint32_t extension; /* Extensions around the current element */
	bool is_out_of_memory;
};

/* An element begins or ends that is to be kept. */
void userdata_build_begin(struct userdata_build *b, const struct userdata_child *child);
void userdata_build_end(struct userdata_build *b, const struct userdata_child *child);

/* An element that holds text has ended. is_borrowed: t stays valid as long as the list. */
void userdata_build_text(struct userdata_build *b, const struct userdata_child *child,
			 struct text t, bool is_borrowed);

/* Notes faults (enum service_profile_fault) of the open profile, or of the document. */
void userdata_build_fault(struct userdata_build *b, uint32_t faults);

/* Notes an element that the schema does not know. */
void userdata_build_unknown(struct userdata_build *b, const char *name);
