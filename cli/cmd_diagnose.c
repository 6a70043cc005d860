#include <stdio.h>
#include <stdlib.h>

#include "cli/capture_ports.h"
#include "cli/diagnose_output.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "store/observations.h"

#define INPUTS_MOST 64

static const char after_help[] =
	"A TRACE is a capture (pcap, pcapng, read by tshark) or a text log with SIP messages; - is "
	"standard input.\nSeveral traces of one attempt, taken at different places, are joined. A "
	"store, when there is one, tells what is\nprovisioned, and what the observer recorded on "
	"Cx. "
	"Without --all the failed and suspicious attempts are shown.";

struct diagnose_options {
	struct common_options common;
	struct option_list diameter_ports, sip_ports;
	const char *known_good, *identity;
	bool is_all, is_failed, is_masked, is_stats, is_without_ladder, explain_via;
};

/* What is open beside the traces. */
struct diagnose_store {
	struct store *store;
	struct session session;
	bool has_session;
	struct observations *observations;
};

static void close_store(struct diagnose_store *s)
{
	if (s->has_session)
		session_close(&s->session);
	observations_close(s->observations);
	store_close(s->store);
}

/* The provisioning of the store; a store without any is no error. Returns 0 or an exit code. */
static int open_session(struct diagnose_store *s, const struct diagnose_options *o,
			const struct policy *policy)
{
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct snapshot *snapshot;
	struct diag diag;
	int code;

	diag_init(&diag);
	if (store_current(s->store, o->common.source, &snapshot, &diag) != RC_OK) {
		if (diag.rc == RC_NOTFOUND && !o->common.source)
			return 0;
		return diag.rc == RC_USAGE
			       ? command_usage("diagnose", "%s (--source NAME)", diag.text)
			       : command_fail(EXIT_UNUSABLE, &diag);
	}
	code = session_profiles("diagnose", &o->common, policy, snapshot_get_info(snapshot)->hss,
				&hss, &cscf);
	if (code) {
		snapshot_close(snapshot);
		return code;
	}
	if (session_open(&s->session, snapshot, hss, cscf, policy, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	s->has_session = true;
	return 0;
}

/* Opens the store that was named, or the usual one if it is there. Returns 0 or an exit code. */
static int open_store(struct diagnose_store *s, const struct diagnose_options *o,
		      const struct policy *policy)
{
	const char *environment = getenv("CXAUDIT_STORE");
	bool is_named = o->common.store || (environment && *environment);
	const char *folder = options_store(&o->common);
	struct diag diag;
	int code;

	diag_init(&diag);
	if (!folder)
		return 0;
	if (store_open(folder, STORE_READ, &s->store, &diag) != RC_OK) {
		s->store = NULL;
		if (!is_named && diag.rc == RC_NOTFOUND)
			return 0;
		/* An observer may have written before anything was imported. */
		if (diag.rc != RC_NOTFOUND)
			return command_fail(EXIT_UNUSABLE, &diag);
	}
	code = s->store ? open_session(s, o, policy) : 0;
	if (code)
		return code;
	if (observations_open(folder, OBSERVATIONS_READ, &s->observations, NULL) != RC_OK)
		s->observations = NULL;
	if (!s->store && !s->observations)
		return command_fail(EXIT_UNUSABLE, &diag);
	return 0;
}

struct good_registration {
	int64_t time_us;
};

static bool on_good(const struct cx_exchange *e, void *context)
{
	struct good_registration *g = context;

	if (e->command == CX_SAR && !cx_exchange_is_failure(e))
		g->time_us = e->time_us;
	return !g->time_us;
}

/* The known good subscriber as observed on Cx, for traces that hold no good registration. */
static void use_observed_good(struct diagnose_output *output, const char *known_good)
{
	struct observation_query query = {.identity = text_from(known_good), .newest_first = true};
	struct good_registration good = {0};
	struct strbuf shown;

	if (!known_good || !output->sources.observations ||
	    observations_visit(output->sources.observations, &query, on_good, &good, NULL) !=
		    RC_OK ||
	    !good.time_us)
		return;
	strbuf_init(&shown);
	if (output->sources.is_masked)
		identity_add_masked(text_from(known_good), &shown);
	else
		strbuf_add_str(&shown, known_good);
	if (!shown.failed)
		comparison_set_observed(output->comparison, shown.data, good.time_us);
	strbuf_clear(&shown);
}

static int read_traces(const struct diagnose_options *o, struct diagnose_output *output,
		       const struct capture_options *capture)
{
	struct trace_input_report *report = calloc(output->input_count, sizeof(*report));
	struct correlator *correlator = NULL;
	struct diag diag, end;
	bool is_truncated;
	enum rc rc;

	diag_init(&diag);
	diag_init(&end);
	if (!report) {
		diag_set(&diag, RC_NOMEM, "no memory for the traces");
		return command_fail(EXIT_UNUSABLE, &diag);
	}
	rc = diagnose_output_begin(output, text_from(o->known_good), &diag);
	if (rc == RC_OK)
		use_observed_good(output, o->known_good);
	if (rc == RC_OK)
		rc = correlator_new(NULL, diagnose_output_case, output, &correlator, &diag);
	if (rc == RC_OK)
		rc = trace_read(output->input, output->input_count, capture, correlator, report,
				&diag);
	/* A trace that is cut at its end was read as far as it goes: its report says so. */
	is_truncated = rc == RC_TRUNCATED;
	if (rc == RC_OK || is_truncated)
		rc = correlator_finish(correlator, &diag);
	correlator_free(correlator);
	if (rc == RC_OK)
		rc = diagnose_output_end(output, report, &diag);
	free(report);
	if (rc != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	return is_truncated && !output->cases ? command_fail(EXIT_UNUSABLE, &diag) : EXIT_CLEAN;
}

static int run(const struct program *program, const struct diagnose_options *given,
	       const char *const *paths, unsigned count)
{
	struct diagnose_options o = *given;
	struct capture_options capture = {.interrupted = &command_interrupted};
	struct diagnose_output output = {
		.input = paths,
		.input_count = count,
		.is_json = o.common.is_json,
		.is_all = o.is_all || (o.common.is_json && !o.is_failed),
		.is_stats = o.is_stats,
		.has_ladder = !o.is_without_ladder,
		.use_colour = command_use_colour(),
	};
	struct lookup_wanted wanted;
	struct diagnose_store store = {0};
	struct policy policy;
	char known_good[256];
	struct diag diag;
	enum rc rc = RC_OK;
	int code;

	diag_init(&diag);
	code = capture_ports_parse("diagnose", "diameter-port", &o.diameter_ports,
				   capture.diameter_port, &capture.diameter_port_count);
	if (!code)
		code = capture_ports_parse("diagnose", "sip-port", &o.sip_ports, capture.sip_port,
					   &capture.sip_port_count);
	if (code)
		return code;
	code = session_policy(program, &o.common, &policy);
	if (!code)
		code = open_store(&store, &o, &policy);
	if (!code) {
		if (!o.known_good && policy.known_good.data)
			o.known_good = text_copy(policy.known_good, known_good, sizeof(known_good));
		if (o.identity) {
			rc = lookup_wanted_init(&wanted, text_from(o.identity), policy.country_code,
						&diag);
			output.wanted = &wanted;
		}
		output.sources = (struct diagnosis_sources){
			.policy = &policy,
			.predictor = store.has_session ? &store.session.predictor : NULL,
			.observations = store.observations,
			.is_masked = o.is_masked,
			.explain_via = o.explain_via,
		};
		command_catch_signals();
		code = rc == RC_OK ? read_traces(&o, &output, &capture)
				   : command_fail(EXIT_UNUSABLE, &diag);
		diagnose_output_clear(&output);
		if (o.identity)
			lookup_wanted_clear(&wanted);
	}
	close_store(&store);
	policy_clear(&policy);
	return code;
}

int cmd_diagnose(const struct program *program, int argc, char **argv)
{
	struct diagnose_options o = {0};
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &o.common.store,
		 "the store (default $CXAUDIT_STORE); works without one"},
		{"source", 'n', OPTION_STRING, "NAME", &o.common.source,
		 "the source, when there are several"},
		{"hss", 0, OPTION_STRING, "P", &o.common.hss,
		 "how the HSS behaves: 3gpp, fhoss, open5gs, pyhss"},
		{"cscf", 0, OPTION_STRING, "P", &o.common.cscf,
		 "how the CSCFs behave: 3gpp, kamailio, clearwater"},
		{"policy", 'p', OPTION_STRING, "FILE", &o.common.policy,
		 "operator's policy, see cxaudit.conf(5)"},
		{"diameter-port", 0, OPTION_LIST, "PORT", &o.diameter_ports,
		 "Diameter runs on this port, too; may be repeated"},
		{"sip-port", 0, OPTION_LIST, "PORT", &o.sip_ports,
		 "SIP runs on this port, too; may be repeated"},
		{"identity", 'i', OPTION_STRING, "I", &o.identity,
		 "only attempts of this identity, in any spelling"},
		{"known-good", 0, OPTION_STRING, "IMPU", &o.known_good,
		 "compare with this subscriber, who registers well"},
		{"all", 'a', OPTION_FLAG, NULL, &o.is_all, "show attempts that went well, too"},
		{"failed", 0, OPTION_FLAG, NULL, &o.is_failed,
		 "only what failed or is suspicious, in JSON as well"},
		{"stats", 0, OPTION_FLAG, NULL, &o.is_stats, "print counts instead of the cases"},
		{"mask", 0, OPTION_FLAG, NULL, &o.is_masked, "mask identities"},
		{"no-ladder", 0, OPTION_FLAG, NULL, &o.is_without_ladder,
		 "leave the ladder of messages out"},
		{"explain-via", 0, OPTION_FLAG, NULL, &o.explain_via,
		 "say what counting Vias is worth in each case"},
		{"json", 0, OPTION_FLAG, NULL, &o.common.is_json,
		 "print JSON, schema cxaudit/diagnosis/1"},
		{0},
	};
	const struct option_set set = {"diagnose", "[OPTION]... TRACE...",
				       "Says who refused a REGISTER or a call, why, and whether "
				       "provisioning is to blame.",
				       rows, after_help};
	int first, code = options_parse(&set, argc, argv, &first);

	if (code)
		return code - 1;
	if (first == argc)
		return command_usage("diagnose", "a trace is missing");
	if (argc - first > INPUTS_MOST)
		return command_usage("diagnose", "%d traces, %d is the most", argc - first,
				     INPUTS_MOST);
	if (o.is_all && o.is_failed)
		return command_usage("diagnose", "--all and --failed exclude each other");
	return run(program, &o, (const char *const *)argv + first, (unsigned)(argc - first));
}
