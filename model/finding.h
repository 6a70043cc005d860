/* A record was read and breaks a rule (design.md 2, 7). */
#pragma once
#include <stdint.h>
#include "base/text.h"
#include "model/verdict.h"

enum severity { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR };
const char *severity_str(enum severity s);
/* False for an unknown word. */
int severity_parse(struct text t, enum severity *out);

struct rule {
	const char *id;   /* "CXA007": stable for ever; CXA001 to CXA063 are the rows D01 to D63 */
	const char *slug; /* "irs-no-unbarred-impu" */
	const char *row;  /* "D07", NULL beyond the decision table */
	enum severity severity;
	const char *clause; /* "TS 29.228 6.1.1.1" */
	const char *title;  /* one line, no full stop */
	const char *remedy; /* the smallest change that turns the verdict, in general words */
	const char *
		page; /* two to six sentences: what happens, why, how to see it, how to repair it */
};
