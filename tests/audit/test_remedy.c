/* What if: the remedy of an explanation is applied to the records, and the verdict turns. */
#include "tests/audit/bench_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define IMSI "262011234567890"
#define HOME "ims.mnc001.mcc262.3gppnetwork.org"
#define IMPI IMSI "@" HOME
#define TEMPORARY "sip:" IMSI "@" HOME
#define NUMBER "sip:+4930123456@" HOME
#define TEL "tel:+4930123456"
#define REST "\nimpu " NUMBER "\nimpu " TEL

static uint32_t index_of_impu(const struct ims_subscription *s, struct text identity)
{
	for (uint32_t i = 0; i < s->impu_count; i++)
		if (text_equal(s->impu[i].identity, identity))
			return i;
	fail_msg("no IMPU %.*s", (int)identity.length, identity.data);
	return 0;
}

static uint32_t index_of_impi(const struct ims_subscription *s, struct text identity)
{
	for (uint32_t i = 0; i < s->impi_count; i++)
		if (text_equal(s->impi[i].identity, identity))
			return i;
	fail_msg("no IMPI %.*s", (int)identity.length, identity.data);
	return 0;
}

static uint32_t add_impu(struct ims_subscription *s, struct text identity, bool is_barred,
			 const struct impu *set)
{
	struct impu added = {
		.identity = identity, .kind = IMPU_DISTINCT, .barred = tri_from_bool(is_barred)};
	struct impu *impu;

	added.irs_state = set ? set->irs_state : IRS_NAMED;
	added.irs = set ? set->irs : TEXT_LITERAL("new");
	impu = subscription_add_impu(s, identity);
	assert_non_null(impu);
	*impu = added;
	return s->impu_count - 1;
}

static void apply(struct bench *b)
{
	const struct explanation *x = &b->explanation;
	struct ims_subscription *s = &b->record[0];
	uint32_t impi, impu;

	switch (x->remedy_kind) {
	case REMEDY_ADD_PAIR:
		assert_non_null(subscription_add_impi(s, x->subject));
		impi = s->impi_count - 1;
		impu = add_impu(s, x->target, true, NULL);
		subscription_associate(s, impi, impu);
		subscription_associate(
			s, impi, add_impu(s, TEXT_LITERAL("sip:new@example.org"), false, NULL));
		break;
	case REMEDY_ADD_IMPI:
		assert_non_null(subscription_add_impi(s, x->subject));
		subscription_associate(s, s->impi_count - 1, index_of_impu(s, x->target));
		break;
	case REMEDY_ADD_IMPU:
		impu = text_starts_with(x->target, "sip:") || text_starts_with(x->target, "tel:")
			       ? add_impu(s, x->subject, true,
					  &s->impu[index_of_impu(s, x->target)])
			       : add_impu(s, x->subject, false, NULL);
		subscription_associate(s, 0, impu);
		break;
	case REMEDY_ADD_SIBLING:
		impu = index_of_impu(s, x->subject);
		add_impu(s, TEXT_LITERAL("sip:new@example.org"), false, &s->impu[impu]);
		break;
	case REMEDY_LIFT_BARRING:
		s->impu[index_of_impu(s, x->subject)].barred = TRI_NO;
		break;
	case REMEDY_RENAME_IMPI:
		s->impi[index_of_impi(s, x->subject)].identity = x->target;
		break;
	case REMEDY_RENAME_IMPU:
		s->impu[index_of_impu(s, x->subject)].identity = x->target;
		break;
	case REMEDY_MOVE_INTO_SET:
		impu = index_of_impu(s, x->target);
		s->impu[index_of_impu(s, x->subject)].irs = s->impu[impu].irs;
		break;
	case REMEDY_ASSOCIATE:
		subscription_associate(s, index_of_impi(s, x->subject),
				       index_of_impu(s, x->target));
		break;
	case REMEDY_LIST_NETWORK:
		assert_non_null(hss_directory_add_visited_network(&b->directory, 77, x->target));
		subscription_grant(s, &s->impu[index_of_impu(s, x->subject)], 77);
		break;
	case REMEDY_GRANT_NETWORK:
		subscription_grant(s, &s->impu[index_of_impu(s, x->subject)], 1);
		break;
	case REMEDY_DROP_DUPLICATE:
		b->memory.count = 1;
		break;
	case REMEDY_OTHER:
		fail_msg("nothing to apply: %s", x->remedy);
	}
}

