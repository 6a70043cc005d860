/* A growing byte string. After a failed append the buffer is marked and further appends do nothing,
 * so that callers check once, at the end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

struct strbuf {
	char *data; /* terminated when not NULL */
	size_t length;
	size_t capacity;
	bool failed; /* memory was out at some append */
};

void strbuf_init(struct strbuf *b);
void strbuf_clear(struct strbuf *b); /* releases; idempotent */
void strbuf_reset(struct strbuf *b); /* empties, keeps the memory and clears failed */
void strbuf_add(struct strbuf *b, const void *data, size_t length);
void strbuf_add_text(struct strbuf *b, struct text t);
void strbuf_add_str(struct strbuf *b, const char *s);
void strbuf_add_char(struct strbuf *b, char c);
void strbuf_printf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The content; valid until the next append. */
struct text strbuf_text(const struct strbuf *b);
