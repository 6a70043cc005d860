#include "codec/exchange_pack.h"

#include "base/limits.h"
#include "codec/digits.h"
#include "codec/identity_form.h"

void exchange_packer_init(struct exchange_packer *p)
{
	*p = (struct exchange_packer){.count = 0};
	intern_init(&p->texts, EXCHANGE_TEXTS_MAX, EXCHANGE_TEXTS_BYTES);
	intern_init(&p->shapes, EXCHANGE_TEXTS_MAX, EXCHANGE_TEXTS_BYTES);
}

void exchange_packer_reset(struct exchange_packer *p)
{
	struct byte_writer values = p->values, shape = p->shape, at = p->at;

	intern_clear(&p->texts);
	intern_clear(&p->shapes);
	exchange_packer_init(p);
	values.length = shape.length = at.length = 0;
	values.failed = shape.failed = at.failed = false;
	p->values = values;
	p->shape = shape;
	p->at = at;
}

void exchange_packer_clear(struct exchange_packer *p)
{
	if (!p)
		return;
	intern_clear(&p->texts);
	intern_clear(&p->shapes);
	byte_writer_clear(&p->values);
	byte_writer_clear(&p->shape);
	byte_writer_clear(&p->at);
	exchange_packer_init(p);
}

bool exchange_packer_is_full(const struct exchange_packer *p)
{
	return p->count >= EXCHANGE_BLOCK_MAX || p->values.length >= EXCHANGE_BLOCK_BYTES;
}

/* --- texts ----------------------------------------------------------------------------------- */

/* Returns the number in the dictionary, 0 when it is not there. */
static uint32_t put_text(struct exchange_packer *p, struct byte_writer *out, struct text t)
{
	uint32_t number;

	if (!t.data) {
		byte_writer_varint(out, 0);
		return 0;
	}
	/* Long ones hardly recur; a dictionary of them would be full at once. */
	number = t.length <= LIMIT_IDENTITY_LENGTH ? intern_add(&p->texts, t) : 0;
	if (number) {
		byte_writer_varint(out, (uint64_t)number << 1);
		return number;
	}
	byte_writer_varint(out, (uint64_t)t.length << 1 | 1);
	byte_writer_bytes(out, t.data, t.length);
	return 0;
}

/* The same, for a place in exchanges where one text often follows itself. */
static void put_recent(struct exchange_packer *p, struct text t, unsigned place)
{
	struct text last = intern_text(&p->texts, p->recent[place]);

	if (t.data && last.data && text_equal(last, t))
		byte_writer_varint(&p->at, (uint64_t)p->recent[place] << 1);
	else
		p->recent[place] = put_text(p, &p->at, t);
}

static void put_number(struct exchange_packer *p, const struct identity_form *form)
{
	struct byte_writer *out = &p->at;

	if (form->marked == p->first_number) {
		byte_writer_byte(out, IDENTITY_SAME + form->prefix);
		return;
	}
	byte_writer_byte(out, IDENTITY_NUMBER + form->prefix);
	if (!p->first_number)
		p->first_number = form->marked;
	if (!p->base_number)
		p->base_number = form->marked;
	byte_writer_difference(out, form->marked, p->base_number);
}

static void put_identity(struct exchange_packer *p, struct text t)
{
	struct identity_form form;

	if (!t.data) {
		byte_writer_byte(&p->at, IDENTITY_ABSENT);
		return;
	}
	if (t.length > LIMIT_IDENTITY_LENGTH) {
		byte_writer_byte(&p->at, IDENTITY_WHOLE);
		byte_writer_text(&p->at, t);
		return;
	}
	identity_form_split(t, &form);
	if (form.digits) {
		put_number(p, &form);
	} else {
		byte_writer_byte(&p->at, IDENTITY_USER + form.prefix);
		byte_writer_text(&p->at, form.user);
	}
	put_recent(p, form.tail, RECENT_TAIL + form.prefix);
}

/* Takes "<number>" that is followed by ';' or the end off the front of *rest; false when it is not
 * written as a number would be. */
