#include "store/snapshot_directory.h"

#include "store/db.h"
#include "store/snapshot_writer_private.h"

enum directory_table {
	TABLE_VISITED_NETWORK,
	TABLE_CAPABILITY,
	TABLE_PREFERRED,
	TABLE_SCSCF,
	TABLE_SCSCF_CAPABILITY,
	TABLE_SERVICE_PROFILE,
	TABLES
};

static const struct {
	const char *insert, *select;
} sql[TABLES] = {
	[TABLE_VISITED_NETWORK] = {"INSERT INTO visited_network VALUES(?1, ?2)",
				   "SELECT * FROM visited_network ORDER BY rowid"},
	[TABLE_CAPABILITY] = {"INSERT INTO capability VALUES(?1, ?2, ?3)",
			      "SELECT * FROM capability ORDER BY rowid"},
	[TABLE_PREFERRED] = {"INSERT INTO preferred_scscf VALUES(?1, ?2, ?3)",
			     "SELECT * FROM preferred_scscf ORDER BY rowid"},
	[TABLE_SCSCF] = {"INSERT INTO scscf VALUES(?1, ?2)", "SELECT * FROM scscf ORDER BY rowid"},
	[TABLE_SCSCF_CAPABILITY] = {"INSERT INTO scscf_capability VALUES(?1, ?2)",
				    "SELECT * FROM scscf_capability ORDER BY rowid"},
	[TABLE_SERVICE_PROFILE] = {"INSERT INTO service_profile VALUES(?1, ?2, ?3, ?4, ?5)",
				   "SELECT * FROM service_profile ORDER BY rowid"},
};

static uint32_t table_count(const struct hss_directory *d, enum directory_table table)
{
	const uint32_t counts[TABLES] = {
		[TABLE_VISITED_NETWORK] = d->visited_network_count,
		[TABLE_CAPABILITY] = d->capability_count,
		[TABLE_PREFERRED] = d->preferred_count,
		[TABLE_SCSCF] = d->scscf_count,
		[TABLE_SCSCF_CAPABILITY] = d->scscf_capability_count,
		[TABLE_SERVICE_PROFILE] = d->service_profile_count,
	};

	return counts[table];
}

static void bind_pair(sqlite3_stmt *s, uint32_t a, uint32_t b)
{
	sqlite3_bind_int64(s, 1, a);
	sqlite3_bind_int64(s, 2, b);
}

static void bind_row(sqlite3_stmt *s, const struct hss_directory *d, enum directory_table table,
		     uint32_t i)
{
	switch (table) {
	case TABLE_VISITED_NETWORK:
		sqlite3_bind_int64(s, 1, d->visited_network[i].id);
		db_bind_text(s, 2, d->visited_network[i].identity);
		return;
	case TABLE_CAPABILITY:
		bind_pair(s, d->capability[i].set, d->capability[i].capability);
		sqlite3_bind_int(s, 3, d->capability[i].is_mandatory);
		return;
	case TABLE_PREFERRED:
		sqlite3_bind_int64(s, 1, d->preferred[i].set);
		db_bind_text(s, 2, d->preferred[i].name);
		sqlite3_bind_int(s, 3, d->preferred[i].priority);
		return;
	case TABLE_SCSCF:
		sqlite3_bind_int64(s, 1, d->scscf[i].id);
		db_bind_text(s, 2, d->scscf[i].uri);
		return;
	case TABLE_SCSCF_CAPABILITY:
		bind_pair(s, d->scscf_capability[i].scscf, d->scscf_capability[i].capability);
		return;
	case TABLE_SERVICE_PROFILE:
		sqlite3_bind_int64(s, 1, d->service_profile[i].id);
		db_bind_text(s, 2, d->service_profile[i].name);
		sqlite3_bind_int64(s, 3, d->service_profile[i].ifc_count);
		sqlite3_bind_int64(s, 4, d->service_profile[i].faults);
		sqlite3_bind_int64(s, 5, (sqlite3_int64)d->service_profile[i].content);
		return;
	case TABLES:
		return;
	}
}

enum rc snapshot_writer_save_directory(sqlite3 *db, const struct hss_directory *d, uint64_t *rows,
				       struct diag *diag)
{
	enum rc rc = RC_OK;

	*rows = 0;
	for (int table = 0; table < TABLES && !rc; table++) {
		uint32_t count = table_count(d, (enum directory_table)table);
		sqlite3_stmt *insert = NULL;

		if (count)
			rc = db_prepare(db, sql[table].insert, &insert, diag);
		for (uint32_t i = 0; i < count && !rc; i++) {
			bind_row(insert, d, (enum directory_table)table, i);
			rc = db_run(insert, diag);
		}
		sqlite3_finalize(insert);
		*rows += count;
	}
	return rc;
}

static uint32_t column_number(sqlite3_stmt *s, int column)
{
	return (uint32_t)sqlite3_column_int64(s, column);
}

static bool load_service_profile(sqlite3_stmt *s, struct hss_directory *d)
{
	struct service_profile *p =
		hss_directory_add_service_profile(d, column_number(s, 0), db_column_text(s, 1));

	if (!p)
		return false;
	p->ifc_count = column_number(s, 2);
	p->faults = column_number(s, 3);
	p->content = (uint64_t)sqlite3_column_int64(s, 4);
	return true;
}

/* False when memory is out. */
static bool load_row(sqlite3_stmt *s, struct hss_directory *d, enum directory_table table)
{
	uint32_t first = column_number(s, 0);

	switch (table) {
	case TABLE_VISITED_NETWORK:
		return hss_directory_add_visited_network(d, first, db_column_text(s, 1));
	case TABLE_CAPABILITY:
		return hss_directory_add_capability(d, first, column_number(s, 1),
						    sqlite3_column_int(s, 2));
	case TABLE_PREFERRED:
		return hss_directory_add_preferred(d, first, db_column_text(s, 1),
						   sqlite3_column_int(s, 2));
	case TABLE_SCSCF:
		return hss_directory_add_scscf(d, first, db_column_text(s, 1));
	case TABLE_SCSCF_CAPABILITY:
		return hss_directory_add_scscf_capability(d, first, column_number(s, 1));
	case TABLE_SERVICE_PROFILE:
		return load_service_profile(s, d);
	case TABLES:
		break;
	}
	return false;
}

enum rc snapshot_directory_load(sqlite3 *db, struct hss_directory *d, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (int table = 0; table < TABLES && !rc; table++) {
		sqlite3_stmt *select = NULL;
		int has_row = 1;

		rc = db_prepare(db, sql[table].select, &select, diag);
		while (!rc && has_row) {
			rc = db_step(select, &has_row, diag);
			if (!rc && has_row && !load_row(select, d, (enum directory_table)table))
				rc = diag_set(diag, RC_NOMEM, "no memory for the directory");
		}
		sqlite3_finalize(select);
	}
	return rc;
}
