#include "trace/text_lines.h"

#define LINE_BYTES_MAX 65536u

void text_lines_init(struct text_lines *l, void (*visit)(char *line, size_t length, void *context),
		     void *context)
{
	*l = (struct text_lines){.visit = visit, .context = context};
	strbuf_init(&l->line);
}

void text_lines_clear(struct text_lines *l)
{
	strbuf_clear(&l->line);
}

static void end_line(struct text_lines *l)
{
	for (size_t i = 0; i < l->line.length; i++)
		if (!l->line.data[i])
			l->line.data[i] = '?';
	l->visit(l->line.data, l->line.length, l->context);
	strbuf_reset(&l->line);
}

/* The bytes from i up to the next line end. */
static size_t run_of_line(struct text bytes, size_t i)
{
	size_t end = i;

	while (end < bytes.length && bytes.data[end] != '\n' && bytes.data[end] != '\r')
		end++;
	return end - i;
}

static void keep_part(struct text_lines *l, struct text part)
{
	size_t room = LINE_BYTES_MAX - l->line.length;

	strbuf_add(&l->line, part.data, part.length < room ? part.length : room);
}

static void cut(struct text_lines *l, struct text bytes, const bool *has_stopped)
{
	for (size_t i = 0; i < bytes.length && !*has_stopped; i++) {
		size_t run = run_of_line(bytes, i);

		if (run > 0)
			l->has_return = false;
		keep_part(l, text_of(bytes.data + i, run));
		i += run;
		if (i == bytes.length)
			break;
		bool is_second_half = bytes.data[i] == '\n' && l->has_return;

		l->has_return = bytes.data[i] == '\r';
		if (!is_second_half)
			end_line(l);
	}
}

/* A unit of UTF-16 as UTF-8; what needs two units is no part of SIP. */
static void take_unit(struct text_lines *l, unsigned unit, const bool *has_stopped)
{
	char utf8[3];
	size_t length = 1;

	if (unit < 0x80) {
		utf8[0] = (char)unit;
	} else if (unit < 0x800) {
		utf8[0] = (char)(0xc0 | unit >> 6);
		utf8[1] = (char)(0x80 | (unit & 0x3f));
		length = 2;
	} else if (unit >= 0xd800 && unit < 0xe000) {
		utf8[0] = '?';
	} else {
		utf8[0] = (char)(0xe0 | unit >> 12);
		utf8[1] = (char)(0x80 | (unit >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (unit & 0x3f));
		length = 3;
	}
	cut(l, text_of(utf8, length), has_stopped);
}

static void cut_wide(struct text_lines *l, struct text bytes, const bool *has_stopped)
{
	for (size_t i = 0; i < bytes.length && !*has_stopped; i++) {
		unsigned char byte = (unsigned char)bytes.data[i];

		if (l->has_half)
			take_unit(l,
				  l->wide == 'L' ? (unsigned)byte << 8 | l->half
						 : (unsigned)l->half << 8 | byte,
				  has_stopped);
		l->has_half = !l->has_half;
		l->half = byte;
	}
}

/* Looks for a byte order mark in the first two bytes, which may come one by one; what is none is
 * cut. The number of bytes taken. */
static size_t take_mark(struct text_lines *l, struct text bytes, const bool *has_stopped)
{
	size_t taken = 0;

	while (l->seen < 2 && taken < bytes.length) {
		unsigned char byte = (unsigned char)bytes.data[taken++];

		if (++l->seen == 1) {
			l->mark = byte;
			continue;
		}
		l->wide = l->mark == 0xff && byte == 0xfe   ? 'L'
			  : l->mark == 0xfe && byte == 0xff ? 'B'
							    : 0;
		char both[] = {(char)l->mark, (char)byte};

		if (!l->wide)
			cut(l, text_of(both, sizeof(both)), has_stopped);
	}
	return taken;
}

bool text_lines_add(struct text_lines *l, struct text bytes, const bool *has_stopped)
{
	size_t taken = l->seen < 2 ? take_mark(l, bytes, has_stopped) : 0;
	struct text rest = text_of(bytes.data + taken, bytes.length - taken);

	if (l->wide)
		cut_wide(l, rest, has_stopped);
	else
		cut(l, rest, has_stopped);
	return !l->line.failed;
}

bool text_lines_finish(struct text_lines *l, const bool *has_stopped)
{
	char only = (char)l->mark;

	if (l->seen == 1)
		cut(l, text_of(&only, 1), has_stopped);
	l->seen = 2;
	if (l->line.length && !*has_stopped)
		end_line(l);
	return !l->line.failed;
}
