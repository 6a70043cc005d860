#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/print.h"
#include "cli/exit_code.h"
#include "cli/lookup.h"

static const char after_help[] =
	"IDENTITY is an IMSI, MSISDN, IMPI or IMPU in any spelling: 001010000000001, '+999 00 "
	"000-0001', 00999…, tel:…, sip:…,\n"
	"user@realm. \"Not found\" is an answer: the exit code is 0. A part of an identity is "
	"found "
	"by\n"
	"  cxaudit sql \"SELECT subscription, impu FROM impu WHERE impu LIKE '%0001@%'\"";

struct answer {
	struct json_writer *json; /* NULL: text */
	bool use_colour;
	unsigned found;
	uint64_t left_out; /* subscriptions that hold it, beyond LOOKUP_MATCHES_MAX of a source */
	bool has_nearest;
};

static void on_view(const struct lookup_view *view, void *context)
{
	struct answer *a = context;

	if (a->json) {
		lookup_json(a->json, view);
	} else {
		if (a->found)
			putchar('\n');
		lookup_text(stdout, view, a->use_colour);
	}
	a->found++;
}

static void on_nearest(struct text identity, void *context)
{
	struct answer *a = context;

	if (a->json) {
		json_write_text(a->json, identity);
	} else {
		fputs(a->has_nearest ? ", " : "  near to it: ", stdout);
		print_text(stdout, identity);
	}
	a->has_nearest = true;
}

struct searching {
	const struct common_options *common;
	const struct policy *policy;
	struct store *store;
	struct observations *observations; /* NULL: there are none */
	struct lookup_wanted wanted;
	struct answer *answer;
	bool wants_nearest;
	unsigned sources; /* searched */
	int code;
};

static enum rc search_source(struct searching *s, struct session *session, const char *source,
			     struct diag *diag)
{
	struct lookup_search search = {
		.session = session,
		.wanted = &s->wanted,
		.visit = on_view,
		.context = s->answer,
	};
	uint64_t left_out;
	enum rc rc;

	if (s->wants_nearest)
		return lookup_nearest(session, &s->wanted, on_nearest, s->answer, diag);
	rc = lookup_visit(&search, diag);
	if (rc != RC_OK || search.found <= LOOKUP_MATCHES_MAX)
		return rc;
	left_out = search.found - LOOKUP_MATCHES_MAX;
	s->answer->left_out += left_out;
	if (!s->common->is_json)
		printf("\nsource %s: %llu subscriptions hold it, the first %d are shown; 'cxaudit "
		       "sql' lists all, by %s\n",
		       source, (unsigned long long)search.found, LOOKUP_MATCHES_MAX, search.column);
	return RC_OK;
}

/* One source: its current snapshot is opened, searched and closed. */
static bool on_source(const struct store_source *source, void *context)
{
	struct searching *s = context;
	struct snapshot *snapshot;
	struct session session;
	const struct hss_profile *hss;
	const struct cscf_profile *cscf;
	struct diag diag;
	enum rc rc;

	if (!source->snapshot || (s->common->source && strcmp(s->common->source, source->name)))
		return true;
	s->sources++;
	diag_init(&diag);
	rc = store_current(s->store, source->name, &snapshot, &diag);
	if (rc == RC_OK) {
		s->code = session_profiles("lookup", s->common, s->policy,
					   snapshot_get_info(snapshot)->hss, &hss, &cscf);
		if (s->code) {
			snapshot_close(snapshot);
			return false;
		}
		rc = session_open(&session, snapshot, hss, cscf, s->policy, &diag);
	}
	if (rc == RC_OK) {
		session.observations = s->observations;
		rc = search_source(s, &session, source->name, &diag);
		session_close(&session);
	}
	if (rc != RC_OK)
		s->code = command_fail(EXIT_UNUSABLE, &diag);
	return !s->code;
}

static int search(struct searching *s)
{
	struct diag diag;

	diag_init(&diag);
	if (store_sources(s->store, on_source, s, &diag) != RC_OK && !s->code)
		s->code = command_fail(EXIT_UNUSABLE, &diag);
	if (!s->code && !s->sources) {
		if (s->common->source)
			diag_set(&diag, RC_NOTFOUND,
				 "the store holds no source %s; 'cxaudit sources' lists them",
				 s->common->source);
		else
			diag_set(&diag, RC_NOTFOUND,
				 "the store holds no source; import one with 'cxaudit import'");
		s->code = command_fail(EXIT_UNUSABLE, &diag);
	}
	return s->code;
}

