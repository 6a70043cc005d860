/* Who fails to register, by attempts. Memory is bounded to RANKING_MAX subjects, some 40 MB
 * (base/frequent_names.h). */
#pragma once
#include <stdint.h>

#include "base/frequent_names.h"
#include "model/cx_exchange.h"

#define RANKING_MAX 131072u
#define RANKING_CODES 6u /* kept of a subject; others are in attempts only */
#define RANKING_DAY_WORDS 8u

struct ranking_code {
	uint64_t count;
	enum cx_command command;
	enum answer_kind kind;
	uint32_t code, vendor; /* cx_answer_vendor */
};

struct ranking_subject {
	struct frequent_name impi; /* its count is that of attempts */
	struct text last_host;     /* owned */
	int64_t first_us, last_us;
	uint64_t days[RANKING_DAY_WORDS]; /* days since 1970, modulo the bits here */
	struct ranking_code code[RANKING_CODES];
	unsigned code_count;
};

/* Its entries are struct ranking_subject. */
struct frequent_names observed_ranking_new(void);
/* Exchanges that are no failed registration are passed over. */
enum rc observed_ranking_add(struct frequent_names *r, const struct cx_exchange *e);
/* Most attempts first, then the latest; the first count slots are used. Ends the counting. */
void observed_ranking_sort(struct frequent_names *r);

unsigned observed_ranking_days(const struct ranking_subject *s);
