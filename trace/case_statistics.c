#include "trace/case_statistics.h"

#include <stdlib.h>

#include "base/frequent_names.h"
#include "base/print.h"
#include "base/time_text.h"

#define STATUSES 700
#define METHODS_KEPT 32
#define IDENTITIES_KEPT 65536u
#define TOP_SHOWN 20
#define HOUR_US (3600 * 1000000LL)

struct failing_identity {
	struct frequent_name name; /* its count is that of failures */
	enum cause_class cause;    /* of the last one */
};

struct case_statistics {
	uint64_t cases, failed;
	struct {
		char name[24];
		uint64_t count;
	} method[METHODS_KEPT];
	unsigned methods;
	uint64_t status[STATUSES]; /* 0: no final answer */
	uint64_t sender[TRACE_NODE_PROXY + 1];
	uint64_t cause[CAUSE_CLASSES];
	struct {
		int64_t hour; /* since 1970 */
		uint64_t cases, failed;
	} hour[STATISTICS_HOURS];
	unsigned hours;
	struct frequent_names failing; /* entries are struct failing_identity */
};

enum rc case_statistics_new(struct case_statistics **out, struct diag *diag)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return diag_set(diag, RC_NOMEM, "no memory for statistics");
	(*out)->failing = (struct frequent_names){.most = IDENTITIES_KEPT,
						  .bytes = sizeof(struct failing_identity)};
	return RC_OK;
}

void case_statistics_free(struct case_statistics *s)
{
	if (!s)
		return;
	frequent_names_clear(&s->failing);
	free(s);
}

/* Methods that find no room are summed in the last one. */
static void count_method(struct case_statistics *s, const char *name)
{
	unsigned i = 0;

	while (i < s->methods && strncmp(s->method[i].name, name, sizeof(s->method[i].name) - 1))
		i++;
	if (i == METHODS_KEPT)
		i = METHODS_KEPT - 1;
	else if (i == s->methods)
		text_copy(text_from(name), s->method[s->methods++].name, sizeof(s->method[i].name));
	s->method[i].count++;
}

static void count_hour(struct case_statistics *s, int64_t time_us, bool is_failed)
{
	int64_t hour = time_us / HOUR_US;
	unsigned i = s->hours;

	if (time_us <= 0)
		return;
	while (i > 0 && s->hour[i - 1].hour != hour)
		i--;
	if (!i) {
		if (s->hours == STATISTICS_HOURS)
			i = STATISTICS_HOURS;
		else
			s->hour[(i = ++s->hours) - 1].hour = hour;
	}
	s->hour[i - 1].cases++;
	s->hour[i - 1].failed += is_failed;
}

static enum rc count_identity(struct case_statistics *s, const struct diagnosis *d)
{
	uint64_t key = d->impi_key ? d->impi_key : d->impu_key;
	const char *name = d->impi ? d->impi : d->impu;
	struct frequent_name *failing;
	enum rc rc;

	if (!key || !name)
		return RC_OK;
	rc = frequent_names_add(&s->failing, key, text_from(name), &failing);
	if (rc == RC_OK)
		((struct failing_identity *)failing)->cause = d->cause;
	return rc;
}

enum rc case_statistics_add(struct case_statistics *s, const struct diagnosis *d)
{
	bool is_failed = diagnosis_is_failure(d) && !d->is_suspicious;

	s->cases++;
	s->failed += is_failed;
	count_method(s, d->method);
	s->status[d->status > 0 && d->status < STATUSES ? d->status : 0]++;
	s->sender[d->sent_by]++;
	s->cause[d->cause]++;
	count_hour(s, d->first_us, is_failed);
	return is_failed ? count_identity(s, d) : RC_OK;
}

static void row(FILE *out, const char *name, uint64_t count)
{
	if (count)
		fprintf(out, "  %-24s %10llu\n", name, (unsigned long long)count);
}

