#include "codec/record_pack_identity.h"

#include <stdlib.h>

#include "codec/digits.h"
#include "codec/lookup_key.h"

#define KEYS_COMPARED 32 /* duplicates beyond are dropped when entries are sorted */

void record_pack_key(struct record_packer *p, uint64_t key)
{
	size_t first = p->key_count > KEYS_COMPARED ? p->key_count - KEYS_COMPARED : 0;

	for (size_t i = first; i < p->key_count; i++)
		if (p->keys[i] == key)
			return;
	if (p->key_count == p->key_capacity) {
		size_t capacity = p->key_capacity ? p->key_capacity * 2 : 16;
		uint64_t *keys = realloc(p->keys, capacity * sizeof(*keys));

		if (!keys) {
			p->values.failed = true;
			return;
		}
		p->keys = keys;
		p->key_capacity = capacity;
	}
	p->keys[p->key_count++] = key;
}

void record_pack_near(struct record_packer *p, enum record_base base, uint64_t value)
{
	if (!(p->bases_set & 1u << base)) {
		p->bases_set |= 1u << base;
		p->base[base] = p->previous[base] = value;
	}
	byte_writer_difference(&p->values, value, p->previous[base]);
	p->previous[base] = value;
}

static struct pack_number *find_number(struct record_packer *p, uint64_t marked)
{
	for (uint32_t i = 0; i < p->number_count; i++)
		if (p->number[i].marked == marked)
			return &p->number[i];
	return NULL;
}

static uint64_t plmn_of(uint64_t marked, unsigned digits)
{
	return digits < 6 ? 0 : marked / digits_power[digits - 6];
}

void record_pack_know_number(struct record_packer *p, uint64_t marked, unsigned digits,
			     bool is_imsi)
{
	const struct pack_number *first = p->number_count ? &p->number[0] : NULL;
	const struct pack_number *known = find_number(p, marked);

	/* Equal numbers, or ones that no identity can refer to, do not show in the shape. */
	if (known || p->number_count == RECORD_NUMBERS_MAX)
		p->is_local = false;
	if (is_imsi && (digits < 6 || (first && plmn_of(marked, digits) !=
							plmn_of(first->marked, first->digits))))
		p->is_local = false;
	if (digits < LOOKUP_DIGITS_MIN)
		return;
	if (!known)
		record_pack_key(p, lookup_key_number(marked));
	if (p->number_count == RECORD_NUMBERS_MAX)
		return;
	p->number[p->number_count++] =
		(struct pack_number){.marked = marked, .digits = digits, .is_imsi = is_imsi};
}

void record_pack_listed(struct record_packer *p, struct text t, uint64_t marked, unsigned digits,
			bool is_imsi)
{
	bool has_plus = t.data[0] == '+';

	byte_writer_byte(&p->shape, digits | (has_plus ? NUMBER_PLUS : 0));
	if (digits < LOOKUP_DIGITS_MIN)
		record_pack_key(p, lookup_key(LOOKUP_IDENTITY, t));
	record_pack_know_number(p, marked, digits, is_imsi);
	if (p->number_count && p->number[p->number_count - 1].marked == marked)
		p->number[p->number_count - 1].text = t.data + has_plus;
}

void record_pack_number(struct record_packer *p, struct text t, bool is_imsi)
{
	bool has_plus = t.length && t.data[0] == '+';
	struct text rest = has_plus ? text_of(t.data + 1, t.length - 1) : t;
	uint64_t marked;
	unsigned digits = digits_scan(rest, &marked);

	if (digits && digits == rest.length) {
		record_pack_near(p, is_imsi ? BASE_IMSI : BASE_MSISDN, marked);
		record_pack_listed(p, t, marked, digits, is_imsi);
		return;
	}
	p->is_local = false;
	byte_writer_byte(&p->shape, t.data ? NUMBER_LITERAL : NUMBER_ABSENT);
	if (!t.data)
		return;
	byte_writer_text(&p->values, t);
	record_pack_key(p, lookup_key(LOOKUP_IDENTITY, t));
}

/* --- identities ------------------------------------------------------------------------------ */

static uint32_t find_tail(struct record_packer *p, const struct identity_form *form)
{
	struct pack_tail *recent = &p->recent[form->prefix];

	if (recent->text.length == form->tail.length && recent->id &&
	    memcmp(recent->text.data, form->tail.data, form->tail.length) == 0)
		return recent->id;
	uint32_t known = p->tails.count, id = intern_add(&p->tails, form->tail);
	if (!id)
		return 0;
	if (p->tails.count > known)
		p->tail_flags[id] =
			(identity_form_tail_is_plain(form->tail) ? PACK_TAIL_IS_PLAIN : 0) |
			(identity_form_fits_number(form->tail) ? PACK_TAIL_FITS_NUMBER : 0);
	*recent = (struct pack_tail){intern_text(&p->tails, id), id};
	return id;
}

