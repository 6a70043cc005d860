/* What the families of record checks share. */
#pragma once
#include "audit/record_check.h"

/* One check: calls record_check_hit for each place where the record breaks the rule. */
typedef void (*record_check_run)(const struct record_check_context *c, const struct rule *rule);

struct record_check {
	const char *rule; /* its id: found at once, where a slug is searched */
	record_check_run run;
	bool is_conditional; /* of its findings: see struct record_check_hit */
};

/* The families, each ended by a NULL rule. */
extern const struct record_check record_checks_identity[];
extern const struct record_check record_checks_set[];
extern const struct record_check record_checks_service[];

/* Reports one place; format says what is wrong with the subject. */
void record_check_report(const struct record_check_context *c, const struct rule *rule,
			 struct text subject, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* True when the record's IMPU with this index is the temporary one, "sip:<IMSI>@…" (TS 23.003
 * 13.4B), of an IMSI or IMPI of the record. */
bool record_check_is_temporary(const struct record_check_context *c, uint32_t impu);
