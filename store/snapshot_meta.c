#include "store/snapshot_meta.h"

#include <stddef.h>

#include "store/db.h"

enum meta_type { META_NUMBER, META_SIGNED, META_BOOL, META_VERSION, META_TEXT };

#define FIELD(name, field, kind)                                   \
	{                                                          \
		name, kind, offsetof(struct snapshot_meta, field), \
			sizeof(((struct snapshot_meta *)0)->field) \
	}

static const struct meta_field {
	const char *key;
	enum meta_type type;
	size_t offset;
	size_t size;
} fields[] = {
	FIELD("number", info.number, META_NUMBER),
	FIELD("source", info.source, META_TEXT),
	FIELD("format", info.format, META_TEXT),
	FIELD("role", info.role, META_TEXT),
	FIELD("hss", info.hss, META_TEXT),
	FIELD("taken_at", info.taken_at, META_SIGNED),
	FIELD("subscriptions", info.subscriptions, META_NUMBER),
	FIELD("orphan_impis", info.orphan_impis, META_NUMBER),
	FIELD("orphan_impus", info.orphan_impus, META_NUMBER),
	FIELD("impis", info.impis, META_NUMBER),
	FIELD("impus", info.impus, META_NUMBER),
	FIELD("associations", info.associations, META_NUMBER),
	FIELD("rejects", info.rejects, META_NUMBER),
	FIELD("input_bytes", info.input_bytes, META_NUMBER),
	FIELD("is_truncated", info.is_truncated, META_BOOL),
	FIELD("has_global_sets", info.has_global_sets, META_BOOL),
	FIELD("format_version", info.format_version, META_VERSION),
	FIELD("ordinals", ordinals, META_NUMBER),
	FIELD("shapes", shapes, META_NUMBER),
	FIELD("lookup_identity_bits", lookup_bits[LOOKUP_IDENTITY], META_NUMBER),
	FIELD("lookup_irs_bits", lookup_bits[LOOKUP_IRS], META_NUMBER),
	FIELD("lookup_name_bits", lookup_bits[LOOKUP_NAME], META_NUMBER),
	FIELD("directory_rows", directory_rows, META_NUMBER),
	FIELD("has_visited_networks", has_visited_networks, META_NUMBER),
	FIELD("has_capability_sets", has_capability_sets, META_NUMBER),
	FIELD("has_preferred_sets", has_preferred_sets, META_NUMBER),
	FIELD("has_scscfs", has_scscfs, META_NUMBER),
	FIELD("has_service_profiles", has_service_profiles, META_NUMBER),
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static void bind_value(sqlite3_stmt *statement, const struct meta_field *field, const char *at)
{
	uint64_t number;
	uint32_t version;
	bool truth;

	switch (field->type) {
	case META_NUMBER:
	case META_SIGNED:
		memcpy(&number, at, sizeof(number));
		sqlite3_bind_int64(statement, 2, (sqlite3_int64)number);
		return;
	case META_BOOL:
		memcpy(&truth, at, sizeof(truth));
		sqlite3_bind_int(statement, 2, truth);
		return;
	case META_VERSION:
		memcpy(&version, at, sizeof(version));
		sqlite3_bind_int64(statement, 2, version);
		return;
	case META_TEXT:
		db_bind_text(statement, 2, text_of(at, strnlen(at, field->size)));
		return;
	}
}

enum rc snapshot_meta_write(sqlite3 *db, const struct snapshot_meta *meta, struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	enum rc rc =
		db_prepare(db, "INSERT INTO meta(key, value) VALUES(?1, ?2)", &statement, diag);

	for (size_t i = 0; i < FIELD_COUNT && !rc; i++) {
		db_bind_text(statement, 1, text_from(fields[i].key));
		bind_value(statement, &fields[i], (const char *)meta + fields[i].offset);
		rc = db_run(statement, diag);
	}
	sqlite3_finalize(statement);
	return rc;
}

static bool read_value(sqlite3_stmt *statement, const struct meta_field *field, char *at)
{
	uint64_t number = (uint64_t)sqlite3_column_int64(statement, 1);
	uint32_t version = (uint32_t)number;
	bool truth = number == 1;

	switch (field->type) {
	case META_NUMBER:
		memcpy(at, &number, sizeof(number));
		return (int64_t)number >= 0;
	case META_SIGNED:
		memcpy(at, &number, sizeof(number));
		return true;
	case META_BOOL:
		memcpy(at, &truth, sizeof(truth));
		return number <= 1;
	case META_VERSION:
		memcpy(at, &version, sizeof(version));
		return number <= UINT32_MAX;
	case META_TEXT:
		text_copy(db_column_text(statement, 1), at, field->size);
		return true;
	}
	return false;
}

static bool is_sound(const struct snapshot_meta *meta)
{
	for (int i = 0; i < LOOKUP_SPACES; i++)
		if (meta->lookup_bits[i] > 63)
			return false;
	return meta->ordinals <= UINT32_MAX && meta->shapes <= UINT32_MAX &&
	       meta->has_visited_networks <= TRI_YES && meta->has_capability_sets <= TRI_YES &&
	       meta->has_preferred_sets <= TRI_YES && meta->has_scscfs <= TRI_YES &&
	       meta->has_service_profiles <= TRI_YES;
}

enum rc snapshot_meta_read(sqlite3 *db, struct snapshot_meta *meta, struct diag *diag)
{
	sqlite3_stmt *statement = NULL;
	int has_row = 1;
	bool ok = true;
	enum rc rc = db_prepare(db, "SELECT key, value FROM meta", &statement, diag);

	memset(meta, 0, sizeof(*meta));
	while (!rc && has_row) {
		rc = db_step(statement, &has_row, diag);
		if (rc || !has_row)
			break;
		struct text key = db_column_text(statement, 0);
		for (size_t i = 0; i < FIELD_COUNT; i++)
			if (text_equal(key, text_from(fields[i].key)))
				ok &= read_value(statement, &fields[i],
						 (char *)meta + fields[i].offset);
	}
	sqlite3_finalize(statement);
	if (!rc && (!ok || !is_sound(meta)))
		rc = diag_set(diag, RC_CORRUPT, "%s: a value of table meta is out of its range",
			      sqlite3_db_filename(db, "main"));
	return rc;
}
