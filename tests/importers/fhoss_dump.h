/* Pieces of FHoSS dumps for tests, and what an import of them left in the fake store. */
#pragma once
#include "tests/importers/fake_store.h"

#define KEY "'secretkeysecretk'"
#define ZEROS "'','',''"
/* The layout of today's FHoSS: id, id_imsu, identity, k, auth_scheme, default_auth_scheme, ... */
#define IMPI(id, imsu, identity)                                                              \
	"(" #id "," #imsu ",'" identity "'," KEY ",129,1,'\\0\\0'," KEY ",'','000000000000'," \
	"'','',0,3600,1)"
/* id, identity, barring, id_implicit_set; everything else as FHoSS provisions it */
#define IMPU(id, identity, barring, set) \
	"(" #id ",'" identity "',0," #barring ",0,1," #set ",1,'','',0,1)"
#define IMSU(id, name) "(" #id ",'" name "','','',NULL,-1)"
#define ROWS(table, rows) "INSERT INTO `" table "` VALUES " rows ";\n"

/* Imports a text as "fhoss-sql" with a generous error budget. The text of the rc's reason is in
 * dump_diag, the summary in dump_summary until dump_forget. */
extern struct import_summary dump_summary;
extern struct diag dump_diag;
enum rc dump_import(const char *text);
/* The same with files, NULL-terminated. */
enum rc dump_import_files(const char *const *files);
void dump_forget(void);

/* The path of a fixture in fixtures/fhoss/; valid until the 4th next call. */
const char *dump_fixture(const char *name);

/* The record of a subscription, or of an IMPI or IMPU without one, by row number; fails the test
 * when there is not exactly one. */
const struct ims_subscription *dump_subscription(uint64_t row);
const struct ims_subscription *dump_orphan_impi(uint64_t row);
const struct ims_subscription *dump_orphan_impu(uint64_t row);
const struct impu *dump_impu(const struct ims_subscription *record, uint64_t row);
size_t dump_count(enum record_kind kind);
/* True when a reject has this in its reason. */
bool dump_rejects(const char *reason);
