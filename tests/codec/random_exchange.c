#include "tests/codec/random_exchange.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define REALM "ims.mnc001.mcc001.3gppnetwork.org"

static bool one_in(struct random_source *r, uint32_t n)
{
	return random_below(r, n) == 0;
}

static struct text bytes(struct random_source *r, struct arena *arena, size_t length)
{
	char *out = arena_alloc(arena, length + 1);

	for (size_t i = 0; i < length; i++)
		out[i] = (char)random_below(r, 256);
	return text_of(out, length);
}

static struct text random_text(struct random_source *r, struct arena *arena)
{
	static const char *const texts[] = {
		"hss.example.org", "scscf1." REALM, "sip:scscf1." REALM ":6060", REALM, "",
		"Digest-AKAv1-MD5"};

	switch (random_below(r, 8)) {
	case 0:
		return TEXT_NONE;
	case 1:
		return bytes(r, arena, random_below(r, 40));
	case 2:
		return bytes(r, arena, random_below(r, 3000));
	default:
		return text_from(texts[random_below(r, COUNT(texts))]);
	}
}

static struct text random_identity(struct random_source *r, struct arena *arena, uint32_t serial)
{
	static const char *const forms[] = {"00101%010u@" REALM,
					    "sip:00101%010u@" REALM,
					    "sip:+999%07u@example.org",
					    "tel:+999%07u",
					    "sips:u%u@example.org:5060",
					    "imsi-00101%010u",
					    "%u",
					    "sip:%u;user=phone@example.org",
					    "+%08u;ext=1",
					    "a@%u@b@c",
					    "sip:999%015u@x",
					    "0%024u",
					    "tel:+999%07u;phone-context=example.org"};

	if (one_in(r, 20))
		return random_text(r, arena);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return text_from(arena_printf(arena, forms[random_below(r, COUNT(forms))], serial));
#pragma GCC diagnostic pop
}

static struct text random_session(struct random_source *r, struct arena *arena)
{
	static const char *const odd[] = {"",
					  ";",
					  ";;",
					  "a;",
					  "a;1",
					  "a;01;2",
					  "a;1;2;3;4;5",
					  "a;1;x;2",
					  "a;18446744073709551615",
					  "a;999999999999999999;0;0",
					  "a;1;",
					  "noend"};

	if (one_in(r, 4))
		return text_from(odd[random_below(r, COUNT(odd))]);
	if (one_in(r, 10))
		return random_text(r, arena);
	return text_from(arena_printf(arena, "scscf1." REALM ";%u;%u%s",
				      1700000000 + random_below(r, 100), random_below(r, 100000),
				      one_in(r, 2) ? ";cx" : ""));
}

static int64_t random_wide(struct random_source *r)
{
	uint64_t value = (uint64_t)random_below(r, UINT32_MAX) << 32 | random_below(r, UINT32_MAX);

	return (int64_t)(value >> random_below(r, 64)) * (one_in(r, 2) ? 1 : -1);
}

static int32_t random_number(struct random_source *r)
{
	return one_in(r, 2) ? CX_NUMBER_ABSENT : (int32_t)random_wide(r);
}

static uint32_t *random_list(struct random_source *r, struct arena *arena, uint32_t *count)
{
	uint32_t *list;

	*count = one_in(r, 3) ? random_below(r, 5) : 0;
	list = *count ? arena_alloc(arena, *count * sizeof(*list)) : NULL;
	for (uint32_t i = 0; i < *count; i++)
		list[i] = (uint32_t)random_wide(r);
	return list;
}

static struct text *random_texts(struct random_source *r, struct arena *arena, uint32_t *count)
{
	struct text *list;

	*count = one_in(r, 3) ? random_below(r, 4) : 0;
	list = *count ? arena_alloc(arena, *count * sizeof(*list)) : NULL;
	for (uint32_t i = 0; i < *count; i++)
		list[i] = random_text(r, arena);
	return list;
}

static void random_user_data(struct random_source *r, struct arena *arena, uint32_t serial,
			     struct cx_exchange *e)
{
	e->user_data_count = random_below(r, 3);
	e->user_data = arena_alloc(arena, 3 * sizeof(*e->user_data));
	for (uint32_t i = 0; i < e->user_data_count; i++) {
		struct user_data_profile *p = &e->user_data[i];

		*p = (struct user_data_profile){.count = random_below(r, 4),
						.content = (uint64_t)random_wide(r),
						.ifc_count = random_below(r, 9),
						.faults = random_below(r, 9)};
		p->identity = p->count ? arena_alloc(arena, p->count * sizeof(*p->identity)) : NULL;
		for (uint32_t k = 0; k < p->count; k++) {
			p->identity[k].identity = random_identity(r, arena, serial);
			p->identity[k].barred = (int)random_below(r, 3) - 1;
		}
	}
	if (one_in(r, 2)) {
		e->answer.user_data = e->user_data;
		e->answer.user_data_count = e->user_data_count;
	}
}