struct packed_identity {
	enum identity_body body;
	uint32_t index; /* of a known number or user */
	bool is_plain_user;
	bool is_imsi;      /* a number that is, or stands for, an IMSI */
	bool is_ambiguous; /* a number that might be either */
};

/* Eight bytes of each. */
static inline bool same_word(const char *a, const char *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y;
}

/* The number of the record's lists that rest begins with: nearly always there is one, and comparing
 * costs less than reading digits. */
static const struct pack_number *find_written(const struct record_packer *p, struct text rest,
					      enum identity_prefix prefix)
{
	for (uint32_t i = 0; i < p->number_count; i++) {
		const struct pack_number *n = &p->number[i];

		if (!n->text || n->digits < 8 || rest.length < n->digits)
			continue;
		if (same_word(rest.data, n->text) &&
		    same_word(rest.data + n->digits - 8, n->text + n->digits - 8) &&
		    (n->digits <= 16 || memcmp(rest.data, n->text, n->digits) == 0) &&
		    identity_form_ends_number(rest, n->digits, prefix))
			return n;
	}
	return NULL;
}

static void choose_number(struct record_packer *p, const struct identity_form *form,
			  const struct pack_number *known, bool is_impi,
			  struct packed_identity *out)
{
	bool is_bare = form->prefix == PREFIX_NONE || form->prefix == PREFIX_SIP ||
		       form->prefix == PREFIX_IMSI;

	if (!known)
		known = find_number(p, form->marked);
	if (known) {
		out->body = BODY_NUMBER;
		out->index = (uint32_t)(known - p->number);
		out->is_imsi = known->is_imsi;
		out->is_ambiguous = known->is_hidden;
		return;
	}
	out->body = is_impi || is_bare ? BODY_NEW_IMSI : BODY_NEW_MSISDN;
	out->is_ambiguous = out->body == BODY_NEW_IMSI;
}

static void choose_user(struct record_packer *p, const struct identity_form *form,
			struct packed_identity *out)
{
	for (uint32_t i = 0; i < p->user_count; i++) {
		if (!text_equal(p->user[i].text, form->user))
			continue;
		out->body = BODY_USER;
		out->index = i;
		out->is_plain_user = p->user[i].is_plain;
		return;
	}
	out->is_plain_user = identity_form_user_is_plain(form->user);
	out->body = out->is_plain_user ? BODY_NEW_PLAIN : BODY_NEW_USER;
}

/* What comparing the identity needs to know beyond the shape, by the least careful rule. */
static bool is_local(const struct record_packer *p, const struct identity_form *form,
		     const struct packed_identity *identity, uint32_t tail, bool is_impi)
{
	bool is_sip = form->prefix == PREFIX_SIP || form->prefix == PREFIX_SIP_PLUS;
	bool is_tel = form->prefix == PREFIX_TEL || form->prefix == PREFIX_TEL_PLUS;

	if (form->digits && is_tel && !is_impi)
		return !tail;
	if (!tail || !(p->tail_flags[tail] & PACK_TAIL_IS_PLAIN))
		return false;
	if (is_impi)
		return form->prefix == PREFIX_NONE &&
		       (form->digits ? identity->is_imsi : identity->is_plain_user);
	if (form->digits)
		return is_sip && !identity->is_ambiguous;
	return form->prefix == PREFIX_SIP && identity->is_plain_user;
}

/* Writes the identity's mention in the shape and its value. */
static void write_identity(struct record_packer *p, const struct identity_form *form,
			   const struct packed_identity *identity, uint32_t tail)
{
	unsigned char *at = byte_writer_begin(&p->shape, 1 + 2 * VARINT_BYTES_MAX);
	bool is_imsi = identity->body == BODY_NEW_IMSI;

	if (!at)
		return;
	*at++ = (unsigned char)(identity->body | (form->tail.data ? 8u : 0) |
				(unsigned)form->prefix << 4);
	switch (identity->body) {
	case BODY_NUMBER:
	case BODY_USER:
		at = byte_put_varint(at, identity->index);
		break;
	case BODY_NEW_IMSI:
	case BODY_NEW_MSISDN:
		*at++ = (unsigned char)form->digits;
		record_pack_near(p, is_imsi ? BASE_IMSI : BASE_MSISDN, form->marked);
		record_pack_know_number(p, form->marked, form->digits, false);
		p->number[p->number_count - 1].is_hidden = is_imsi;
		break;
	default:
		byte_writer_text(&p->values, form->user);
		if (p->user_count < RECORD_USERS_MAX)
			p->user[p->user_count++] =
				(struct pack_user){form->user, identity->is_plain_user};
		else
			p->is_local = false;
		break;
	}
	if (form->tail.data)
		at = byte_put_varint(at, tail);
	byte_writer_end(&p->shape, at);
}

