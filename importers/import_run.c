#include "importers/importer_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "importers/detect.h"

static double monotonic_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum rc check_request(const struct import_request *request, struct diag *diag)
{
	size_t standard_inputs = 0;

	if (!request->file_count)
		return diag_set(diag, RC_USAGE, "no file to import is named");
	for (size_t n = 0; n < request->file_count; n++)
		standard_inputs += strcmp(request->files[n], "-") == 0;
	if (standard_inputs > 1)
		return diag_set(diag, RC_USAGE, "\"-\" (standard input) is named more than once");
	return RC_OK;
}

static enum rc find_format(const char *name, const struct importer **format, struct diag *diag)
{
	*format = name ? importer_find(name) : NULL;
	if (!name || *format)
		return RC_OK;
	diag_set(diag, RC_USAGE, "format \"%s\" is not known, expected one of:", name);
	for (const struct importer *const *i = importer_table; diag && *i; i++) {
		size_t used = strlen(diag->text);

		snprintf(diag->text + used, sizeof(diag->text) - used, " %s", (*i)->name);
	}
	return RC_USAGE;
}

static enum rc open_sources(struct import *i, const struct import_request *request,
			    struct diag *diag)
{
	i->source = calloc(request->file_count, sizeof(struct source *));
	i->file = calloc(request->file_count, sizeof(*i->file));
	if (!i->source || !i->file)
		return diag_set(diag, RC_NOMEM, "no memory for %zu inputs", request->file_count);
	for (size_t n = 0; n < request->file_count; n++) {
		enum rc rc = source_open(request->files[n], &i->source[n], diag);

		if (rc)
			return rc;
		i->source_count++;
		source_set_tick(i->source[n], import_source_tick, i);
		/* Thousands of parts would need as many descriptors. */
		source_rewind(i->source[n], NULL);
	}
	return RC_OK;
}

/* All inputs of one import are of one format. */
static enum rc detect_all(struct import *i, const struct importer **format, struct diag *diag)
{
	const struct importer *named = *format;

	for (size_t n = 0; n < i->source_count; n++) {
		const struct importer *one = named;
		enum rc rc = detect_format(i->source[n], &one, diag);

		if (rc)
			return rc;
		if (*format && one != *format) {
			return diag_set(diag, RC_UNSUPPORTED,
					"%s looks like %s, but %s like %s: the files of one import"
					" are of one format; name it with --format",
					source_name(i->source[n]), one->name,
					source_name(i->source[0]), (*format)->name);
		}
		if (!n)
			*format = one;
	}
	return RC_OK;
}

static enum rc begin(struct import *i, const struct import_request *request,
		     const struct importer *format, struct diag *diag)
{
	struct snapshot_writer_options options = format->writer;
	enum rc rc;

	options.memory = request->options.memory;
	rc = store_import_begin(request->store, request->source, &options, &i->target, diag);
	if (rc)
		return rc;
	i->writer = store_import_writer(i->target);
	for (size_t n = 0; !rc && n < i->source_count; n++)
		rc = snapshot_writer_add_file(i->writer, source_name(i->source[n]), &i->file[n],
					      diag);
	return rc;
}

static enum rc refuse_truncated(const struct import *i, struct diag *diag)
{
	return diag_set(diag, RC_TRUNCATED,
			"the input is truncated: %s; nothing was published"
			" (--accept-truncated would)",
			i->truncated_at);
}

/* Whether what was read may become current; the diag is filled when not. */
static enum rc judge(const struct import *i, const char *format, struct diag *diag)
{
	uint64_t records = import_records(i);

	if (!records && i->rejects)
		return diag_set(diag, RC_SYNTAX,
				"nothing could be read: all %" PRIu64
				" records were rejected, the first: %s",
				i->rejects, i->first_reject);
	if (i->is_truncated && !i->options->accept_truncated)
		return refuse_truncated(i, diag);
	if (!records || !atomic_load(&i->puts))
		return diag_set(diag, RC_SYNTAX, "the input holds no record of format %s", format);
	if (!import_is_within_budget(records, i->rejects, i->options->error_budget))
		return diag_set(diag, RC_BUDGET,
				"%" PRIu64 " of %" PRIu64
				" records were rejected, more than the error budget of %g %%;"
				" nothing was published; the first: %s",
				i->rejects, records + i->rejects, i->options->error_budget * 100,
				i->first_reject);
	return RC_OK;
}

