/* The defects (and the traps: what looks like one and is none) that the generator plants, and what
 * the specification says of each: rules of cx-semantics 7, outcome under the 3gpp profiles with no
 * policy but, for literal populations with IMSIs, sim-type isim. */
#pragma once
#include "bench/generate_population.h"

#define EFFECTS_MAX 6
#define RESULTS_MAX 4

/* One rule and how many records break it because of one such defect. */
struct effect {
	unsigned carriers;
	unsigned rule; /* 4 = CXA004 */
	unsigned own;  /* records of the subscriber itself */
	unsigned partner;
};

/* What becomes of the attempts of one subscription. */
struct result {
	unsigned carriers; /* 0 ends a list */
	unsigned attempts, registers, refused;
	unsigned conditional; /* of these two */
	unsigned lost;        /* 1: every attempt is refused for certain */
	unsigned naive;       /* attempts with a barred IMPU */
};

struct defect {
	const char *slug; /* NULL ends a table */
	unsigned carriers;
	bool is_pair;
	void (*apply)(const struct population *p, struct subscriber *s);
	struct effect effect[EFFECTS_MAX];
	struct result own[RESULTS_MAX];     /* empty: as a healthy one */
	struct result partner[RESULTS_MAX]; /* likewise */
};

extern const struct defect defects_derived[], defects_literal[];
extern const struct result healthy_derived, healthy_literal;
/* Rules that every subscriber of a literal population breaks; 0 ends the list. */
extern const unsigned literal_rules[];
