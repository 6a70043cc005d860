#include "tests/audit/bench_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "audit/rule_table.h"

#define WORDS_MAX 16

static struct text keep(struct ims_subscription *s, const char *word)
{
	char *copy = arena_alloc(&s->arena, strlen(word) + 1), *out = copy;

	assert_non_null(copy);
	for (; *word; word++) {
		if (word[0] == '\\' && word[1] == 's') {
			*out++ = ' ';
			word++;
		} else {
			*out++ = *word;
		}
	}
	return text_of(copy, (size_t)(out - copy));
}

static bool value_of(const char *word, const char *key, const char **value)
{
	size_t length = strlen(key);

	if (strncmp(word, key, length) != 0)
		return false;
	*value = word + length;
	return true;
}

static uint32_t number(const char *s)
{
	return (uint32_t)strtoul(s, NULL, 10);
}

static void set_impi(struct impi *impi, const char *word)
{
	const char *value;

	if (value_of(word, "schemes=", &value)) {
		impi->has_schemes = true;
		impi->schemes = number(value);
	} else if (value_of(word, "default=", &value)) {
		impi->has_default_scheme = true;
		impi->default_scheme = number(value);
	} else if (value_of(word, "row=", &value)) {
		impi->row = number(value);
	} else if (strcmp(word, "barred") == 0) {
		impi->barred = TRI_YES;
	} else if (strcmp(word, "no-key") == 0) {
		impi->has_key = TRI_NO;
	} else if (strcmp(word, "bad-sqn") == 0) {
		impi->has_sqn = TRI_YES;
		impi->sqn_readable = TRI_NO;
	} else {
		fail_msg("unknown word %s of an IMPI", word);
	}
}

static void set_irs(struct ims_subscription *s, struct impu *impu, const char *label)
{
	impu->irs_state = IRS_NAMED;
	if (strcmp(label, "own") == 0)
		impu->irs_state = IRS_OWN;
	else if (strcmp(label, "unknown") == 0)
		impu->irs_state = IRS_UNKNOWN;
	else
		impu->irs = keep(s, label);
}

static void set_impu(struct ims_subscription *s, struct impu *impu, const char *word)
{
	const char *value;

	if (value_of(word, "set=", &value))
		set_irs(s, impu, value);
	else if (value_of(word, "row=", &value))
		impu->row = number(value);
	else if (value_of(word, "profile=none", &value))
		impu->service_profile = (struct link){LINK_NONE, 0};
	else if (value_of(word, "profile=", &value))
		impu->service_profile = (struct link){LINK_ID, number(value)};
	else if (value_of(word, "grant=", &value))
		assert_true(subscription_grant(s, impu, number(value)));
	else if (strcmp(word, "grants") == 0)
		impu->has_grants = true;
	else if (strcmp(word, "barred") == 0)
		impu->barred = TRI_YES;
	else if (strcmp(word, "barring=unknown") == 0)
		impu->barred = TRI_UNKNOWN;
	else if (strcmp(word, "psi") == 0)
		impu->kind = IMPU_DISTINCT_PSI;
	else if (strcmp(word, "wildcarded") == 0)
		impu->kind = IMPU_WILDCARDED_IMPU;
	else if (strcmp(word, "registered") == 0)
		impu->state = REG_STATE_REGISTERED;
	else if (strcmp(word, "no-register") == 0)
		impu->may_register = TRI_NO;
	else
		fail_msg("unknown word %s of an IMPU", word);
}

static void add_impu(struct ims_subscription *s, char **word, unsigned count)
{
	struct impu *impu = subscription_add_impu(s, keep(s, word[1]));

	assert_non_null(impu);
	impu->kind = IMPU_DISTINCT;
	impu->barred = TRI_NO;
	set_irs(s, impu, "1");
	for (unsigned i = 2; i < count; i++)
		set_impu(s, impu, word[i]);
}

static void add_line(struct ims_subscription *s, char **word, unsigned count, bool *has_pairs)
{
	if (strcmp(word[0], "orphan-impi") == 0) {
		s->kind = RECORD_ORPHAN_IMPI;
	} else if (strcmp(word[0], "orphan-impu") == 0) {
		s->kind = RECORD_ORPHAN_IMPU;
	} else if (strcmp(word[0], "associations-unknown") == 0) {
		s->has_associations = TRI_UNKNOWN;
		*has_pairs = true;
	} else if (strcmp(word[0], "unassociated") == 0) {
		*has_pairs = true;
	} else if (strcmp(word[0], "suspended") == 0) {
		s->ims_authorised = TRI_NO;
	} else if (strcmp(word[0], "imsi") == 0) {
		assert_non_null(subscription_add_imsi(s, keep(s, word[1])));
		s->has_imsi_column = TRI_YES;
	} else if (strcmp(word[0], "msisdn") == 0) {
		assert_non_null(subscription_add_msisdn(s, keep(s, word[1])));
	} else if (strcmp(word[0], "scscf") == 0) {
		s->scscf.state = LINK_ID;
		s->scscf_name = keep(s, word[1]);
	} else if (strcmp(word[0], "capabilities") == 0) {
		s->capability_set = (struct link){LINK_ID, number(word[1])};
	} else if (strcmp(word[0], "preferred") == 0) {
		s->preferred_set = (struct link){LINK_ID, number(word[1])};
	} else if (strcmp(word[0], "impi") == 0) {
		struct impi *impi = subscription_add_impi(s, keep(s, word[1]));

		assert_non_null(impi);
		for (unsigned i = 2; i < count; i++)
			set_impi(impi, word[i]);
	} else if (strcmp(word[0], "impu") == 0) {
		add_impu(s, word, count);
	} else if (strcmp(word[0], "pair") == 0) {
		*has_pairs = true;
		assert_non_null(subscription_associate(s, number(word[1]), number(word[2])));
	} else {
		fail_msg("unknown line %s", word[0]);
	}
}

