#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/verdict_json.h"
#include "cli/exit_code.h"
#include "cli/predict_batch.h"
#include "cli/session.h"
#include "cli/verdict_text.h"

#define NOT_AN_OPTION "'%s' is no option; identities are given with --impi and --impu"
#define EXCLUDE_EACH_OTHER "--visited-network and --no-visited-network exclude each other"

static const char after_help[] = "The visited network defaults to the home network, the scheme to "
				 "Digest-AKAv1-MD5. --visited-network '' sends it\n"
				 "empty, --no-visited-network not at all. A batch holds one JSON "
				 "object a line with the keys impi, impu,\n"
				 "visited_network, type, emergency, scheme, from; a key that is "
				 "absent means that the AVP is not sent, but for\n"
				 "visited_network and scheme, which have the defaults above (null: "
				 "not sent). One verdict a line comes out, in order.\n"
				 "A line that cannot be read gets an answer of schema "
				 "cxaudit/error/1 in its place; stderr counts them.";

int predict_open(const struct predict_options *o, struct store **store, struct session *session)
{
	struct snapshot *snapshot;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct diag diag;
	int code = session_store(&o->common, store);

	if (code)
		return code;
	diag_init(&diag);
	if (store_current(*store, o->common.source, &snapshot, &diag) != RC_OK) {
		if (diag.rc == RC_USAGE)
			code = command_usage("predict", "%s (--source NAME)", diag.text);
		else
			code = command_fail(EXIT_UNUSABLE, &diag);
		store_close(*store);
		return code;
	}
	code = session_profiles("predict", &o->common, o->policy, snapshot_get_info(snapshot)->hss,
				&hss, &cscf);
	if (code)
		snapshot_close(snapshot);
	else if (session_open(session, snapshot, hss, cscf, o->policy, &diag) != RC_OK)
		code = command_fail(EXIT_UNUSABLE, &diag);
	if (code)
		store_close(*store);
	return code;
}

static int answer_one(const struct predict_options *o, struct session *s)
{
	struct attempt attempt;
	struct verdict verdict;
	struct resolution resolution;
	struct explanation explanation = {0};
	struct arena arena;
	struct diag diag;
	int code = EXIT_CLEAN;
	enum rc rc;

	arena_init(&arena);
	diag_init(&diag);
	rc = given_attempt(&o->given, o->policy, &arena, &attempt, &diag);
	if (rc == RC_OK)
		rc = predict(&s->predictor, &attempt, true, &arena, &verdict, &resolution, &diag);
	if (rc == RC_OK && verdict.rule)
		rc = explain(&s->predictor, &attempt, &verdict, &resolution, &arena, &explanation,
			     &diag);
	if (rc == RC_OK && o->common.is_json) {
		struct strbuf b;
		struct json_writer j;

		strbuf_init(&b);
		json_write_init(&j, &b, true);
		verdict_json(&j, &attempt, &verdict, &explanation,
			     hss_profile_name(s->predictor.hss),
			     cscf_profile_name(s->predictor.cscf));
		code = command_print_json(&b);
		strbuf_clear(&b);
	} else if (rc == RC_OK) {
		verdict_text(stdout, &attempt, &verdict, &explanation, 0, command_use_colour());
	}
	arena_clear(&arena);
	if (rc == RC_OK)
		return code;
	return command_fail(rc == RC_USAGE ? EXIT_USAGE : EXIT_UNUSABLE, &diag);
}

/* They are sent as they are: that is what is asked for. But people forget. */
static void note_odd_identities(const struct given *g)
{
	if (g->impi.data && text_find(g->impi, '@') < 0)
		fputs("cxaudit: note: the IMPI has no realm; in full it is user@realm\n", stderr);
	if (g->impu.data && text_find(g->impu, ':') < 0)
		fputs("cxaudit: note: the IMPU has no scheme; in full it is sip:user@domain or "
		      "tel:+number\n",
		      stderr);
}

static int run(const struct program *program, struct predict_options *o, const char *batch)
{
	struct policy policy;
	struct session session;
	struct store *store;
	int code;

	if (batch && !program->predict_batch)
		return EXIT_TAKE_OVER;
	if (!batch)
		note_odd_identities(&o->given);
	code = session_policy(program, &o->common, &policy);
	o->policy = &policy;
	if (!code && batch) {
		code = program->predict_batch(o, batch);
	} else if (!code) {
		code = predict_open(o, &store, &session);
		if (!code) {
			code = answer_one(o, &session);
			session_close(&session);
			store_close(store);
		}
	}
	policy_clear(&policy);
	return code;
}

int cmd_predict(const struct program *program, int argc, char **argv)
{
	struct predict_options o = {0};
	const char *impi = NULL, *impu = NULL, *visited = NULL, *type = NULL, *scheme = NULL,
		   *from = NULL, *batch = NULL;
	bool no_visited = false, is_emergency = false;
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &o.common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"source", 'n', OPTION_STRING, "NAME", &o.common.source,
		 "the source, when there are several"},
		{"impi", 'i', OPTION_STRING, "I", &impi, "IMPI (User-Name) that is presented"},
		{"impu", 'u', OPTION_STRING, "P", &impu,
		 "IMPU (Public-Identity) that is presented"},
		{"visited-network", 0, OPTION_STRING, "V", &visited, "Visited-Network-Identifier"},
		{"no-visited-network", 0, OPTION_FLAG, NULL, &no_visited, "do not send it"},
		{"type", 0, OPTION_STRING, "T", &type,
		 "registration, deregistration or capabilities"},
		{"emergency", 0, OPTION_FLAG, NULL, &is_emergency, "emergency registration"},
		{"scheme", 0, OPTION_STRING, "S", &scheme,
		 "SIP-Authentication-Scheme asked in MAR"},
		{"from", 0, OPTION_STRING, "C", &from,
		 "start at UAR, MAR or SAR; earlier steps are taken as passed"},
		{"batch", 'b', OPTION_STRING, "FILE", &batch,
		 "many attempts, one JSON object a line; - for stdin"},
		{"hss", 0, OPTION_STRING, "P", &o.common.hss,
		 "how the HSS behaves: 3gpp, fhoss, open5gs, pyhss"},
		{"cscf", 0, OPTION_STRING, "P", &o.common.cscf,
		 "how the CSCFs behave: 3gpp, kamailio, clearwater"},
		{"policy", 'p', OPTION_STRING, "FILE", &o.common.policy,
		 "operator's policy, see cxaudit.conf(5)"},
		{"json", 0, OPTION_FLAG, NULL, &o.common.is_json,
		 "print JSON, schema cxaudit/verdict/1"},
		{0},
	};
	const struct option_set set = {
		"predict", "[OPTION]... --impi I --impu P | --batch FILE",
		"Predicts what a SIP REGISTER gets, from the provisioning in the store.", rows,
		after_help};
	int first, code = options_parse(&set, argc, argv, &first);

	if (code)
		return code - 1;
	if (first < argc)
		return command_usage("predict", NOT_AN_OPTION, argv[first]);
	if (!batch && !impi && !impu)
		return command_usage("predict", "--impi and --impu, or --batch, are missing");
	if (visited && no_visited)
		return command_usage("predict", EXCLUDE_EACH_OTHER);
	o.given = (struct given){
		.impi = text_from(impi),
		.impu = text_from(impu),
		.has_visited_network = visited || no_visited,
		.visited_network = text_from(visited),
		.has_scheme = scheme != NULL,
		.scheme = text_from(scheme),
		.type = text_from(type),
		.from = text_from(from),
		.is_emergency = is_emergency,
	};
	return run(program, &o, batch);
}