void case_statistics_text(FILE *out, struct case_statistics *s)
{
	char words[TIME_TEXT_MAX];

	frequent_names_sort(&s->failing, NULL);
	fprintf(out, "%llu case%s, %llu failed\n\nby method\n", (unsigned long long)s->cases,
		text_plural(s->cases), (unsigned long long)s->failed);
	for (unsigned i = 0; i < s->methods; i++) {
		fputs("  ", out);
		print_text(out, text_from(s->method[i].name));
		fprintf(out, "%*s %10llu\n", 24 - (int)print_width(text_from(s->method[i].name)),
			"", (unsigned long long)s->method[i].count);
	}
	fputs("\nby final status\n", out);
	row(out, "none", s->status[0]);
	for (unsigned i = 1; i < STATUSES; i++) {
		snprintf(words, sizeof(words), "%u", i);
		row(out, words, s->status[i]);
	}
	fputs("\nby sender\n", out);
	for (unsigned i = 0; i <= TRACE_NODE_PROXY; i++)
		row(out, trace_node_str((enum trace_node)i), s->sender[i]);
	fputs("\nby cause\n", out);
	for (unsigned i = 0; i < CAUSE_CLASSES; i++)
		row(out, cause_class_str((enum cause_class)i), s->cause[i]);
	fputs("\nby hour                        cases     failed\n", out);
	for (unsigned i = 0; i < s->hours; i++)
		fprintf(out, "  %-24s %10llu %10llu\n",
			time_text(TIME_ISO_HOUR, s->hour[i].hour * HOUR_US, words),
			(unsigned long long)s->hour[i].cases,
			(unsigned long long)s->hour[i].failed);
	fputs("\nidentities that failed most\n", out);
	for (uint32_t i = 0; i < s->failing.count && i < TOP_SHOWN; i++) {
		const struct failing_identity *f =
			(const struct failing_identity *)s->failing.slot[i];

		fprintf(out, "  %10llu  %-20s ", (unsigned long long)f->name.count,
			cause_class_str(f->cause));
		print_text(out, f->name.name);
		fputc('\n', out);
	}
	if (s->failing.floor)
		fprintf(out,
			"  More identities failed than are kept: one may have failed %llu times "
			"more than it says here\n",
			(unsigned long long)s->failing.floor);
}

static void identities_json(struct json_writer *j, const struct case_statistics *s)
{
	json_write_key(j, "top_identities");
	json_write_array_begin(j);
	for (uint32_t i = 0; i < s->failing.count && i < TOP_SHOWN; i++) {
		const struct failing_identity *f =
			(const struct failing_identity *)s->failing.slot[i];

		json_write_object_begin(j);
		json_write_member_text(j, "identity", f->name.name);
		json_write_member_uint(j, "failed", f->name.count + f->name.missed);
		json_write_member_uint(j, "failed_at_least", f->name.count);
		json_write_member_str(j, "cause", cause_class_str(f->cause));
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void hours_json(struct json_writer *j, const struct case_statistics *s)
{
	char words[TIME_TEXT_MAX];

	json_write_key(j, "by_hour");
	json_write_array_begin(j);
	for (unsigned i = 0; i < s->hours; i++) {
		json_write_object_begin(j);
		json_write_member_str(j, "hour",
				      time_text(TIME_ISO_HOUR, s->hour[i].hour * HOUR_US, words));
		json_write_member_uint(j, "cases", s->hour[i].cases);
		json_write_member_uint(j, "failed", s->hour[i].failed);
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void member(struct json_writer *j, const char *name, uint64_t count)
{
	if (count)
		json_write_member_uint(j, name, count);
}

static void object_begin(struct json_writer *j, const char *key)
{
	json_write_key(j, key);
	json_write_object_begin(j);
}

void case_statistics_json(struct json_writer *j, struct case_statistics *s)
{
	char words[TIME_TEXT_MAX];

	frequent_names_sort(&s->failing, NULL);
	json_write_object_begin(j);
	json_write_member_uint(j, "cases", s->cases);
	json_write_member_uint(j, "failed", s->failed);
	object_begin(j, "by_method");
	for (unsigned i = 0; i < s->methods; i++)
		member(j, s->method[i].name, s->method[i].count);
	json_write_object_end(j);
	object_begin(j, "by_status");
	member(j, "none", s->status[0]);
	for (unsigned i = 1; i < STATUSES; i++) {
		snprintf(words, sizeof(words), "%u", i);
		member(j, words, s->status[i]);
	}
	json_write_object_end(j);
	object_begin(j, "by_sender");
	for (unsigned i = 0; i <= TRACE_NODE_PROXY; i++)
		member(j, trace_node_str((enum trace_node)i), s->sender[i]);
	json_write_object_end(j);
	object_begin(j, "by_cause");
	for (unsigned i = 0; i < CAUSE_CLASSES; i++)
		member(j, cause_class_str((enum cause_class)i), s->cause[i]);
	json_write_object_end(j);
	hours_json(j, s);
	identities_json(j, s);
	json_write_object_end(j);
}
