/* Appending to a list of documents; for the parser alone. */
#pragma once
#include "codec/ims_userdata.h"

/* Each appends one element: NULL when memory is out. A document and a profile come empty, an
 * identity is the caller's to fill. The pointer is valid until the next append to the same list. */
struct userdata_document *userdata_list_add_document(struct userdata_list *l);
struct userdata_identity *userdata_list_add_identity(struct userdata_list *l);
struct userdata_profile *userdata_list_add_profile(struct userdata_list *l);
