/* Observations in a store beside a population, and the evidence of the two. */
#pragma once
#include "audit/evidence_run.h"
#include "tests/audit/audit_case.h"

#define SUBSCRIBERS 40 /* healthy ones, from 1 */
#define ALL_BARRED 50
#define SET_UNKNOWN 51
#define HIDDEN 99 /* in no export */
#define MINUTE INT64_C(60000000)
#define DAY (1440 * MINUTE)
#define START (INT64_C(1700000000) * 1000000 / MINUTE * MINUTE)

struct evidence_fixture {
	struct audit_case population;
	char folder[TEMPORARY_PATH_MAX];
	struct observations *observations;
	struct audit_request request;
	struct audit_result result;
	struct evidence_source source;
	struct live_evidence evidence;
};

/* Set-up and tear-down of one test: *state is a struct evidence_fixture. */
int evidence_fixture_setup(void **state);
int evidence_fixture_teardown(void **state);
/* Closes and removes what a fixture has. */
void evidence_fixture_remove(struct evidence_fixture *g);

/* One exchange of subscriber n; code 0: no answer. 5001, 5004 and 5006 are experimental. */
void observe(struct evidence_fixture *g, enum cx_command command, unsigned n, uint32_t code,
	     int64_t time_us);
/* Runs the audit's evidence over all of them. */
void gather(struct evidence_fixture *g);
/* The row of a rule, NULL: of "passes"; NULL when it has none. */
const struct evidence_rule *row_of(const struct evidence_fixture *g, const char *id);
