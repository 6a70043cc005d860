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

static void put_text(struct exchange_packer *p, struct byte_writer *out, struct text t)
{
	uint32_t number;

	if (!t.data) {
		byte_writer_varint(out, 0);
		return;
	}
	/* Long ones hardly recur; a dictionary of them would be full at once. */
	number = t.length <= LIMIT_IDENTITY_LENGTH ? intern_add(&p->texts, t) : 0;
	if (number) {
		byte_writer_varint(out, (uint64_t)number << 1);
		return;
	}
	byte_writer_varint(out, (uint64_t)t.length << 1 | 1);
	byte_writer_bytes(out, t.data, t.length);
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
	put_text(p, &p->at, form.tail);
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
static void put_session(struct exchange_packer *p, struct text t)
{
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
	put_text(p, &p->at, head);
	for (unsigned i = 0; i < parts; i++) {
		if (!p->has_base_part[i])
			p->base_part[i] = part[i];
		p->has_base_part[i] = true;
		byte_writer_difference(&p->at, part[i], p->base_part[i]);
	}
	put_text(p, &p->at, rest.length ? rest : TEXT_NONE);
}

/* --- shape ----------------------------------------------------------------------------------- */

static unsigned flags_of(const struct cx_exchange *e)
{
	unsigned flags = 0;

	flags |= e->has_resynchronisation ? SHAPE_RESYNCHRONISATION : 0;
	flags |= e->answer.has_capabilities ? SHAPE_CAPABILITIES : 0;
	flags |= e->user_data ? SHAPE_USER_DATA : 0;
	flags |= e->user_data && e->answer.user_data ? SHAPE_USER_DATA_ANSWERED : 0;
	flags |= e->user_data_impi.data || e->user_data_hash ? SHAPE_USER_DATA_FACTS : 0;
	return flags;
}

static void put_list(struct byte_writer *out, const uint32_t *list, uint32_t count)
{
	byte_writer_varint(out, count);
	for (uint32_t i = 0; i < count; i++)
		byte_writer_varint(out, list[i]);
}

static void put_shape(struct exchange_packer *p, const struct cx_exchange *e)
{
	const struct cx_answer *a = &e->answer;
	const struct text texts[] = {
		e->origin_host,
		e->origin_realm,
		e->destination_host,
		e->destination_realm,
		e->visited_network,
		e->server_name,
		e->scheme,
		e->wildcarded_impu,
		e->deregistration_info,
		e->answer_origin_host,
		a->server_name,
		e->answer_scheme,
		e->answer_origin_realm,
		e->error_message,
	};
	const int64_t numbers[] = {
		e->authorization_type,  e->uar_flags,
		e->item_count,          e->assignment_type,
		e->user_data_available, e->originating_request,
		e->answer_item_count,   e->deregistration_reason,
	};
	struct byte_writer *out = &p->shape;
	bool is_experimental = a->kind == ANSWER_EXPERIMENTAL || a->kind == ANSWER_OTHER_VENDOR;

	byte_writer_byte(out, e->command);
	byte_writer_byte(out, e->end);
	byte_writer_byte(out, is_experimental ? ANSWER_EXPERIMENTAL : a->kind);
	byte_writer_varint(out, flags_of(e));
	byte_writer_varint(out, e->damage);
	byte_writer_varint(out, a->code);
	byte_writer_varint(out, cx_answer_vendor(a));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_text(p, out, texts[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		byte_writer_difference(out, (uint64_t)numbers[i], (uint64_t)CX_NUMBER_ABSENT);
	put_list(out, a->mandatory, a->mandatory_count);
	put_list(out, a->optional, a->optional_count);
	byte_writer_varint(out, a->server_name_count);
	for (uint32_t i = 0; i < a->server_name_count; i++)
		put_text(p, out, a->server_names[i]);
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
	put_text(p, &p->at, text_of((const char *)&content, sizeof(content)));
	byte_writer_varint(&p->at, profile->ifc_count);
	byte_writer_varint(&p->at, profile->faults);
}

static void put_exchange(struct exchange_packer *p, const struct cx_exchange *e)
{
	struct text shape = text_of((const char *)p->shape.data, p->shape.length);
	uint32_t number = intern_add(&p->shapes, shape);
	struct byte_writer *out = &p->at;

	byte_writer_varint(out, number);
	if (!number)
		byte_writer_text(out, shape);
	byte_writer_difference(out, (uint64_t)e->time_us, (uint64_t)p->base_time);
	byte_writer_difference(out, (uint64_t)e->latency_us, (uint64_t)CX_NUMBER_ABSENT);
	put_session(p, e->session);
	put_identity(p, e->impi);
	byte_writer_varint(out, e->impu_count);
	for (uint32_t i = 0; i < e->impu_count; i++)
		put_identity(p, e->impu[i]);
	if (e->user_data) {
		byte_writer_varint(out, e->user_data_count);
		for (uint32_t i = 0; i < e->user_data_count; i++)
			put_profile(p, &e->user_data[i]);
	}
	if (flags_of(e) & SHAPE_USER_DATA_FACTS) {
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
	put_shape(p, e);
	/* What memory was too short for would be interned as something else. */
	if (!p->shape.failed)
		put_exchange(p, e);
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
