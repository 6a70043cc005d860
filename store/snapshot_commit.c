#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/db.h"
#include "store/snapshot_meta.h"
#include "store/snapshot_schema.h"
#include "store/snapshot_writer_private.h"

static enum rc save_dictionaries(struct snapshot_writer *w, struct diag *diag)
{
	const struct intern *dictionaries[DICTIONARY_KINDS] = {
		[DICTIONARY_TAIL] = &w->packer.tails,
		[DICTIONARY_TEXT] = &w->packer.texts,
		[DICTIONARY_SHAPE] = &w->packer.shapes,
	};
	sqlite3_stmt *insert = NULL;
	enum rc rc = db_prepare(w->db, "INSERT INTO dictionary(id, content) VALUES(?1, ?2)",
				&insert, diag);

	for (int kind = 0; kind < DICTIONARY_KINDS; kind++) {
		for (uint32_t id = 1; id <= dictionaries[kind]->count && !rc; id++) {
			sqlite3_bind_int64(insert, 1, (sqlite3_int64)kind << 32 | id);
			db_bind_blob(insert, 2, intern_text(dictionaries[kind], id));
			rc = db_run(insert, diag);
		}
	}
	sqlite3_finalize(insert);
	return rc;
}

static enum rc save_files(struct snapshot_writer *w, struct diag *diag)
{
	sqlite3_stmt *insert = NULL;
	enum rc rc = db_prepare(w->db, "INSERT INTO file(id, name) VALUES(?1, ?2)", &insert, diag);

	for (uint32_t i = 0; i < w->file_count && !rc; i++) {
		sqlite3_bind_int64(insert, 1, i);
		db_bind_text(insert, 2, text_from(w->files[i]));
		rc = db_run(insert, diag);
	}
	sqlite3_finalize(insert);
	return rc;
}

static enum rc save_completeness(struct snapshot_writer *w, struct diag *diag)
{
	const struct snapshot_tally *t = &w->tally;
	sqlite3_stmt *insert = NULL;
	enum rc rc = db_prepare(w->db, "INSERT INTO completeness VALUES(?1, ?2, ?3, ?4, ?5)",
				&insert, diag);

	for (int i = 0; i < COUNTED_FACTS && !rc; i++) {
		uint64_t missing = t->unknown[i];

		sqlite3_bind_int(insert, 1, i);
		db_bind_text(insert, 2, text_from(completeness_fact((enum fact_counted)i)));
		sqlite3_bind_int64(insert, 3, (sqlite3_int64)t->known[i]);
		sqlite3_bind_int64(insert, 4, w->is_defaulted[i] ? (sqlite3_int64)missing : 0);
		sqlite3_bind_int64(insert, 5, w->is_defaulted[i] ? 0 : (sqlite3_int64)missing);
		rc = db_run(insert, diag);
	}
	sqlite3_finalize(insert);
	return rc;
}

static void fill_info(struct snapshot_writer *w, struct snapshot_info *info)
{
	for (uint32_t i = 0; i < w->packer.shapes.count; i++)
		snapshot_tally_add(&w->tally, &w->shapes[i].tally, (int64_t)w->shapes[i].count);
	info->subscriptions = w->tally.kind[RECORD_SUBSCRIPTION];
	info->orphan_impis = w->tally.kind[RECORD_ORPHAN_IMPI];
	info->orphan_impus = w->tally.kind[RECORD_ORPHAN_IMPU];
	info->impis = w->tally.impis;
	info->impus = w->tally.impus;
	info->associations = w->tally.associations;
	info->format_version = SNAPSHOT_FORMAT_VERSION;
}

static void fill_directory(const struct hss_directory *d, struct snapshot_meta *meta)
{
	meta->has_visited_networks = d->has_visited_networks;
	meta->has_capability_sets = d->has_capability_sets;
	meta->has_preferred_sets = d->has_preferred_sets;
	meta->has_scscfs = d->has_scscfs;
	meta->has_service_profiles = d->has_service_profiles;
}

static enum rc save_all(struct snapshot_writer *w, struct snapshot_info *info, struct diag *diag)
{
	struct snapshot_meta meta = {.ordinals = w->next, .shapes = w->packer.shapes.count};
	enum rc rc = snapshot_writer_flush(w, diag);

	if (!rc)
		rc = snapshot_writer_bury(w, diag);
	for (int i = 0; i < LOOKUP_SPACES && !rc; i++)
		rc = snapshot_writer_lookup(w, i, &meta.lookup_bits[i], diag);
	if (!rc)
		rc = save_dictionaries(w, diag);
	if (!rc)
		rc = save_files(w, diag);
	fill_info(w, info);
	if (!rc)
		rc = save_completeness(w, diag);
	if (!rc)
		rc = snapshot_writer_save_directory(w->db, &w->directory, &meta.directory_rows,
						    diag);
	meta.info = *info;
	fill_directory(&w->directory, &meta);
	return rc ? rc : snapshot_meta_write(w->db, &meta, diag);
}

static enum rc sync_file(const char *path, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || fsync(fd))
		rc = diag_set_errno(diag, RC_IO, "%s", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

enum rc snapshot_writer_commit(struct snapshot_writer *w, struct snapshot_info *info,
			       struct diag *diag)
{
	char versions[96];
	enum rc rc = save_all(w, info, diag);

	snprintf(versions, sizeof(versions),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d;", SNAPSHOT_APPLICATION_ID,
		 SNAPSHOT_FORMAT_VERSION);
	if (!rc)
		rc = db_exec(w->db, versions, diag);
	if (!rc)
		rc = db_exec(w->db, "COMMIT", diag);
	if (!rc)
		rc = sync_file(w->path, diag);
	if (rc)
		snapshot_writer_abort(w);
	else
		snapshot_writer_free(w);
	return rc;
}
