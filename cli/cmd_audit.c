#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/report.h"
#include "cli/live_comparison.h"
#include "cli/exit_code.h"
#include "cli/import_options.h"
#include "cli/progress.h"
#include "cli/report_output.h"
#include "cli/session.h"

static const char after_help[] =
	"Without EXPORT the current snapshots of the store are audited, "
	"each IMS source on its own. -o may be given several\n"
	"times: text, json (a line of JSON for each source), ndjson (one for "
	"each finding), csv, each with an\n"
	"optional :FILE. Exit 1 when something at or above --fail-on is found.\n\n"
	"What was observed on Cx (observations.db of the store) is held "
	"against the verdicts; with EXPORT only that of a\n"
	"store named by --store.";

struct audit_arguments {
	struct common_options common;
	struct import_arguments import;
	struct option_list output_words;
	struct report_outputs outputs;
	const char *fail_on;
	enum severity threshold;
	struct live_comparison live;
};

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	progress_update(context, done, total, 0);
}

/* Keeps the sums of the run in the catalog, without the evidence, which is made of people's
 * identities; a read-only store is fine without. */
static void record_run(struct store *store, const struct audit_result *result,
		       struct audit_run_info *info)
{
	struct strbuf b;
	struct json_writer j;

	strbuf_init(&b);
	json_write_init(&j, &b, false);
	audit_json(&j, info, result);
	if (!b.failed)
		store_record_run(store, info->started_at, b.data, &info->number, NULL);
	strbuf_clear(&b);
}

/* Compares with what was observed, if anything was, and writes the reports. */
static int report_result(struct audit_arguments *a, struct store *store, struct report *report,
			 struct audit_run_info *info)
{
	const struct audit_result *result = report->result;
	struct live_evidence evidence = {0};
	struct diag diag;
	enum rc rc = RC_OK;
	int code = EXIT_CLEAN;

	diag_init(&diag);
	if (a->live.observations)
		rc = live_comparison_gather(&a->live, report->request, result, &evidence, &diag);
	if (rc == RC_OK && store)
		record_run(store, result, info);
	if (a->live.observations)
		info->evidence = &evidence;
	if (rc == RC_OK)
		rc = report_outputs_write(&a->outputs, report, &diag);
	if (rc != RC_OK)
		code = command_fail(EXIT_UNUSABLE, &diag);
	else if ((result->has_findings && result->worst >= a->threshold) ||
		 (info->evidence && live_comparison_reaches(&evidence, a->threshold)))
		code = EXIT_FINDINGS;
	info->evidence = NULL;
	evidence_clear(&evidence);
	return code;
}

