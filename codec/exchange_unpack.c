#include "codec/exchange_unpack.h"

#include "base/limits.h"
#include "codec/digits.h"
#include "codec/identity_form.h"

void *exchange_compose(struct exchange_unpacking *u, size_t count, size_t size)
{
	void *out = NULL;

	/* count is below the bytes of the block, so that the product does not overflow. */
	if (count * size > EXCHANGE_COMPOSED_MAX - u->composed) {
		byte_reader_fail(&u->r);
		return NULL;
	}
	u->composed += count * size;
	out = arena_alloc(u->arena, count * size);
	if (!out) {
		u->is_out_of_memory = true;
		byte_reader_fail(&u->r);
	}
	return out;
}

struct text exchange_read_text(const struct exchange_unpacking *u, struct byte_reader *r)
{
	uint64_t head = byte_reader_varint(r);

	if (!head)
		return TEXT_NONE;
	if (!(head & 1)) {
		if (head >> 1 <= u->block->texts.count)
			return u->block->texts.text[(head >> 1) - 1];
		byte_reader_fail(r);
		return TEXT_NONE;
	}
	if (head >> 1 > byte_reader_left(r)) {
		byte_reader_fail(r);
		return TEXT_NONE;
	}
	struct text t = text_of((const char *)r->at, (size_t)(head >> 1));
	r->at += t.length;
	return t;
}

static unsigned count_digits(uint64_t marked)
{
	unsigned digits = DIGITS_MAX;

	while (digits && marked < digits_power[digits])
		digits--;
	return marked < 2 * digits_power[digits] ? digits : 0;
}

/* Several texts in one. */
static struct text join(struct exchange_unpacking *u, const struct text *parts, unsigned count)
{
	size_t length = 0;
	char *out, *at;

	for (unsigned i = 0; i < count; i++)
		length += parts[i].length;
	if (length > LIMIT_IDENTITY_LENGTH)
		byte_reader_fail(&u->r);
	out = u->r.failed ? NULL : exchange_compose(u, length + 1, 1);
	if (!out)
		return TEXT_NONE;
	at = out;
	for (unsigned i = 0; i < count; i++) {
		if (parts[i].length)
			memcpy(at, parts[i].data, parts[i].length);
		at += parts[i].length;
	}
	*at = '\0';
	return text_of(out, length);
}

struct text exchange_read_identity(struct exchange_unpacking *u)
{
	unsigned head = byte_reader_byte(&u->r), prefix;
	char number[DIGITS_MAX];
	struct text parts[3];
	uint64_t marked;

	if (head == IDENTITY_ABSENT)
		return TEXT_NONE;
	if (head == IDENTITY_WHOLE)
		return byte_reader_text(&u->r);
	if (head >= IDENTITY_USER) {
		prefix = head - IDENTITY_USER;
		parts[1] = byte_reader_text(&u->r);
	} else {
		prefix = head - (head >= IDENTITY_SAME ? IDENTITY_SAME : IDENTITY_NUMBER);
		marked = head >= IDENTITY_SAME
				 ? u->first_number
				 : byte_reader_difference(&u->r, u->block->base_number);
		unsigned digits = count_digits(marked);
		if (!digits)
			byte_reader_fail(&u->r);
		if (!u->first_number)
			u->first_number = marked;
		digits_write(marked, digits, number);
		parts[1] = text_of(number, digits);
	}
	if (prefix >= PREFIX_COUNT) {
		byte_reader_fail(&u->r);
		return TEXT_NONE;
	}
	parts[0] = identity_prefix_text((enum identity_prefix)prefix);
	parts[2] = exchange_read_text(u, &u->r);
	return join(u, parts, 3);
}

/* ";" and the digits of value, written before end. */
static char *write_part(uint64_t value, char *end)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	*--end = ';';
	return end;
}

struct text exchange_read_session(struct exchange_unpacking *u)
{
	unsigned head = byte_reader_byte(&u->r), parts = head - SESSION_PARTS;
	char digits[EXCHANGE_SESSION_PARTS][24];
	struct text all[EXCHANGE_SESSION_PARTS + 2];

	if (head == SESSION_ABSENT)
		return TEXT_NONE;
	if (head == SESSION_WHOLE)
		return byte_reader_text(&u->r);
	if (parts > EXCHANGE_SESSION_PARTS) {
		byte_reader_fail(&u->r);
		return TEXT_NONE;
	}
	all[0] = exchange_read_text(u, &u->r);
	for (unsigned i = 0; i < parts; i++) {
		char *end = digits[i] + sizeof(digits[i]);
		const char *at =
			write_part(byte_reader_difference(&u->r, u->block->base_part[i]), end);

		all[i + 1] = text_of(at, (size_t)(end - at));
	}
	all[parts + 1] = exchange_read_text(u, &u->r);
	return join(u, all, parts + 2);
}
