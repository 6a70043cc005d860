#include "store/snapshot_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/snapshot_schema.h"
#include "store/snapshot_writer_private.h"

#define MEMORY_DEFAULT (256ull << 20)
#define MEMORY_FIXED (32ull << 20) /* dictionaries, page cache, sorting */
#define ENTRIES_MIN (4ull << 20)   /* one chunk for each bucket, and some */

/* A file that is renamed when it is whole needs neither journal nor locks; it is synced at the end.
 */
static const char pragmas[] = "PRAGMA page_size = 16384;"
			      "PRAGMA journal_mode = OFF;"
			      "PRAGMA synchronous = OFF;"
			      "PRAGMA cache_size = -4096;"
			      "PRAGMA temp_store = MEMORY;";

static const char *const statements[WRITER_STATEMENTS] = {
	[WRITER_INSERT_BLOCK] = "INSERT INTO record_block(first, records) VALUES(?1, ?2)",
	[WRITER_UPDATE_BLOCK] = "UPDATE record_block SET records = ?2 WHERE first = ?1",
	[WRITER_SELECT_BLOCK] = "SELECT records FROM record_block WHERE first = ?1",
};

enum rc snapshot_writer_statement(struct snapshot_writer *w, enum writer_statement which,
				  sqlite3_stmt **out, struct diag *diag)
{
	enum rc rc = db_prepare(w->db, statements[which], &w->statement[which], diag);

	*out = w->statement[which];
	return rc;
}

/* umask may take bits away, so that they are set twice. */
static enum rc create_file(const char *path, struct diag *diag)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return diag_set_errno(diag, RC_IO, "%s", path);
	enum rc rc = fchmod(fd, 0600) ? diag_set_errno(diag, RC_IO, "%s", path) : RC_OK;
	close(fd);
	return rc;
}

static uint64_t entry_budget(uint64_t memory)
{
	uint64_t budget;

	if (!memory)
		memory = MEMORY_DEFAULT;
	budget = memory > 2 * MEMORY_FIXED ? memory - MEMORY_FIXED : memory / 2;
	return budget > ENTRIES_MIN ? budget : ENTRIES_MIN;
}

enum rc snapshot_writer_open(const char *path, const struct snapshot_writer_options *options,
			     struct snapshot_writer **out, struct diag *diag)
{
	struct snapshot_writer *w = calloc(1, sizeof(*w));
	enum rc rc;

	if (!w)
		return diag_set(diag, RC_NOMEM, "no memory to write %s", path);
	w->spill.fd = -1;
	if (options)
		w->options = *options;
	w->entry_budget = entry_budget(w->options.memory);
	record_packer_init(&w->packer, SNAPSHOT_PAGE_BYTES);
	hss_directory_init(&w->directory);
	rc = create_file(path, diag);
	if (!rc) {
		w->path = strdup(path);
		if (!w->path)
			rc = diag_set(diag, RC_NOMEM, "no memory to write %s", path);
	}
	w->spill.beside = w->path;
	if (!rc)
		rc = db_open(path, DB_PRIVATE, &w->db, diag);
	if (!rc)
		rc = db_exec(w->db, pragmas, diag);
	if (!rc)
		rc = db_exec(w->db, "BEGIN", diag);
	if (!rc)
		rc = db_exec(w->db, snapshot_schema, diag);
	if (rc) {
		snapshot_writer_abort(w);
		return rc;
	}
	*out = w;
	return RC_OK;
}

void snapshot_writer_free(struct snapshot_writer *w)
{
	for (int i = 0; i < WRITER_STATEMENTS; i++)
		sqlite3_finalize(w->statement[i]);
	sqlite3_close(w->db);
	for (int i = 0; i < LOOKUP_SPACES; i++)
		entry_pool_clear(&w->pool[i]);
	entry_spill_clear(&w->spill);
	record_packer_clear(&w->packer);
	hss_directory_clear(&w->directory);
	for (uint32_t i = 0; i < w->file_count; i++)
		free(w->files[i]);
	free(w->files);
	free(w->block_first);
	free(w->shapes);
	free(w->dead);
	free(w->successor);
	free(w->path);
	free(w);
}

void snapshot_writer_abort(struct snapshot_writer *w)
{
	if (!w)
		return;
	if (w->path)
		unlink(w->path);
	snapshot_writer_free(w);
}

struct hss_directory *snapshot_writer_directory(struct snapshot_writer *w)
{
	return &w->directory;
}

void snapshot_writer_declare_default(struct snapshot_writer *w, const char *fact)
{
	for (int i = 0; i < COUNTED_FACTS; i++)
		if (strcmp(completeness_fact((enum fact_counted)i), fact) == 0)
			w->is_defaulted[i] = true;
}

enum rc snapshot_writer_add_file(struct snapshot_writer *w, const char *name, uint32_t *index,
				 struct diag *diag)
{
	char *copy = strdup(name);