static int report_run(struct audit_arguments *a, struct store *store,
		      const struct audit_request *request, struct audit_run_info *info)
{
	struct audit_result result;
	struct report report = {.request = request, .result = &result, .info = info};
	struct progress bar;
	struct audit_request shown = *request;
	struct diag diag;
	enum rc rc;
	int code;

	diag_init(&diag);
	progress_init(&bar, "auditing", false);
	shown.progress = on_progress;
	shown.progress_context = &bar;
	report.request = &shown;
	command_catch_signals();
	rc = audit_run(&shown, &result, &diag);
	progress_end(&bar);
	if (rc != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	code = report_result(a, store, &report, info);
	audit_result_clear(&result);
	return code;
}

/* Audits one snapshot, which is closed. store is NULL when the run is not to be kept. */
static int audit_snapshot(struct audit_arguments *a, const struct policy *policy,
			  struct store *store, struct snapshot *snapshot)
{
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct audit_run_info info = {
		.started_at = time(NULL),
		.version = PACKAGE_VERSION,
		.input = snapshot_get_info(snapshot),
		.is_complete = !snapshot_get_info(snapshot)->is_truncated,
	};
	struct audit_request request = {
		.snapshot = snapshot,
		.policy = policy,
		.threads = a->import.threads ? a->import.threads : import_default_threads(),
		.interrupted = &command_interrupted,
	};
	struct rival_sources *rivals = NULL;
	struct diag diag;
	int code = session_profiles("audit", &a->common, policy, info.input->hss, &hss, &cscf);

	if (!code && store && a->live.observations) {
		diag_init(&diag);
		if (rival_sources_new(store, info.input->source, &a->common, policy, &rivals,
				      &diag) != RC_OK)
			code = command_fail(EXIT_UNUSABLE, &diag);
		a->live.rivals = rivals;
	}
	info.completeness = snapshot_get_completeness(snapshot, &info.completeness_count);
	if (!code) {
		request.hss = hss;
		request.cscf = cscf;
		info.hss = hss_profile_name(hss);
		info.cscf = cscf_profile_name(cscf);
		code = report_run(a, store, &request, &info);
	}
	a->live.rivals = NULL;
	rival_sources_free(rivals);
	snapshot_close(snapshot);
	return code;
}

static int audit_export(struct audit_arguments *a, const struct policy *policy,
			const char *const *files, size_t count)
{
	struct import_summary summary;
	struct import_arguments import = a->import;
	struct snapshot *snapshot;
	struct store *store;
	struct diag diag;
	int code;

	diag_init(&diag);
	memset(&summary, 0, sizeof(summary));
	import.hss = a->common.hss ? a->common.hss : policy->hss.data;
	code = live_comparison_open(&a->live, a->common.store, true);
	if (code)
		return code;
	a->live.export_us = live_comparison_export_age(files, count);
	if (store_open_temporary(&store, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	code = import_with_progress(store, a->common.source ? a->common.source : "export", &import,
				    files, count, &summary);
	if (!code) {
		if (store_current(store, NULL, &snapshot, &diag) == RC_OK)
			code = audit_snapshot(a, policy, NULL, snapshot);
		else
			code = command_fail(EXIT_UNUSABLE, &diag);
	}
	import_summary_clear(&summary);
	store_close(store);
	return code;
}

#define SOURCES_MAX 64
struct source_names {
	char name[SOURCES_MAX][64];
	unsigned count, more;
};

static bool on_source(const struct store_source *s, void *context)
{
	struct source_names *names = context;

	if (!s->snapshot || strcmp(s->role, "ims") != 0)
		return true;
	if (names->count < SOURCES_MAX)
		memcpy(names->name[names->count++], s->name, sizeof(s->name));
	else
		names->more++;
	return true;
}

static int audit_store(struct audit_arguments *a, const struct policy *policy)
{
	struct source_names names = {.count = 0};
	struct snapshot *snapshot;
	struct store *store = NULL;
	struct diag diag;
	int code = session_store(&a->common, &store), worst = EXIT_CLEAN;

	if (!code)
		code = live_comparison_open(&a->live, options_store(&a->common), false);
	if (code) {
		store_close(store);
		return code;
	}
	diag_init(&diag);
	if (a->common.source)
		snprintf(names.name[names.count++], sizeof(names.name[0]), "%s", a->common.source);
	else if (store_sources(store, on_source, &names, &diag) != RC_OK)
		worst = command_fail(EXIT_UNUSABLE, &diag);
	if (!names.count && !worst) {
		diag_set(&diag, RC_NOTFOUND,
			 "the store holds no IMS source; import one with 'cxaudit import'");
		worst = command_fail(EXIT_UNUSABLE, &diag);
	}
	if (names.more) {
		diag_set(&diag, RC_LIMIT,
			 "the store holds more than %d IMS sources; audit them one by "
			 "one with --source",
			 SOURCES_MAX);
		worst = command_fail(EXIT_UNUSABLE, &diag);
	}
	for (unsigned i = 0; i < names.count && !names.more; i++) {
		if (store_current(store, names.name[i], &snapshot, &diag) == RC_OK)
			code = audit_snapshot(a, policy, store, snapshot);
		else
			code = command_fail(EXIT_UNUSABLE, &diag);
		worst = code > worst ? code : worst;
	}
	store_close(store);
	return worst;
}

static int check_arguments(struct audit_arguments *a)
{
	a->threshold = SEVERITY_ERROR;
	if (a->fail_on && !severity_parse(text_from(a->fail_on), &a->threshold))
		return command_usage(
			"audit", "--fail-on: found '%s', expected info, notice, warning or error",
			a->fail_on);
	for (unsigned i = 0; i < a->output_words.count; i++)
		if (!report_output_is_valid(a->output_words.value[i]))
			return command_usage("audit",
					     "-o: found '%s', expected text, json, ndjson or csv, "
					     "each with an optional :FILE",
					     a->output_words.value[i]);
	if (a->import.format && !importer_find(a->import.format))
		return command_usage("audit", "unknown format '%s'; see 'cxaudit import --help'",
				     a->import.format);
	return 0;
}

/* Reports appear when everything went well; whatever is wrong with the command line is told first.
 */
static int run(struct audit_arguments *a, const struct policy *policy, const char *const *files,
	       size_t count)
{
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct diag diag;
	int code = session_profiles("audit", &a->common, policy, NULL, &hss, &cscf);

	if (code)
		return code;
	diag_init(&diag);
	if (report_outputs_open(&a->outputs, &a->output_words, a->common.is_json, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	code = count ? audit_export(a, policy, files, count) : audit_store(a, policy);
	live_comparison_close(&a->live);
	if (code > EXIT_FINDINGS)
		report_outputs_abort(&a->outputs);
	else if (report_outputs_commit(&a->outputs, &diag) != RC_OK)
		code = command_fail(EXIT_UNUSABLE, &diag);
	return code;
}

int cmd_audit(const struct program *program, int argc, char **argv)
{
	struct audit_arguments a = {.import.error_budget = 0.01};
	struct policy policy;
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &a.common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"source", 'n', OPTION_STRING, "NAME", &a.common.source, "only this source"},
		{"hss", 0, OPTION_STRING, "P", &a.common.hss,
		 "how the HSS behaves: 3gpp, fhoss, open5gs, pyhss"},
		{"cscf", 0, OPTION_STRING, "P", &a.common.cscf,
		 "how the CSCFs behave: 3gpp, kamailio, clearwater"},
		{"policy", 'p', OPTION_STRING, "FILE", &a.common.policy,
		 "operator's policy, see cxaudit.conf(5)"},
		{"fail-on", 0, OPTION_STRING, "SEV", &a.fail_on,
		 "info, notice, warning or error (default)"},
		{"output", 'o', OPTION_LIST, "FORMAT[:FILE]", &a.output_words,
		 "text (default), json, ndjson, csv"},
		{"json", 0, OPTION_FLAG, NULL, &a.common.is_json, "same as -o json"},
		{"format", 'f', OPTION_STRING, "F", &a.import.format,
		 "format of EXPORT; detected when not given"},
		{"error-budget", 0, OPTION_PERCENT, "SHARE", &a.import.error_budget,
		 "rejects that are tolerated (default 1%)"},
		{"accept-truncated", 0, OPTION_FLAG, NULL, &a.import.accept_truncated,
		 "audit what a cut input gave"},
		{"memory", 0, OPTION_SIZE, "SIZE", &a.import.memory,
		 "memory for sorting; beyond it the disk is used"},
		{"threads", 'j', OPTION_NUMBER, "N", &a.import.threads,
		 "threads (default: one per processor)"},
		{"observed-since", 0, OPTION_SINCE, "TIME", &a.live.since,
		 "compare with what was observed since: 24h, 30d, 2026-11-01"},
		{"no-observations", 0, OPTION_FLAG, NULL, &a.live.is_unwanted,
		 "do not compare with what was observed"},
		{0},
	};
	const struct option_set set = {
		"audit", "[OPTION]... [EXPORT...]",
		"Predicts which subscribers are refused when they register, why, by which clause, "
		"and the smallest repair.",
		rows, after_help};
	int first, code = options_parse(&set, argc, argv, &first);

	if (code)
		return code - 1;
	code = check_arguments(&a);
	if (code)
		return code;
	code = session_policy(program, &a.common, &policy);
	if (!code)
		code = run(&a, &policy, (const char *const *)(argv + first),
			   (size_t)(argc - first));
	policy_clear(&policy);
	return code;
}
