#include "cli/report_output.h"

#include <string.h>

static const struct report_format *format_of(const char *word, const char **path)
{
	const char *colon = strchr(word, ':');

	*path = colon ? colon + 1 : NULL;
	if (colon && !colon[1])
		return NULL;
	return report_format_find(text_of(word, colon ? (size_t)(colon - word) : strlen(word)));
}

bool report_output_is_valid(const char *word)
{
	const char *path;

	return format_of(word, &path) != NULL;
}

enum rc report_outputs_open(struct report_outputs *o, const struct option_list *words, bool is_json,
			    struct diag *diag)
{
	const struct option_list standard = {.value = {is_json ? "json" : "text"}, .count = 1};
	enum rc rc = RC_OK;

	memset(o, 0, sizeof(*o));
	if (!words->count)
		words = &standard;
	for (unsigned i = 0; i < words->count && rc == RC_OK; i++) {
		const char *path;

		o->item[i].format = format_of(words->value[i], &path);
		rc = output_open(&o->item[i].output, path, diag);
		o->count += rc == RC_OK;
	}
	if (rc != RC_OK)
		report_outputs_abort(o);
	return rc;
}

enum rc report_outputs_write(struct report_outputs *o, const struct report *report,
			     struct diag *diag)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < o->count && rc == RC_OK; i++) {
		struct report one = *report;

		one.out = o->item[i].output.file;
		one.use_colour = one.out == stdout && command_use_colour();
		one.is_continued = o->is_continued;
		rc = o->item[i].format->write(&one, diag);
		/* A table that could not be written does not say why: what is left of it does. */
		if (rc != RC_OK && diag->rc == RC_OK && fflush(one.out) != 0)
			diag_set_errno(diag, rc, "cannot write the report");
		else if (rc != RC_OK && diag->rc == RC_OK)
			diag_set(diag, rc, "cannot write the report");
	}
	o->is_continued = true;
	return rc;
}

enum rc report_outputs_commit(struct report_outputs *o, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < o->count; i++) {
		if (rc == RC_OK)
			rc = output_commit(&o->item[i].output, diag);
		else
			output_abort(&o->item[i].output);
	}
	o->count = 0;
	return rc;
}

void report_outputs_abort(struct report_outputs *o)
{
	for (unsigned i = 0; i < o->count; i++)
		output_abort(&o->item[i].output);
	o->count = 0;
}
