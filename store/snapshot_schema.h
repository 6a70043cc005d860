/* The tables of a snapshot file. */
#pragma once

#define SNAPSHOT_APPLICATION_ID 0x43584153 /* "CXAS" */
#define SNAPSHOT_FORMAT_VERSION 1
#define SNAPSHOT_PAGE_BYTES 16384

/* Rows of table dictionary: id is the kind in the upper 32 bits, the number in the lower. */
enum snapshot_dictionary { DICTIONARY_TAIL, DICTIONARY_TEXT, DICTIONARY_SHAPE, DICTIONARY_KINDS };

extern const char snapshot_schema[];

/* The lookup tables by enum lookup_space. */
extern const char *const snapshot_lookup_insert[];
extern const char *const snapshot_lookup_find[];  /* the last block that begins at or before ?1 */
extern const char *const snapshot_lookup_range[]; /* blocks that begin from ?1 to before ?2 */
