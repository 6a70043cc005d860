/* Records in memory from a few words, and predictions over them: shared by the tests of the
 * resolver and of the explanations. */
#pragma once
#include "audit/explain.h"
#include "audit/policy.h"
#include "audit/predict.h"

#define BENCH_RECORDS_MAX 8

struct bench {
	struct ims_subscription record[BENCH_RECORDS_MAX];
	uint32_t count;
	struct hss_directory directory;
	struct population_memory memory;
	struct population population;
	struct policy policy;
	struct predictor predictor;
	struct arena arena;
	/* of the last prediction */
	struct attempt attempt;
	struct verdict verdict;
	struct resolution resolution;
	struct explanation explanation;
};

/* Records separated by an empty line, a line each:
 *   orphan-impi | orphan-impu | unassociated (nothing is associated) | associations-unknown
 *   imsi DIGITS, msisdn DIGITS, scscf URI, suspended, capabilities SET, preferred SET
 *   impi IDENTITY [schemes=MASK] [default=BIT] [barred] [no-key] [bad-sqn] [row=N]
 *   impu IDENTITY [barred] [barring=unknown] [set=LABEL | set=own | set=unknown] [psi] [wildcarded]
 *        [row=N] [profile=N | profile=none] [registered] [no-register] [grants] [grant=N]...
 *   pair IMPI IMPU (numbers from 0): only the pairs named are associated, by default all are
 * In identities \s is a blank. Unset: not barred, set 1, distinct, the rest not exported. */
void bench_init(struct bench *b, const char *records, bool has_global_sets);
void bench_clear(struct bench *b);

/* Rebuilds the predictor after the records were changed. */
void bench_use(struct bench *b, const char *hss, const char *cscf);

/* An attempt for home, AKAv1, of origin "given"; impi or impu NULL: not sent. */
void bench_attempt(struct bench *b, const char *impi, const char *impu);
/* The attempt of a USIM with that IMSI and MNC length. */
void bench_attempt_usim(struct bench *b, const char *imsi, unsigned mnc_length);
/* Predicts b->attempt, with content. */
void bench_predict(struct bench *b);
/* The same and an explanation when there is a rule. */
void bench_explain(struct bench *b);

/* The row of the verdict's rule ("D07"), its id where it has no row, "" without rule. */
const char *bench_row(const struct bench *b);
/* Code of the last step. */
unsigned bench_code(const struct bench *b);
