#include <stdio.h>
#include <string.h>

#include "audit/report.h"
#include "base/json_writer.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/import_options.h"

static const char after_help[] =
	"Formats: fhoss-sql (mysqldump of FHoSS, schema and data in one or two files; the I-CSCF's "
	"s_cscf tables as a side\n"
	"file), cx-xml (IMSSubscription documents, TS 29.228 Annex E), csv (see "
	"docs/csv-layout.md). Plain, gzip, zstd or xz;\n"
	"several files are one source. A failed import leaves the previous snapshot current.";

static int check_role(const char *role)
{
	if (role && strcmp(role, "ims") && strcmp(role, "eps") && strcmp(role, "sim"))
		return command_usage("import", "--role: found '%s', expected ims, eps or sim",
				     role);
	return 0;
}

static void summary_text(const struct import_summary *s)
{
	const struct {
		uint64_t count;
		const char *noun;
	} counts[] = {
		{s->info.subscriptions, "subscription"},
		{s->info.impis, "IMPI"},
		{s->info.impus, "IMPU"},
		{s->rejects, "reject"},
	};

	printf("snapshot %llu of source %s is current: ", (unsigned long long)s->info.number,
	       s->info.source);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		printf("%llu %s%s, ", (unsigned long long)counts[i].count, counts[i].noun,
		       text_plural(counts[i].count));
	printf("format %s, %.1f s\n\n", s->info.format, s->seconds);
}

static int summary_json(const struct import_summary *s, const struct completeness *rows,
			size_t count)
{
	struct strbuf b;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/import/1");
	json_write_member_str(&j, "source", s->info.source);
	json_write_member_uint(&j, "snapshot", s->info.number);
	json_write_member_str(&j, "format", s->info.format);
	json_write_member_uint(&j, "subscriptions", s->info.subscriptions);
	json_write_member_uint(&j, "impis", s->info.impis);
	json_write_member_uint(&j, "impus", s->info.impus);
	json_write_member_uint(&j, "rejects", s->rejects);
	json_write_member_bool(&j, "truncated", s->is_truncated);
	json_write_key(&j, "completeness");
	json_write_array_begin(&j);
	for (size_t i = 0; i < count; i++) {
		json_write_object_begin(&j);
		json_write_member_str(&j, "fact", rows[i].fact);
		json_write_member_uint(&j, "known", rows[i].known);
		json_write_member_uint(&j, "defaulted", rows[i].defaulted);
		json_write_member_uint(&j, "unknown", rows[i].unknown);
		json_write_object_end(&j);
	}
	json_write_array_end(&j);
	json_write_object_end(&j);
	code = command_print_json(&b);
	strbuf_clear(&b);
	return code;
}

static int tell(struct store *store, const struct import_summary *summary, bool is_json)
{
	struct snapshot *snapshot;
	struct diag diag;
	const struct completeness *rows;
	size_t count;
	int code = EXIT_CLEAN;

	diag_init(&diag);
	if (store_current(store, summary->info.source, &snapshot, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	rows = snapshot_get_completeness(snapshot, &count);
	if (is_json) {
		code = summary_json(summary, rows, count);
	} else {
		summary_text(summary);
		report_completeness(stdout, rows, count);
	}
	snapshot_close(snapshot);
	return code;
}

static int run(const struct common_options *common, const struct import_arguments *a,
	       const char *const *files, size_t count)
{
	struct import_summary summary;
	struct store *store;
	struct diag diag;
	const char *folder = options_store(common);
	int code;

	diag_init(&diag);
	if (!folder)
		return command_usage("import", "no store: give --store DIR or set CXAUDIT_STORE");
	if (store_open(folder, STORE_WRITE, &store, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	memset(&summary, 0, sizeof(summary));
	code = import_with_progress(store, common->source ? common->source : "hss", a, files, count,
				    &summary);
	if (!code)
		code = tell(store, &summary, common->is_json);
	import_summary_clear(&summary);
	store_close(store);
	return code;
}

int cmd_import(const struct program *program, int argc, char **argv)
{
	struct common_options common = {0};
	struct import_arguments a = {.error_budget = 0.01};
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"source", 'n', OPTION_STRING, "NAME", &common.source,
		 "name of the source (default hss)"},
		{"format", 'f', OPTION_STRING, "F", &a.format, "format; detected when not given"},
		{"role", 0, OPTION_STRING, "R", &a.role,
		 "what the source is: ims, eps or sim (default ims)"},
		{"hss", 0, OPTION_STRING, "P", &a.hss,
		 "how this HSS behaves: 3gpp, fhoss, open5gs, pyhss"},
		{"error-budget", 0, OPTION_PERCENT, "SHARE", &a.error_budget,
		 "rejects that are tolerated (default 1%)"},
		{"accept-truncated", 0, OPTION_FLAG, NULL, &a.accept_truncated,
		 "publish what a cut input gave"},
		{"memory", 0, OPTION_SIZE, "SIZE", &a.memory,
		 "memory for sorting; beyond it the disk is used"},
		{"threads", 'j', OPTION_NUMBER, "N", &a.threads,
		 "threads (default: one per processor)"},
		{"json", 0, OPTION_FLAG, NULL, &common.is_json, "print the summary as JSON"},
		{0},
	};
	const struct option_set set = {
		"import", "[OPTION]... FILE...",
		"Reads an HSS export into the store as a new snapshot of a source.", rows,
		after_help};
	int first, code = options_parse(&set, argc, argv, &first);

	(void)program;
	if (code)
		return code - 1;
	if (first == argc)
		return command_usage("import", "no file: name the export, or - for standard input");
	code = check_role(a.role);
	if (!code && a.hss && !hss_profile_find(text_from(a.hss)))
		code = command_usage(
			"import",
			"unknown HSS profile '%s', expected 3gpp, fhoss, open5gs or pyhss", a.hss);
	if (!code && a.format && !importer_find(a.format))
		code = command_usage("import", "unknown format '%s'; see 'cxaudit import --help'",
				     a.format);
	return code ? code
		    : run(&common, &a, (const char *const *)(argv + first), (size_t)(argc - first));
}
