/* Judging many pairs at a time gives what judging each on its own gives: random populations,
 * random exchanges (audit/evidence_sweep.h). */
#include "tests/audit/evidence_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "audit/duplicate.h"
#include "audit/lister.h"

#define RECORDS 300
#define EXCHANGES 9000
#define FOREIGN "ims.mnc002.mcc001.3gppnetwork.org"

static uint64_t state_of_random;

static unsigned draw(unsigned below)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return (unsigned)(state_of_random >> 33) % below;
}

static char *imsi_of(unsigned n, char out[16])
{
	snprintf(out, 16, "00101%010u", n * 10 + 3);
	return out;
}

/* --- records --------------------------------------------------------------------------------- */

static void put_volte(struct audit_case *c, unsigned n)
{
	char imsi[16], number[16];

	snprintf(number, sizeof(number), "999%07u", n);
	audit_case_volte(c, imsi_of(n, imsi), draw(12) ? HOME : FOREIGN, number);
}

static void put_literal(struct audit_case *c, unsigned n)
{
	char text[128];

	audit_case_begin(c);
	snprintf(text, sizeof(text), "user%c%u@example.org", draw(4) ? 'x' : '_', n);
	assert_non_null(
		subscription_add_impi(&c->record, arena_text(&c->record.arena, text_from(text))));
	snprintf(text, sizeof(text), "sip:user%u@example.org", n);
	audit_case_impu(c, text, draw(2) ? TRI_YES : TRI_NO, "1");
	snprintf(text, sizeof(text), "sip:%s%u@example.org", draw(3) ? "desk" : "DESK", n);
	audit_case_impu(c, text, draw(3) ? TRI_NO : TRI_YES, draw(4) ? "1" : NULL);
}

/* A second IMPI, that of another subscription, a wildcard, a set shared or unknown, ... */
static void vary(struct audit_case *c, unsigned n)
{
	struct ims_subscription *r = &c->record;
	char text[128], imsi[16];

	switch (draw(14)) {
	case 0:
		snprintf(text, sizeof(text), "second%u@example.org", n);
		subscription_add_impi(r, arena_text(&r->arena, text_from(text)));
		subscription_associate(r, r->impi_count - 1, 0);
		break;
	case 1:
		snprintf(text, sizeof(text), "%s@" HOME, imsi_of(n - n % 7, imsi));
		subscription_add_impi(r, arena_text(&r->arena, text_from(text)));
		break;
	case 2:
		snprintf(text, sizeof(text), "sip:!room%u.*!@" HOME, n);
		audit_case_impu(c, text, TRI_NO, "1")->kind = IMPU_WILDCARDED_IMPU;
		break;
	case 3:
		r->impu[draw(r->impu_count)].irs_state = IRS_UNKNOWN;
		break;
	case 4:
		for (uint32_t i = 0; i < r->impu_count; i++)
			r->impu[i].barred = TRI_YES;
		break;
	case 5:
		r->impu[draw(r->impu_count)].barred = TRI_UNKNOWN;
		break;
	case 6:
		snprintf(text, sizeof(text), "sip:%s@" HOME, imsi_of(n - n % 5, imsi));
		audit_case_impu(c, text, TRI_NO, "2");
		break;
	case 7:
		r->impi[0].schemes = 1;
		r->impi[0].has_schemes = true;
		break;
	default:
		break;
	}
}

static void put_population(struct audit_case *c)
{
	for (unsigned n = 1; n <= RECORDS; n++) {
		if (draw(4))
			put_volte(c, n);
		else
			put_literal(c, n);
		vary(c, n);
		audit_case_put(c);
	}
	audit_case_commit(c);
}

/* --- exchanges ------------------------------------------------------------------------------- */

static struct text spelled(struct arena *arena, struct text t)
{
	switch (draw(24)) {
	case 0:
		return text_from(arena_printf(arena, "%.*s;user=phone", (int)t.length, t.data));
	case 1:
		return text_from(arena_printf(arena, "%.*s", (int)t.length - 1, t.data));
	case 2:
		return text_from(arena_printf(arena, "SIP:%.*s", (int)t.length, t.data));
	case 3:
		return TEXT_LITERAL("sip:xxxxxx@example.org");
	case 4:
		return text_from(arena_printf(arena, "sip:room%u12@" HOME, draw(RECORDS)));
	case 5:
		return text_from(arena_printf(arena, "00101%010u@" FOREIGN, draw(RECORDS)));
	default:
		return t;
	}
}

static void add_user_data(struct arena *arena, const struct ims_subscription *r,
			  struct cx_exchange *e)
{
	struct user_data_profile *p = arena_alloc(arena, sizeof(*p));
	unsigned odd = draw(12);