static bool take_part(struct text *rest, uint64_t *value)
{
	uint64_t marked;
	unsigned digits = digits_scan(*rest, &marked);

	if (!digits || (rest->length > digits && rest->data[digits] != ';') ||
	    (digits > 1 && rest->data[0] == '0'))
		return false;
	*value = marked - digits_power[digits];
	*rest = text_of(rest->data + digits, rest->length - digits);
	return true;
}

/* "<host>;<number>;<number>…": RFC 6733 8.8. */
static void put_session(struct exchange_packer *p, const struct cx_exchange *e)
{
	struct text t = e->session;
	uint64_t part[EXCHANGE_SESSION_PARTS];
	unsigned parts = 0;
	ptrdiff_t end = text_find(t, ';');

	if (!t.data || t.length > LIMIT_IDENTITY_LENGTH) {
		byte_writer_byte(&p->at, t.data ? SESSION_WHOLE : SESSION_ABSENT);
		if (t.data)
			byte_writer_text(&p->at, t);
		return;
	}
	struct text head = text_of(t.data, end < 0 ? t.length : (size_t)end);
	struct text rest = text_of(t.data + head.length, t.length - head.length);
	while (parts < EXCHANGE_SESSION_PARTS && rest.length) {
		struct text next = text_of(rest.data + 1, rest.length - 1);

		if (!take_part(&next, &part[parts]))
			break;
		parts++;
		rest = next;
	}
	byte_writer_byte(&p->at, SESSION_PARTS + parts);
	put_recent(p, head, RECENT_SESSION + e->command);
	for (unsigned i = 0; i < parts; i++) {
		if (!p->has_base_part[i])
			p->base_part[i] = part[i];
		p->has_base_part[i] = true;
		byte_writer_difference(&p->at, part[i], p->base_part[i]);
	}
	put_text(p, &p->at, rest.length ? rest : TEXT_NONE);
}

/* --- shape ----------------------------------------------------------------------------------- */

static void put_list(struct byte_writer *out, const uint32_t *list, uint32_t count)
{
	byte_writer_varint(out, count);
	for (uint32_t i = 0; i < count; i++)
		byte_writer_varint(out, list[i]);
}

/* The shape in bytes. True when all its texts are in the dictionary; then they are those of *s. */
static bool put_shape(struct exchange_packer *p, const struct cx_answer *a,
		      struct exchange_shape *s)
{
	struct byte_writer *out = &p->shape;
	bool is_interned = true;

	/* Command, end and kind are a byte each, as varints of their size are. */
	for (unsigned i = 0; i < SHAPE_HEADS; i++)
		byte_writer_varint(out, s->head[i]);
	for (unsigned i = 0; i < SHAPE_TEXTS; i++) {
		uint32_t number = put_text(p, out, s->text[i]);

		is_interned = is_interned && (number || !s->text[i].data);
		s->text[i] = intern_text(&p->texts, number);
	}
	for (unsigned i = 0; i < SHAPE_NUMBERS; i++)
		byte_writer_difference(out, (uint64_t)s->number[i], (uint64_t)CX_NUMBER_ABSENT);
	put_list(out, a->mandatory, a->mandatory_count);
	put_list(out, a->optional, a->optional_count);
	byte_writer_varint(out, a->server_name_count);
	for (uint32_t i = 0; i < a->server_name_count; i++)
		put_text(p, out, a->server_names[i]);
	return is_interned;
}

/* The number of the exchange's shape, 0 when it stands in p->shape instead. Lists are not part of
 * what is remembered. */
static uint32_t number_shape(struct exchange_packer *p, const struct cx_exchange *e)
{
	const struct cx_answer *a = &e->answer;
	bool has_lists = a->mandatory_count || a->optional_count || a->server_name_count;
	struct exchange_shape shape;
	uint32_t number = 0;
	bool is_interned;

	exchange_shape_take(e, &shape);
	if (!has_lists)
		number = shape_memo_find(&p->memo, &shape);
	if (number)
		return number;
	is_interned = put_shape(p, a, &shape);
	/* What memory was too short for would be interned as something else. */
	if (p->shape.failed)
		return 0;
	number = intern_add(&p->shapes, text_of((const char *)p->shape.data, p->shape.length));
	if (number && is_interned && !has_lists)
		shape_memo_put(&p->memo, &shape, number);
	return number;
}

