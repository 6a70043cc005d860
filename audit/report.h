/* The ways to print an audit: text for people, JSON and NDJSON as the contract of design.md 8, CSV
 * for spreadsheets. */
#pragma once
#include <stdio.h>

#include "audit/verdict_json.h"

struct report {
	const struct audit_request *request;
	const struct audit_result *result;
	const struct audit_run_info *info;
	FILE *out;
	bool use_colour;
	bool is_continued; /* another source's audit stands before it in out */
};

struct report_format {
	const char *name;
	const char *description;
	enum rc (*write)(const struct report *r, struct diag *diag);
};

/* All formats, ended by a NULL name. */
extern const struct report_format report_formats[];
const struct report_format *report_format_find(struct text name);

/* The completeness table after an import: per fact, how much is known, defaulted, unknown. */
enum rc report_completeness(FILE *out, const struct completeness *rows, size_t count);

enum rc report_text(const struct report *r, struct diag *diag);
enum rc report_json(const struct report *r, struct diag *diag);
enum rc report_ndjson(const struct report *r, struct diag *diag);
enum rc report_csv(const struct report *r, struct diag *diag);

/* Appends one cell of RFC 4180, safe in a spreadsheet: what a program would take for a formula gets
 * an apostrophe. */
void report_add_csv_cell(struct strbuf *b, struct text t);

/* A title line of the report for people, with a blank line before it. */
void report_heading(const struct report *r, const char *title);

/* Writes what b holds and empties it; RC_IO or RC_FULL. */
enum rc report_flush(FILE *out, struct strbuf *b, struct diag *diag);
