#include "store/sql_table.h"

#include <stddef.h>

/* Where a column's value lies. */
enum part { PART_INFO, PART_RECORD, PART_IMPI, PART_IMPU, PART_ASSOCIATION, PART_SET, PART_ROW };

enum form {
	FORM_CHARS,  /* array of char */
	FORM_TEXT,   /* struct text */
	FORM_NUMBER, /* uint64_t */
	FORM_COUNT,  /* uint32_t */
	FORM_ROW,    /* uint64_t, 0 is NULL */
	FORM_TRI,
	FORM_KIND, /* of records */
	FORM_IMPU_KIND,
	FORM_IRS_STATE,
	FORM_REG_STATE,
	FORM_LINK,
	FORM_LINK_STATE,
	/* from here on no plain field */
	FORM_IMSI,  /* the first */
	FORM_IMSIS, /* all, separated by commas */
	FORM_MSISDN,
	FORM_MSISDNS,
	FORM_SCHEMES,
	FORM_DEFAULT_SCHEME,
	FORM_GRANTS, /* ids, separated by commas */
};

struct column {
	const char *name;
	const char *type;
	enum part part;
	enum form form;
	size_t offset;
	enum sql_key key;
};

#define COLUMN(name, type, part, form, container, field)                         \
	{                                                                        \
		name, type, part, form, offsetof(container, field), SQL_KEY_NONE \
	}
#define RECORD(name, type, form, field) \
	COLUMN(name, type, PART_RECORD, form, struct ims_subscription, field)
#define IMPI(name, type, form, field) COLUMN(name, type, PART_IMPI, form, struct impi, field)
#define IMPU(name, type, form, field) COLUMN(name, type, PART_IMPU, form, struct impu, field)
#define SET(name, type, form, field) COLUMN(name, type, PART_SET, form, struct sql_set, field)
#define PLACE                                                                                  \
	{"source",      "TEXT", PART_INFO, FORM_CHARS, offsetof(struct snapshot_info, source), \
	 SQL_KEY_SOURCE},                                                                      \
		{"snapshot",                                                                   \
		 "INTEGER",                                                                    \
		 PART_INFO,                                                                    \
		 FORM_NUMBER,                                                                  \
		 offsetof(struct snapshot_info, number),                                       \
		 SQL_KEY_NONE},                                                                \
	{                                                                                      \
		"subscription", "INTEGER", PART_ROW, FORM_COUNT,                               \
			offsetof(struct sql_row, ordinal), SQL_KEY_SUBSCRIPTION                \
	}
#define OWNER                                                                   \
	{"imsi", "TEXT", PART_RECORD, FORM_IMSI, 0, SQL_KEY_IDENTITY},          \
	{                                                                       \
		"msisdn", "TEXT", PART_RECORD, FORM_MSISDN, 0, SQL_KEY_IDENTITY \
	}
#define IDENTITY(name, part, container)                                                        \
	{                                                                                      \
		name, "TEXT", part, FORM_TEXT, offsetof(container, identity), SQL_KEY_IDENTITY \
	}

static const struct column subscription_columns[] = {
	PLACE,
	RECORD("kind", "TEXT", FORM_KIND, kind),
	OWNER,
	RECORD("name", "TEXT", FORM_TEXT, name),
	RECORD("imsis", "TEXT", FORM_IMSIS, imsi),
	RECORD("msisdns", "TEXT", FORM_MSISDNS, msisdn),
	RECORD("ims_authorised", "INTEGER", FORM_TRI, ims_authorised),
	RECORD("scscf", "TEXT", FORM_LINK_STATE, scscf),
	RECORD("scscf_name", "TEXT", FORM_TEXT, scscf_name),
	RECORD("capability_set", "", FORM_LINK, capability_set),
	RECORD("preferred_set", "", FORM_LINK, preferred_set),
	RECORD("impis", "INTEGER", FORM_COUNT, impi_count),
	RECORD("impus", "INTEGER", FORM_COUNT, impu_count),
	RECORD("associations", "INTEGER", FORM_COUNT, association_count),
	RECORD("row", "INTEGER", FORM_ROW, row),
	RECORD("file", "INTEGER", FORM_COUNT, provenance.file),
	RECORD("offset", "INTEGER", FORM_NUMBER, provenance.offset),
	{.name = NULL},
};