void random_exchange(struct random_source *r, struct arena *arena, struct cx_exchange *e)
{
	uint32_t serial = random_below(r, 1000000);

	cx_exchange_init(e);
	struct text *const texts[] = {
		&e->origin_host,
		&e->origin_realm,
		&e->destination_host,
		&e->destination_realm,
		&e->visited_network,
		&e->server_name,
		&e->scheme,
		&e->deregistration_info,
		&e->wildcarded_impu,
		&e->answer_origin_host,
		&e->answer.server_name,
		&e->answer_scheme,
		&e->answer_origin_realm,
		&e->error_message,
	};
	int32_t *const numbers[] = {
		&e->authorization_type,    &e->item_count,          &e->assignment_type,
		&e->user_data_available,   &e->originating_request, &e->answer_item_count,
		&e->deregistration_reason,
	};
	e->time_us = one_in(r, 10) ? random_wide(r)
				   : 1700000000000000 + (int64_t)random_below(r, 60000000);
	e->latency_us = one_in(r, 3) ? CX_NUMBER_ABSENT : random_wide(r);
	e->command = (enum cx_command)random_below(r, CX_COMMANDS);
	e->end = (enum cx_end)random_below(r, CX_END_ANSWER_ONLY + 1);
	e->damage = random_below(r, 32);
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = random_text(r, arena);
	for (size_t i = 0; i < COUNT(numbers); i++)
		*numbers[i] = random_number(r);
	e->uar_flags = one_in(r, 2) ? CX_NUMBER_ABSENT : random_wide(r);
	e->has_resynchronisation = one_in(r, 2);
	e->session = random_session(r, arena);
	e->impi = one_in(r, 9) ? TEXT_NONE : random_identity(r, arena, serial);
	e->impu_count = random_below(r, 4);
	e->impu = e->impu_count ? arena_alloc(arena, e->impu_count * sizeof(*e->impu)) : NULL;
	for (uint32_t i = 0; i < e->impu_count; i++)
		e->impu[i] = random_identity(r, arena, serial + random_below(r, 2));
	e->answer.kind = (enum answer_kind)random_below(r, ANSWER_OTHER_VENDOR + 1);
	e->answer.code = (uint32_t)random_wide(r);
	/* Of wide numbers some are 0: a vendor that was not told. */
	if (e->answer.kind == ANSWER_OTHER_VENDOR)
		cx_answer_set_vendor(&e->answer, (uint32_t)random_wide(r));
	e->answer.has_capabilities = one_in(r, 2);
	e->answer.mandatory = random_list(r, arena, &e->answer.mandatory_count);
	e->answer.optional = random_list(r, arena, &e->answer.optional_count);
	e->answer.server_names = random_texts(r, arena, &e->answer.server_name_count);
	if (one_in(r, 2))
		random_user_data(r, arena, serial, e);
	if (one_in(r, 2))
		e->user_data_impi = random_identity(r, arena, serial);
	if (one_in(r, 2))
		e->user_data_hash = (uint64_t)random_wide(r);
}

/* --- usual ----------------------------------------------------------------------------------- */

static void answer_with_profile(uint32_t serial, struct arena *arena, struct cx_exchange *e)
{
	struct user_data_profile *p = arena_alloc(arena, sizeof(*p));

	*p = (struct user_data_profile){.count = 3, .content = 7, .ifc_count = 2};
	p->identity = arena_alloc(arena, 3 * sizeof(*p->identity));
	p->identity[0] = (struct user_data_identity){e->impu[0], 1};
	p->identity[1].identity = text_from(arena_printf(arena, "tel:+999%07u", serial));
	p->identity[1].barred = 0;
	p->identity[2].identity = text_from(arena_printf(arena, "sip:+999%07u@" REALM, serial));
	p->identity[2].barred = 0;
	e->user_data = e->answer.user_data = p;
	e->user_data_count = e->answer.user_data_count = 1;
	e->user_data_impi = e->impi;
	e->user_data_hash = serial * 0x9e3779b97f4a7c15u;
}

void usual_exchange(uint32_t serial, unsigned step, struct arena *arena, struct cx_exchange *e)
{
	static const char *const schemes[] = {"Unknown", "Digest-AKAv1-MD5"};

	cx_exchange_init(e);
	e->command = (enum cx_command)(step % 3);
	e->end = CX_END_ANSWERED;
	e->latency_us = 900 + serial % 700;
	e->origin_host = e->command == CX_UAR ? TEXT_LITERAL("icscf." REALM)
					      : TEXT_LITERAL("scscf1." REALM);
	e->origin_realm = e->destination_realm = e->answer_origin_realm = TEXT_LITERAL(REALM);
	e->answer_origin_host = e->destination_host = TEXT_LITERAL("hss." REALM);
	e->session = text_from(arena_printf(arena, "%s;1700000000;%u", e->origin_host.data,
					    serial * 3 + step % 3));
	e->impi = text_from(arena_printf(arena, "00101%010u@" REALM, serial));
	e->impu = arena_alloc(arena, sizeof(*e->impu));
	e->impu_count = 1;
	e->impu[0] = text_from(arena_printf(arena, "sip:00101%010u@" REALM, serial));
	e->answer.kind = ANSWER_RESULT_CODE;
	e->answer.code = 2001;
	e->server_name = TEXT_LITERAL("sip:scscf1." REALM ":6060");
	if (e->command == CX_UAR) {
		e->server_name = TEXT_NONE;
		e->visited_network = TEXT_LITERAL(REALM);
		e->authorization_type = 0;
		e->answer.server_name = TEXT_LITERAL("sip:scscf1." REALM ":6060");
	} else if (e->command == CX_MAR) {
		e->scheme = text_from(schemes[0]);
		e->item_count = e->answer_item_count = 1;
		e->answer_scheme = text_from(schemes[1]);
	} else {
		e->assignment_type = 1;
		e->user_data_available = 0;
		answer_with_profile(serial, arena, e);
	}
}

