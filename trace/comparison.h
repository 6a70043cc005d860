/* Who registers well over which P-CSCF: the comparison with a good subscriber, and what it rules
 * out. Memory is bounded: the latest good registration of a P-CSCF is kept, of at most so many. */
#pragma once
#include "base/json_writer.h"
#include "trace/diagnosis.h"

#define COMPARISON_PEERS 256
#define COMPARISON_IMPUS 65536

struct comparison;
/* known_good is the IMPU to compare with; absent: any. */
enum rc comparison_new(struct text known_good, struct comparison **out, struct diag *diag);
void comparison_free(struct comparison *c);

/* Takes one diagnosis: a good registration becomes a peer, and whether its IMPU is registered, and
 * what User-Data bars, is remembered. impu is as written. */
void comparison_add(struct comparison *c, const struct diagnosis *d, struct text impu);
/* Whether the IMPU's last registration succeeded; unknown when none was seen. For
 * diagnosis_sources. */
enum tri comparison_is_registered(struct text impu, void *context);
/* Whether the newest User-Data that named the IMPU bars it; unknown when none did. */
enum tri comparison_is_barred(struct text impu, void *context);

/* A good registration that was observed on Cx, where the P-CSCF is not seen: to compare with when
 * the trace holds none. */
void comparison_set_observed(struct comparison *c, const char *impu, int64_t time_us);

/* What a failed case is compared by: copied, as it may be compared at the end of the trace. */
struct comparison_subject {
	char p_cscf[64];
	uint64_t impu_key;
	enum cause_class cause;
	enum trace_kind kind;
	bool is_failed_registration;
};
void comparison_subject_fill(struct comparison_subject *s, const struct diagnosis *d);

struct comparison_result {
	char impu[128];  /* of the peer, masked if its diagnosis was */
	char p_cscf[64]; /* "": seen on Cx only */
	int64_t time_us;
	const char *rules_out, *difference; /* difference: what is left, where the two differ */
};
/* False when no good registration can be set beside it. */
bool comparison_find(const struct comparison *c, const struct comparison_subject *s,
		     struct comparison_result *out);