static const struct column impi_columns[] = {
	PLACE,
	IDENTITY("impi", PART_IMPI, struct impi),
	OWNER,
	IMPI("schemes", "INTEGER", FORM_SCHEMES, identity),
	IMPI("default_scheme", "INTEGER", FORM_DEFAULT_SCHEME, identity),
	IMPI("has_key", "INTEGER", FORM_TRI, has_key),
	IMPI("has_sqn", "INTEGER", FORM_TRI, has_sqn),
	IMPI("barred", "INTEGER", FORM_TRI, barred),
	IMPI("roaming_allowed", "INTEGER", FORM_TRI, roaming_allowed),
	IMPI("row", "INTEGER", FORM_ROW, row),
	{.name = NULL},
};

static const struct column impu_columns[] = {
	PLACE,
	IDENTITY("impu", PART_IMPU, struct impu),
	OWNER,
	IMPU("kind", "TEXT", FORM_IMPU_KIND, kind),
	IMPU("barred", "INTEGER", FORM_TRI, barred),
	IMPU("may_register", "INTEGER", FORM_TRI, may_register),
	IMPU("is_default", "INTEGER", FORM_TRI, is_default),
	IMPU("irs_state", "TEXT", FORM_IRS_STATE, irs_state),
	IMPU("irs", "TEXT", FORM_TEXT, irs),
	IMPU("service_profile", "", FORM_LINK, service_profile),
	IMPU("state", "TEXT", FORM_REG_STATE, state),
	IMPU("psi_active", "INTEGER", FORM_TRI, psi_active),
	IMPU("wildcard", "TEXT", FORM_TEXT, wildcard),
	IMPU("has_charging", "INTEGER", FORM_TRI, has_charging),
	IMPU("visited_networks", "TEXT", FORM_GRANTS, grants),
	IMPU("row", "INTEGER", FORM_ROW, row),
	{.name = NULL},
};

static const struct column irs_columns[] = {
	PLACE,
	OWNER,
	SET("irs", "TEXT", FORM_TEXT, label),
	SET("irs_state", "TEXT", FORM_IRS_STATE, state),
	SET("first_impu", "TEXT", FORM_TEXT, first),
	SET("impus", "INTEGER", FORM_COUNT, impus),
	SET("barred", "INTEGER", FORM_COUNT, barred),
	SET("unbarred", "INTEGER", FORM_COUNT, unbarred),
	{.name = NULL},
};

static const struct column association_columns[] = {
	PLACE,
	IDENTITY("impi", PART_IMPI, struct impi),
	IDENTITY("impu", PART_IMPU, struct impu),
	OWNER,
	COLUMN("rows", "INTEGER", PART_ASSOCIATION, FORM_COUNT, struct association, rows),
	COLUMN("state", "TEXT", PART_ASSOCIATION, FORM_REG_STATE, struct association, state),
	{.name = NULL},
};

static const struct {
	const char *name;
	const struct column *columns;
} tables[SQL_TABLES] = {
	[SQL_SUBSCRIPTION] = {"subscription", subscription_columns},
	[SQL_IMPI] = {"impi", impi_columns},
	[SQL_IMPU] = {"impu", impu_columns},
	[SQL_IRS] = {"irs", irs_columns},
	[SQL_ASSOCIATION] = {"association", association_columns},
};

const char *sql_table_name(enum sql_table table)
{
	return tables[table].name;
}

void sql_table_declare(enum sql_table table, struct strbuf *out)
{
	const struct column *column = tables[table].columns;

	strbuf_printf(out, "CREATE TABLE x(");
	for (const char *separator = ""; column->name; column++, separator = ", ")
		strbuf_printf(out, "%s\"%s\" %s", separator, column->name, column->type);
	strbuf_add_str(out, ")");
}

enum sql_key sql_table_key(enum sql_table table, int column)
{
	return column < 0 ? SQL_KEY_NONE : tables[table].columns[column].key;
}

/* --- values ---------------------------------------------------------------------------------- */

