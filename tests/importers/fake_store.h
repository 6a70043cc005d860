/* Stands in for store/ in tests of importers: keeps what an import hands out, so that records and
 * rejects can be looked at one by one. Linked before libstore, whose functions it replaces. */
#pragma once
#include "importers/importer.h"

struct fake_reject {
	char file[256], reason[512], subject[256];
	uint64_t line, offset;
	bool has_subject;
};

struct fake_store {
	struct ims_subscription *record; /* in the order of import_put; joined ones at the end */
	bool *is_dead;
	size_t count;
	struct fake_reject *reject;
	size_t reject_count;
	struct hss_directory directory;
	char **file;
	uint32_t file_count;
	struct snapshot_writer_options options;
	bool is_begun, is_committed, is_published, is_aborted;
	enum rc put_rc; /* what the put number put_fails_at returns (1-based), 0 = never */
	size_t put_fails_at;
	size_t groups; /* visited by snapshot_writer_merge */
};
extern struct fake_store fake;

/* Forgets everything; at the start and at the end of each test. */
void fake_store_reset(void);

/* Runs an import of these files (NULL-terminated) into the fake; format may be NULL. */
enum rc fake_import(const char *const *files, const char *format, struct import_summary *summary,
		    struct diag *diag);
/* The same with one file of this content, whose path is "import.test" in a folder of its own. */
enum rc fake_import_bytes(const void *data, size_t length, const char *format,
			  struct import_summary *summary, struct diag *diag);
enum rc fake_import_text(const char *text, const char *format, struct import_summary *summary,
			 struct diag *diag);
/* Options of the imports above; set by fake_store_reset to those of the command line. */
extern struct import_options fake_options;

/* Writes a file into a folder that is removed at the exit of the program; its path, valid until the
 * next call with the same name. */
const char *fake_file(const char *name, const void *data, size_t length);

/* The live record number index; fails the test when there is none. */
const struct ims_subscription *fake_record(size_t index);
size_t fake_live(void);
/* What a record says, only what is known, as lines of text; valid until the next call:
 *	subscription NAME imsi A msisdn B ims_authorised yes scscf S capabilities 1 preferred 1
 *	impi I schemes 1 default_scheme 1 key yes sqn yes barred no roaming yes
 *	impu U kind 1 barred no may_register yes default yes irs 1 sp 3 state 2 psi yes wildcard W
 *		charging yes networks 1,2
 *	pair 0-0
 * irs own and sp none, scscf none … are exported and empty. */
const char *fake_dump(size_t index);
/* The count of the note with exactly this text, 0 = not there. */
uint64_t fake_note(const struct import_summary *summary, const char *text);