static int answer_json(struct searching *s, struct text query)
{
	struct strbuf b;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	json_write_init(&j, &b, false);
	s->answer->json = &j;
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/lookup/1");
	json_write_member_text(&j, "query", query);
	json_write_key(&j, "subscriptions");
	json_write_array_begin(&j);
	code = search(s);
	json_write_array_end(&j);
	if (s->answer->left_out)
		json_write_member_uint(&j, "left_out", s->answer->left_out);
	if (!code && !s->answer->found) {
		json_write_key(&j, "nearest");
		json_write_array_begin(&j);
		s->wants_nearest = true;
		code = search(s);
		json_write_array_end(&j);
	}
	json_write_object_end(&j);
	if (!code)
		code = command_print_json(&b);
	strbuf_clear(&b);
	return code;
}

/* A number that may be a national one, which cannot be known without the country. */
static bool is_national(const struct searching *s)
{
	const struct lookup_wanted *w = &s->wanted;
	const char *number = w->reading[w->tidy].number;

	return w->reading[w->tidy].is_number && number[0] == '0' && number[1] != '0' &&
	       !s->policy->country_code.length;
}

static int answer_text(struct searching *s, struct text query)
{
	int code = search(s);

	if (code || s->answer->found)
		return code;
	print_text(stdout, query);
	puts(": no subscription holds this identity");
	if (is_national(s))
		puts("  a national number? it is found when the policy (--policy) tells the "
		     "country-code");
	s->wants_nearest = true;
	code = search(s);
	if (s->answer->has_nearest)
		putchar('\n');
	return code;
}

/* Without them, or when they cannot be read, the provisioning still answers. */
static struct observations *open_observations(const struct common_options *common)
{
	struct observations *observations = NULL;
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	rc = observations_open(options_store(common), OBSERVATIONS_READ, &observations, &diag);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		command_fail(EXIT_UNUSABLE, &diag);
	return rc == RC_OK ? observations : NULL;
}

static int answer_one(struct searching *s, struct text query)
{
	struct diag diag;
	int code;

	diag_init(&diag);
	if (lookup_wanted_init(&s->wanted, query, s->policy->country_code, &diag) != RC_OK)
		return command_fail(EXIT_UNUSABLE, &diag);
	code = s->common->is_json ? answer_json(s, query) : answer_text(s, query);
	lookup_wanted_clear(&s->wanted);
	return code;
}

static int run(const struct program *program, const struct common_options *common,
	       char **identities, int count)
{
	struct observations *observations;
	struct policy policy;
	struct store *store;
	int code = session_policy(program, common, &policy);

	if (!code)
		code = session_store(common, &store);
	if (!code) {
		observations = open_observations(common);
		for (int i = 0; i < count && !code; i++) {
			struct answer answer = {.use_colour = command_use_colour()};
			struct searching s = {
				.common = common,
				.policy = &policy,
				.store = store,
				.observations = observations,
				.answer = &answer,
			};

			if (i && !common->is_json)
				putchar('\n');
			code = answer_one(&s, text_from(identities[i]));
		}
		observations_close(observations);
		store_close(store);
	}
	policy_clear(&policy);
	return code;
}

int cmd_lookup(const struct program *program, int argc, char **argv)
{
	struct common_options common = {0};
	const struct option_row rows[] = {
		{"store", 's', OPTION_STRING, "DIR", &common.store,
		 "the store (default $CXAUDIT_STORE)"},
		{"source", 'n', OPTION_STRING, "NAME", &common.source, "only this source"},
		{"hss", 0, OPTION_STRING, "P", &common.hss,
		 "how the HSS behaves: 3gpp, fhoss, open5gs, pyhss"},
		{"cscf", 0, OPTION_STRING, "P", &common.cscf,
		 "how the CSCFs behave: 3gpp, kamailio, clearwater"},
		{"policy", 'p', OPTION_STRING, "FILE", &common.policy,
		 "operator's policy, see cxaudit.conf(5)"},
		{"json", 0, OPTION_FLAG, NULL, &common.is_json,
		 "print one JSON object a query, schema cxaudit/lookup/1"},
		{0},
	};
	const struct option_set set = {
		"lookup", "[OPTION]... IDENTITY...",
		"Shows subscribers as provisioned, the verdict, why, and the repair.", rows,
		after_help};
	int first, code = options_parse(&set, argc, argv, &first);

	if (code)
		return code - 1;
	if (first == argc)
		return command_usage("lookup", "no identity: give an IMSI, MSISDN, IMPI or IMPU");
	for (int i = first; i < argc; i++)
		if (!text_trim(text_from(argv[i])).length)
			return command_usage("lookup",
					     "found '%s', expected an IMSI, MSISDN, IMPI or IMPU",
					     argv[i]);
	return run(program, &common, argv + first, argc - first);
}