	*p = (struct user_data_profile){.content = 1};
	p->identity = arena_alloc(arena, (r->impu_count + 1) * sizeof(*p->identity));
	for (uint32_t i = odd == 0; i < r->impu_count; i++)
		p->identity[p->count++] = (struct user_data_identity){
			r->impu[i].identity,
			odd == 1 ? (int)draw(2) : r->impu[i].barred == TRI_YES};
	if (odd == 2)
		p->identity[p->count++] =
			(struct user_data_identity){TEXT_LITERAL("sip:new@example.org"), 0};
	e->user_data = e->answer.user_data = p;
	e->user_data_count = e->answer.user_data_count = 1;
	e->user_data_impi = draw(10) ? e->impi : TEXT_LITERAL("other@example.org");
}

static void make_answer(struct arena *arena, const struct ims_subscription *r,
			struct cx_exchange *e)
{
	static const uint32_t codes[] = {2001, 2001, 2001, 2001, 5001, 5002, 5003, 5004, 3002, 0};
	static const char *const schemes[] = {"Digest-AKAv1-MD5", "SIP Digest", "Unknown"};

	e->answer.code = codes[draw(10)];
	e->end = e->answer.code ? CX_END_ANSWERED : CX_END_UNANSWERED;
	e->answer.kind = !e->answer.code ? ANSWER_SILENT
			 : e->answer.code == 5003 || e->answer.code == 3002 ||
					 (e->answer.code == 2001 && e->command != CX_UAR)
				 ? ANSWER_RESULT_CODE
				 : ANSWER_EXPERIMENTAL;
	if (!e->answer.code)
		return;
	e->answer_origin_host = draw(3) ? TEXT_LITERAL("hss.example.org")
					: TEXT_LITERAL("hss2.example.org");
	if (e->command == CX_MAR && draw(2))
		e->answer_scheme = text_from(schemes[draw(3)]);
	if (e->command == CX_UAR && draw(2))
		e->answer.server_name = TEXT_LITERAL("sip:scscf.example.org");
	if (e->command == CX_SAR && e->answer.code == 2001 && draw(4))
		add_user_data(arena, r, e);
}

static void make_exchange(struct arena *arena, const struct ims_subscription *r, int64_t time_us,
			  struct cx_exchange *e)
{
	static const char *const networks[] = {HOME, FOREIGN, "visited.example.org"};

	cx_exchange_init(e);
	e->time_us = time_us;
	e->command = (enum cx_command)draw(4); /* a LIR now and then */
	e->destination_realm = TEXT_LITERAL(HOME);
	e->impi = r->impi_count ? spelled(arena, r->impi[draw(r->impi_count)].identity)
				: TEXT_LITERAL("nobody@example.org");
	e->impu = arena_alloc(arena, sizeof(*e->impu));
	e->impu[0] = spelled(arena, r->impu[draw(r->impu_count)].identity);
	e->impu_count = 1;
	if (e->command == CX_UAR) {
		e->visited_network = draw(6) ? text_from(networks[draw(3)]) : TEXT_NONE;
		e->authorization_type = draw(8) ? 0 : (int32_t)draw(3);
		e->uar_flags = draw(20) ? CX_NUMBER_ABSENT : 1;
	}
	if (e->command == CX_MAR)
		e->scheme = draw(8) ? TEXT_LITERAL("Digest-AKAv1-MD5") : TEXT_LITERAL("Unknown");
	if (e->command == CX_SAR)
		e->assignment_type = draw(10) ? 1 : 5;
	if (e->command != CX_UAR && draw(3))
		e->server_name = TEXT_LITERAL("sip:scscf.example.org");
	make_answer(arena, r, e);
}

static void put_observations(struct evidence_fixture *g)
{
	struct snapshot_cursor *cursor;
	struct ims_subscription record;
	struct arena arena;
	struct cx_exchange e;
	struct diag diag;
	int64_t now = START;

	diag_init(&diag);
	arena_init(&arena);
	subscription_init(&record);
	assert_int_equal(snapshot_cursor_open(g->population.snapshot, &cursor, &diag), RC_OK);
	for (unsigned i = 0; i < EXCHANGES; i++) {
		/* Some minutes are full, and a capture of another day comes in between. */
		now += i % 1000 == 999 ? -(int64_t)draw(5) * DAY / 3 : (int64_t)draw(600000);
		assert_int_equal(snapshot_read(cursor, draw(RECORDS), &record, &diag), RC_OK);
		make_exchange(&arena, &record, now, &e);
		assert_int_equal(observations_append(g->observations, &e, &diag), RC_OK);
		arena_reset(&arena);
	}
	assert_int_equal(observations_flush(g->observations, NULL, &diag), RC_OK);
	snapshot_cursor_close(cursor);
	subscription_clear(&record);
	arena_clear(&arena);
}

/* --- comparing ------------------------------------------------------------------------------- */

static void gather_by(struct evidence_fixture *g, bool at_a_time, struct live_evidence *out)
{
	struct worker *w;
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(lister_new(&g->result, NULL, NULL, &w, &diag), RC_OK);
	const struct evidence_request request = {
		.observations = g->observations,
		.predictor = &w->predictor,
		.policy = &g->population.policy,
		.snapshot_us = START - DAY,
		.cursor = at_a_time ? w->cursor : NULL,
		.collisions = &w->shared->collisions,
	};
	if (evidence_gather(&request, out, &diag) != RC_OK)
		fail_msg("%s", diag.text);
	lister_free(w, RC_OK, NULL);
}