	if (copy && w->file_count == w->file_capacity) {
		uint32_t capacity = w->file_capacity ? w->file_capacity * 2 : 4;
		char **grown = realloc(w->files, capacity * sizeof(*grown));

		if (!grown) {
			free(copy);
			copy = NULL;
		} else {
			w->files = grown;
			w->file_capacity = capacity;
		}
	}
	if (!copy)
		return diag_set(diag, RC_NOMEM, "no memory for the name of a file");
	*index = w->file_count;
	w->files[w->file_count++] = copy;
	return RC_OK;
}

/* --- records --------------------------------------------------------------------------------- */

enum rc snapshot_writer_flush(struct snapshot_writer *w, struct diag *diag)
{
	sqlite3_stmt *insert;
	enum rc rc;

	if (!w->packer.record_count)
		return RC_OK;
	if (w->block_count == w->block_capacity) {
		uint32_t capacity = w->block_capacity ? w->block_capacity * 2 : 256;
		uint32_t *grown = realloc(w->block_first, capacity * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory for the list of blocks");
		w->block_first = grown;
		w->block_capacity = capacity;
	}
	struct text block = record_packer_take(&w->packer);
	if (!block.data)
		return diag_set(diag, RC_NOMEM, "no memory to pack a block");
	rc = snapshot_writer_statement(w, WRITER_INSERT_BLOCK, &insert, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(insert, 1, w->open_first);
	db_bind_blob(insert, 2, block);
	w->block_first[w->block_count++] = w->open_first;
	w->open_first = w->next;
	return db_run(insert, diag);
}

static enum rc add_entry(struct snapshot_writer *w, enum lookup_space space, uint64_t key,
			 struct diag *diag)
{
	return entry_pool_add(&w->pool[space], key, w->next, diag);
}

static enum rc index_record(struct snapshot_writer *w, const struct ims_subscription *s,
			    struct diag *diag)
{
	struct text last = TEXT_NONE;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < w->packer.key_count && !rc; i++)
		rc = add_entry(w, LOOKUP_IDENTITY, w->packer.keys[i], diag);
	if (w->options.index_names && s->name.data && !rc)
		rc = add_entry(w, LOOKUP_NAME, lookup_key(LOOKUP_NAME, s->name), diag);
	for (uint32_t i = 0; w->options.index_sets && i < s->impu_count && !rc; i++) {
		struct text label = s->impu[i].irs;

		if (s->impu[i].irs_state != IRS_NAMED || text_equal(label, last))
			continue;
		rc = add_entry(w, LOOKUP_IRS, lookup_key(LOOKUP_IRS, label), diag);
		last = label;
	}
	return rc;
}

static enum rc spill_over(struct snapshot_writer *w, struct diag *diag)
{
	uint64_t memory = 0;
	enum rc rc = RC_OK;

	for (int i = 0; i < LOOKUP_SPACES; i++)
		memory += w->pool[i].memory;
	if (memory <= w->entry_budget)
		return RC_OK;
	for (int i = 0; i < LOOKUP_SPACES && !rc; i++)
		rc = entry_pool_spill(&w->pool[i], &w->spill, diag);
	return rc;
}

static enum rc count_record(struct snapshot_writer *w, const struct ims_subscription *s,
			    const struct packed_record *packed, struct diag *diag)
{
	struct record_tally tally;

	if (!packed->shape) {
		record_tally_count(&tally, s);
		snapshot_tally_add(&w->tally, &tally, 1);
		return RC_OK;
	}
	if (packed->shape > w->shape_capacity) {
		uint32_t capacity = w->shape_capacity ? w->shape_capacity * 2 : 64;
		struct writer_shape *grown = realloc(w->shapes, capacity * sizeof(*grown));

		if (!grown)
			return diag_set(diag, RC_NOMEM, "no memory to count records");
		memset(grown + w->shape_capacity, 0,
		       (capacity - w->shape_capacity) * sizeof(*grown));
		w->shapes = grown;
		w->shape_capacity = capacity;
	}
	struct writer_shape *shape = &w->shapes[packed->shape - 1];
	if (packed->is_new_shape)
		record_tally_count(&shape->tally, s);
	shape->count++;
	return RC_OK;
}

enum rc snapshot_writer_put(struct snapshot_writer *w, const struct ims_subscription *record,
			    uint32_t *ordinal, struct diag *diag)
{
	struct packed_record packed;
	enum rc rc = RC_OK;

	if (w->next == UINT32_MAX)
		return diag_set(diag, RC_LIMIT, "a snapshot holds at most %u records", UINT32_MAX);
	if (w->packer.record_count && record_packer_is_full(&w->packer)) {
		rc = snapshot_writer_flush(w, diag);
		if (!rc)
			rc = spill_over(w, diag);
	}
	if (!rc)
		rc = record_packer_put(&w->packer, record, &packed, diag);
	if (!rc)
		rc = index_record(w, record, diag);
	if (!rc)
		rc = count_record(w, record, &packed, diag);
	if (rc)
		return rc;
	if (ordinal)
		*ordinal = w->next;
	w->next++;
	return RC_OK;
}
