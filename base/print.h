/* Prints texts that come from outside for people: no identity in an export can move the cursor,
 * change colours, forge a line or turn the direction of writing. Control characters, bytes that are
 * not UTF-8 and direction marks appear as \xNN. */
#pragma once
#include <stdio.h>
#include "base/text.h"

/* Absent prints nothing. */
void print_text(FILE *out, struct text t);

/* The columns that print_text takes, one for each character. */
unsigned print_width(struct text t);

/* Prints words, breaking lines between them so that none gets wider than width columns (a longer
 * word stands alone). The cursor is at column indent, where further lines begin as well; ends with
 * a line feed. */
void print_wrapped(FILE *out, unsigned indent, unsigned width, struct text t);
