/* The profile "fhoss" and the importer "fhoss-sql" against what the real HSS answered
 * (fixtures/oracle_fhoss/README): export, store, resolver, kernel and answer content in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "audit/policy.h"
#include "audit/predict.h"
#include "codec/lookup_key.h"
#include "importers/importer.h"
#include "store/store.h"

#define SERVER "sip:scscf.open-ims.test:6060"
#define DIFFERENCES_SHOWN 20

enum column {
	COMMAND,
	IMPI,
	IMPU,
	VISITED,
	TYPE,
	EMERGENCY,
	SCHEME,
	AVP,
	CODE,
	SERVER_NAME,
	CAPABILITIES,
	USER_DATA,
	COLUMNS
};

struct oracle {
	struct store *store;
	struct snapshot *snapshot;
	struct snapshot_cursor *cursor;
	struct population population;
	struct policy policy;
};

static void fixture_path(const char *name, char *out, size_t size)
{
	const char *top = getenv("top_srcdir");

	snprintf(out, size, "%s/fixtures/oracle_fhoss/%s", top ? top : ".", name);
}

static void must(enum rc rc, const struct diag *diag)
{
	if (rc != RC_OK)
		fail_msg("%s: %s", rc_str(rc), diag->text);
}

static int setup(void **state)
{
	static struct oracle oracle;
	struct oracle *o = &oracle;
	char path[1024];
	const char *files[] = {path};
	struct import_request request = {
		.source = "hss",
		.format = "fhoss-sql",
		.role = "ims",
		.hss = "fhoss",
		.files = files,
		.file_count = 1,
		.options = {.threads = 1, .error_budget = 0},
	};
	struct import_summary summary;
	struct diag diag;

	diag_init(&diag);
	fixture_path("export.sql", path, sizeof(path));
	must(store_open_temporary(&o->store, &diag), &diag);
	request.store = o->store;
	must(import_run(&request, &summary, &diag), &diag);
	assert_true(summary.is_published);
	assert_int_equal(summary.rejects, 0);
	/* the counts are those of the notes that came with the dump */
	assert_int_equal(summary.info.subscriptions, 640);
	assert_int_equal(summary.info.impis, 959);
	import_summary_clear(&summary);
	must(store_current(o->store, "hss", &o->snapshot, &diag), &diag);
	must(snapshot_cursor_open(o->snapshot, &o->cursor, &diag), &diag);
	must(population_open_snapshot(o->snapshot, o->cursor, &o->population, &diag), &diag);
	policy_init(&o->policy);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	struct oracle *o = *state;

	policy_clear(&o->policy);
	population_close_snapshot(&o->population);
	snapshot_cursor_close(o->cursor);
	snapshot_close(o->snapshot);
	store_close(o->store);
	return 0;
}

/* --- one line of answers.tsv -------------------------------------------------------------------
 */

static void undouble_backslashes(char *s)
{
	char *out = s;

	while (*s) {
		s += s[0] == '\\' && s[1] == '\\';
		*out++ = *s++;
	}
	*out = '\0';
}

static void split(char *line, char **cell)
{
	unsigned count = 0;

	line[strcspn(line, "\n")] = '\0';
	cell[count++] = line;
	for (; *line; line++)
		if (*line == '\t') {
			assert_true(count < COLUMNS);
			*line = '\0';
			cell[count++] = line + 1;
		}
	assert_int_equal(count, COLUMNS);
	undouble_backslashes(cell[IMPI]);
	undouble_backslashes(cell[IMPU]);
	undouble_backslashes(cell[VISITED]);
}

static struct text sent(const char *cell)
{
	return strcmp(cell, "<absent>") == 0 ? TEXT_NONE : text_from(cell);
}

static struct attempt attempt_of(char **cell)
{
	struct attempt a = {
		.origin = ORIGIN_GIVEN,
		.impi = sent(cell[IMPI]),
		.impu = sent(cell[IMPU]),
		.visited_network = sent(cell[VISITED]),
		.type = (enum authorization_type)atoi(cell[TYPE]),
		.is_emergency = atoi(cell[EMERGENCY]) == 1,
		.scheme = *cell[SCHEME] ? sent(cell[SCHEME]) : TEXT_NONE,
	};

	if (strcmp(cell[COMMAND], "UAR") == 0)
		return a;
	a.server_name = TEXT_LITERAL(SERVER);
	a.from = strcmp(cell[COMMAND], "MAR") == 0 ? CX_MAR : CX_SAR;
	return a;
}

/* --- an answer in the words of that file ---------------------------------------------------------
 */

static void add_numbers(struct strbuf *out, size_t start, const char *prefix, const uint32_t *list,
			uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		strbuf_printf(out, "%s%s%u", out->length > start ? "|" : "", prefix, list[i]);
}

