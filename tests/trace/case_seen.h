/* Cases as a test sees them: what a correlator gives out, written down in short. */
#pragma once
#include "tests/trace/trace_script.h"

/* What a case came to, in one line: "registration 1:401 2:200 cx 2 events 9 complete", and its
 * nodes, in the order of events: "UE>P-CSCF P-CSCF>I-CSCF". */
#define CASES_MAX 16
struct seen {
	unsigned count;
	char line[CASES_MAX][256], nodes[CASES_MAX][512];
	char ladder[4096];
	struct trace_transaction transaction[4]; /* of the last case; messages are gone */
	unsigned final_vias[4];                  /* of first_final */
	unsigned hop[16], repeated;
	size_t texts; /* lengths, so that everything is read */
};

/* The visitor of a correlator; context is a struct seen. */
void case_seen_visit(const struct trace_case *c, void *context);

struct exchange {
	enum cx_command command;
	double seconds;
	uint32_t answer;
};

/* Gives the lines of a script, and each exchange in its time, to a correlator. */
void case_seen_run(const char *const *lines, unsigned count, const struct exchange *cx,
		   unsigned cx_count, struct seen *s);
#define RUN(lines, seen) case_seen_run(lines, sizeof(lines) / sizeof((lines)[0]), NULL, 0, seen)
