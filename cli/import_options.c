#include "cli/import_options.h"

#include <unistd.h>

#include "base/print.h"
#include "cli/command.h"
#include "cli/exit_code.h"

#define REJECTS_SHOWN 10

unsigned import_default_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 8 ? 8 : (unsigned)n;
}

static void on_progress(void *context, uint64_t done, uint64_t total, uint64_t records)
{
	progress_update(context, done, total, records);
}

struct reject_printer {
	FILE *out;
	uint64_t shown;
};

static bool on_reject(const struct reject *r, void *context)
{
	struct reject_printer *p = context;

	fputs("  ", p->out);
	print_text(p->out, text_from(r->file ? r->file : "input"));
	if (r->line)
		fprintf(p->out, ":%llu", (unsigned long long)r->line);
	fprintf(p->out, " (byte %llu): ", (unsigned long long)r->offset);
	print_text(p->out, text_from(r->subject));
	if (r->subject)
		fputs(": ", p->out);
	print_text(p->out, text_from(r->reason));
	fputc('\n', p->out);
	return ++p->shown < REJECTS_SHOWN;
}

void import_print_rejects(struct store *store, const struct import_summary *s, FILE *out)
{
	struct reject_printer printer = {out, 0};

	if (!s->rejects)
		return;
	fprintf(out, "%llu record%s could not be read:\n", (unsigned long long)s->rejects,
		text_plural(s->rejects));
	store_rejects(store, s->info.number, on_reject, &printer, NULL);
	if (s->rejects > printer.shown)
		fprintf(out, "  … and %llu more\n",
			(unsigned long long)(s->rejects - printer.shown));
}

static void print_notes(const struct import_summary *s)
{
	for (size_t i = 0; i < s->note_count; i++) {
		fputs("cxaudit: note: ", stderr);
		print_text(stderr, text_from(s->notes[i].text));
		if (s->notes[i].count > 1)
			fprintf(stderr, " (%llu times)", (unsigned long long)s->notes[i].count);
		fputc('\n', stderr);
	}
	if (s->hint[0])
		fprintf(stderr, "cxaudit: hint: %s\n", s->hint);
}

int import_with_progress(struct store *store, const char *source, const struct import_arguments *a,
			 const char *const *files, size_t count, struct import_summary *summary)
{
	struct progress bar;
	struct import_request request = {
		.store = store,
		.source = source,
		.format = a->format,
		.role = a->role ? a->role : "ims",
		.hss = a->hss,
		.files = files,
		.file_count = count,
		.options =
			{
				.threads = a->threads ? a->threads : import_default_threads(),
				.memory = a->memory,
				.error_budget = a->error_budget,
				.accept_truncated = a->accept_truncated,
				.progress = on_progress,
				.progress_context = &bar,
				.interrupted = &command_interrupted,
			},
	};
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	progress_init(&bar, "reading", true);
	command_catch_signals();
	rc = import_run(&request, summary, &diag);
	progress_end(&bar);
	print_notes(summary);
	import_print_rejects(store, summary, stderr);
	if (rc == RC_OK)
		return 0;
	return command_fail(rc == RC_USAGE ? EXIT_USAGE : EXIT_UNUSABLE, &diag);
}
