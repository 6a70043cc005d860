/* Sums over many cases: by method, status, sender, cause and hour, and the identities that failed
 * most (base/frequent_names.h). Memory is bounded: hours beyond the most are summed in the last
 * one.
 */
#pragma once
#include <stdio.h>

#include "base/json_writer.h"
#include "trace/diagnosis.h"

#define STATISTICS_HOURS 744 /* 31 days */

struct case_statistics;
enum rc case_statistics_new(struct case_statistics **out, struct diag *diag);
void case_statistics_free(struct case_statistics *s);
/* RC_NOMEM: only its identity is not counted. */
enum rc case_statistics_add(struct case_statistics *s, const struct diagnosis *d);

/* For people, and one object {"cases", "failed", "by_method": {…}, …, "by_hour": […],
 * "top_identities": […]}. Sorts s. */
void case_statistics_text(FILE *out, struct case_statistics *s);
void case_statistics_json(struct json_writer *j, struct case_statistics *s);
