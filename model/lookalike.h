/* Texts as the eye takes them: without what looks like nothing, and with one character for those
 * that look alike. */
#pragma once
#include "base/text.h"

/* Copies t without blanks, control characters and the invisible U+00A0, U+200B and U+FEFF that come
 * with spreadsheets. out has t.length bytes; the result points into it. */
struct text lookalike_without_blanks(struct text t, char *out);

/* Copies t with one character for all that look the same (0 for O, Latin for Cyrillic and
 * full-width letters …). out has t.length bytes; the result points into it. */
struct text lookalike_fold(struct text t, char *out);
