/* The csv importer's state: csv.c reads headers and windows, csv_window.c cuts them into rows,
 * csv_take.c checks a row, csv_assemble.c and csv_record.c put rows together to subscriptions. */
#pragma once
#include "importers/csv_layout.h"
#include "importers/csv_merge.h"
#include "importers/csv_value.h"
#include "importers/importer.h"

#define CSV_NO_IMPI UINT32_MAX

/* What names the subscription of a row (design.md 10.9): the first of these that is filled. */
enum csv_key {
	CSV_KEY_NONE, /* an IMPU alone: each such row is for itself */
	CSV_KEY_NAME,
	CSV_KEY_IMSI,
	CSV_KEY_IMPI,
};

/* The identities of one row; absent where the column or its cell is empty. */
struct csv_identities {
	struct text name, imsi, msisdn, impi, impu;
	enum csv_key key;
};

struct csv_seen {
	uint64_t line;     /* where it was first met */
	uint32_t disputed; /* facts that two rows tell differently */
};
struct csv_seen_list {
	struct csv_seen *seen;
	uint32_t capacity;
};

/* The subscription that adjacent rows build up. Its texts lie in the window or its arena. */
struct csv_pending {
	struct ims_subscription record;
	bool is_open;
	enum csv_key key;
	struct csv_seen own;
	struct csv_seen_list impi, impu; /* of each in record */
	uint32_t current_impi;           /* of the row before, or CSV_NO_IMPI */
};

/* Whether the keys came in ascending order: then no subscription lies in two places. */
struct csv_order {
	bool is_broken;
	bool has_named, has_unnamed;
	enum csv_key key;
	struct strbuf last;
};

struct csv {
	struct import *import;
	struct source **sources;
	size_t source_count;
	struct source *source; /* the one being read */
	uint32_t file;
	struct csv_layout layout;
	struct csv_row row;
	uint64_t line, offset; /* of row */
	struct text lead;      /* of the last row taken, in the window; see csv_layout */
	bool is_lead_same;
	bool is_skipping; /* behind a row that is too long, looking for a line end */
	struct csv_facts facts;
	struct csv_directory directory;
	struct csv_disputes disputes;
	struct csv_pending pending;
	struct csv_order order;
	uint64_t rows; /* taken */
	bool is_out_of_memory;
	enum rc merge_rc;
};

/* csv_window.c: takes the whole rows in the source's window and consumes them. is_last: no more
 * will come; is_cut: because compressed data ended too early. */
enum rc csv_take_window(struct csv *c, bool is_last, bool is_cut, struct diag *diag);

/* csv_take.c: the row in c->row, read and merged, or rejected. */
enum rc csv_take_row(struct csv *c, struct diag *diag);
/* Blanks, or what files are filled up with: NUL, and the ^Z of old systems. */
bool csv_is_padding(const struct csv_row *row);
enum rc csv_reject_row(struct csv *c, struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* csv_assemble.c: adds what the row says to the pending subscription. A fact that differs from what
 * an earlier row says becomes unknown and makes the row a reject; its identities are taken. */
enum rc csv_assemble(struct csv *c, const struct csv_identities *ids, bool is_first,
		     struct diag *diag);
/* Texts of the row lie in the window, or in its scratch, which is gone with the row. */
struct text csv_keep(struct csv *c, struct text t);

/* csv_record.c */
/* Puts what the row says into the pending subscription, putting out the one before when the row
 * belongs to another. */
enum rc csv_record_take(struct csv *c, const struct csv_identities *ids, struct diag *diag);
/* The window is about to move: the pending subscription keeps no text in it. */
enum rc csv_record_detach(struct csv *c, struct diag *diag);
enum rc csv_record_flush(struct csv *c, struct diag *diag);
void csv_record_clear(struct csv *c);
/* csv_finish.c: after the last row, joins what one subscription left in several places. */
enum rc csv_record_merge(struct csv *c, struct diag *diag);
