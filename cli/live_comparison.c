#include "cli/live_comparison.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "audit/evidence_finding.h"
#include "base/time_text.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/progress.h"

int live_comparison_open(struct live_comparison *a, const char *folder, bool is_asked)
{
	struct diag diag;
	enum rc rc;

	if (a->is_unwanted || !folder)
		return 0;
	diag_init(&diag);
	rc = observations_open(folder, OBSERVATIONS_READ, &a->observations, &diag);
	if (rc == RC_OK)
		return 0;
	a->observations = NULL;
	if (rc == RC_NOTFOUND) {
		if (is_asked)
			fprintf(stderr, "cxaudit: %s holds no observations: nothing to compare\n",
				folder);
		return 0;
	}
	command_fail(EXIT_UNUSABLE, &diag);
	fputs("cxaudit: --no-observations audits without them\n", stderr);
	return EXIT_UNUSABLE;
}

void live_comparison_close(struct live_comparison *a)
{
	observations_close(a->observations);
	a->observations = NULL;
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	progress_update(context, done, total, 0);
}

enum rc live_comparison_gather(struct live_comparison *a, const struct audit_request *request,
			       const struct audit_result *result, struct live_evidence *out,
			       struct diag *diag)
{
	struct progress bar;
	const struct evidence_source source = {
		.observations = a->observations,
		.from_us = time_of_seconds(a->since),
		.export_us = a->export_us,
		.rival = a->rivals ? a->rivals->rival : NULL,
		.rival_count = a->rivals ? a->rivals->count : 0,
		.own = a->rivals ? a->rivals->own : 0,
		.progress = on_progress,
		.progress_context = &bar,
	};
	enum rc rc;

	progress_init(&bar, "comparing with what was observed", false);
	rc = evidence_run(request, result, &source, out, diag);
	progress_end(&bar);
	return rc;
}

struct reaching {
	enum severity threshold;
	bool is_reached;
};

static bool on_finding(const struct audit_finding *finding, void *context)
{
	struct reaching *r = context;

	r->is_reached = finding->severity >= r->threshold;
	return !r->is_reached;
}

bool live_comparison_reaches(const struct live_evidence *e, enum severity threshold)
{
	struct reaching r = {threshold, false};

	evidence_findings_visit(e, on_finding, &r);
	return r.is_reached;
}

int64_t live_comparison_export_age(const char *const *files, size_t count)
{
	int64_t now = (int64_t)time(NULL), newest = 0;

	for (size_t i = 0; i < count; i++) {
		struct stat st;
		bool is_file = stat(files[i], &st) == 0 && S_ISREG(st.st_mode);
		int64_t changed = is_file ? (int64_t)st.st_mtime : now;

		newest = changed > newest ? changed : newest;
	}
	return time_of_seconds(newest < now ? newest : now);
}