static void finish(struct ims_subscription *s, bool has_pairs)
{
	for (uint32_t i = 0; !has_pairs && i < s->impi_count; i++)
		for (uint32_t k = 0; k < s->impu_count; k++)
			assert_non_null(subscription_associate(s, i, k));
}

static unsigned split(char *line, char **word)
{
	unsigned count = 0;
	char *rest = NULL;

	for (char *w = strtok_r(line, " \t", &rest); w && count < WORDS_MAX;
	     w = strtok_r(NULL, " \t", &rest))
		word[count++] = w;
	return count;
}

static struct ims_subscription *open_record(struct bench *b)
{
	struct ims_subscription *s = &b->record[b->count++];

	assert_true(b->count <= BENCH_RECORDS_MAX);
	subscription_init(s);
	s->has_associations = TRI_YES;
	s->row = b->count;
	return s;
}

static void read_records(struct bench *b, const char *records)
{
	struct ims_subscription *s = NULL;
	bool has_pairs = false;

	while (*records) {
		size_t length = strcspn(records, "\n");
		char line[512], *word[WORDS_MAX];
		unsigned count;

		text_copy(text_of(records, length), line, sizeof(line));
		count = split(line, word);
		if (!count && s) {
			finish(s, has_pairs);
			s = NULL;
			has_pairs = false;
		} else if (count) {
			s = s ? s : open_record(b);
			add_line(s, word, count, &has_pairs);
		}
		records += length + (records[length] == '\n');
	}
	if (s)
		finish(s, has_pairs);
}

void bench_init(struct bench *b, const char *records, bool has_global_sets)
{
	memset(b, 0, sizeof(*b));
	hss_directory_init(&b->directory);
	policy_init(&b->policy);
	arena_init(&b->arena);
	read_records(b, records);
	b->memory = (struct population_memory){b->record, b->count};
	population_from_memory(&b->memory, &b->directory, has_global_sets, &b->population);
	bench_use(b, "3gpp", "3gpp");
}

void bench_use(struct bench *b, const char *hss, const char *cscf)
{
	predictor_clear(&b->predictor);
	predictor_init(&b->predictor, &b->population, hss_profile_find(text_from(hss)),
		       cscf_profile_find(text_from(cscf)), &b->policy);
	assert_non_null(b->predictor.hss);
	assert_non_null(b->predictor.cscf);
}

void bench_clear(struct bench *b)
{
	predictor_clear(&b->predictor);
	for (uint32_t i = 0; i < b->count; i++)
		subscription_clear(&b->record[i]);
	hss_directory_clear(&b->directory);
	policy_clear(&b->policy);
	arena_clear(&b->arena);
}

void bench_attempt(struct bench *b, const char *impi, const char *impu)
{
	struct text realm = identity_split_impi(text_from(impi)).realm;

	b->attempt = (struct attempt){
		.origin = ORIGIN_GIVEN,
		.impi = text_from(impi),
		.impu = text_from(impu),
		.visited_network = realm.data ? realm : TEXT_LITERAL("home.example"),
		.visited_basis = VISITED_HOME_DERIVED,
		.scheme = TEXT_LITERAL("Digest-AKAv1-MD5"),
	};
}

void bench_attempt_usim(struct bench *b, const char *imsi, unsigned mnc_length)
{
	struct strbuf impi, impu;

	strbuf_init(&impi);
	strbuf_init(&impu);
	assert_true(identity_add_derived_impi(text_from(imsi), mnc_length, &impi));
	assert_true(identity_add_derived_impu(text_from(imsi), mnc_length, &impu));
	bench_attempt(b, arena_text(&b->arena, strbuf_text(&impi)).data,
		      arena_text(&b->arena, strbuf_text(&impu)).data);
	b->attempt.origin = ORIGIN_USIM;
	b->attempt.imsi = text_from(imsi);
	strbuf_clear(&impi);
	strbuf_clear(&impu);
}

void bench_predict(struct bench *b)
{
	struct diag diag;

	diag_init(&diag);
	if (predict(&b->predictor, &b->attempt, true, &b->arena, &b->verdict, &b->resolution,
		    &diag) != RC_OK)
		fail_msg("predict: %s", diag.text);
}

void bench_explain(struct bench *b)
{
	struct diag diag;

	diag_init(&diag);
	bench_predict(b);
	if (explain(&b->predictor, &b->attempt, &b->verdict, &b->resolution, &b->arena,
		    &b->explanation, &diag) != RC_OK)
		fail_msg("explain: %s", diag.text);
}

const char *bench_row(const struct bench *b)
{
	const struct rule *rule = b->verdict.rule ? rule_find(text_from(b->verdict.rule)) : NULL;

	return !rule ? "" : rule->row ? rule->row : rule->id;
}

unsigned bench_code(const struct bench *b)
{
	return b->verdict.step_count ? b->verdict.step[b->verdict.step_count - 1].answer.code : 0;
}