static void fill_info(struct snapshot_info *info, const struct import *i,
		      const struct import_request *request, const struct importer *format)
{
	text_copy(text_from(request->source), info->source, sizeof(info->source));
	text_copy(text_from(format->name), info->format, sizeof(info->format));
	text_copy(text_from(request->role ? request->role : "ims"), info->role, sizeof(info->role));
	text_copy(text_from(request->hss ? request->hss : "3gpp"), info->hss, sizeof(info->hss));
	info->rejects = i->rejects;
	info->is_truncated = i->is_truncated;
	info->has_global_sets = format->has_global_sets;
	for (size_t n = 0; n < i->source_count; n++)
		info->input_bytes += source_offset(i->source[n]) + source_length(i->source[n]);
}

/* The last chance to stop is before the commit; after it the snapshot is current. */
static enum rc commit(struct import *i, const struct importer *format,
		      struct import_summary *summary, struct diag *diag)
{
	enum rc verdict = import_tick(i, diag);

	if (verdict)
		return verdict;
	struct diag reason;
	diag_init(&reason);
	verdict = judge(i, format->name, &reason);
	struct store_import *target = i->target;
	i->target = NULL;
	enum rc rc = store_import_commit(target, &summary->info, !verdict, diag);
	summary->is_published = !verdict && !rc;
	if (verdict && diag)
		*diag = reason;
	return verdict ? verdict : rc;
}

static enum rc read_all(struct import *i, const struct import_request *request,
			const struct importer *format, struct import_summary *summary,
			struct diag *diag)
{
	struct diag trouble;
	enum rc rc = begin(i, request, format, diag);

	if (rc)
		return rc;
	diag_init(&trouble);
	rc = format->run(i, i->source, i->source_count, &trouble);
	if (rc == RC_TRUNCATED) {
		char place[DIAG_TEXT_MAX];

		import_mark_truncated(i, NULL, 0, 0, diag_format(&trouble, place, sizeof(place)));
		rc = RC_OK;
	}
	fill_info(&summary->info, i, request, format);
	if (!rc)
		return commit(i, format, summary, diag);
	/* What is missed in a cut input is likely behind the cut. */
	if (rc == RC_SYNTAX && i->is_truncated && !i->options->accept_truncated)
		return refuse_truncated(i, diag);
	if (diag)
		*diag = trouble;
	return rc;
}

static void fill_summary(struct import_summary *summary, struct import *i)
{
	if (i->further_notes)
		import_note(i, "further notes are not listed");
	summary->records = import_records(i);
	summary->rejects = i->rejects;
	summary->is_truncated = i->is_truncated;
	text_copy(text_from(i->truncated_at), summary->truncated_at, sizeof(summary->truncated_at));
	summary->notes = i->note;
	summary->note_count = i->note_count;
	i->note = NULL;
	i->note_count = 0;
}

static void add_hint(struct import_summary *summary, const struct import_request *request,
		     const struct importer *format)
{
	if (format && format->hss && (!request->hss || strcmp(request->hss, "3gpp") == 0))
		snprintf(summary->hint, sizeof(summary->hint),
			 "the format %s is that of an HSS of kind %s, but the profile is 3gpp:"
			 " consider --hss %s",
			 format->name, format->hss, format->hss);
}

static void clear(struct import *i)
{
	if (i->target)
		store_import_abort(i->target);
	for (size_t n = 0; n < i->source_count; n++)
		source_close(i->source[n]);
	for (size_t n = 0; n < i->note_count; n++)
		free((char *)i->note[n].text);
	free(i->source);
	free(i->file);
	free(i->note);
	free(i->note_hash);
}

enum rc import_run(const struct import_request *request, struct import_summary *summary,
		   struct diag *diag)
{
	struct import i = {.options = &request->options, .is_reporting = ATOMIC_FLAG_INIT};
	const struct importer *format = NULL;
	double start = monotonic_seconds();

	memset(summary, 0, sizeof(*summary));
	summary->info.taken_at = time(NULL);
	enum rc rc = check_request(request, diag);
	if (!rc)
		rc = find_format(request->format, &format, diag);
	if (!rc)
		rc = open_sources(&i, request, diag);
	if (!rc)
		rc = detect_all(&i, &format, diag);
	if (!rc)
		rc = read_all(&i, request, format, summary, diag);
	fill_summary(summary, &i);
	add_hint(summary, request, format);
	clear(&i);
	summary->seconds = monotonic_seconds() - start;
	return rc;
}

void import_summary_clear(struct import_summary *summary)
{
	if (!summary)
		return;
	for (size_t n = 0; n < summary->note_count; n++)
		free((char *)summary->notes[n].text);
	free(summary->notes);
	summary->notes = NULL;
	summary->note_count = 0;
}
