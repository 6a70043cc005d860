#include "codec/exchange_block.h"

#include <stdlib.h>

#include "codec/exchange_unpack.h"

void exchange_block_init(struct exchange_block *b)
{
	*b = (struct exchange_block){.count = 0};
}

void exchange_block_clear(struct exchange_block *b)
{
	if (!b)
		return;
	free(b->texts.text);
	free(b->shapes.text);
	exchange_block_init(b);
}

static enum rc read_texts(struct exchange_texts *texts, struct byte_reader *r)
{
	uint32_t count = byte_reader_count(r, EXCHANGE_TEXTS_MAX);

	texts->count = 0;
	if (count > texts->capacity) {
		struct text *grown = realloc(texts->text, count * sizeof(*grown));

		if (!grown)
			return RC_NOMEM;
		texts->text = grown;
		texts->capacity = count;
	}
	for (uint32_t i = 0; i < count; i++)
		texts->text[i] = byte_reader_text(r);
	texts->count = count;
	return RC_OK;
}

enum rc exchange_block_open(struct exchange_block *b, struct text bytes, uint64_t first_id)
{
	struct byte_reader reader = byte_reader_of(bytes.data, bytes.length), *r = &reader;
	enum rc rc;

	b->first_id = first_id;
	b->count = byte_reader_count(r, EXCHANGE_BLOCK_MAX);
	b->base_time = (int64_t)byte_reader_difference(r, 0);
	b->base_number = byte_reader_varint(r);
	for (unsigned i = 0; i < EXCHANGE_SESSION_PARTS; i++)
		b->base_part[i] = byte_reader_varint(r);
	rc = read_texts(&b->texts, r);
	if (!rc)
		rc = read_texts(&b->shapes, r);
	for (uint32_t i = 0; i < b->count && !rc; i++)
		b->exchange[i] = byte_reader_text(r);
	if (!rc && r->failed)
		rc = RC_CORRUPT;
	if (rc)
		b->count = 0;
	return rc;
}

/* --- shape ----------------------------------------------------------------------------------- */

static uint32_t *read_list(struct exchange_unpacking *u, uint32_t *count)
{
	uint32_t n = byte_reader_count(&u->shape, (uint32_t)byte_reader_left(&u->shape));
	uint32_t *list = n ? exchange_compose(u, n, sizeof(*list)) : NULL;

	*count = list ? n : 0;
	for (uint32_t i = 0; i < *count; i++)
		list[i] = byte_reader_count(&u->shape, UINT32_MAX);
	return list;
}

static void read_capabilities(struct exchange_unpacking *u, struct cx_answer *a)
{
	a->mandatory = read_list(u, &a->mandatory_count);
	a->optional = read_list(u, &a->optional_count);
	uint32_t n = byte_reader_count(&u->shape, (uint32_t)byte_reader_left(&u->shape));
	a->server_names = n ? exchange_compose(u, n, sizeof(*a->server_names)) : NULL;
	a->server_name_count = a->server_names ? n : 0;
	for (uint32_t i = 0; i < a->server_name_count; i++)
		a->server_names[i] = exchange_read_text(u, &u->shape);
}

static int32_t read_number(struct byte_reader *r)
{
	int64_t value = (int64_t)byte_reader_difference(r, (uint64_t)CX_NUMBER_ABSENT);

	if (value < INT32_MIN || value > INT32_MAX)
		return (int32_t)byte_reader_fail(r);
	return (int32_t)value;
}

