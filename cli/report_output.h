/* Where the reports of an audit go: any number of formats, each to stdout or to a file. */
#pragma once
#include "audit/report.h"
#include "cli/options.h"
#include "cli/output.h"

struct report_outputs {
	struct {
		const struct report_format *format;
		struct output output;
	} item[OPTION_LIST_MAX];
	unsigned count;
	bool is_continued; /* something was written already: the audit of another source */
};

/* False when a word is not FORMAT[:FILE]. */
bool report_output_is_valid(const char *word);

/* Opens what the words ask for, FORMAT[:FILE]; without words text, or json, to stdout. Done before
 * the audit, so that a folder that cannot be written is told at once. */
enum rc report_outputs_open(struct report_outputs *o, const struct option_list *words, bool is_json,
			    struct diag *diag);
/* Writes one audit to each; out, use_colour and is_continued of the report are filled in. */
enum rc report_outputs_write(struct report_outputs *o, const struct report *report,
			     struct diag *diag);
/* Files appear whole, all of them. */
enum rc report_outputs_commit(struct report_outputs *o, struct diag *diag);
/* No file appears. */
void report_outputs_abort(struct report_outputs *o);
