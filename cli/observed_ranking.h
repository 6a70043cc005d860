/* Who fails to register, by attempts. Memory is bounded to RANKING_MAX subjects, some 40 MB: when
 * they are full those with the fewest attempts are forgotten, and floor tells how many attempts a
 * subject may have and be missing, or be short of. */
#pragma once
#include <stdint.h>

#include "base/rc.h"
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
	struct text identity, last_host; /* owned */
	uint64_t hash, attempts;
	int64_t first_us, last_us;
	uint64_t days[RANKING_DAY_WORDS]; /* days since 1970, modulo the bits here */
	struct ranking_code code[RANKING_CODES];
	unsigned code_count;
};

struct observed_ranking {
	struct ranking_subject **slots; /* a hash table, until observed_ranking_sort */
	uint32_t count, capacity;
	uint64_t floor;
};

/* An empty ranking is all zero. Exchanges that are no failed registration are passed over. */
enum rc observed_ranking_add(struct observed_ranking *r, const struct cx_exchange *e);
/* Most attempts first, then the latest; the first count slots are used. Ends the counting. */
void observed_ranking_sort(struct observed_ranking *r);
void observed_ranking_clear(struct observed_ranking *r);

unsigned observed_ranking_days(const struct ranking_subject *s);
