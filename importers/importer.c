#include "importers/importer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "importers/importer_private.h"

#define PUTS_PER_TICK 1024

uint64_t import_records(const struct import *i)
{
	return i->counted ? i->counted : atomic_load_explicit(&i->puts, memory_order_relaxed);
}

bool import_is_within_budget(uint64_t records, uint64_t rejects, double share)
{
	if (!rejects)
		return true;
	if (share > 0 && rejects == 1 && records)
		return true;
	return (double)rejects <= share * ((double)records + (double)rejects);
}

static void report_progress(struct import *i)
{
	uint64_t done = 0, total = 0;
	bool is_total_known = true;

	/* A reading and a putting thread may come here together: one report is enough. */
	if (!i->options->progress || atomic_flag_test_and_set(&i->is_reporting))
		return;
	for (size_t n = 0; n < i->source_count; n++) {
		uint64_t one_done, one_total;

		source_progress(i->source[n], &one_done, &one_total);
		done += one_done;
		total += one_total;
		is_total_known &= one_total > 0;
	}
	i->options->progress(i->options->progress_context, done, is_total_known ? total : 0,
			     atomic_load_explicit(&i->puts, memory_order_relaxed));
	atomic_flag_clear(&i->is_reporting);
}

static bool is_interrupted(const struct import *i)
{
	return i->options->interrupted && *i->options->interrupted;
}

enum rc import_source_tick(void *import)
{
	report_progress(import);
	return is_interrupted(import) ? RC_INTERRUPTED : RC_OK;
}

enum rc import_tick(struct import *i, struct diag *diag)
{
	enum rc rc = import_source_tick(i);

	return rc ? diag_set(diag, rc, "the import was interrupted") : RC_OK;
}

enum rc import_put(struct import *i, const struct ims_subscription *record, struct diag *diag)
{
	/* No atomic addition: only one thread puts, others look on. */
	uint64_t puts = atomic_load_explicit(&i->puts, memory_order_relaxed) + 1;

	atomic_store_explicit(&i->puts, puts, memory_order_relaxed);
	if (puts % PUTS_PER_TICK == 0) {
		enum rc rc = import_tick(i, diag);

		if (rc)
			return rc;
	}
	return snapshot_writer_put(i->writer, record, NULL, diag);
}

void import_count(struct import *i, uint64_t records)
{
	i->counted += records;
}

/* "file:line: (byte N) text" */
static void format_place(char *out, const struct source *s, uint64_t line, uint64_t offset,
			 const char *text)
{
	struct diag place;

	diag_init(&place);
	if (s)
		diag_at(&place, source_name(s), line, offset);
	diag_set(&place, RC_SYNTAX, "%s", text);
	diag_format(&place, out, DIAG_TEXT_MAX);
}

enum rc import_reject(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
		      const char *subject, struct diag *diag, const char *format, ...)
{
	char reason[DIAG_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	text_hide_control(reason);
	if (!i->rejects++)
		format_place(i->first_reject, s, line, offset, reason);
	if (i->rejects > LIMIT_REJECTS_KEPT)
		return RC_OK;
	struct reject r = {s ? source_name(s) : NULL, line, offset, reason, subject};
	return store_import_reject(i->target, &r, diag);
}

void import_mark_truncated(struct import *i, const struct source *s, uint64_t line, uint64_t offset,
			   const char *what)
{
	if (!i->is_truncated)
		format_place(i->truncated_at, s, line, offset, what);
	i->is_truncated = true;
}

struct hss_directory *import_directory(struct import *i)
{
	return snapshot_writer_directory(i->writer);
}

struct snapshot_writer *import_writer(struct import *i)
{
	return i->writer;
}

const struct import_options *import_get_options(const struct import *i)
{
	return i->options;
}

uint32_t import_file(struct import *i, const struct source *s)
{
	for (size_t n = 0; n < i->source_count; n++)
		if (i->source[n] == s)
			return i->file[n];
	return 0;
}

static bool note_reserve(struct import *i)
{
	size_t capacity = i->note_capacity ? i->note_capacity * 2 : 16;

	if (i->note_count < i->note_capacity)
		return true;
	struct import_note *note = realloc(i->note, capacity * sizeof(*note));
	if (note)
		i->note = note;
	uint64_t *hash = realloc(i->note_hash, capacity * sizeof(*hash));
	if (hash)
		i->note_hash = hash;
	if (!note || !hash)
		return false;
	i->note_capacity = capacity;
	return true;
}

void import_note(struct import *i, const char *format, ...)
{
	char text[DIAG_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_hide_control(text);
	uint64_t hash = text_hash(TEXT_HASH_SEED, text_from(text));
	for (size_t n = 0; n < i->note_count; n++) {
		if (i->note_hash[n] == hash && strcmp(i->note[n].text, text) == 0) {
			i->note[n].count++;
			return;
		}
	}
	char *copy = i->note_count < IMPORT_NOTES_MAX && note_reserve(i) ? strdup(text) : NULL;
	if (!copy) {
		i->further_notes++;
		return;
	}
	i->note[i->note_count] = (struct import_note){copy, 1};
	i->note_hash[i->note_count++] = hash;
}