static void read_numbers(struct byte_reader *r, struct cx_exchange *e)
{
	e->authorization_type = read_number(r);
	e->uar_flags = (int64_t)byte_reader_difference(r, (uint64_t)CX_NUMBER_ABSENT);
	int32_t *const numbers[] = {
		&e->item_count,          &e->assignment_type,   &e->user_data_available,
		&e->originating_request, &e->answer_item_count, &e->deregistration_reason,
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*numbers[i] = read_number(r);
}

/* The flags; enumerations are checked by the caller. */
static unsigned read_shape(struct exchange_unpacking *u, struct cx_exchange *e)
{
	struct cx_answer *a = &e->answer;
	struct text *const texts[] = {
		&e->origin_host,
		&e->origin_realm,
		&e->destination_host,
		&e->destination_realm,
		&e->visited_network,
		&e->server_name,
		&e->scheme,
		&e->wildcarded_impu,
		&e->deregistration_info,
		&e->answer_origin_host,
		&a->server_name,
		&e->answer_scheme,
		&e->answer_origin_realm,
		&e->error_message,
	};
	struct byte_reader *r = &u->shape;
	unsigned command = byte_reader_byte(r), end = byte_reader_byte(r);
	unsigned kind = byte_reader_byte(r);

	if (command >= CX_COMMANDS || end > CX_END_ANSWER_ONLY || kind > ANSWER_WITHOUT_CODE)
		byte_reader_fail(r);
	unsigned flags = byte_reader_count(r, UINT32_MAX);
	e->damage = byte_reader_count(r, UINT32_MAX);
	a->code = byte_reader_count(r, UINT32_MAX);
	uint32_t vendor = byte_reader_count(r, UINT32_MAX);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = exchange_read_text(u, r);
	read_numbers(r, e);
	read_capabilities(u, a);
	if (r->failed)
		return 0;
	e->command = (enum cx_command)command;
	e->end = (enum cx_end)end;
	a->kind = (enum answer_kind)kind;
	if (kind == ANSWER_EXPERIMENTAL)
		cx_answer_set_vendor(a, vendor);
	e->has_resynchronisation = flags & SHAPE_RESYNCHRONISATION;
	a->has_capabilities = (flags & SHAPE_CAPABILITIES) != 0;
	return flags;
}

/* --- an exchange ----------------------------------------------------------------------------- */

/* A count of elements of which each takes a byte at least. */
static uint32_t read_count(struct exchange_unpacking *u)
{
	return byte_reader_count(&u->r, (uint32_t)byte_reader_left(&u->r));
}

static void read_profile(struct exchange_unpacking *u, struct user_data_profile *p)
{
	uint32_t count = read_count(u);
	uint64_t content = 0;

	p->identity = count ? exchange_compose(u, count, sizeof(*p->identity)) : NULL;
	p->count = p->identity ? count : 0;
	for (uint32_t i = 0; i < p->count; i++) {
		p->identity[i].identity = exchange_read_identity(u);
		p->identity[i].barred = (int)byte_reader_difference(&u->r, 0);
	}
	struct text t = exchange_read_text(u, &u->r);
	if (t.length == sizeof(content))
		memcpy(&content, t.data, sizeof(content));
	else
		byte_reader_fail(&u->r);
	p->content = le64toh(content);
	p->ifc_count = byte_reader_count(&u->r, UINT32_MAX);
	p->faults = byte_reader_count(&u->r, UINT32_MAX);
}

static void read_user_data(struct exchange_unpacking *u, unsigned flags, struct cx_exchange *e)
{
	uint32_t count = read_count(u);

	/* A list without profiles is a list. */
	e->user_data = exchange_compose(u, count ? count : 1, sizeof(*e->user_data));
	e->user_data_count = e->user_data ? count : 0;
	for (uint32_t i = 0; i < e->user_data_count; i++)
		read_profile(u, &e->user_data[i]);
	if (!(flags & SHAPE_USER_DATA_ANSWERED))
		return;
	e->answer.user_data = e->user_data;
	e->answer.user_data_count = e->user_data_count;
}

static uint64_t read_hash(struct byte_reader *r)
{
	uint64_t hash = 0;

	for (unsigned shift = 0; shift < 64; shift += 16)
		hash |= (uint64_t)byte_reader_u16(r) << shift;
	return hash;
}

static struct text find_shape(struct exchange_unpacking *u)
{
	const struct exchange_texts *shapes = &u->block->shapes;
	uint64_t number = byte_reader_varint(&u->r);

	if (!number)
		return byte_reader_text(&u->r);
	if (number <= shapes->count)
		return shapes->text[number - 1];
	byte_reader_fail(&u->r);
	return text_of("", 0);
}

static void unpack(struct exchange_unpacking *u, struct cx_exchange *e)
{
	struct text shape = find_shape(u);
	unsigned flags;

	u->shape = byte_reader_of(shape.data, shape.length);
	flags = read_shape(u, e);
	e->time_us = (int64_t)byte_reader_difference(&u->r, (uint64_t)u->block->base_time);
	e->latency_us = (int64_t)byte_reader_difference(&u->r, (uint64_t)CX_NUMBER_ABSENT);
	e->session = exchange_read_session(u);
	e->impi = exchange_read_identity(u);
	uint32_t count = read_count(u);
	e->impu = count ? exchange_compose(u, count, sizeof(*e->impu)) : NULL;
	e->impu_count = e->impu ? count : 0;
	for (uint32_t i = 0; i < e->impu_count; i++)
		e->impu[i] = exchange_read_identity(u);
	if (flags & SHAPE_USER_DATA)
		read_user_data(u, flags, e);
	if (!(flags & SHAPE_USER_DATA_FACTS))
		return;
	e->user_data_impi = exchange_read_identity(u);
	e->user_data_hash = read_hash(&u->r);
}

enum rc exchange_block_read(const struct exchange_block *b, uint32_t index, struct arena *arena,
			    struct cx_exchange *out)
{
	struct exchange_unpacking u = {.block = b, .arena = arena};

	if (index >= b->count)
		return RC_CORRUPT;
	u.r = byte_reader_of(b->exchange[index].data, b->exchange[index].length);
	cx_exchange_init(out);
	out->id = b->first_id + index;
	unpack(&u, out);
	if (u.is_out_of_memory)
		return RC_NOMEM;
	return u.r.failed || u.shape.failed ? RC_CORRUPT : RC_OK;
}