static void add_user_data(struct strbuf *out, const struct cx_answer *a)
{
	if (!a->user_data_count)
		return;
	for (uint32_t i = 0; i < a->user_data_count; i++) {
		const struct user_data_profile *profile = &a->user_data[i];

		strbuf_add_str(out, i ? ",[" : "[[");
		for (uint32_t k = 0; k < profile->count; k++) {
			strbuf_add_str(out, k ? ",[\"" : "[\"");
			strbuf_add_text(out, profile->identity[k].identity);
			strbuf_printf(out, "\",%d]", profile->identity[k].barred);
		}
		strbuf_add_char(out, ']');
	}
	strbuf_add_char(out, ']');
}

static void add_answer(struct strbuf *out, const struct cx_answer *a)
{
	const char *avp = answer_kind_avp(a->kind);
	size_t start;

	strbuf_printf(out, "%s\t%u\t", avp ? avp : "", a->code);
	strbuf_add_text(out, a->server_name);
	strbuf_add_char(out, '\t');
	start = out->length;
	add_numbers(out, start, "M", a->mandatory, a->mandatory_count);
	add_numbers(out, start, "O", a->optional, a->optional_count);
	for (uint32_t i = 0; i < a->server_name_count; i++) {
		strbuf_add_str(out, out->length > start ? "|N" : "N");
		strbuf_add_text(out, a->server_names[i]);
	}
	strbuf_add_char(out, '\t');
	add_user_data(out, a);
}

static bool is_equal(struct predictor *p, struct arena *arena, char **cell, unsigned shown)
{
	struct attempt attempt = attempt_of(cell);
	struct strbuf expected, got;
	struct verdict verdict;
	struct diag diag;
	bool result;

	diag_init(&diag);
	arena_reset(arena);
	must(predict(p, &attempt, true, arena, &verdict, NULL, &diag), &diag);
	strbuf_init(&expected);
	strbuf_init(&got);
	strbuf_printf(&expected, "%s\t%s\t%s\t%s\t%s", cell[AVP], cell[CODE], cell[SERVER_NAME],
		      cell[CAPABILITIES], cell[USER_DATA]);
	add_answer(&got, &verdict.step[0].answer);
	result = text_equal(strbuf_text(&expected), strbuf_text(&got));
	if (!result && shown < DIFFERENCES_SHOWN)
		print_message("%s %s %s in %s, type '%s', emergency '%s', scheme '%s'\n"
			      "  answered  %s\n  predicted %s\n",
			      cell[COMMAND], cell[IMPI], cell[IMPU], cell[VISITED], cell[TYPE],
			      cell[EMERGENCY], cell[SCHEME], expected.data, got.data);
	strbuf_clear(&expected);
	strbuf_clear(&got);
	return result;
}

static void every_answer_is_predicted(void **state)
{
	struct oracle *o = *state;
	struct predictor predictor;
	struct arena arena;
	char path[1024], *line = NULL, *cell[COLUMNS];
	size_t size = 0;
	unsigned rows = 0, differences = 0;
	FILE *answers;

	fixture_path("answers.tsv", path, sizeof(path));
	answers = fopen(path, "r");
	assert_non_null(answers);
	arena_init(&arena);
	predictor_init(&predictor, &o->population, hss_profile_find(TEXT_LITERAL("fhoss")),
		       cscf_profile_find(TEXT_LITERAL("3gpp")), &o->policy);
	assert_true(getline(&line, &size, answers) > 0);
	while (getline(&line, &size, answers) > 0) {
		split(line, cell);
		differences += !is_equal(&predictor, &arena, cell, differences);
		rows++;
	}
	free(line);
	fclose(answers);
	predictor_clear(&predictor);
	arena_clear(&arena);
	print_message("%u answers, %u predicted otherwise\n", rows, differences);
	assert_true(rows > 4000);
	assert_int_equal(differences, 0);
}

static void population_spaces_are_lookup_spaces(void **state)
{
	(void)state;
	assert_int_equal(POPULATION_IDENTITY, LOOKUP_IDENTITY);
	assert_int_equal(POPULATION_IRS, LOOKUP_IRS);
	assert_int_equal(POPULATION_NAME, LOOKUP_NAME);
}

static void records_stay_valid_as_long_as_promised(void **state)
{
	struct oracle *o = *state;
	const struct population *p = &o->population;
	const struct ims_subscription *first, *other;
	struct text before, after;
	struct diag diag;

	diag_init(&diag);
	must(p->read(p->context, 0, &first, &diag), &diag);
	assert_true(first->impi_count > 0);
	before = first->impi[0].identity;
	for (uint32_t i = 1; i <= POPULATION_READ_KEPT; i++)
		must(p->read(p->context, i, &other, &diag), &diag);
	after = first->impi[0].identity;
	assert_true(text_equal(before, after));
	assert_int_equal(p->read(p->context, p->ordinals, &other, &diag), RC_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(population_spaces_are_lookup_spaces),
		cmocka_unit_test(records_stay_valid_as_long_as_promised),
		cmocka_unit_test(every_answer_is_predicted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
