#include "trace/pcapng.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define BYTE_ORDER_SWAPPED 0x4d3c2b1au

#define BLOCK_FRAME 12u /* type and the length before and after the body */
#define OPTION_TIME_RESOLUTION 9u
#define OPTION_TIME_OFFSET 14u
#define INTERFACE_FIXED 8u
#define PACKET_FIXED 20u
#define MICROSECONDS 1000000u
#define SECONDS_MAX (INT64_MAX / MICROSECONDS / 4)

struct interface {
	uint16_t link_type;
	uint64_t ticks;      /* a second */
	int64_t time_offset; /* seconds */
};

struct pcapng_reader {
	pcapng_source source;
	void *context;
	unsigned char *body;
	size_t capacity;
	uint64_t offset; /* of the block that is being read */
	uint64_t at;     /* bytes taken from the source */
	bool in_section, is_swapped;
	struct interface interface[PCAPNG_INTERFACES_MAX];
	uint32_t interface_count;
};

enum rc pcapng_new(pcapng_source source, void *context, struct pcapng_reader **out,
		   struct diag *diag)
{
	struct pcapng_reader *r = calloc(1, sizeof(*r));

	*out = r;
	if (!r)
		return diag_set(diag, RC_NOMEM, "no memory to read packets");
	r->source = source;
	r->context = context;
	return RC_OK;
}

/* A message may have carried keys. */
static void release_body(struct pcapng_reader *r)
{
	if (r->body)
		explicit_bzero(r->body, r->capacity);
	free(r->body);
}

void pcapng_free(struct pcapng_reader *r)
{
	if (!r)
		return;
	release_body(r);
	free(r);
}

static uint32_t u32_at(const struct pcapng_reader *r, const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return r->is_swapped ? __builtin_bswap32(v) : v;
}

static uint16_t u16_at(const struct pcapng_reader *r, const unsigned char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return r->is_swapped ? __builtin_bswap16(v) : v;
}

static enum rc fail(const struct pcapng_reader *r, enum rc rc, const char *what, uint64_t found,
		    struct diag *diag)
{
	diag_at(diag, NULL, 0, r->offset);
	return diag_set(diag, rc, "pcapng: %s, found %llu", what, (unsigned long long)found);
}

/* Exactly size bytes; RC_NOTFOUND when the stream ends before the first. */
static enum rc take(struct pcapng_reader *r, unsigned char *out, size_t size, struct diag *diag)
{
	size_t filled = 0, got;

	while (filled < size) {
		enum rc rc = r->source(r->context, out + filled, size - filled, &got, diag);

		if (rc != RC_OK)
			return rc;
		if (!got && !filled)
			return RC_NOTFOUND;
		if (!got)
			return fail(r, RC_TRUNCATED, "the stream ends within a block", r->at, diag);
		filled += got;
		r->at += got;
	}
	return RC_OK;
}

static enum rc take_inner(struct pcapng_reader *r, unsigned char *out, size_t size,
			  struct diag *diag)
{
	enum rc rc = size ? take(r, out, size, diag) : RC_OK;

	return rc == RC_NOTFOUND
		       ? fail(r, RC_TRUNCATED, "the stream ends within a block", r->at, diag)
		       : rc;
}

static enum rc skip(struct pcapng_reader *r, uint32_t size, struct diag *diag)
{
	unsigned char scratch[4096];

	while (size) {
		uint32_t n = size < sizeof(scratch) ? size : (uint32_t)sizeof(scratch);
		enum rc rc = take_inner(r, scratch, n, diag);

		if (rc != RC_OK)
			return rc;
		size -= n;
	}
	return RC_OK;
}

static enum rc reserve(struct pcapng_reader *r, size_t size, struct diag *diag)
{
	unsigned char *larger;

	if (size <= r->capacity)
		return RC_OK;
	larger = malloc(size);
	if (!larger)
		return diag_set(diag, RC_NOMEM, "no memory for a packet of %zu bytes", size);
	release_body(r);
	r->body = larger;
	r->capacity = size;
	return RC_OK;
}

/* The length behind the body repeats the one before it. */
static enum rc take_end(struct pcapng_reader *r, uint32_t length, struct diag *diag)
{
	unsigned char bytes[4];
	enum rc rc = take_inner(r, bytes, sizeof(bytes), diag);

	if (rc == RC_OK && u32_at(r, bytes) != length)
		return fail(r, RC_SYNTAX, "the two lengths of a block differ", u32_at(r, bytes),
			    diag);
	return rc;
}

static enum rc check_length(const struct pcapng_reader *r, uint32_t length, struct diag *diag)
{
	if (length < BLOCK_FRAME || length % 4)
		return fail(r, RC_SYNTAX, "expected a block length of 12 or more in steps of 4",
			    length, diag);
	return RC_OK;
}

static enum rc section(struct pcapng_reader *r, const unsigned char *head, struct diag *diag)
{
	unsigned char bytes[4];
	enum rc rc = take_inner(r, bytes, sizeof(bytes), diag);
	uint32_t magic, length;

	if (rc != RC_OK)
		return rc;
	memcpy(&magic, bytes, sizeof(magic));
	if (magic != BYTE_ORDER_MAGIC && magic != BYTE_ORDER_SWAPPED)
		return fail(r, RC_SYNTAX, "expected the byte order of a section", magic, diag);
	r->is_swapped = magic == BYTE_ORDER_SWAPPED;
	r->in_section = true;
	r->interface_count = 0;
	length = u32_at(r, head + 4);
	rc = check_length(r, length, diag);
	if (rc == RC_OK && length < BLOCK_FRAME + sizeof(bytes))
		rc = fail(r, RC_SYNTAX, "expected 16 bytes of section header", length, diag);
	if (rc == RC_OK)
		rc = skip(r, length - BLOCK_FRAME - (uint32_t)sizeof(bytes), diag);
	return rc == RC_OK ? take_end(r, length, diag) : rc;
}

