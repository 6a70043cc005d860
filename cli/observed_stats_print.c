#include <stdio.h>
#include <time.h>

#include "audit/exchange_json.h"
#include "audit/table.h"
#include "audit/verdict_json.h"
#include "base/time_text.h"
#include "base/print.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/observed_print.h"
#include "cli/observed_stats.h"

#define HOUR_SECONDS 3600
#define HOURS_SHOWN 48 /* for people; JSON has all */

static void counters_json(struct json_writer *j, const struct observation_status *s)
{
	json_write_member_uint(j, "seen", s->seen);
	json_write_member_uint(j, "stored", s->stored);
	json_write_member_uint(j, "dropped", s->dropped);
	json_write_member_uint(j, "unanswered", s->unanswered);
	json_write_member_uint(j, "undecodable", s->undecodable);
}

static void observers_json(struct json_writer *j, const struct observed_stats *s)
{
	json_write_key(j, "observers");
	json_write_array_begin(j);
	for (uint32_t i = 0; i < s->observer_count; i++) {
		const struct observation_status *o = &s->observers[i];

		json_write_object_begin(j);
		json_write_member_text(j, "observer", o->observer);
		json_write_member_time(j, "started_at", o->started_at);
		json_write_member_time(j, "updated_at", o->updated_at);
		counters_json(j, o);
		json_write_member_uint(j, "queue_depth", o->queue_depth);
		json_write_member_uint(j, "queue_depth_max", o->queue_depth_max);
		json_write_member_uint(j, "queue_size", o->queue_size);
		json_write_member_uint(j, "store_failures", o->store_failures);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void kept_json(struct json_writer *j, const struct observations_summary *s)
{
	json_write_key(j, "exchanges");
	json_write_object_begin(j);
	json_write_member_uint(j, "count", s->count);
	if (s->count) {
		json_write_member_microseconds(j, "first", s->first_us);
		json_write_member_microseconds(j, "last", s->last_us);
	} else {
		json_write_member_null(j, "first");
		json_write_member_null(j, "last");
	}
	json_write_member_uint(j, "bytes", s->bytes);
	json_write_object_end(j);
}

/* The members by which its key tells a row apart. */
enum tally_scope { BY_CODE, BY_NODE, BY_HOUR };

static void tally_json(struct json_writer *j, const char *key, const struct observed_stats *s,
		       const struct observed_tally *t, enum tally_scope scope)
{
	json_write_key(j, key);
	json_write_array_begin(j);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct tally_row *r = &t->rows[i];
		const char *avp = answer_kind_avp(r->key.kind);

		json_write_object_begin(j);
		if (scope == BY_HOUR)
			json_write_member_time(j, "hour", r->key.hour * HOUR_SECONDS);
		if (scope == BY_NODE) {
			json_write_member_text(j, "origin_host",
					       intern_text(&s->hosts, r->key.asker));
			json_write_member_text(j, "answer_host",
					       intern_text(&s->hosts, r->key.answerer));
		}
		json_write_member_str(j, "command", cx_command_str(r->key.command));
		json_write_member_str(j, "avp", avp);
		if (avp)
			json_write_member_uint(j, "code", r->key.code);
		else
			json_write_member_null(j, "code");
		json_write_member_str(j, "name",
				      avp ? cx_code_name(r->key.kind, r->key.code) : NULL);
		json_write_member_vendor(j, "vendor", r->key.vendor);
		json_write_member_bool(j, "answered", r->key.kind != ANSWER_SILENT);
		json_write_member_uint(j, "count", r->count);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

int observed_stats_json(const struct observed_stats *s)
{
	struct strbuf b;
	struct json_writer j;
	int code;

	strbuf_init(&b);
	json_write_init(&j, &b, true);
	json_write_object_begin(&j);
	json_write_member_str(&j, "schema", "cxaudit/observed-stats/1");
	counters_json(&j, &s->sum);
	kept_json(&j, &s->summary);
	observers_json(&j, s);
	tally_json(&j, "by_code", s, &s->by_code, BY_CODE);
	tally_json(&j, "by_node", s, &s->by_node, BY_NODE);
	tally_json(&j, "by_hour", s, &s->by_hour, BY_HOUR);
	json_write_member_uint(&j, "left_out",
			       s->by_code.left_out + s->by_node.left_out + s->by_hour.left_out);
	json_write_object_end(&j);
	code = command_print_json(&b);
	strbuf_clear(&b);
	return code;
}

static void observer_text(const struct observation_status *o)
{
	char started[TIME_TEXT_MAX], updated[TIME_TEXT_MAX];
	uint64_t done = o->stored + o->unanswered + o->dropped;

	print_text(stdout, o->observer);
	printf(", from %.19s to %.19s\n", time_text(TIME_MILLI, o->started_at * 1000000, started),
	       time_text(TIME_MILLI, o->updated_at * 1000000, updated));
	printf("  %llu seen = %llu stored + %llu unanswered + %llu dropped + %llu under way; "
	       "%llu damaged\n",
	       (unsigned long long)o->seen, (unsigned long long)o->stored,
	       (unsigned long long)o->unanswered, (unsigned long long)o->dropped,
	       (unsigned long long)(o->seen > done ? o->seen - done : 0),
	       (unsigned long long)o->undecodable);
	if (o->queue_size)
		printf("  queue %llu of %llu, at most %llu; %llu failed writes\n",
		       (unsigned long long)o->queue_depth, (unsigned long long)o->queue_size,
		       (unsigned long long)o->queue_depth_max,
		       (unsigned long long)o->store_failures);
}

static void counters_text(const struct observed_stats *s)
{
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	for (uint32_t i = 0; i < s->observer_count; i++)
		observer_text(&s->observers[i]);
	if (s->summary.count)
		printf("kept: %llu exchange%s from %s to %s, %.1f MB\n",
		       (unsigned long long)s->summary.count, text_plural(s->summary.count),
		       time_text(TIME_MILLI, s->summary.first_us, first),
		       time_text(TIME_MILLI, s->summary.last_us, last),
		       (double)s->summary.bytes / 1e6);
}

/* A cell's text into out, as the tables of libsmartcols want terminated ones. */
static const char *host_cell(const struct observed_stats *s, uint32_t host, char *out, size_t size)
{
	return host ? text_copy(intern_text(&s->hosts, host), out, size) : "-";
}

static enum rc codes_text(const struct observed_stats *s, const struct observed_tally *t,
			  enum tally_scope scope)
{
	static const struct table_column columns[] = {
		{"command", 0, 0}, {"code", 1, 0},     {"answer", 0, 0},
		{"count", 1, 0},   {"asked by", 0, 1}, {"answered by", 0, 1},
	};
	struct table *table = table_new(columns, scope == BY_NODE ? 6 : 4);

	for (uint32_t i = 0; table && i < t->count; i++) {
		const struct tally_row *r = &t->rows[i];
		const struct cx_answer answer = {
			.kind = r->key.kind, .vendor = r->key.vendor, .code = r->key.code};
		char code[16] = "-", name[OBSERVED_NAME_MAX], n[24], asker[256], answerer[256];

		if (answer_kind_avp(r->key.kind))
			snprintf(code, sizeof(code), "%u", r->key.code);
		snprintf(n, sizeof(n), "%llu", (unsigned long long)r->count);
		table_add(table,
			  (const char *const[]){cx_command_str(r->key.command), code,
						observed_answer_name(&answer, name), n,
						host_cell(s, r->key.asker, asker, sizeof(asker)),
						host_cell(s, r->key.answerer, answerer,
							  sizeof(answerer))});
	}
	return table_print(table, stdout);
}

/* Sums of one hour; rows of an hour stand together. */
struct hour_sum {
	int64_t hour;
	uint64_t all, failed, unanswered;
};

static void hour_add(struct hour_sum *sum, const struct tally_row *r)
{
	struct cx_exchange e;

	cx_exchange_init(&e);
	e.answer.kind = r->key.kind;
	e.answer.code = r->key.code;
	sum->all += r->count;
	sum->failed += cx_exchange_is_failure(&e) ? r->count : 0;
	sum->unanswered += r->key.kind == ANSWER_SILENT ? r->count : 0;
}

static void hour_row(struct table *table, const struct hour_sum *sum)
{
	char when[TIME_TEXT_MAX], all[24], failed[24], unanswered[24];

	time_text(TIME_MILLI, sum->hour * HOUR_SECONDS * 1000000, when);
	when[sizeof("2026-11-21 20:00") - 1] = '\0';
	snprintf(all, sizeof(all), "%llu", (unsigned long long)sum->all);
	snprintf(failed, sizeof(failed), "%llu", (unsigned long long)sum->failed);
	snprintf(unanswered, sizeof(unanswered), "%llu", (unsigned long long)sum->unanswered);
	table_add(table, (const char *const[]){when, all, failed, unanswered});
}

static enum rc hours_text(const struct observed_tally *t)
{
	static const struct table_column columns[] = {
		{"hour", 0, 0}, {"exchanges", 1, 0}, {"failed", 1, 0}, {"unanswered", 1, 0}};
	struct table *table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	struct hour_sum sum = {0};
	uint32_t first = t->count, hours = 0;

	while (first &&
	       (hours < HOURS_SHOWN || t->rows[first - 1].key.hour == t->rows[first].key.hour)) {
		first--;
		hours += !first || t->rows[first].key.hour != t->rows[first - 1].key.hour;
	}
	for (uint32_t i = first; table && i < t->count; i++) {
		sum.hour = t->rows[i].key.hour;
		hour_add(&sum, &t->rows[i]);
		if (i + 1 == t->count || t->rows[i + 1].key.hour != sum.hour) {
			hour_row(table, &sum);
			sum = (struct hour_sum){0};
		}
	}
	return table_print(table, stdout);
}

int observed_stats_text(const struct observed_stats *s)
{
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	counters_text(s);
	if (!s->by_code.count)
		return EXIT_CLEAN;
	putchar('\n');
	rc = codes_text(s, &s->by_code, BY_CODE);
	putchar('\n');
	if (rc == RC_OK)
		rc = codes_text(s, &s->by_node, BY_NODE);
	putchar('\n');
	if (rc == RC_OK)
		rc = hours_text(&s->by_hour);
	if (rc == RC_OK)
		return EXIT_CLEAN;
	diag_set(&diag, rc, "cannot write the tables");
	return command_fail(EXIT_UNUSABLE, &diag);
}