/* Takes the identity apart, with what the dictionary and the record's numbers have room for. */
static uint32_t choose_form(struct record_packer *p, struct text identity, bool is_impi,
			    struct identity_form *form, struct packed_identity *packed)
{
	struct text rest = identity_form_prefix(identity, &form->prefix);
	const struct pack_number *known = find_written(p, rest, form->prefix);
	uint32_t tail = 0;

	if (known) {
		form->digits = known->digits;
		form->marked = known->marked;
		form->user = text_of(rest.data, known->digits);
		form->tail = rest.length > known->digits ? text_of(rest.data + known->digits,
								   rest.length - known->digits)
							 : TEXT_NONE;
	} else if (!identity_form_take_number(rest, form)) {
		identity_form_split_user(identity, form);
	}
	if (form->tail.data)
		tail = find_tail(p, form);
	if (form->digits) {
		choose_number(p, form, known, is_impi, packed);
		if ((!tail || p->tail_flags[tail] & PACK_TAIL_FITS_NUMBER) &&
		    (packed->body == BODY_NUMBER || p->number_count < RECORD_NUMBERS_MAX) &&
		    (tail || !form->tail.data))
			return tail;
		identity_form_split_user(identity, form);
		tail = form->tail.data ? find_tail(p, form) : 0;
	}
	if (form->tail.data && !tail)
		*form = (struct identity_form){.user = identity};
	choose_user(p, form, packed);
	record_pack_key(p, lookup_key(LOOKUP_IDENTITY, identity));
	return tail;
}

void record_pack_identity(struct record_packer *p, struct text identity, bool is_impi)
{
	struct packed_identity packed = {.body = BODY_ABSENT};
	struct identity_form form;

	if (!identity.data) {
		p->is_local = false;
		byte_writer_byte(&p->shape, BODY_ABSENT);
		return;
	}
	uint32_t tail = choose_form(p, identity, is_impi, &form, &packed);
	if (p->is_local)
		p->is_local = is_local(p, &form, &packed, tail, is_impi);
	write_identity(p, &form, &packed, tail);
}

/* --- labels ---------------------------------------------------------------------------------- */

static bool is_zero(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] != '0')
			return false;
	return true;
}

/* A text that ends in a number of the record, as "imsu-001010000000001" does. */
static bool pack_prefixed(struct record_packer *p, struct text label)
{
	for (uint32_t i = 0; i < p->number_count; i++) {
		const struct pack_number *number = &p->number[i];
		char digits[DIGITS_MAX];

		if (label.length < number->digits)
			continue;
		size_t length = label.length - number->digits;
		digits_write(number->marked, number->digits, digits);
		if (memcmp(label.data + length, digits, number->digits) != 0)
			continue;
		uint32_t id = intern_add(&p->texts, text_of(label.data, length));
		if (!id)
			return false;
		byte_writer_byte(&p->shape, LABEL_PREFIXED);
		byte_writer_varint(&p->shape, id);
		byte_writer_varint(&p->shape, i);
		return true;
	}
	return false;
}

static void pack_new_label(struct record_packer *p, struct text label)
{
	uint64_t marked;
	unsigned digits = digits_scan(label, &marked);

	if (digits == label.length && label.data[0] != '0') {
		byte_writer_byte(&p->shape, LABEL_NUMBER);
		record_pack_near(p, BASE_LABEL, marked - digits_power[digits]);
	} else if (label.length == 1 && label.data[0] == '0') {
		byte_writer_byte(&p->shape, LABEL_ZERO);
	} else if (!pack_prefixed(p, label)) {
		byte_writer_byte(&p->shape, is_zero(label) ? LABEL_LITERAL_ZERO : LABEL_LITERAL);
		byte_writer_text(&p->values, label);
	}
}

void record_pack_label(struct record_packer *p, struct text label)
{
	if (!label.length) {
		byte_writer_byte(&p->shape, label.data ? LABEL_EMPTY : LABEL_ABSENT);
		return;
	}
	for (uint32_t i = 0; i < p->label_count; i++) {
		if (!text_equal(p->label[i], label))
			continue;
		byte_writer_byte(&p->shape, LABEL_KNOWN + i);
		return;
	}
	pack_new_label(p, label);
	if (p->label_count < RECORD_LABELS_MAX)
		p->label[p->label_count++] = label;
	else
		p->is_local = false;
}
