/* Cutting a header value at its separators, for lists and parameters (RFC 3261 7.3.1, 25.1). */
#pragma once
#include <stdbool.h>

#include "base/text.h"

/* Takes the next item of *rest up to separator, or to its end, trimmed; quoted strings and <…> are
 * not cut. An unclosed quote or bracket does not hide the separators behind it. False at the end.
 */
bool sip_split_next(struct text *rest, char separator, struct text *item);

/* Cuts "name = value" at its first '='; value is absent without one. Quotes around are taken off.
 */
void sip_split_parameter(struct text item, struct text *name, struct text *value);

/* Decimal digits at the beginning of t, after blanks and a quote; -1 without any, or above 2^53. */
int64_t sip_number(struct text t);

/* t without one pair of quotes, or a stray one at either end. */
struct text sip_unquote(struct text t);