static void assert_texts(struct text a, struct text b)
{
	assert_int_equal(a.length, b.length);
	if (a.length)
		assert_memory_equal(a.data, b.data, a.length);
}

static void assert_same_pairs(const struct evidence_pairs *a, const struct evidence_pairs *b)
{
	assert_int_equal(a->used, b->used);
	for (size_t i = 0; i < a->used; i++) {
		const struct evidence_pair *x = &a->pair[i], *y = &b->pair[i];

		assert_memory_equal(x->key, y->key, sizeof(x->key));
		assert_int_equal(x->id, y->id);
		assert_int_equal(x->holding, y->holding);
		assert_int_equal(x->ordinal, y->ordinal);
		assert_int_equal(x->match, y->match);
		assert_int_equal(x->certainty, y->certainty);
		assert_int_equal(x->rule, y->rule);
		assert_int_equal(x->predicted.kind, y->predicted.kind);
		assert_int_equal(x->predicted.code, y->predicted.code);
	}
}

static void assert_same_drifts(const struct evidence_drifts *a, const struct evidence_drifts *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->older, b->older);
	assert_memory_equal(a->of_kind, b->of_kind, sizeof(a->of_kind));
	for (uint32_t i = 0; i < a->count; i++) {
		assert_int_equal(a->list[i].id, b->list[i].id);
		assert_int_equal(a->list[i].drift.kind, b->list[i].drift.kind);
		assert_texts(a->list[i].drift.subject, b->list[i].drift.subject);
		assert_texts(a->list[i].drift.live, b->list[i].drift.live);
		assert_texts(a->list[i].drift.exported, b->list[i].drift.exported);
	}
}

static void assert_same_rules(const struct live_evidence *a, const struct live_evidence *b)
{
	assert_int_equal(a->rule_count, b->rule_count);
	for (size_t i = 0; i < a->rule_count; i++) {
		const struct evidence_rule *x = &a->rule[i], *y = &b->rule[i];

		assert_ptr_equal(x->rule, y->rule);
		assert_int_equal(x->pairs, y->pairs);
		assert_int_equal(x->confirmed, y->confirmed);
		assert_int_equal(x->other_code, y->other_code);
		assert_int_equal(x->contradicted, y->contradicted);
		assert_int_equal(x->in_incidents, y->in_incidents);
		assert_int_equal(x->unproven, y->unproven);
		assert_int_equal(x->contradiction_count, y->contradiction_count);
	}
}

/* How many pairs the sweep alone resolves: without any, nothing would be compared. */
static unsigned swept(const struct live_evidence *e)
{
	unsigned count = 0;

	for (size_t i = 0; i < e->pairs.used; i++)
		count += e->pairs.pair[i].match != EVIDENCE_UNJUDGED;
	return count;
}

static void compare_under(const char *hss, bool has_global_sets, uint64_t seed)
{
	struct evidence_fixture g = {.request = {0}};
	struct live_evidence each, many;
	struct diag diag;

	state_of_random = seed * 0x9e3779b97f4a7c15u + 1;
	diag_init(&diag);
	audit_case_init(&g.population);
	g.population.has_global_sets = has_global_sets;
	g.population.policy.home_visited_network = TEXT_LITERAL(HOME);
	put_population(&g.population);
	assert_non_null(mkdtemp(temporary_path(g.folder, "evidence")));
	assert_int_equal(observations_open(g.folder, OBSERVATIONS_WRITE, &g.observations, &diag),
			 RC_OK);
	put_observations(&g);
	audit_case_run_under(&g.population, hss, &g.request, &g.result);
	gather_by(&g, false, &each);
	gather_by(&g, true, &many);
	assert_true(each.pairs.used > 2000);
	assert_true(swept(&each) > 1000);
	assert_true(each.drifts.count > 10);
	assert_same_pairs(&each.pairs, &many.pairs);
	assert_same_drifts(&each.drifts, &many.drifts);
	assert_same_rules(&each, &many);
	assert_int_equal(each.incident_count, many.incident_count);
	assert_int_equal(each.unknown_pairs, many.unknown_pairs);
	assert_int_equal(each.failing_count, many.failing_count);
	evidence_clear(&each);
	evidence_clear(&many);
	evidence_fixture_remove(&g);
}

static void many_at_a_time_are_judged_as_each_alone(void **state)
{
	static const char *const profiles[] = {"3gpp", "fhoss", "open5gs", "pyhss"};

	(void)state;
	for (unsigned i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		for (uint64_t seed = 1; seed <= 3; seed++)
			compare_under(profiles[i], i == 1 && seed == 3, seed + 10 * i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_at_a_time_are_judged_as_each_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