/* --- an exchange ----------------------------------------------------------------------------- */

static void put_hash(struct byte_writer *out, uint64_t hash)
{
	byte_writer_u32(out, (uint32_t)hash);
	byte_writer_u32(out, (uint32_t)(hash >> 32));
}

static void put_profile(struct exchange_packer *p, const struct user_data_profile *profile)
{
	uint64_t content = htole64(profile->content);

	byte_writer_varint(&p->at, profile->count);
	for (uint32_t i = 0; i < profile->count; i++) {
		put_identity(p, profile->identity[i].identity);
		byte_writer_difference(&p->at, (uint64_t)profile->identity[i].barred, 0);
	}
	/* Few contents serve all subscribers. */
	put_recent(p, text_of((const char *)&content, sizeof(content)), RECENT_CONTENT);
	byte_writer_varint(&p->at, profile->ifc_count);
	byte_writer_varint(&p->at, profile->faults);
}

static void put_exchange(struct exchange_packer *p, const struct cx_exchange *e, uint32_t shape)
{
	struct byte_writer *out = &p->at;

	byte_writer_varint(out, shape);
	if (!shape)
		byte_writer_text(out, text_of((const char *)p->shape.data, p->shape.length));
	byte_writer_difference(out, (uint64_t)e->time_us, (uint64_t)p->base_time);
	byte_writer_difference(out, (uint64_t)e->latency_us, (uint64_t)CX_NUMBER_ABSENT);
	put_session(p, e);
	put_identity(p, e->impi);
	byte_writer_varint(out, e->impu_count);
	for (uint32_t i = 0; i < e->impu_count; i++)
		put_identity(p, e->impu[i]);
	if (e->user_data) {
		byte_writer_varint(out, e->user_data_count);
		for (uint32_t i = 0; i < e->user_data_count; i++)
			put_profile(p, &e->user_data[i]);
	}
	if (exchange_shape_flags(e) & SHAPE_USER_DATA_FACTS) {
		put_identity(p, e->user_data_impi);
		put_hash(out, e->user_data_hash);
	}
}

bool exchange_packer_add(struct exchange_packer *p, const struct cx_exchange *e)
{
	size_t before = p->values.length;

	p->shape.length = p->at.length = 0;
	p->first_number = 0;
	if (!p->count)
		p->base_time = p->from_us = p->to_us = e->time_us;
	uint32_t shape = number_shape(p, e);
	if (!p->shape.failed)
		put_exchange(p, e, shape);
	byte_writer_text(&p->values, text_of((const char *)p->at.data, p->at.length));
	if (p->shape.failed || p->at.failed || p->values.failed) {
		p->values.length = before;
		p->shape.failed = p->at.failed = p->values.failed = false;
		return false;
	}
	p->count++;
	p->from_us = e->time_us < p->from_us ? e->time_us : p->from_us;
	p->to_us = e->time_us > p->to_us ? e->time_us : p->to_us;
	return true;
}

static void write_texts(const struct intern *texts, struct byte_writer *out)
{
	byte_writer_varint(out, texts->count);
	for (uint32_t i = 1; i <= texts->count; i++)
		byte_writer_text(out, intern_text(texts, i));
}

void exchange_packer_write(const struct exchange_packer *p, struct byte_writer *out)
{
	byte_writer_varint(out, p->count);
	byte_writer_difference(out, (uint64_t)p->base_time, 0);
	byte_writer_varint(out, p->base_number);
	for (unsigned i = 0; i < EXCHANGE_SESSION_PARTS; i++)
		byte_writer_varint(out, p->base_part[i]);
	write_texts(&p->texts, out);
	write_texts(&p->shapes, out);
	byte_writer_bytes(out, p->values.data, p->values.length);
}
