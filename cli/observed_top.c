#include <stdio.h>

#include "audit/exchange_json.h"
#include "audit/verdict_json.h"
#include "base/time_text.h"
#include "base/print.h"
#include "cli/exit_code.h"
#include "cli/observed.h"
#include "cli/observed_print.h"
#include "cli/observed_ranking.h"
#include "model/identity.h"

#define LIMIT_DEFAULT 20u

struct topping {
	struct frequent_names ranking;
	enum rc rc;
};

static bool on_exchange(const struct cx_exchange *e, void *context)
{
	struct topping *t = context;

	t->rc = observed_ranking_add(&t->ranking, e);
	return t->rc == RC_OK && !command_interrupted;
}

static void identity_add(const struct ranking_subject *s, bool is_masked, struct strbuf *out)
{
	strbuf_reset(out);
	if (is_masked)
		identity_add_masked(s->impi.name, out);
	else
		strbuf_add_text(out, s->impi.name);
}

static void subject_json(struct json_writer *j, const struct ranking_subject *s,
			 const struct strbuf *identity)
{
	json_write_object_begin(j);
	json_write_member_text(j, "impi", strbuf_text(identity));
	json_write_member_uint(j, "attempts", s->impi.count);
	json_write_member_microseconds(j, "first", s->first_us);
	json_write_member_microseconds(j, "last", s->last_us);
	json_write_member_uint(j, "days", observed_ranking_days(s));
	json_write_member_text(j, "last_host", s->last_host.length ? s->last_host : TEXT_NONE);
	json_write_key(j, "by_code");
	json_write_array_begin(j);
	for (unsigned i = 0; i < s->code_count; i++) {
		const struct ranking_code *c = &s->code[i];
		const char *avp = answer_kind_avp(c->kind);

		json_write_object_begin(j);
		json_write_member_str(j, "command", cx_command_str(c->command));
		json_write_member_str(j, "avp", avp);
		if (avp)
			json_write_member_uint(j, "code", c->code);
		else
			json_write_member_null(j, "code");
		json_write_member_vendor(j, "vendor", c->vendor);
		json_write_member_uint(j, "count", c->count);
		json_write_object_end(j);
	}
	json_write_array_end(j);
	json_write_object_end(j);
}

static int top_json(const struct frequent_names *r, uint32_t count, bool is_masked)
{
	struct strbuf b, identity;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	strbuf_init(&identity);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/observed-top/1");
	json_write_member_uint(&j, "subjects", r->count);
	json_write_member_uint(&j, "floor", r->floor);
	json_write_key(&j, "identities");
	json_write_array_begin(&j);
	for (uint32_t i = 0; i < count; i++) {
		identity_add((const struct ranking_subject *)r->slot[i], is_masked, &identity);
		subject_json(&j, (const struct ranking_subject *)r->slot[i], &identity);
	}
	json_write_array_end(&j);
	json_write_object_end(&j);
	b.failed |= identity.failed;
	code = command_print_json(&b);
	strbuf_clear(&identity);
	strbuf_clear(&b);
	return code;
}

static void subject_text(const struct ranking_subject *s, const struct strbuf *identity)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	printf("%7llu  ", (unsigned long long)s->impi.count);
	print_text(stdout, strbuf_text(identity));
	printf("\n         %u day%s, %.16s to %.16s", observed_ranking_days(s),
	       text_plural(observed_ranking_days(s)), time_text(TIME_MILLI, s->first_us, first),
	       time_text(TIME_MILLI, s->last_us, last));
	if (s->last_host.length) {
		fputs(", last by ", stdout);
		print_text(stdout, s->last_host);
	}
	putchar('\n');
	for (unsigned i = 0; i < s->code_count; i++) {
		const struct ranking_code *c = &s->code[i];
		const struct cx_answer answer = {
			.kind = c->kind, .code = c->code, .vendor = c->vendor};
		char code[16] = "", name[OBSERVED_NAME_MAX];

		if (answer_kind_avp(c->kind))
			snprintf(code, sizeof(code), "%u ", c->code);
		printf("         %s %s%s: %llu\n", cx_command_str(c->command), code,
		       observed_answer_name(&answer, name), (unsigned long long)c->count);
	}
}

static int top_text(const struct frequent_names *r, uint32_t count, bool is_masked)
{
	struct strbuf identity;

	strbuf_init(&identity);
	for (uint32_t i = 0; i < count; i++) {
		identity_add((const struct ranking_subject *)r->slot[i], is_masked, &identity);
		subject_text((const struct ranking_subject *)r->slot[i], &identity);
	}
	strbuf_clear(&identity);
	if (!r->count)
		puts("no registration failed");
	else if (count < r->count)
		printf("\n%u more; see --limit\n", r->count - count);
	if (r->floor)
		fprintf(stderr,
			"cxaudit: more identities failed than fit into memory: one with at most "
			"%llu attempt%s may be missing\n",
			(unsigned long long)r->floor, text_plural(r->floor));
	return EXIT_CLEAN;
}

int observed_top(const struct observed_options *o, int count, char **operands)
{
	uint32_t limit = o->limit ? o->limit : LIMIT_DEFAULT;
	struct observation_query query = observed_query(o);
	struct topping t = {.ranking = observed_ranking_new()};
	struct observations_summary summary = {0};
	struct observations *observations;
	struct diag diag;
	enum rc rc;
	int code;

	if (count)
		return command_usage("observed top", "unexpected operand '%s'", operands[0]);
	code = observed_open(o, OBSERVATIONS_READ, &observations);
	if (code)
		return code;
	diag_init(&diag);
	command_catch_signals();
	rc = observations_summarize(observations, &summary, &diag);
	if (rc == RC_OK)
		rc = observations_visit(observations, &query, on_exchange, &t, &diag);
	observations_close(observations);
	if (t.rc != RC_OK)
		rc = diag_set(&diag, t.rc, "no memory to rank");
	if (command_interrupted)
		rc = diag_set(&diag, RC_INTERRUPTED, "interrupted");
	observed_ranking_sort(&t.ranking);
	limit = t.ranking.count < limit ? t.ranking.count : limit;
	if (rc == RC_OK || rc == RC_CORRUPT)
		code = o->common.is_json ? top_json(&t.ranking, limit, o->is_masked)
					 : top_text(&t.ranking, limit, o->is_masked);
	if (rc == RC_OK && !summary.count)
		observed_tell_empty();
	if (rc != RC_OK)
		code = command_fail(EXIT_UNUSABLE, &diag);
	frequent_names_clear(&t.ranking);
	return code;
}
