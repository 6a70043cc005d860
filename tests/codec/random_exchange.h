/* Cx exchanges of every form, from a seed; and their exact comparison. */
#pragma once
#include "base/arena.h"
#include "model/cx_exchange.h"
#include "tests/codec/random_record.h"

/* Fills *e; its texts and lists live in arena, which the caller resets. */
void random_exchange(struct random_source *r, struct arena *arena, struct cx_exchange *e);

/* A usual registration step of subscriber serial: UAR, MAR and SAR in turn by step. */
void usual_exchange(uint32_t serial, unsigned step, struct arena *arena, struct cx_exchange *e);

/* NULL when both say the same but for their number, else what differs. */
const char *exchange_difference(const struct cx_exchange *a, const struct cx_exchange *b);
