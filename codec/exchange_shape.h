/* What recurs from exchange to exchange (codec/exchange_format.h), taken out of an exchange, and a
 * memory of the shapes met last, so that one need not be put into bytes again to get its number. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "model/cx_exchange.h"

#define SHAPE_HEADS 7
#define SHAPE_TEXTS 14
#define SHAPE_NUMBERS 8

/* Members in the order of the packed form, but for the lists of Server-Capabilities. */
struct exchange_shape {
	uint32_t head[SHAPE_HEADS]; /* command, end, kind, flags, damage, code, vendor */
	int64_t number[SHAPE_NUMBERS];
	struct text text[SHAPE_TEXTS];
};

/* Texts are borrowed from the exchange. */
void exchange_shape_take(const struct cx_exchange *e, struct exchange_shape *out);

/* enum shape_flags of the exchange. */
unsigned exchange_shape_flags(const struct cx_exchange *e);

/* Shapes of each command: some nodes and results, and some visited networks, take turns. */
#define SHAPE_WAYS 8
struct shape_memo {
	struct {
		struct exchange_shape shape;
		uint32_t number; /* 0: free */
	} way[CX_COMMANDS][SHAPE_WAYS];
	uint8_t next[CX_COMMANDS]; /* way that is given up next */
};

/* The number of an equal shape, 0 when none is known. */
uint32_t shape_memo_find(const struct shape_memo *memo, const struct exchange_shape *shape);
/* Texts of the shape must live as long as the memory of it. */
void shape_memo_put(struct shape_memo *memo, const struct exchange_shape *shape, uint32_t number);
