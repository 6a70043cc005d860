#define _GNU_SOURCE
#include "importers/xml_frame_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define FIRST_LOOK ((size_t)1 << 20)

static const char not_closed[] = "IMSSubscription is not closed before the next one begins";

static size_t blanks(const char *data, size_t length)
{
	size_t n = 0;

	while (n < length &&
	       (data[n] == ' ' || data[n] == '\t' || data[n] == '\r' || data[n] == '\n'))
		n++;
	return n;
}

/* First needle in data that a byte follows which ends a name; its position, length when there is
 * none. */
static size_t find_name(const char *data, size_t length, const char *needle, size_t size)
{
	size_t at = 0;

	while (at < length) {
		const char *hit = memmem(data + at, length - at, needle, size);

		if (!hit)
			break;
		at = (size_t)(hit - data);
		if (at + size < length && hit[size] && strchr(" \t\r\n>/", hit[size]))
			return at;
		at += size;
	}
	return length;
}

/* memmem for the end tag: its first and its last byte are looked for at once, sixteen places at a
 * time. */
static const char *find_end_tag(const struct xml_frame *f, const char *data, size_t length)
{
	size_t size = f->end_tag_length, i = 0;

#ifdef __SSE2__
	const __m128i first = _mm_set1_epi8('<'), last = _mm_set1_epi8(f->end_tag[size - 1]);

	for (; i + size + 15 <= length; i += 16) {
		const __m128i *a = (const __m128i *)(const void *)(data + i);
		const __m128i *b = (const __m128i *)(const void *)(data + i + size - 1);
		unsigned both = (unsigned)_mm_movemask_epi8(
			_mm_and_si128(_mm_cmpeq_epi8(_mm_loadu_si128(a), first),
				      _mm_cmpeq_epi8(_mm_loadu_si128(b), last)));

		for (; both; both &= both - 1) {
			const char *hit = data + i + __builtin_ctz(both);

			if (memcmp(hit, f->end_tag, size) == 0)
				return hit;
		}
	}
#endif
	return memmem(data + i, length - i, f->end_tag, size);
}

/* Length of the record up to behind the '>' of the first end tag; 0 = not in these bytes. */
static size_t find_end(struct xml_frame *f, const char *record, size_t length)
{
	size_t at = f->searched, size = f->end_tag_length;

	while (at < length) {
		const char *hit = find_end_tag(f, record + at, length - at);
		size_t tail;

		if (!hit) {
			/* An end tag may lie across the end of the window. */
			at = length > size ? length - size : 0;
			break;
		}
		at = (size_t)(hit - record);
		tail = at + size + blanks(hit + size, length - at - size);
		if (tail >= length)
			break;
		if (record[tail] == '>')
			return tail + 1;
		at += size;
	}
	if (at > f->searched)
		f->searched = at;
	return 0;
}

static bool has_pair(const char *data, size_t length, char second)
{
	const char *at = data + 1, *end = data + length;

	while (at < end && (at = memchr(at, second, (size_t)(end - at)))) {
		if (at[-1] == '<')
			return true;
		at++;
	}
	return false;
}

/* Comments, CDATA sections and processing instructions may hold what looks like tags. */
static bool has_markup(const char *data, size_t length)
{
	return has_pair(data, length, '!') || has_pair(data, length, '?');
}

struct skipped {
	const char *begin;
	size_t size;
	const char *end, *forbidden;
};
static const struct skipped skippeds[] = {
	{"<!--", 4, "-->", "<!--"},
	{"<![CDATA[", 9, "]]>", NULL},
	{"<?", 2, "?>", NULL},
};

/* Behind the comment or the like that begins at data; 0 = it does not end here, or holds the begin
 * of another. */
static size_t skip_markup(const char *data, size_t length, const struct skipped *kind)
{
	size_t begin = kind->size, end = strlen(kind->end), inner;
	const char *hit = memmem(data + begin, length - begin, kind->end, end);

	if (!hit)
		return 0;
	inner = (size_t)(hit - data) - begin;
	if (kind->forbidden &&
	    memmem(data + begin, inner, kind->forbidden, strlen(kind->forbidden)))
		return 0;
	return (size_t)(hit - data) + end;
}

/* A start tag of a record, its name complete. */
static bool is_record_start(const char *data, size_t length)
{
	struct text name = xml_tag_name(data + 1, length - 1);

	return name.length + 1 < length && data[name.length + 1] != '<' && xml_tag_is_record(name);
}

static bool is_prolog(const char *data, size_t length)
{
	return length > 5 && memcmp(data, "<?xml", 5) == 0 && strchr(" \t\r\n", data[5]) && data[5];
}

enum exact { EXACT_END, EXACT_CUT, EXACT_MORE };

/* The end of a record that holds comments or the like; EXACT_CUT: at *length another record or
 * document begins. */
static enum exact find_exact_end(const struct xml_frame *f, const char *record, size_t *length)
{
	const char *end = record + *length, *at = record + 1;

	while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
		size_t left = (size_t)(end - at), skip = 1, tail = f->end_tag_length;