static const struct {
	const char *records;
	const char *row;
	enum remedy_kind kind;
} remedies[] = {
	{"imsi " IMSI, "D01", REMEDY_ADD_PAIR},
	{"imsi " IMSI "\nimpu " TEMPORARY " barred" REST, "D02", REMEDY_ADD_IMPI},
	{"imsi " IMSI "\nimpi " IMPI REST, "D04", REMEDY_ADD_IMPU},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred" REST "\npair 0 1", "D05",
	 REMEDY_ASSOCIATE},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred", "D06", REMEDY_ADD_SIBLING},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred\nimpu " TEL " barred", "D06",
	 REMEDY_LIFT_BARRING},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred set=5" REST, "D07",
	 REMEDY_MOVE_INTO_SET},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEL, "D15", REMEDY_ADD_IMPU},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred grants" REST, "D32",
	 REMEDY_LIST_NETWORK},
	{"imsi " IMSI "\nimpi imsi-" IMPI "\nimpu " TEMPORARY " barred" REST, "D44",
	 REMEDY_RENAME_IMPI},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu sip:26201123456789@" HOME " barred" REST, "D41",
	 REMEDY_RENAME_IMPU},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu " TEMPORARY " barred" REST
	 "\n\nimpi x@y\nimpu " TEMPORARY,
	 "D48", REMEDY_DROP_DUPLICATE},
	{"imsi " IMSI "\nimpi " IMPI "\nimpu sip:!262.*!@" HOME " wildcarded" REST, "D50",
	 REMEDY_ADD_IMPU},
};

static void every_remedy_turns_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(remedies); i++) {
		struct bench b;
		const struct hss_directory *d;

		bench_init(&b, remedies[i].records, false);
		b.policy.sim_type = SIM_TYPE_USIM;
		b.directory.has_visited_networks =
			strcmp(remedies[i].row, "D32") == 0 ? TRI_YES : TRI_UNKNOWN;
		d = &b.directory;
		assert_int_equal(d->visited_network_count, 0);
		bench_attempt_usim(&b, IMSI, 2);
		bench_explain(&b);
		if (strcmp(bench_row(&b), remedies[i].row) != 0 ||
		    b.explanation.remedy_kind != remedies[i].kind)
			fail_msg("row %zu: %s, %d (%s)", i, bench_row(&b),
				 (int)b.explanation.remedy_kind,
				 b.explanation.remedy ? b.explanation.remedy : "");
		assert_int_equal(b.verdict.outcome, OUTCOME_REFUSED);
		apply(&b);
		bench_use(&b, "3gpp", "3gpp");
		bench_explain(&b);
		if (b.verdict.outcome != OUTCOME_REGISTERS)
			fail_msg("row %zu (%s) still: %s", i, remedies[i].row, b.explanation.text);
		bench_clear(&b);
	}
}

static void no_remedy_touches_the_barring_of_a_derived_impu(void **state)
{
	static const char *const forms[] = {TEMPORARY,
					    "sip:" IMSI "@ims.mnc01.mcc262.3gppnetwork.org",
					    "sip:" IMSI "@operator.example"};

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		char records[256];
		struct bench b;

		snprintf(records, sizeof(records), "impi " IMPI "\nimpu %s barred", forms[i]);
		bench_init(&b, records, false);
		bench_attempt(&b, IMPI, forms[i]);
		bench_explain(&b);
		assert_string_equal(bench_row(&b), "D06");
		assert_int_equal(b.explanation.remedy_kind, REMEDY_ADD_SIBLING);
		assert_null(strstr(b.explanation.remedy, "Lift"));
		bench_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_remedy_turns_its_verdict),
		cmocka_unit_test(no_remedy_touches_the_barring_of_a_derived_impu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
