#include "model/cx_exchange.h"

/* Values of Server-Assignment-Type that register somebody: REGISTRATION, RE_REGISTRATION (TS 29.229
 * 6.3.15). */
#define ASSIGNMENT_REGISTRATION 1
#define ASSIGNMENT_RE_REGISTRATION 2
#define UAR_FLAG_EMERGENCY 1
#define FIRST_FAILURE_CODE 3000

const char *cx_end_str(enum cx_end e)
{
	static const char *const names[] = {
		[CX_END_ANSWERED] = "answered",
		[CX_END_RELAY_ANSWERED] = "relay-answered",
		[CX_END_UNANSWERED] = "unanswered",
		[CX_END_ANSWER_ONLY] = "answer-only",
	};

	return names[e];
}

void cx_exchange_init(struct cx_exchange *e)
{
	*e = (struct cx_exchange){
		.latency_us = CX_NUMBER_ABSENT,
		.authorization_type = CX_NUMBER_ABSENT,
		.uar_flags = CX_NUMBER_ABSENT,
		.item_count = CX_NUMBER_ABSENT,
		.assignment_type = CX_NUMBER_ABSENT,
		.user_data_available = CX_NUMBER_ABSENT,
		.originating_request = CX_NUMBER_ABSENT,
		.deregistration_reason = CX_NUMBER_ABSENT,
		.answer_item_count = CX_NUMBER_ABSENT,
		.answer.kind = ANSWER_SILENT,
	};
}

bool cx_exchange_is_emergency(const struct cx_exchange *e)
{
	return e->uar_flags >= 0 && (e->uar_flags & UAR_FLAG_EMERGENCY);
}

bool cx_exchange_attempt(const struct cx_exchange *e, struct attempt *attempt)
{
	bool is_registration =
		e->command == CX_UAR || e->command == CX_MAR ||
		(e->command == CX_SAR && (e->assignment_type == ASSIGNMENT_REGISTRATION ||
					  e->assignment_type == ASSIGNMENT_RE_REGISTRATION));

	if (!is_registration || !e->impi.data || !e->impu_count || e->end == CX_END_ANSWER_ONLY ||
	    e->authorization_type > AUTHORIZATION_CAPABILITIES)
		return false;
	*attempt = (struct attempt){
		.origin = ORIGIN_OBSERVED,
		.impi = e->impi,
		.impu = e->impu[0],
		.visited_network = e->visited_network,
		.visited_basis = VISITED_GIVEN,
		.type = e->authorization_type >= 0 ? (enum authorization_type)e->authorization_type
						   : AUTHORIZATION_REGISTRATION,
		.is_emergency = cx_exchange_is_emergency(e),
		.scheme = e->scheme,
		.from = e->command,
		.server_name = e->server_name,
	};
	return true;
}

bool cx_exchange_is_failure(const struct cx_exchange *e)
{
	return e->answer.kind == ANSWER_SILENT || e->answer.kind == ANSWER_WITHOUT_CODE ||
	       e->answer.code >= FIRST_FAILURE_CODE;
}

/* Copying into an arena; memory that was short once is remembered. */
struct copying {
	struct arena *arena;
	bool failed;
};

static void copy_text(struct copying *c, struct text *t)
{
	struct text copy = arena_text(c->arena, *t);

	c->failed |= t->data && !copy.data;
	*t = copy;
}

/* A copy of count elements of size bytes; NULL when there is no list. */
static void *copy_list(struct copying *c, const void *list, size_t count, size_t size)
{
	void *copy = list ? arena_alloc(c->arena, count * size) : NULL;

	if (copy)
		memcpy(copy, list, count * size);
	c->failed |= list && !copy;
	return copy;
}

static struct text *copy_texts(struct copying *c, const struct text *list, uint32_t *count)
{
	struct text *copy = copy_list(c, list, *count, sizeof(*copy));

	*count = copy ? *count : 0;
	for (uint32_t i = 0; i < *count; i++)
		copy_text(c, &copy[i]);
	return copy;
}

static void copy_answer(struct copying *c, struct cx_answer *a)
{
	copy_text(c, &a->server_name);
	a->mandatory = copy_list(c, a->mandatory, a->mandatory_count, sizeof(*a->mandatory));
	a->optional = copy_list(c, a->optional, a->optional_count, sizeof(*a->optional));
	a->server_names = copy_texts(c, a->server_names, &a->server_name_count);
}

static struct user_data_profile *copy_profiles(struct copying *c,
					       const struct user_data_profile *list,
					       uint32_t *count)
{
	struct user_data_profile *copy = copy_list(c, list, *count, sizeof(*copy));

	*count = copy ? *count : 0;
	for (uint32_t i = 0; i < *count; i++) {
		struct user_data_profile *p = &copy[i];

		p->identity = copy_list(c, p->identity, p->count, sizeof(*p->identity));
		p->count = p->identity ? p->count : 0;
		for (uint32_t k = 0; k < p->count; k++)
			copy_text(c, &p->identity[k].identity);
	}
	return copy;
}

bool cx_exchange_copy(const struct cx_exchange *e, struct arena *arena, struct cx_exchange *out)
{
	struct copying c = {arena, false};

	*out = *e;
	struct text *const texts[] = {
		&out->origin_host,         &out->origin_realm,    &out->destination_host,
		&out->destination_realm,   &out->session,         &out->impi,
		&out->visited_network,     &out->server_name,     &out->scheme,
		&out->deregistration_info, &out->wildcarded_impu, &out->answer_origin_host,
		&out->answer_origin_realm, &out->answer_scheme,   &out->error_message,
		&out->user_data_impi,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		copy_text(&c, texts[i]);
	out->impu = copy_texts(&c, e->impu, &out->impu_count);
	copy_answer(&c, &out->answer);
	out->user_data = copy_profiles(&c, e->user_data, &out->user_data_count);
	/* One list, seen from two sides. */
	out->answer.user_data = e->answer.user_data ? out->user_data : NULL;
	out->answer.user_data_count = e->answer.user_data ? out->user_data_count : 0;
	return !c.failed;
}
