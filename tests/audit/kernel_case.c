#include "tests/audit/kernel_case.h"

/* Facts that are no defect: a healthy subscriber has none of them. */
static const enum fact absent_at_rest[] = {
	FACT_SCSCF_STORED,           FACT_SUBSCRIPTION_ACTIVE,
	FACT_AUTH_PENDING,           FACT_SET_HAS_UNBARRED_WILDCARD,
	FACT_OTHER_SET_HAS_UNBARRED,
};

void kernel_case_init(struct kernel_case *c, const char *hss, const char *cscf)
{
	*c = (struct kernel_case){
		.hss = hss_profile_find(text_from(hss)),
		.cscf = cscf_profile_find(text_from(cscf)),
		.attempt = {.origin = ORIGIN_GIVEN, .visited_basis = VISITED_GIVEN},
	};
	facts_init(&c->facts);
	for (unsigned f = 1; f < FACT_COUNT; f++)
		facts_set(&c->facts, (enum fact)f, TRI_YES, BASIS_EXPORTED, TEXT_NONE);
	for (unsigned i = 0; i < sizeof(absent_at_rest) / sizeof(absent_at_rest[0]); i++)
		facts_set(&c->facts, absent_at_rest[i], TRI_NO, BASIS_EXPORTED, TEXT_NONE);
	c->facts.state = REG_STATE_NOT_REGISTERED;
}

static bool set_state(struct kernel_case *c, struct text value)
{
	static const char *const names[] = {
		[REG_STATE_UNKNOWN] = "unknown",
		[REG_STATE_NOT_REGISTERED] = "not-registered",
		[REG_STATE_REGISTERED] = "registered",
		[REG_STATE_UNREGISTERED] = "unregistered",
		[REG_STATE_AUTH_PENDING] = "auth-pending",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!text_equal(value, text_from(names[i])))
			continue;
		c->facts.state = (enum reg_state)i;
		return true;
	}
	return false;
}

static bool set_fact(struct kernel_case *c, struct text name, struct text value)
{
	enum fact_basis basis = BASIS_EXPORTED;
	char last = value.length ? value.data[value.length - 1] : 0;

	if (text_equal(name, TEXT_LITERAL("state")))
		return set_state(c, value);
	if (last == '~' || last == '!') {
		basis = last == '~' ? BASIS_OPEN : BASIS_DEFAULTED;
		value.length--;
	}
	for (unsigned f = 1; f < FACT_COUNT; f++) {
		if (!text_equal(name, text_from(fact_slug((enum fact)f))))
			continue;
		for (unsigned t = TRI_UNKNOWN; t <= TRI_YES; t++) {
			if (!text_equal(value, text_from(tri_str((enum tri)t))))
				continue;
			if (t == TRI_UNKNOWN && basis == BASIS_EXPORTED)
				basis = BASIS_MISSING;
			facts_set(&c->facts, (enum fact)f, (enum tri)t, basis, TEXT_NONE);
			return true;
		}
	}
	return false;
}

static bool set_word(struct kernel_case *c, struct text word)
{
	static const struct {
		const char *word;
		struct attempt attempt;
	} words[] = {
		{"usim", {.origin = ORIGIN_USIM}},
		{"isim", {.origin = ORIGIN_ISIM}},
		{"home", {.visited_basis = VISITED_POLICY}},
		{"emergency", {.is_emergency = true}},
		{"chosen", {.is_pair_chosen = true}},
		{"mnc", {.is_mnc_length_uncertain = true}},
		{"deregistration", {.type = AUTHORIZATION_DEREGISTRATION}},
		{"capabilities", {.type = AUTHORIZATION_CAPABILITIES}},
		{"from-mar", {.from = CX_MAR}},
		{"from-sar", {.from = CX_SAR}},
	};
	struct attempt *a = &c->attempt;

	if (text_equal(word, TEXT_LITERAL("naive"))) {
		c->facts.is_impu_barred_naive = true;
		return true;
	}
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct attempt *w = &words[i].attempt;

		if (!text_equal(word, text_from(words[i].word)))
			continue;
		if (w->origin != ORIGIN_USIM || i == 0)
			a->origin = w->origin;
		a->visited_basis |= w->visited_basis;
		a->is_emergency |= w->is_emergency;
		a->is_pair_chosen |= w->is_pair_chosen;
		a->is_mnc_length_uncertain |= w->is_mnc_length_uncertain;
		a->type |= w->type;
		a->from |= w->from;
		return true;
	}
	return false;
}

bool kernel_case_set(struct kernel_case *c, const char *words)
{
	while (*words) {
		size_t length = strcspn(words, " ");
		struct text word = text_of(words, length);
		ptrdiff_t equals = text_find(word, '=');
		bool is_known;

		if (equals >= 0)
			is_known =
				set_fact(c, text_of(words, (size_t)equals),
					 text_of(words + equals + 1, length - (size_t)equals - 1));
		else
			is_known = !length || text_equal(word, TEXT_LITERAL("-")) ||
				   set_word(c, word);
		if (!is_known)
			return false;
		words += length + (words[length] == ' ');
	}
	return true;
}

void kernel_case_decide(const struct kernel_case *c, struct verdict *v)
{
	kernel_decide(&c->facts, &c->attempt, c->hss, c->cscf, v);
}

void kernel_decide_words(const char *hss, const char *cscf, const char *words, struct verdict *v)
{
	struct kernel_case c;

	kernel_case_init(&c, hss, cscf);
	*v = (struct verdict){0};
	if (kernel_case_set(&c, words))
		kernel_case_decide(&c, v);
}

const struct condition *kernel_case_condition(const struct verdict *v, const char *fact)
{
	for (unsigned i = 0; i < v->condition_count; i++)
		if (!strcmp(v->condition[i].fact, fact))
			return &v->condition[i];
	return NULL;
}
