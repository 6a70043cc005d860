/* What the parts of the snapshot writer share. */
#pragma once
#include <sqlite3.h>
#include "codec/lookup_key.h"
#include "codec/record_pack.h"
#include "codec/record_unpack.h"
#include "store/completeness.h"
#include "store/entry_pool.h"
#include "store/snapshot_writer.h"

enum writer_statement {
	WRITER_INSERT_BLOCK,
	WRITER_UPDATE_BLOCK,
	WRITER_SELECT_BLOCK, /* the block that begins at ?1 */
	WRITER_STATEMENTS
};

/* All records of one shape. */
struct writer_shape {
	uint64_t count;
	struct record_tally tally; /* of one of them */
};

struct snapshot_writer {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *statement[WRITER_STATEMENTS];
	struct snapshot_writer_options options;
	uint64_t entry_budget; /* bytes */
	struct record_packer packer;
	struct entry_pool pool[LOOKUP_SPACES];
	struct entry_spill spill;
	uint32_t next; /* ordinal */
	uint32_t *block_first;
	uint32_t block_count, block_capacity;
	uint32_t open_first; /* first ordinal of the block under construction */
	struct writer_shape *shapes;
	uint32_t shape_capacity;
	struct snapshot_tally tally; /* of what is in no shape, minus the dead */
	bool is_defaulted[COUNTED_FACTS];
	struct hss_directory directory;
	char **files;
	uint32_t file_count, file_capacity;
	/* merging */
	unsigned char *dead; /* bit by ordinal; NULL: none */
	uint32_t *successor; /* by ordinal: the record that replaced a dead one */
	uint32_t successor_count;
};

/* Releases everything but the file. */
void snapshot_writer_free(struct snapshot_writer *w);
/* The statement, prepared and reset. NULL and rc on failure. */
enum rc snapshot_writer_statement(struct snapshot_writer *w, enum writer_statement which,
				  sqlite3_stmt **out, struct diag *diag);
/* Writes the block under construction, if it holds anything. */
enum rc snapshot_writer_flush(struct snapshot_writer *w, struct diag *diag);
/* The index in block_first of the written block that holds ordinal. */
uint32_t snapshot_writer_block_of(const struct snapshot_writer *w, uint32_t ordinal);

static inline bool snapshot_writer_is_dead(const struct snapshot_writer *w, uint32_t ordinal)
{
	return w->dead && ordinal < w->successor_count && w->dead[ordinal / 8] >> ordinal % 8 & 1;
}

/* Takes the dead records out of their blocks. */
enum rc snapshot_writer_bury(struct snapshot_writer *w, struct diag *diag);
/* Sorts and writes the lookup entries of one space; *bits gets the length of the fingerprints. */
enum rc snapshot_writer_lookup(struct snapshot_writer *w, int space, uint64_t *bits,
			       struct diag *diag);
/* Writes the directory's tables; *rows gets their number. */
enum rc snapshot_writer_save_directory(sqlite3 *db, const struct hss_directory *d, uint64_t *rows,
				       struct diag *diag);
