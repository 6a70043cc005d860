/* What both extensions of the lab need of freeDiameter: Cx in its dictionary and among its
 * applications, and messages to and from bytes. */
#pragma once
#include <freeDiameter/extension.h>

#include "codec/bytes.h"

/* What the host looks for in an extension: fd_ext_init is EXTENSION_ENTRY's. */
int fd_ext_init(int major, int minor, char *file);
void fd_ext_fini(void);

/* Defines application, commands and AVPs (all as OctetString: the lab reads and writes bytes), and
 * advertises Cx. Zero or an error number. */
int lab_node_start(struct dict_object **application);

/* Adds Origin-Host and Origin-Realm of this node. */
void lab_node_add_origin(struct byte_writer *w);
/* Adds Vendor-Specific-Application-Id and Auth-Session-State. */
void lab_node_add_application(struct byte_writer *w);

/* Sends what w holds, which is then empty; as the answer to request, unless NULL. A request gets
 * answered, with data, for its answer. */
int lab_node_send(struct byte_writer *w, struct msg *request,
		  void (*answered)(void *data, struct msg **answer), void *data);

/* A line "end-to-end flags length SHA-256" of a Cx message whose hop-by-hop identifier counts as 0;
 * file may be NULL. */
void lab_node_note(FILE *file, const void *message, size_t length);
