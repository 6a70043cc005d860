/* What the parts of the snapshot reader share. */
#pragma once
#include <sqlite3.h>
#include <stdatomic.h>
#include "codec/lookup_block.h"
#include "codec/record_unpack.h"
#include "store/snapshot.h"
#include "store/snapshot_meta.h"
#include "store/snapshot_schema.h"

struct snapshot {
	char *path;
	_Atomic(sqlite3 *) spare; /* the connection it was opened with, for the first cursor */
	struct snapshot_meta meta;
	struct hss_directory directory;
	struct arena arena; /* of the names below */
	struct completeness *completeness;
	size_t completeness_count;
	const char **files;
	size_t file_count;
};

enum cursor_statement {
	CURSOR_READ_BLOCK, /* the last block that begins at or before ?1 */
	CURSOR_SCAN,       /* blocks that begin from ?1 to before ?2 */
	CURSOR_DICTIONARY,
	CURSOR_FIND,                                /* one for each lookup space */
	CURSOR_RANGE = CURSOR_FIND + LOOKUP_SPACES, /* likewise */
	CURSOR_STATEMENTS = CURSOR_RANGE + LOOKUP_SPACES
};

/* A block that a statement holds, and how far its records were walked. */
struct cursor_block {
	sqlite3_stmt *statement;
	bool is_open;
	uint32_t first;
	struct text bytes;
	struct record_block block;
};

/* A dictionary, read entry by entry as needed. */
struct cursor_dictionary {
	struct text *texts; /* by id; data NULL: not read yet */
	uint32_t capacity;
};

struct snapshot_cursor {
	struct snapshot *snapshot;
	sqlite3 *db;
	sqlite3_stmt *statement[CURSOR_STATEMENTS];
	struct arena arena; /* of the dictionaries */
	struct cursor_dictionary dictionary[DICTIONARY_KINDS];
	enum rc dictionary_rc; /* why the last look-up in one failed */
	struct cursor_block read, scan;
	struct record_view scan_view;
	uint32_t scan_first, scan_end;
	uint32_t blocks_read; /* up to SNAPSHOT_BLOCKS_UNMAPPED */
};

/* Reads through a memory map begin after so many blocks: they are faster, but each page fault makes
 * the system read far ahead (megabytes, on some disks), and a look-up in a cold file would wait for
 * that. */
#define SNAPSHOT_BLOCKS_UNMAPPED 128
/* To be called for each block that is read. */
void snapshot_cursor_count_block(struct snapshot_cursor *c);

/* A connection to the immutable file. */
enum rc snapshot_connect(const char *path, sqlite3 **out, struct diag *diag);

enum rc snapshot_cursor_statement(struct snapshot_cursor *c, int which, sqlite3_stmt **out,
				  struct diag *diag);
/* An entry of a dictionary; RC_CORRUPT when there is none. */
enum rc snapshot_cursor_dictionary(struct snapshot_cursor *c, enum snapshot_dictionary kind,
				   uint32_t id, struct text *out, struct diag *diag);
