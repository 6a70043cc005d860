/* How MySQL and MariaDB compare text under utf8_general_ci, as far as FHoSS' queries need it
 * (oracle/fhoss/README.md, rule 1): case and accents are ignored; "=" also ignores trailing blanks,
 * LIKE does not. */
#pragma once
#include <stdbool.h>
#include "base/strbuf.h"
#include "base/text.h"

/* The weight of a Unicode code point: its upper-case base letter. */
unsigned collation_weight(unsigned code_point);

/* SQL "=": PAD SPACE comparison. Bytes that are not UTF-8 compare as themselves. */
bool collation_equal(struct text a, struct text b);

/* SQL "value LIKE pattern": '%' any run, '_' any character, '\' escapes the next; trailing blanks
 * count. Linear backtracking only. */
bool collation_like(struct text value, struct text pattern);

/* True when a pattern holds '%', '_' or '\', so that it may match more, or less, than itself. */
bool collation_like_has_wildcard(struct text pattern);

/* Appends a folded form: equal under "=" implies equal folds (trailing blanks dropped, weights as
 * UTF-8). */
void collation_add_fold(struct text t, struct strbuf *out);
