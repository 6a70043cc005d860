/* Who fails, who never tries, incidents, and what is told of them (audit/evidence_run.h). */
#include "tests/audit/evidence_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "audit/evidence_finding.h"

static void who_fails_and_is_in_no_export_is_listed(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, HIDDEN, 5001, START);
	observe(g, CX_UAR, HIDDEN, 5001, START + DAY);
	observe(g, CX_UAR, 1, 2001, START);
	gather(g);
	assert_int_equal(row_of(g, "CXA001")->confirmed, 1);
	assert_int_equal(g->evidence.unknown_pairs, 1);
	assert_int_equal(g->evidence.unknown_count, 1);
	assert_int_equal(g->evidence.unknown[0].attempts, 2);
	assert_int_equal(evidence_days_count(g->evidence.unknown[0].days), 2);
	assert_false(g->evidence.unknown[0].is_known);
}

static void those_that_fail_most_come_first(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, HIDDEN, 5001, START);
	for (int i = 0; i < 3; i++)
		observe(g, CX_UAR, ALL_BARRED, 5003, START + i);
	observe(g, CX_UAR, 2, 5001, START);
	observe(g, CX_UAR, 2, 5001, START + 1);
	gather(g);
	assert_int_equal(g->evidence.failing_count, 3);
	assert_int_equal(g->evidence.failing[0].attempts, 3);
	assert_int_equal(g->evidence.failing[1].attempts, 2);
	assert_null(g->evidence.failing[1].rule);
	assert_int_equal(g->evidence.failing[2].attempts, 1);
}

static uint64_t tried_by(const struct evidence_fixture *g, const char *id)
{
	return g->evidence.tried[rule_find(text_from(id)) - rule_table(NULL)];
}

static void who_never_tries_is_known(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, 1, 2001, START);
	gather(g);
	assert_int_equal(audit_case_cause(&g->result, "CXA006")->subscribers, 1);
	assert_int_equal(tried_by(g, "CXA006"), 0);
	assert_int_equal(g->evidence.tried_subscribers, 1);
}

static void a_try_that_nobody_answers_is_a_try(void **state)
{
	struct evidence_fixture *g = *state;

	observe(g, CX_UAR, ALL_BARRED, 0, START);
	gather(g);
	assert_int_equal(tried_by(g, "CXA006"), 1);
	assert_int_equal(g->evidence.silent, 1);
	assert_int_equal(row_of(g, NULL)->unjudged, 1);
	assert_null(row_of(g, "CXA006"));
}

static void an_incident_contradicts_nobody(void **state)
{
	struct evidence_fixture *g = *state;

	/* A table is emptied: all are unknown for two minutes, and one is later, alone. */
	for (unsigned n = 1; n <= SUBSCRIBERS - 1; n++)
		observe(g, CX_UAR, n, 5001, START + n * 3 * MINUTE / SUBSCRIBERS);
	observe(g, CX_UAR, SUBSCRIBERS, 5001, START + 600 * MINUTE);
	gather(g);
	assert_int_equal(g->evidence.incident_count, 1);
	assert_int_equal(g->evidence.incident[0].code, 5001);
	assert_int_equal(g->evidence.incident[0].subscribers, SUBSCRIBERS - 1);
	assert_int_equal(row_of(g, NULL)->in_incidents, SUBSCRIBERS - 1);
	assert_int_equal(row_of(g, NULL)->contradicted, 1);
	assert_int_equal(g->evidence.failing_count, 1);
}

static void foretold_refusals_are_no_incident(void **state)
{
	struct evidence_fixture *g = *state;

	for (unsigned n = 1; n <= SUBSCRIBERS; n++)
		observe(g, CX_UAR, 1000 + n, 5001, START + n);
	gather(g);
	assert_int_equal(g->evidence.incident_count, 0);
	assert_int_equal(g->evidence.unknown_pairs, SUBSCRIBERS);
}

static void an_old_capture_read_later_makes_no_incident(void **state)
{
	struct evidence_fixture *g = *state;

	/* Live traffic first, then what a capture of the day before brings, an hour apart each. */
	observe(g, CX_UAR, 40, 2001, START);
	for (unsigned n = 1; n <= 20; n++)
		observe(g, CX_UAR, n, 5001, START - DAY + n * 60 * MINUTE);
	gather(g);
	assert_int_equal(g->evidence.incident_count, 0);
	assert_int_equal(row_of(g, NULL)->contradicted, 20);
}

struct listed {
	char text[2048]; /* "CXA108 impi: text (evidence)\n" of each finding */
};

static bool on_finding(const struct audit_finding *f, void *context)
{
	struct listed *l = context;
	size_t used = strlen(l->text);

	snprintf(l->text + used, sizeof(l->text) - used, "%s %.15s: %s (%s)\n", f->rule->id,
		 f->impi.data ? f->impi.data : "", f->text,
		 f->evidence_count > 1 ? f->evidence[1] : "");
	return true;
}

static void contradictions_are_findings_with_the_age_of_the_export(void **state)
{
	struct evidence_fixture *g = *state;
	struct listed l = {""};

	observe(g, CX_UAR, ALL_BARRED, 2001, START);
	observe(g, CX_UAR, 1, 5001, START + 2 * DAY);
	g->source.export_us = START + DAY;
	gather(g);
	evidence_findings_visit(&g->evidence, on_finding, &l);
	assert_non_null(strstr(l.text, "CXA108 001010000000050: UAR: predicted Result-Code 5003 "
				       "(DIAMETER_AUTHORIZATION_REJECTED) by CXA006, observed "
				       "Result-Code 2001 (DIAMETER_SUCCESS)"));
	assert_non_null(strstr(l.text, "CXA108 001010000000001: UAR: predicted"));
	/* Only the older one is excused. */
	assert_non_null(strstr(l.text, "(the export is newer than this)"));
	assert_ptr_equal(strstr(l.text, "(the export is newer"),
			 strstr(strstr(l.text, "000050"), "(the export is newer"));
}

int main(void)
{
#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, evidence_fixture_setup, evidence_fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(who_fails_and_is_in_no_export_is_listed),
		CASE(those_that_fail_most_come_first),
		CASE(who_never_tries_is_known),
		CASE(a_try_that_nobody_answers_is_a_try),
		CASE(an_incident_contradicts_nobody),
		CASE(foretold_refusals_are_no_incident),
		CASE(an_old_capture_read_later_makes_no_incident),
		CASE(contradictions_are_findings_with_the_age_of_the_export),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
