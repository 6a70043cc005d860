#include "tests/audit/record_check_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void on_hit(const struct record_check_hit *hit, void *context)
{
	struct hits *h = context;

	assert_non_null(hit->text);
	if (strcmp(hit->rule->id, h->rule) != 0)
		return;
	h->count++;
	h->has_subject = hit->subject.data != NULL;
	text_copy(hit->subject, h->subject, sizeof(h->subject));
}

void record_check_case_run(const struct check_case *c, void (*change)(struct sample *),
			   struct hits *hits)
{
	static const char *const identities[] = {TEMPORARY, SIP, TEL};
	struct ims_subscription record;
	struct hss_directory directory;
	struct policy policy;
	struct arena arena;
	struct sample s = {.record = &record, .directory = &directory};
	struct record_check_context checks = {
		.record = &record,
		.directory = &directory,
		.policy = &policy,
		.has_global_sets = c->has_global_sets,
		.arena = &arena,
		.hit = on_hit,
		.hit_context = hits,
	};

	*hits = (struct hits){.rule = c->rule};
	subscription_init(&record);
	hss_directory_init(&directory);
	policy_init(&policy);
	arena_init(&arena);
	record.has_associations = TRI_YES;
	assert_non_null(subscription_add_imsi(&record, TEXT_LITERAL("001010000000001")));
	assert_non_null(subscription_add_impi(&record, TEXT_LITERAL(IMPI)));
	for (uint32_t i = 0; i < 3; i++) {
		struct impu *u = subscription_add_impu(&record, text_from(identities[i]));

		assert_non_null(u);
		u->kind = IMPU_DISTINCT;
		u->barred = i ? TRI_NO : TRI_YES;
		u->irs_state = IRS_NAMED;
		u->irs = TEXT_LITERAL("1");
		assert_non_null(subscription_associate(&record, 0, i));
	}
	s.impi = &record.impi[0];
	s.temporary = &record.impu[0];
	s.sip = &record.impu[1];
	s.tel = &record.impu[2];
	change(&s);
	record_check_all(&checks);
	arena_clear(&arena);
	policy_clear(&policy);
	hss_directory_clear(&directory);
	subscription_clear(&record);
}
