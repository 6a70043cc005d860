/* What cxaudit diagnose prints, as it comes: failed cases are held back for a while, as the good
 * registration to compare them with may come later in the trace. */
#pragma once
#include "cli/lookup.h"
#include "trace/case_incident.h"
#include "trace/case_statistics.h"
#include "trace/comparison.h"
#include "trace/diagnosis.h"
#include "trace/trace_reader.h"

struct diagnose_output {
	/* set by the caller */
	const char *const *input;
	unsigned input_count;
	bool is_json, is_all, is_stats, has_ladder, use_colour;
	const struct lookup_wanted *wanted; /* NULL: every identity */
	struct diagnosis_sources sources;
	/* private */
	struct comparison *comparison;
	struct case_incidents *incidents;
	struct case_statistics *statistics;
	struct diagnose_held *held;
	unsigned held_first, held_count;
	size_t held_bytes;
	struct strbuf out;
	struct json_writer json;
	uint64_t cases, shown, healthy;
	enum rc rc; /* the first failure */
	struct diag diag;
};

/* RC_NOMEM. Begins the JSON object. */
enum rc diagnose_output_begin(struct diagnose_output *o, struct text known_good, struct diag *diag);
/* For the correlator: judges a case and prints it, or holds it back. context is the output. */
void diagnose_output_case(const struct trace_case *c, void *context);
/* Prints what was held back, incidents, statistics, sums and inputs. Returns o->rc. */
enum rc diagnose_output_end(struct diagnose_output *o, const struct trace_input_report *report,
			    struct diag *diag);
void diagnose_output_clear(struct diagnose_output *o);