		if (is_prolog(at, left) || is_record_start(at, left)) {
			*length = (size_t)(at - record);
			return EXACT_CUT;
		}
		if (left > tail && memcmp(at, f->end_tag, tail) == 0) {
			tail += blanks(at + tail, left - tail);
			if (tail < left && at[tail] == '>') {
				*length = (size_t)(at - record) + tail + 1;
				return EXACT_END;
			}
		}
		for (size_t i = 0; i < sizeof(skippeds) / sizeof(skippeds[0]); i++)
			if (left >= skippeds[i].size &&
			    memcmp(at, skippeds[i].begin, skippeds[i].size) == 0)
				skip = skip_markup(at, left, &skippeds[i]);
		if (!skip)
			return EXACT_MORE;
		at += skip;
	}
	return EXACT_MORE;
}

static enum xml_frame_event give_record(struct xml_frame_scan *s, size_t length)
{
	struct xml_frame *f = s->frame;
	size_t start = s->at;

	f->record_depth = f->depth;
	f->searched = 0;
	s->item->data = s->data + start;
	s->item->length = length;
	s->at = start + length;
	return xml_frame_tell(s, XML_FRAME_RECORD, start, NULL);
}

static enum xml_frame_event cut_off(struct xml_frame_scan *s, size_t length, const char *reason)
{
	size_t start = s->at;

	s->frame->searched = 0;
	s->at = start + length;
	return xml_frame_tell(s, XML_FRAME_REJECT, start, reason);
}

size_t xml_frame_find_record(const char *data, size_t length)
{
	static const char name[] = "IMSSubscription";
	const size_t size = sizeof(name) - 1;
	size_t at = 0;

	while (at < length) {
		size_t hit = at + find_name(data + at, length - at, name, size), start = hit;

		/* Back over a prefix to the '<'. */
		while (hit < length && start > 0 && data[start] != '<' &&
		       hit - start < XML_FRAME_NAME_MAX)
			start--;
		if (hit < length && data[start] == '<' &&
		    is_record_start(data + start, length - start))
			return start;
		at = hit + size;
	}
	return length;
}

/* Position of the first start tag of a record, or XML declaration; length when there is neither. */
static size_t find_restart(const char *data, size_t length)
{
	size_t at = 0;

	length = xml_frame_find_record(data, length);
	while (at < length) {
		const char *hit = memmem(data + at, length - at, "<?xml", 5);

		if (!hit)
			return length;
		at = (size_t)(hit - data);
		if (is_prolog(hit, length - at))
			return at;
		at += 5;
	}
	return length;
}

/* No end tag although all bytes that a record may have are there. */
static enum xml_frame_event give_up(struct xml_frame_scan *s, size_t length)
{
	size_t start = s->at, next = 1 + find_restart(s->data + start + 1, length - 1);

	if (next < length)
		return cut_off(s, next, not_closed);
	s->frame->searched = 0;
	if (length < LIMIT_RECORD_BYTES) {
		s->at = s->length;
		return xml_frame_tell(s, XML_FRAME_TRUNCATED, start,
				      "the input ends inside an IMSSubscription");
	}
	s->frame->state = XML_FRAME_IN_OVERSIZED;
	s->at = start + 1;
	return xml_frame_tell(s, XML_FRAME_REJECT, start,
			      "IMSSubscription longer than 4194304 bytes");
}

enum xml_frame_event xml_frame_cut_record(struct xml_frame_scan *s, struct text name)
{
	struct xml_frame *f = s->frame;
	const char *record = s->data + s->at;
	size_t length = s->length - s->at, raw, exact;
	bool is_whole = s->is_end || length >= LIMIT_RECORD_BYTES;

	if (length > LIMIT_RECORD_BYTES)
		length = LIMIT_RECORD_BYTES;
	if (name.length + 2 != f->end_tag_length ||
	    memcmp(f->end_tag + 2, name.data, name.length) != 0) {
		memcpy(f->end_tag, "</", 2);
		memcpy(f->end_tag + 2, name.data, name.length);
		f->end_tag_length = name.length + 2;
		f->searched = 0;
	}
	raw = find_end(f, record, length);
	if (!raw)
		return is_whole ? give_up(s, length)
				: xml_frame_want(s, length < FIRST_LOOK ? FIRST_LOOK : length * 2);
	if (!has_markup(record, raw))
		return give_record(s, raw);
	exact = length;
	switch (find_exact_end(f, record, &exact)) {
	case EXACT_END:
		return give_record(s, exact);
	case EXACT_CUT:
		return cut_off(s, exact, not_closed);
	case EXACT_MORE:
		break;
	}
	/* A comment without its end: left to the parser, so that it costs this record alone. */
	f->searched = 0;
	return is_whole ? give_record(s, raw) : xml_frame_want(s, length * 2);
}

enum xml_frame_event xml_frame_skip_record(struct xml_frame_scan *s)
{
	struct xml_frame *f = s->frame;
	const char *data = s->data + s->at;
	size_t length = s->length - s->at, keep = 2 * XML_FRAME_NAME_MAX;
	size_t end = find_name(data, length, f->end_tag, f->end_tag_length);
	size_t next = find_restart(data, end);

	if (next < length) {
		f->state = XML_FRAME_IN_TEXT;
		s->at += next;
		if (next == end)
			s->at += f->end_tag_length + (data[end + f->end_tag_length] == '>');
		return XML_FRAME_CONTINUE;
	}
	if (s->is_end) {
		f->state = XML_FRAME_IN_TEXT;
		s->at = s->length;
		return xml_frame_tell(s, XML_FRAME_TRUNCATED, s->length,
				      "the input ends inside an IMSSubscription");
	}
	s->at += length > keep ? length - keep : 0;
	return xml_frame_want(s, keep + FIRST_LOOK);
}