static void result_text(sqlite3_context *out, struct text t)
{
	if (t.data)
		sqlite3_result_text64(out, t.data, t.length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void result_word(sqlite3_context *out, const char *const *words, unsigned value)
{
	if (words[value])
		sqlite3_result_text(out, words[value], -1, SQLITE_STATIC);
}

/* unknown has no word: NULL */
static const char *const kind_words[] = {"subscription", "orphan impi", "orphan impu",
					 "dangling association"};
static const char *const impu_kind_words[] = {NULL, "distinct", "psi", "wildcarded psi",
					      "wildcarded impu"};
static const char *const irs_state_words[] = {NULL, "own", "named"};
static const char *const reg_state_words[] = {NULL, "not registered", "registered", "unregistered",
					      "authentication pending"};
static const char *const link_state_words[] = {NULL, "none", "assigned"};

static void result_list(sqlite3_context *out, const struct text *list, uint32_t count)
{
	struct strbuf all;

	strbuf_init(&all);
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			strbuf_add_char(&all, ',');
		strbuf_add_text(&all, list[i]);
	}
	if (all.failed)
		sqlite3_result_error_nomem(out);
	else if (count)
		result_text(out, strbuf_text(&all));
	strbuf_clear(&all);
}

static void result_grants(sqlite3_context *out, const struct impu *impu)
{
	struct strbuf all;

	if (!impu->has_grants)
		return;
	strbuf_init(&all);
	for (uint32_t i = 0; i < impu->grant_count; i++)
		strbuf_printf(&all, "%s%u", i ? "," : "", (unsigned)impu->grants[i]);
	if (all.failed)
		sqlite3_result_error_nomem(out);
	else
		result_text(out, strbuf_text(&all));
	strbuf_clear(&all);
}

static void result_link(sqlite3_context *out, struct link link)
{
	if (link.state == LINK_ID)
		sqlite3_result_int64(out, link.id);
	else
		result_word(out, link_state_words, link.state);
}

/* Values that are no plain field. */
static void result_derived(enum form form, const struct sql_row *row, sqlite3_context *out)
{
	const struct ims_subscription *s = row->record;

	switch (form) {
	case FORM_IMSI:
		if (s->imsi_count)
			result_text(out, s->imsi[0]);
		return;
	case FORM_IMSIS:
		result_list(out, s->imsi, s->imsi_count);
		return;
	case FORM_MSISDN:
		if (s->msisdn_count)
			result_text(out, s->msisdn[0]);
		return;
	case FORM_MSISDNS:
		result_list(out, s->msisdn, s->msisdn_count);
		return;
	case FORM_SCHEMES:
		if (row->impi->has_schemes)
			sqlite3_result_int64(out, row->impi->schemes);
		return;
	case FORM_DEFAULT_SCHEME:
		if (row->impi->has_default_scheme)
			sqlite3_result_int64(out, row->impi->default_scheme);
		return;
	case FORM_GRANTS:
		result_grants(out, row->impu);
		return;
	default:
		return;
	}
}

static void result_field(enum form form, const void *at, sqlite3_context *out)
{
	switch (form) {
	case FORM_CHARS:
		sqlite3_result_text(out, at, -1, SQLITE_TRANSIENT);
		return;
	case FORM_TEXT:
		result_text(out, *(const struct text *)at);
		return;
	case FORM_NUMBER:
		sqlite3_result_int64(out, (sqlite3_int64) * (const uint64_t *)at);
		return;
	case FORM_COUNT:
		sqlite3_result_int64(out, *(const uint32_t *)at);
		return;
	case FORM_ROW:
		if (*(const uint64_t *)at)
			sqlite3_result_int64(out, (sqlite3_int64) * (const uint64_t *)at);
		return;
	case FORM_TRI:
		if (*(const enum tri *)at != TRI_UNKNOWN)
			sqlite3_result_int(out, *(const enum tri *)at == TRI_YES);
		return;
	case FORM_KIND:
		result_word(out, kind_words, *(const enum record_kind *)at);
		return;
	case FORM_IMPU_KIND:
		result_word(out, impu_kind_words, *(const enum impu_kind *)at);
		return;
	case FORM_IRS_STATE:
		result_word(out, irs_state_words, *(const enum irs_state *)at);
		return;
	case FORM_REG_STATE:
		result_word(out, reg_state_words, *(const enum reg_state *)at);
		return;
	case FORM_LINK:
		result_link(out, *(const struct link *)at);
		return;
	case FORM_LINK_STATE:
		result_word(out, link_state_words, ((const struct link *)at)->state);
		return;
	default:
		return;
	}
}

void sql_table_result(enum sql_table table, int column, const struct sql_row *row,
		      sqlite3_context *out)
{
	const struct column *c = &tables[table].columns[column];
	const void *const parts[] = {
		[PART_INFO] = row->info,
		[PART_RECORD] = row->record,
		[PART_IMPI] = row->impi,
		[PART_IMPU] = row->impu,
		[PART_ASSOCIATION] = row->association,
		[PART_SET] = row->set,
		[PART_ROW] = row,
	};

	if (c->form >= FORM_IMSI)
		result_derived(c->form, row, out);
	else
		result_field(c->form, (const char *)parts[c->part] + c->offset, out);
}
