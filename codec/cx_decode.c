#include "codec/cx_decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/cx_decode_table.h"
#include "codec/cx_user_data.h"

#define FIRST_COMMAND 300u
#define ERROR_MESSAGE_BYTES 256

struct cx_decoder {
	struct cx_user_data_reader *user_data;
	struct cx_rule_index index;
	/* Lists of the running call. */
	struct text impu[LIMIT_IMPU_PER_SUBSCRIPTION];
	struct text server_name[LIMIT_CAPABILITIES_PER_ANSWER];
	uint32_t mandatory[LIMIT_CAPABILITIES_PER_ANSWER], optional[LIMIT_CAPABILITIES_PER_ANSWER];
	char error_message[ERROR_MESSAGE_BYTES + 1];
};

/* One call: the exchange borrows from the messages and from the decoder until it is copied. */
struct decoding {
	struct cx_decoder *decoder;
	struct cx_exchange *out;
	enum cx_side side;
	const uint8_t *rule; /* of side and command */
	uint64_t seen;       /* rules that were met on this side, a bit each */
	enum rc rc;
};

bool cx_command_of_header(const struct diameter_header *header, enum cx_command *out)
{
	static const enum cx_command commands[] = {CX_UAR, CX_SAR, CX_LIR, CX_MAR, CX_RTR, CX_PPR};
	uint32_t i = header->command - FIRST_COMMAND;

	if (header->application != DIAMETER_APPLICATION_CX ||
	    i >= sizeof(commands) / sizeof(commands[0]))
		return false;
	*out = commands[i];
	return true;
}

enum rc cx_decoder_new(struct cx_decoder **out, struct diag *diag)
{
	struct cx_decoder *d = calloc(1, sizeof(*d));
	enum rc rc;

	if (!d)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	rc = cx_user_data_reader_new(&d->user_data, diag);
	if (rc != RC_OK) {
		free(d);
		return rc;
	}
	cx_rule_index_init(&d->index);
	*out = d;
	return RC_OK;
}

void cx_decoder_free(struct cx_decoder *d)
{
	if (!d)
		return;
	cx_user_data_reader_free(d->user_data);
	free(d);
}

static const struct cx_rule *find_rule(const struct decoding *c, uint32_t group,
				       const struct diameter_avp *avp)
{
	const struct cx_rule *r;

	if (!avp->code || avp->code > CX_RULE_CODE_MAX)
		return NULL;
	if (!group) {
		r = &cx_rules[c->rule[avp->code]];
		return r->code == avp->code && r->vendor == avp->vendor ? r : NULL;
	}
	for (r = &cx_rules[c->decoder->index.first[avp->code]]; r->code == avp->code; r++)
		if (r->vendor == avp->vendor && r->group == group && (r->side & c->side) &&
		    (r->commands & 1u << c->out->command))
			return r;
	return NULL;
}

static void *member_of(const struct decoding *c, const struct cx_rule *rule)
{
	return (char *)c->out + rule->member;
}

static struct text limited(struct decoding *c, struct text t)
{
	if (t.length > LIMIT_IDENTITY_LENGTH) {
		c->out->damage |= CX_DAMAGE_LIMIT;
		t.length = LIMIT_IDENTITY_LENGTH;
	}
	return t;
}

/* Adds to a list of texts of that many places. */
static void add_text(struct decoding *c, const struct diameter_avp *avp, struct text *list,
		     uint32_t *count, uint32_t places)
{
	if (*count < places)
		list[(*count)++] = limited(c, avp->data);
	else
		c->out->damage |= CX_DAMAGE_LIMIT;
}

static void add_number(struct decoding *c, uint32_t number, uint32_t *list, uint32_t *count)
{
	if (*count < LIMIT_CAPABILITIES_PER_ANSWER)
		list[(*count)++] = number;
	else
		c->out->damage |= CX_DAMAGE_LIMIT;
}

static void keep_message(struct decoding *c, struct text *out, struct text t)
{
	char *copy = c->decoder->error_message;

	if (t.length > ERROR_MESSAGE_BYTES)
		t.length = ERROR_MESSAGE_BYTES;
	text_copy(t, copy, sizeof(c->decoder->error_message));
	for (size_t i = 0; i < t.length; i++)
		if (!copy[i])
			copy[i] = '?';
	text_hide_control(copy);
	*out = text_of(copy, t.length);
}

