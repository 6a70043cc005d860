/* A buffered file that the generator writes to. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OUTPUT_BUFFER (1 << 20)
#define OUTPUT_ROOM 4096 /* most that is added between two calls of output_room */

struct output {
	int file;
	bool has_failed;
	size_t length;
	char *buffer;
};

/* path "-" is standard output. False with errno when it cannot be created. */
bool output_open(struct output *o, const char *path);
/* False with errno when not everything could be written. */
bool output_close(struct output *o);
void output_flush(struct output *o);

/* Makes room for OUTPUT_ROOM bytes more: once per row or document. */
static inline void output_room(struct output *o)
{
	if (o->length > OUTPUT_BUFFER - OUTPUT_ROOM)
		output_flush(o);
}

static inline void output_add(struct output *o, const char *data, size_t length)
{
	memcpy(o->buffer + o->length, data, length);
	o->length += length;
}

static inline void output_char(struct output *o, char c)
{
	o->buffer[o->length++] = c;
}

static inline void output_str(struct output *o, const char *s)
{
	output_add(o, s, strlen(s));
}

void output_number(struct output *o, uint64_t number);
