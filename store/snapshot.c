#include "store/snapshot.h"

#include <stdlib.h>

#include "store/db.h"
#include "store/snapshot_directory.h"
#include "store/snapshot_private.h"

enum rc snapshot_connect(const char *path, sqlite3 **out, struct diag *diag)
{
	return db_open(path, DB_IMMUTABLE, out, diag);
}

static enum rc read_pragma(sqlite3 *db, const char *sql, int64_t *out, struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	int has_row = 0;
	enum rc rc = db_prepare(db, sql, &statement, diag);

	if (!rc)
		rc = db_step(statement, &has_row, diag);
	*out = has_row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return rc;
}

static enum rc check_version(sqlite3 *db, const char *path, struct diag *diag)
{
	int64_t application, version;
	enum rc rc = read_pragma(db, "PRAGMA application_id", &application, diag);

	if (!rc)
		rc = read_pragma(db, "PRAGMA user_version", &version, diag);
	if (rc)
		return rc;
	if (application != SNAPSHOT_APPLICATION_ID)
		return diag_set(diag, RC_CORRUPT, "%s: not a snapshot", path);
	if (version > SNAPSHOT_FORMAT_VERSION)
		return diag_set(diag, RC_UNSUPPORTED,
				"%s: snapshot format %d, this program reads up to %d", path,
				(int)version, SNAPSHOT_FORMAT_VERSION);
	if (version < 1)
		return diag_set(diag, RC_CORRUPT, "%s: snapshot without a format version", path);
	return RC_OK;
}

/* Room for one more element of size bytes; the list doubles at powers of two. */
static void *list_grow(void *list, size_t count, size_t size)
{
	if (count & (count - 1))
		return list;
	return realloc(list, (count ? count * 2 : 1) * size);
}

static enum rc load_completeness(struct snapshot *s, sqlite3 *db, struct diag *diag)
{
	sqlite3_stmt *select = NULL;
	int has_row = 1;
	enum rc rc = db_prepare(db,
				"SELECT fact, known, defaulted, unknown FROM completeness"
				" ORDER BY id",
				&select, diag);

	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		struct completeness *rows =
			list_grow(s->completeness, s->completeness_count, sizeof(*rows));
		struct text fact = arena_text(&s->arena, db_column_text(select, 0));

		if (rows)
			s->completeness = rows;
		if (!rows || !fact.data) {
			rc = diag_set(diag, RC_NOMEM, "no memory for the completeness table");
			break;
		}
		rows[s->completeness_count++] = (struct completeness){
			.fact = fact.data,
			.known = (uint64_t)sqlite3_column_int64(select, 1),
			.defaulted = (uint64_t)sqlite3_column_int64(select, 2),
			.unknown = (uint64_t)sqlite3_column_int64(select, 3),
		};
	}
	sqlite3_finalize(select);
	return rc;
}

static enum rc load_files(struct snapshot *s, sqlite3 *db, struct diag *diag)
{
	sqlite3_stmt *select = NULL;
	int has_row = 1;
	enum rc rc = db_prepare(db, "SELECT name FROM file ORDER BY id", &select, diag);

	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		const char **files = list_grow(s->files, s->file_count, sizeof(*files));
		struct text name = arena_text(&s->arena, db_column_text(select, 0));

		if (files)
			s->files = files;
		if (!files || !name.data) {
			rc = diag_set(diag, RC_NOMEM, "no memory for the names of files");
			break;
		}
		files[s->file_count++] = name.data;
	}
	sqlite3_finalize(select);
	return rc;
}

static enum rc load(struct snapshot *s, sqlite3 *db, struct diag *diag)
{
	enum rc rc = check_version(db, s->path, diag);

	if (!rc)
		rc = snapshot_meta_read(db, &s->meta, diag);
	if (rc)
		return rc;
	s->directory.has_visited_networks = (enum tri)s->meta.has_visited_networks;
	s->directory.has_capability_sets = (enum tri)s->meta.has_capability_sets;
	s->directory.has_preferred_sets = (enum tri)s->meta.has_preferred_sets;
	s->directory.has_scscfs = (enum tri)s->meta.has_scscfs;
	s->directory.has_service_profiles = (enum tri)s->meta.has_service_profiles;
	if (s->meta.directory_rows)
		rc = snapshot_directory_load(db, &s->directory, diag);
	if (!rc)
		rc = load_completeness(s, db, diag);
	if (!rc)
		rc = load_files(s, db, diag);
	return rc;
}

enum rc snapshot_open(const char *path, struct snapshot **out, struct diag *diag)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	sqlite3 *db = NULL;
	enum rc rc = RC_OK;

	if (!s)
		return diag_set(diag, RC_NOMEM, "no memory to open %s", path);
	arena_init(&s->arena);
	hss_directory_init(&s->directory);
	s->path = strdup(path);
	if (!s->path)
		rc = diag_set(diag, RC_NOMEM, "no memory to open %s", path);
	if (!rc)
		rc = snapshot_connect(path, &db, diag);
	if (!rc) {
		s->spare = db;
		rc = load(s, db, diag);
	}
	if (rc) {
		snapshot_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void snapshot_close(struct snapshot *s)
{
	if (!s)
		return;
	sqlite3_close(s->spare);
	hss_directory_clear(&s->directory);
	arena_clear(&s->arena);
	free(s->completeness);
	free(s->files);
	free(s->path);
	free(s);
}

const struct snapshot_info *snapshot_get_info(const struct snapshot *s)
{
	return &s->meta.info;
}

const struct hss_directory *snapshot_get_directory(const struct snapshot *s)
{
	return &s->directory;
}

const struct completeness *snapshot_get_completeness(const struct snapshot *s, size_t *count)
{
	*count = s->completeness_count;
	return s->completeness;
}

const char *const *snapshot_get_files(const struct snapshot *s, size_t *count)
{
	*count = s->file_count;
	return s->files;
}

uint32_t snapshot_ordinals(const struct snapshot *s)
{
	return (uint32_t)s->meta.ordinals;
}

uint32_t snapshot_shapes(const struct snapshot *s)
{
	return (uint32_t)s->meta.shapes;
}
