#include "codec/exchange_shape.h"

#include <string.h>

#include "codec/exchange_format.h"

#define HEAD_COMMAND 0

unsigned exchange_shape_flags(const struct cx_exchange *e)
{
	unsigned flags = 0;

	flags |= e->has_resynchronisation ? SHAPE_RESYNCHRONISATION : 0;
	flags |= e->answer.has_capabilities ? SHAPE_CAPABILITIES : 0;
	flags |= e->user_data ? SHAPE_USER_DATA : 0;
	flags |= e->user_data && e->answer.user_data ? SHAPE_USER_DATA_ANSWERED : 0;
	flags |= e->user_data_impi.data || e->user_data_hash ? SHAPE_USER_DATA_FACTS : 0;
	return flags;
}

void exchange_shape_take(const struct cx_exchange *e, struct exchange_shape *out)
{
	const struct cx_answer *a = &e->answer;
	bool is_experimental = a->kind == ANSWER_EXPERIMENTAL || a->kind == ANSWER_OTHER_VENDOR;

	*out = (struct exchange_shape){
		.head =
			{
				(uint32_t)e->command,
				(uint32_t)e->end,
				(uint32_t)(is_experimental ? ANSWER_EXPERIMENTAL : a->kind),
				exchange_shape_flags(e),
				e->damage,
				a->code,
				cx_answer_vendor(a),
			},
		.number =
			{
				e->authorization_type,
				e->uar_flags,
				e->item_count,
				e->assignment_type,
				e->user_data_available,
				e->originating_request,
				e->answer_item_count,
				e->deregistration_reason,
			},
		.text =
			{
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
			},
	};
}

static bool is_equal(const struct exchange_shape *a, const struct exchange_shape *b)
{
	if (memcmp(a->head, b->head, sizeof(a->head)) != 0 ||
	    memcmp(a->number, b->number, sizeof(a->number)) != 0)
		return false;
	/* Lengths first: most shapes that differ do so in one. */
	for (unsigned i = 0; i < SHAPE_TEXTS; i++)
		if (a->text[i].length != b->text[i].length || !a->text[i].data != !b->text[i].data)
			return false;
	for (unsigned i = 0; i < SHAPE_TEXTS; i++)
		if (a->text[i].length &&
		    memcmp(a->text[i].data, b->text[i].data, a->text[i].length) != 0)
			return false;
	return true;
}

uint32_t shape_memo_find(const struct shape_memo *memo, const struct exchange_shape *shape)
{
	uint32_t command = shape->head[HEAD_COMMAND];

	for (unsigned i = 0; i < SHAPE_WAYS && memo->way[command][i].number; i++)
		if (is_equal(&memo->way[command][i].shape, shape))
			return memo->way[command][i].number;
	return 0;
}

void shape_memo_put(struct shape_memo *memo, const struct exchange_shape *shape, uint32_t number)
{
	uint32_t command = shape->head[HEAD_COMMAND];
	unsigned way = memo->next[command]++ % SHAPE_WAYS;

	memo->way[command][way].shape = *shape;
	memo->way[command][way].number = number;
}