/* --- comparison ------------------------------------------------------------------------------ */

static bool same_texts(const struct text *a, uint32_t count_a, const struct text *b,
		       uint32_t count_b)
{
	if (count_a != count_b)
		return false;
	for (uint32_t i = 0; i < count_a; i++)
		if (!text_equal(a[i], b[i]))
			return false;
	return true;
}

static bool same_list(const uint32_t *a, uint32_t count_a, const uint32_t *b, uint32_t count_b)
{
	return count_a == count_b && (!count_a || memcmp(a, b, count_a * sizeof(*a)) == 0);
}

static bool same_profile(const struct user_data_profile *a, const struct user_data_profile *b)
{
	if (a->count != b->count || a->content != b->content || a->ifc_count != b->ifc_count ||
	    a->faults != b->faults)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!text_equal(a->identity[i].identity, b->identity[i].identity) ||
		    a->identity[i].barred != b->identity[i].barred)
			return false;
	return true;
}

static const char *user_data_difference(const struct cx_exchange *a, const struct cx_exchange *b)
{
	if (!a->user_data != !b->user_data || !a->answer.user_data != !b->answer.user_data ||
	    a->user_data_count != b->user_data_count ||
	    a->answer.user_data_count != b->answer.user_data_count)
		return "presence of User-Data";
	for (uint32_t i = 0; i < a->user_data_count; i++)
		if (!same_profile(&a->user_data[i], &b->user_data[i]))
			return "a profile";
	if (!text_equal(a->user_data_impi, b->user_data_impi))
		return "PrivateID";
	return a->user_data_hash == b->user_data_hash ? NULL : "hash of User-Data";
}

#define SAME_TEXT(member)                                 \
	{                                                 \
#member, text_equal(a->member, b->member) \
	}
#define SAME_NUMBER(member)                     \
	{                                       \
#member, a->member == b->member \
	}

const char *exchange_difference(const struct cx_exchange *a, const struct cx_exchange *b)
{
	const struct cx_answer *x = &a->answer, *y = &b->answer;
	const struct {
		const char *name;
		bool is_same;
	} checks[] = {
		SAME_NUMBER(time_us),
		SAME_NUMBER(latency_us),
		SAME_NUMBER(command),
		SAME_NUMBER(end),
		SAME_NUMBER(damage),
		SAME_TEXT(origin_host),
		SAME_TEXT(origin_realm),
		SAME_TEXT(destination_host),
		SAME_TEXT(destination_realm),
		SAME_TEXT(session),
		SAME_TEXT(impi),
		{"impu", same_texts(a->impu, a->impu_count, b->impu, b->impu_count)},
		SAME_TEXT(visited_network),
		SAME_TEXT(server_name),
		SAME_TEXT(scheme),
		SAME_NUMBER(authorization_type),
		SAME_NUMBER(uar_flags),
		SAME_NUMBER(item_count),
		SAME_NUMBER(has_resynchronisation),
		SAME_NUMBER(assignment_type),
		SAME_NUMBER(user_data_available),
		SAME_NUMBER(originating_request),
		SAME_NUMBER(deregistration_reason),
		SAME_TEXT(deregistration_info),
		SAME_TEXT(wildcarded_impu),
		SAME_NUMBER(answer.kind),
		SAME_NUMBER(answer.code),
		SAME_TEXT(answer.server_name),
		SAME_NUMBER(answer.has_capabilities),
		{"mandatory",
		 same_list(x->mandatory, x->mandatory_count, y->mandatory, y->mandatory_count)},
		{"optional",
		 same_list(x->optional, x->optional_count, y->optional, y->optional_count)},
		{"server_names", same_texts(x->server_names, x->server_name_count, y->server_names,
					    y->server_name_count)},
		SAME_NUMBER(answer.vendor),
		SAME_TEXT(answer_origin_host),
		SAME_TEXT(answer_origin_realm),
		SAME_TEXT(answer_scheme),
		SAME_NUMBER(answer_item_count),
		SAME_TEXT(error_message),
	};

	for (size_t i = 0; i < COUNT(checks); i++)
		if (!checks[i].is_same)
			return checks[i].name;
	return user_data_difference(a, b);
}
