#include "codec/record_unpack_identity.h"

#include "codec/digits.h"
#include "codec/identity_form.h"
#include "codec/lookup_key.h"

uint64_t record_unpack_near(struct unpacker *u, enum record_base base)
{
	u->previous[base] = byte_reader_difference(&u->values, u->previous[base]);
	return u->previous[base];
}

/* Concatenates into the record's arena. */
static struct text concatenate(struct unpacker *u, struct text a, struct text b, struct text c)
{
	size_t length = a.length + b.length + c.length;
	char *data = arena_alloc(&u->out->arena, length + 1);

	if (!data) {
		u->is_out_of_memory = true;
		return text_of("", 0);
	}
	memcpy(data, a.data, a.length);
	memcpy(data + a.length, b.data, b.length);
	memcpy(data + a.length + b.length, c.data, c.length);
	data[length] = '\0';
	return text_of(data, length);
}

struct text record_unpack_copy(struct unpacker *u, struct text t)
{
	return concatenate(u, t, text_of("", 0), text_of("", 0));
}

/* Damaged values may lie outside their number of digits. */
static bool is_marked(uint64_t marked, unsigned digits)
{
	return digits && digits <= DIGITS_MAX && marked >= digits_power[digits] &&
	       marked < 2 * digits_power[digits];
}

void record_unpack_know_number(struct unpacker *u, uint64_t marked, unsigned digits)
{
	if (!is_marked(marked, digits)) {
		byte_reader_fail(&u->values);
		return;
	}
	if (digits >= LOOKUP_DIGITS_MIN && u->number_count < RECORD_NUMBERS_MAX)
		u->number[u->number_count++] = (struct unpack_number){marked, digits};
}

struct text record_unpack_number(struct unpacker *u, enum record_base base, uint64_t lead)
{
	unsigned form = byte_reader_byte(&u->shape), digits = form & ~(unsigned)NUMBER_PLUS;
	char text[DIGITS_MAX + 1];

	if (form == NUMBER_ABSENT)
		return TEXT_NONE;
	if (form == NUMBER_LITERAL)
		return record_unpack_copy(u, byte_reader_text(&u->values));
	uint64_t marked = lead ? lead : record_unpack_near(u, base);
	record_unpack_know_number(u, marked, digits);
	if (unpack_failed(u))
		return text_of("", 0);
	text[0] = '+';
	digits_write(marked, digits, text + 1);
	return record_unpack_copy(u, form & NUMBER_PLUS ? text_of(text, digits + 1)
							: text_of(text + 1, digits));
}

static struct text find_text(struct unpacker *u, enum record_text kind)
{
	uint32_t id = byte_reader_count(&u->shape, UINT32_MAX);
	struct text t = u->dictionary->find(u->dictionary->context, kind, id);

	if (t.data)
		return t;
	byte_reader_fail(&u->shape);
	return text_of("", 0);
}

/* The digits of a number that the record knows, written to out. */
static struct text known_number(struct unpacker *u, char *out)
{
	uint32_t index = byte_reader_count(&u->shape, RECORD_NUMBERS_MAX);

	if (index >= u->number_count) {
		byte_reader_fail(&u->shape);
		return text_of("", 0);
	}
	digits_write(u->number[index].marked, u->number[index].digits, out);
	return text_of(out, u->number[index].digits);
}

static struct text new_number(struct unpacker *u, enum record_base base, char *out)
{
	unsigned digits = byte_reader_byte(&u->shape);
	uint64_t marked = record_unpack_near(u, base);

	record_unpack_know_number(u, marked, digits);
	if (unpack_failed(u))
		return text_of("", 0);
	digits_write(marked, digits, out);
	return text_of(out, digits);
}

static struct text known_user(struct unpacker *u)
{
	uint32_t index = byte_reader_count(&u->shape, RECORD_USERS_MAX);

	if (index < u->user_count)
		return u->user[index];
	byte_reader_fail(&u->shape);
	return text_of("", 0);
}

static struct text new_user(struct unpacker *u)
{
	struct text user = byte_reader_text(&u->values);

	if (u->user_count < RECORD_USERS_MAX)
		u->user[u->user_count++] = user;
	return user;
}

static struct text unpack_body(struct unpacker *u, unsigned body, char *digits)
{
	switch (body) {
	case BODY_NUMBER:
		return known_number(u, digits);
	case BODY_NEW_IMSI:
		return new_number(u, BASE_IMSI, digits);
	case BODY_NEW_MSISDN:
		return new_number(u, BASE_MSISDN, digits);
	case BODY_USER:
		return known_user(u);
	case BODY_NEW_USER:
	case BODY_NEW_PLAIN:
		return new_user(u);
	default:
		byte_reader_fail(&u->shape);
		return text_of("", 0);
	}
}

struct text record_unpack_identity(struct unpacker *u)
{
	unsigned head = byte_reader_byte(&u->shape), body = head & 7, prefix = head >> 4;
	struct text tail = text_of("", 0), user;
	char digits[DIGITS_MAX];

	if (body == BODY_ABSENT)
		return TEXT_NONE;
	if (prefix >= PREFIX_COUNT)
		byte_reader_fail(&u->shape);
	user = unpack_body(u, body, digits);
	if (head & 8)
		tail = find_text(u, RECORD_TAIL);
	if (unpack_failed(u))
		return text_of("", 0);
	return concatenate(u, identity_prefix_text((enum identity_prefix)prefix), user, tail);
}

static struct text number_label(struct unpacker *u)
{
	uint64_t value = record_unpack_near(u, BASE_LABEL);
	char out[DIGITS_MAX];
	unsigned digits = 1;

	while (digits < DIGITS_MAX && value >= digits_power[digits])
		digits++;
	if (value >= digits_power[DIGITS_MAX])
		byte_reader_fail(&u->values);
	digits_write(value, digits, out);
	return record_unpack_copy(u, text_of(out, digits));
}

static struct text prefixed_label(struct unpacker *u)
{
	char digits[DIGITS_MAX];
	struct text prefix = find_text(u, RECORD_TEXT);

	return concatenate(u, prefix, known_number(u, digits), text_of("", 0));
}

static struct text new_label(struct unpacker *u, unsigned form)
{
	switch (form) {
	case LABEL_ZERO:
		return record_unpack_copy(u, TEXT_LITERAL("0"));
	case LABEL_NUMBER:
		return number_label(u);
	case LABEL_PREFIXED:
		return prefixed_label(u);
	default:
		return record_unpack_copy(u, byte_reader_text(&u->values));
	}
}

struct text record_unpack_label(struct unpacker *u)
{
	unsigned form = byte_reader_byte(&u->shape);

	if (form == LABEL_ABSENT)
		return TEXT_NONE;
	if (form == LABEL_EMPTY)
		return text_of("", 0);
	if (form >= LABEL_KNOWN) {
		if (form - LABEL_KNOWN < u->label_count)
			return u->label[form - LABEL_KNOWN];
		byte_reader_fail(&u->shape);
		return text_of("", 0);
	}
	struct text label = new_label(u, form);
	if (u->label_count < RECORD_LABELS_MAX)
		u->label[u->label_count++] = label;
	return label;
}