static enum rc resolution(struct pcapng_reader *r, unsigned char value, struct interface *i,
			  struct diag *diag)
{
	unsigned exponent = value & 0x7f;

	if (exponent > (value & 0x80 ? 63 : 19))
		return fail(r, RC_SYNTAX, "expected a resolution of time", value, diag);
	i->ticks = 1;
	for (unsigned n = 0; n < exponent; n++)
		i->ticks *= value & 0x80 ? 2 : 10;
	return RC_OK;
}

static enum rc interface(struct pcapng_reader *r, uint32_t size, struct diag *diag)
{
	struct interface *i = &r->interface[r->interface_count];
	enum rc rc = RC_OK;

	if (size < INTERFACE_FIXED)
		return fail(r, RC_SYNTAX, "expected 8 bytes of interface", size, diag);
	if (r->interface_count == PCAPNG_INTERFACES_MAX)
		return fail(r, RC_LIMIT, "expected at most 64 interfaces", r->interface_count + 1,
			    diag);
	*i = (struct interface){u16_at(r, r->body), MICROSECONDS, 0};
	for (uint32_t at = INTERFACE_FIXED; rc == RC_OK && at + 4 <= size;) {
		uint32_t code = u16_at(r, r->body + at), length = u16_at(r, r->body + at + 2);
		const unsigned char *value = r->body + at + 4;

		if (!code || length > size - at - 4)
			break;
		if (code == OPTION_TIME_RESOLUTION && length == 1) {
			rc = resolution(r, value[0], i, diag);
		} else if (code == OPTION_TIME_OFFSET && length == 8) {
			uint32_t low = u32_at(r, value + (r->is_swapped ? 4 : 0));
			uint32_t high = u32_at(r, value + (r->is_swapped ? 0 : 4));

			i->time_offset = (int64_t)((uint64_t)high << 32 | low);
		}
		at += 4 + (length + 3) / 4 * 4;
	}
	if (rc == RC_OK)
		r->interface_count++;
	return rc;
}

static int64_t time_of(const struct interface *i, uint64_t ticks)
{
	uint64_t seconds = ticks / i->ticks, rest = ticks % i->ticks;

	if (seconds > SECONDS_MAX || i->time_offset > SECONDS_MAX || i->time_offset < -SECONDS_MAX)
		return 0;
	rest = i->ticks > 1000000000000u ? rest / (i->ticks / MICROSECONDS)
					 : rest * MICROSECONDS / i->ticks;
	return ((int64_t)seconds + i->time_offset) * MICROSECONDS + (int64_t)rest;
}

static enum rc packet(struct pcapng_reader *r, uint32_t size, struct pcapng_packet *out,
		      struct diag *diag)
{
	uint32_t number, captured;

	if (size < PACKET_FIXED)
		return fail(r, RC_SYNTAX, "expected 20 bytes of packet header", size, diag);
	number = u32_at(r, r->body);
	captured = u32_at(r, r->body + 12);
	if (number >= r->interface_count)
		return fail(r, RC_SYNTAX, "a packet of an interface that was not named", number,
			    diag);
	if (captured > size - PACKET_FIXED)
		return fail(r, RC_SYNTAX, "a packet longer than its block", captured, diag);
	out->link_type = r->interface[number].link_type;
	out->time_us = time_of(&r->interface[number],
			       (uint64_t)u32_at(r, r->body + 4) << 32 | u32_at(r, r->body + 8));
	out->bytes = text_of((const char *)r->body + PACKET_FIXED, captured);
	return RC_OK;
}

/* One block after its head of type and length. *found tells whether *out was filled. */
static enum rc block(struct pcapng_reader *r, const unsigned char *head, struct pcapng_packet *out,
		     bool *found, struct diag *diag)
{
	uint32_t type = u32_at(r, head), length = u32_at(r, head + 4);
	uint32_t size = length - BLOCK_FRAME;
	enum rc rc = check_length(r, length, diag);

	if (rc != RC_OK)
		return rc;
	if (type != BLOCK_INTERFACE && type != BLOCK_PACKET) {
		rc = skip(r, size, diag);
		return rc == RC_OK ? take_end(r, length, diag) : rc;
	}
	if (length > PCAPNG_BLOCK_MAX)
		return fail(r, RC_LIMIT, "expected a block of at most 1 MiB", length, diag);
	rc = reserve(r, size, diag);
	if (rc == RC_OK)
		rc = take_inner(r, r->body, size, diag);
	if (rc == RC_OK)
		rc = take_end(r, length, diag);
	if (rc != RC_OK)
		return rc;
	*found = type == BLOCK_PACKET;
	return *found ? packet(r, size, out, diag) : interface(r, size, diag);
}

enum rc pcapng_next(struct pcapng_reader *r, struct pcapng_packet *out, struct diag *diag)
{
	bool found = false;

	while (!found) {
		unsigned char head[8];
		uint32_t type;
		enum rc rc;

		r->offset = r->at;
		rc = take(r, head, sizeof(head), diag);
		if (rc != RC_OK)
			return rc;
		/* The same in both byte orders. */
		memcpy(&type, head, sizeof(type));
		if (type == BLOCK_SECTION)
			rc = section(r, head, diag);
		else if (!r->in_section)
			rc = fail(r, RC_SYNTAX, "expected a section header", type, diag);
		else
			rc = block(r, head, out, &found, diag);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
