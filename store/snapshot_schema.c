#include "store/snapshot_schema.h"

#include "codec/lookup_key.h"

/* Small integers are the enumerators of model/; tri is 0 unknown, 1 no, 2 yes. */
const char snapshot_schema[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE file(id INTEGER PRIMARY KEY, name TEXT);"
	"CREATE TABLE completeness(id INTEGER PRIMARY KEY, fact TEXT, known INTEGER,"
	" defaulted INTEGER, unknown INTEGER);"
	/* codec/record_format.h */
	"CREATE TABLE dictionary(id INTEGER PRIMARY KEY, content BLOB);"
	"CREATE TABLE record_block(first INTEGER PRIMARY KEY, records BLOB);"
	/* codec/lookup_block.h */
	"CREATE TABLE lookup_identity(first INTEGER PRIMARY KEY, entries BLOB);"
	"CREATE TABLE lookup_irs(first INTEGER PRIMARY KEY, entries BLOB);"
	"CREATE TABLE lookup_name(first INTEGER PRIMARY KEY, entries BLOB);"
	/* model/hss_directory.h, source order kept */
	"CREATE TABLE visited_network(id INTEGER, identity TEXT);"
	"CREATE TABLE capability(id INTEGER, capability INTEGER, is_mandatory INTEGER);"
	"CREATE TABLE preferred_scscf(id INTEGER, name TEXT, priority INTEGER);"
	"CREATE TABLE scscf(id INTEGER, uri TEXT);"
	"CREATE TABLE scscf_capability(scscf INTEGER, capability INTEGER);"
	"CREATE TABLE service_profile(id INTEGER, name TEXT, ifc_count INTEGER, faults INTEGER,"
	" content INTEGER);";

#define INSERT(table) "INSERT INTO " table "(first, entries) VALUES(?1, ?2)"
#define FIND(table) \
	"SELECT first, entries FROM " table " WHERE first <= ?1 ORDER BY first DESC LIMIT 1"
#define RANGE(table) \
	"SELECT first, entries FROM " table " WHERE first >= ?1 AND first < ?2 ORDER BY first"

const char *const snapshot_lookup_insert[LOOKUP_SPACES] = {
	[LOOKUP_IDENTITY] = INSERT("lookup_identity"),
	[LOOKUP_IRS] = INSERT("lookup_irs"),
	[LOOKUP_NAME] = INSERT("lookup_name"),
};
const char *const snapshot_lookup_find[LOOKUP_SPACES] = {
	[LOOKUP_IDENTITY] = FIND("lookup_identity"),
	[LOOKUP_IRS] = FIND("lookup_irs"),
	[LOOKUP_NAME] = FIND("lookup_name"),
};
const char *const snapshot_lookup_range[LOOKUP_SPACES] = {
	[LOOKUP_IDENTITY] = RANGE("lookup_identity"),
	[LOOKUP_IRS] = RANGE("lookup_irs"),
	[LOOKUP_NAME] = RANGE("lookup_name"),
};
