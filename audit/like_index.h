/* All IMPIs of a population in the order of their folded form, for requests that SQL LIKE reads as
 * patterns (oracle/fhoss, rule 1): an underscore in a requested IMPI matches any character of a
 * stored one. Built once, when the first such request comes; about 40 bytes an IMPI. */
#pragma once
#include "audit/ordinal_list.h"
#include "audit/population.h"
#include "base/text.h"

struct like_index;

/* Reads the whole population. RC_LIMIT beyond 1 GiB of identities. */
enum rc like_index_build(const struct population *p, struct like_index **out, struct diag *diag);
void like_index_free(struct like_index *index);

/* Appends the ordinals of records with an IMPI that is LIKE pattern, until two IMPIs are found or
 * the population ends. */
void like_index_find(const struct like_index *index, struct text pattern, struct ordinal_list *out);
