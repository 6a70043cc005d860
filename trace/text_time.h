/* Time stamps in text: a table of forms. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Reads a stamp at the very beginning of t; returns its length, 0 when there is none. time_us is
 * since 1970 in UTC unless the stamp names its zone; without has_day it is that of the day. */
size_t text_time_read(struct text t, int64_t *time_us, bool *has_day);

/* The first stamp anywhere in t. */
bool text_time_find(struct text t, int64_t *time_us, bool *has_day);