static void keep_user_data(struct decoding *c, struct text raw)
{
	struct cx_user_data u;
	struct cx_exchange *e = c->out;

	c->rc = cx_user_data_read(c->decoder->user_data, raw, &u);
	if (c->rc != RC_OK)
		return;
	e->damage |= u.damage;
	e->user_data = u.profile;
	e->user_data_count = u.profile_count;
	e->user_data_impi = u.impi;
	e->user_data_hash = u.hash;
	if (c->side == CX_SIDE_ANSWER) {
		e->answer.user_data = u.profile;
		e->answer.user_data_count = u.profile_count;
	}
}

static void keep_number(struct decoding *c, const struct cx_rule *rule,
			const struct diameter_avp *avp)
{
	struct cx_answer *a = &c->out->answer;
	uint32_t number;

	if (!diameter_avp_u32(avp, &number) ||
	    (rule->keep == CX_KEEP_NUMBER && number > INT32_MAX)) {
		c->out->damage |= CX_DAMAGE_VALUE;
		return;
	}
	switch ((enum cx_keep)rule->keep) {
	case CX_KEEP_NUMBER:
		*(int32_t *)member_of(c, rule) = (int32_t)number;
		break;
	case CX_KEEP_FLAGS:
		*(int64_t *)member_of(c, rule) = number;
		break;
	case CX_KEEP_VENDOR:
		*(uint32_t *)member_of(c, rule) = number;
		break;
	case CX_KEEP_RESULT:
		a->kind = ANSWER_RESULT_CODE;
		a->code = number;
		break;
	case CX_KEEP_EXPERIMENTAL:
		if (a->kind == ANSWER_RESULT_CODE)
			break;
		a->kind = ANSWER_EXPERIMENTAL;
		a->code = number;
		break;
	case CX_KEEP_MANDATORY:
		add_number(c, number, a->mandatory, &a->mandatory_count);
		break;
	case CX_KEEP_OPTIONAL:
		add_number(c, number, a->optional, &a->optional_count);
		break;
	default:
		break;
	}
}

static void keep(struct decoding *c, const struct cx_rule *rule, const struct diameter_avp *avp)
{
	struct cx_exchange *e = c->out;
	struct text *text;

	switch ((enum cx_keep)rule->keep) {
	case CX_KEEP_TEXT:
		text = member_of(c, rule);
		if (!text->data)
			*text = limited(c, avp->data);
		break;
	case CX_KEEP_MESSAGE:
		keep_message(c, member_of(c, rule), avp->data);
		break;
	case CX_KEEP_PRESENCE:
		*(bool *)member_of(c, rule) = true;
		break;
	case CX_KEEP_USER_DATA:
		keep_user_data(c, avp->data);
		break;
	case CX_KEEP_GROUP:
		break;
	case CX_KEEP_CAPABILITIES:
		e->answer.has_capabilities = true;
		break;
	case CX_KEEP_ITEM:
		++*(int32_t *)member_of(c, rule);
		break;
	case CX_KEEP_IMPU:
		add_text(c, avp, e->impu, &e->impu_count, LIMIT_IMPU_PER_SUBSCRIPTION);
		break;
	case CX_KEEP_SERVER_NAME:
		add_text(c, avp, e->answer.server_names, &e->answer.server_name_count,
			 LIMIT_CAPABILITIES_PER_ANSWER);
		break;
	default:
		keep_number(c, rule, avp);
	}
}

static bool is_group(const struct cx_rule *rule)
{
	return rule->keep == CX_KEEP_GROUP || rule->keep == CX_KEEP_CAPABILITIES ||
	       rule->keep == CX_KEEP_ITEM;
}

/* Keeps what the AVP says; returns the group to look into, 0 for none. */
static uint32_t take(struct decoding *c, uint32_t group, const struct diameter_avp *avp)
{
	const struct cx_rule *rule = find_rule(c, group, avp);
	uint64_t bit;
	bool is_first;

	if (!rule)
		return 0;
	bit = 1ull << (rule - cx_rules);
	is_first = !(c->seen & bit);
	c->seen |= bit;
	if (is_first || rule->keep >= CX_KEEP_FIRST_LIST || rule->keep == CX_KEEP_ITEM)
		keep(c, rule, avp);
	return is_first && is_group(rule) ? avp->code : 0;
}

