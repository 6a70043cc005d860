/* Mass incidents among the cases: one cause, many identities, a short time. Told once, instead of
 * as so many faults of subscribers (field-cases, lesson 6). Bounded memory. */
#pragma once
#include "trace/diagnosis.h"

#define CASE_INCIDENT_SUBSCRIBERS 5               /* fewer are no incident */
#define CASE_INCIDENT_GAP_US (5 * 60 * 1000000LL) /* a pause that ends one */
#define CASE_INCIDENTS_KEPT 256
#define CASE_INCIDENT_KEYS 4096 /* identities told apart; beyond it the count is a lower bound */

struct case_incident {
	enum cause_class cause;
	enum trace_node sent_by;
	int status;
	char p_cscf[64]; /* "" when they came over several */
	int64_t begin_us, end_us;
	uint64_t cases, subscribers;
	bool is_at_least; /* subscribers is a lower bound */
};

struct case_incidents;
enum rc case_incidents_new(struct case_incidents **out, struct diag *diag);
void case_incidents_free(struct case_incidents *i);
/* False when memory is out. */
bool case_incidents_add(struct case_incidents *i, const struct diagnosis *d);
/* Visits the incidents in the order of their beginning. */
void case_incidents_finish(struct case_incidents *i,
			   void (*visit)(const struct case_incident *incident, void *context),
			   void *context);
/* "12 subscribers failed within 3 minutes for one cause…": one sentence in out. */
void case_incident_words(const struct case_incident *i, char *out, size_t size);
