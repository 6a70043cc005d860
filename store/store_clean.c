#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/db.h"
#include "store/store_private.h"

/* The number in "snapshot-<n>.db", "snapshot-<n>.db.part" and what begins like the latter; 0 for
 * any other name. */
static uint64_t snapshot_number(const char *name)
{
	static const char prefix[] = "snapshot-";
	char *end;

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	name += sizeof(prefix) - 1;
	if (*name < '1' || *name > '9')
		return 0;
	uint64_t number = strtoull(name, &end, 10);
	if (strcmp(end, ".db") != 0 && strncmp(end, ".db.part", 8) != 0)
		return 0;
	return number;
}

/* True when nobody holds a lock on the file, so that its import is over. */
static bool is_abandoned(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool is_free = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

	if (fd >= 0)
		close(fd);
	return is_free;
}

/* True for files of imports that ended well. */
static enum rc is_kept(struct store *s, const char *name, uint64_t number, bool *kept,
		       struct diag *diag)
{
	sqlite3_stmt *select;
	int has_row = 0;
	enum rc rc = RC_OK;

	*kept = false;
	if (strstr(name, ".part"))
		return RC_OK;
	rc = catalog_prepare(&s->catalog, CATALOG_STATE, &select, diag);
	if (rc)
		return rc;
	sqlite3_bind_int64(select, 1, (sqlite3_int64)number);
	rc = db_step(select, &has_row, diag);
	if (rc)
		return rc;
	if (has_row)
		*kept = text_equal(db_column_text(select, 0), TEXT_LITERAL("published"));
	sqlite3_reset(select);
	return RC_OK;
}

static enum rc remove_files(struct store *s, DIR *dir, struct diag *diag)
{
	const struct dirent *entry;
	enum rc rc = RC_OK;

	while (!rc && (entry = readdir(dir))) {
		uint64_t number = snapshot_number(entry->d_name);
		bool kept = true;

		if (!number)
			continue;
		rc = is_kept(s, entry->d_name, number, &kept, diag);
		if (!rc && !kept && is_abandoned(dirfd(dir), entry->d_name) &&
		    unlinkat(dirfd(dir), entry->d_name, 0) && errno != ENOENT)
			rc = diag_set_errno(diag, RC_IO, "%s/%s", s->folder, entry->d_name);
	}
	return rc;
}

/* A row without a file is of an import that is over. */
static enum rc remove_rows(struct store *s, struct diag *diag)
{
	char part[STORE_PATH_BYTES], final[STORE_PATH_BYTES];
	sqlite3_stmt *select, *delete;
	int has_row = 1;
	enum rc rc = catalog_prepare(&s->catalog, CATALOG_UNFINISHED, &select, diag);

	while (!rc && (rc = db_step(select, &has_row, diag)) == RC_OK && has_row) {
		uint64_t number = (uint64_t)sqlite3_column_int64(select, 0);

		rc = store_path(s, STORE_PART, number, part, diag);
		if (!rc)
			rc = store_path(s, STORE_SNAPSHOT, number, final, diag);
		if (rc || access(part, F_OK) == 0 || access(final, F_OK) == 0)
			continue;
		rc = catalog_prepare(&s->catalog, CATALOG_FORGET, &delete, diag);
		if (rc)
			break;
		sqlite3_bind_int64(delete, 1, (sqlite3_int64)number);
		rc = db_run(delete, diag);
	}
	sqlite3_reset(select);
	return rc;
}

enum rc store_clean(struct store *s, struct diag *diag)
{
	DIR *dir = opendir(s->folder);
	enum rc rc;

	if (!dir)
		return diag_set_errno(diag, RC_IO, "%s", s->folder);
	rc = remove_files(s, dir, diag);
	closedir(dir);
	return rc ? rc : remove_rows(s, diag);
}