/* Groups of the table lie in the message itself: two levels are all there is. */
static void decode_message(struct decoding *c, enum cx_side side, struct text message)
{
	struct diameter_walk walk[2] = {diameter_walk_message(message)};
	struct diameter_walk *w = walk;
	struct diameter_avp avp;
	uint32_t group = 0;

	c->side = side;
	c->rule = c->decoder->index.rule[side == CX_SIDE_ANSWER][c->out->command];
	c->seen = 0;
	while (c->rc == RC_OK) {
		if (diameter_walk_next(w, &avp)) {
			uint32_t inner = take(c, group, &avp);

			if (inner) {
				walk[1] = diameter_walk_group(avp.data);
				w = &walk[1];
				group = inner;
			}
			continue;
		}
		if (w->is_damaged)
			c->out->damage |= CX_DAMAGE_AVP;
		if (w == walk)
			break;
		w = walk;
		group = 0;
	}
}

/* Whether the message begins with a Cx header of that direction; a length that is not that of the
 * bytes is damage, and so is no such header. */
static bool read_header(struct text message, uint8_t direction, enum cx_command *command,
			uint32_t *damage)
{
	struct diameter_header header;

	if (!message.data)
		return false;
	if (!diameter_header_read(message, &header) || !cx_command_of_header(&header, command) ||
	    (header.flags & DIAMETER_FLAG_REQUEST) != direction) {
		*damage |= CX_DAMAGE_HEADER;
		return false;
	}
	if (header.length != message.length)
		*damage |= CX_DAMAGE_HEADER;
	return true;
}

/* What the caller has set already is kept. */
static void begin(struct cx_decoder *d, const struct cx_exchange *old, struct cx_exchange *e)
{
	cx_exchange_init(e);
	e->id = old->id;
	e->time_us = old->time_us;
	e->latency_us = old->latency_us;
	e->end = old->end;
	e->impu = d->impu;
	e->answer.server_names = d->server_name;
	e->answer.mandatory = d->mandatory;
	e->answer.optional = d->optional;
}

/* Vendor-Id may stand before or behind the code that it belongs to. */
static void tell_vendor(struct cx_answer *a)
{
	uint32_t vendor = a->vendor;

	a->vendor = 0;
	if (a->kind == ANSWER_EXPERIMENTAL)
		cx_answer_set_vendor(a, vendor);
}

/* Lists of the decoder that stayed empty are none. */
static void drop_empty_lists(struct cx_exchange *e)
{
	struct cx_answer *a = &e->answer;

	e->impu = e->impu_count ? e->impu : NULL;
	a->server_names = a->server_name_count ? a->server_names : NULL;
	a->mandatory = a->mandatory_count ? a->mandatory : NULL;
	a->optional = a->optional_count ? a->optional : NULL;
}

enum rc cx_decode(struct cx_decoder *d, struct text request, struct text answer,
		  struct arena *arena, struct cx_exchange *out, struct diag *diag)
{
	enum cx_command asked = CX_UAR, answered = CX_UAR;
	struct cx_exchange e;
	struct decoding c = {.decoder = d, .out = &e};
	bool has_request, has_answer;

	begin(d, out, &e);
	has_request = read_header(request, DIAMETER_FLAG_REQUEST, &asked, &e.damage);
	has_answer = read_header(answer, 0, &answered, &e.damage);
	if (!has_request && !has_answer)
		return diag_set(diag, RC_SYNTAX,
				"a request of %zu bytes and an answer of %zu without a Diameter "
				"header of application 16777216 and command 300 to 305",
				request.length, answer.length);
	if (has_request && has_answer && asked != answered)
		return diag_set(diag, RC_USAGE, "a request %s with the answer to %s",
				cx_command_str(asked), cx_command_str(answered));
	e.command = has_request ? asked : answered;
	if (has_request)
		decode_message(&c, CX_SIDE_REQUEST, request);
	if (answer.data)
		e.answer.kind = ANSWER_WITHOUT_CODE;
	if (has_answer) {
		e.answer_item_count = e.command == CX_MAR ? 0 : CX_NUMBER_ABSENT;
		decode_message(&c, CX_SIDE_ANSWER, answer);
	}
	tell_vendor(&e.answer);
	drop_empty_lists(&e);
	if (c.rc != RC_OK || (arena && !cx_exchange_copy(&e, arena, out)))
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	if (!arena)
		*out = e;
	return RC_OK;
}
