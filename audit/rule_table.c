#include "audit/rule_table.h"

#define ROW(number, slug, severity, clause, title, remedy, page) \
	{"CXA0" #number, slug, "D" #number, SEVERITY_##severity, clause, title, remedy, page},
#define BEYOND(number, slug, severity, clause, title, remedy, page) \
	{"CXA0" #number, slug, NULL, SEVERITY_##severity, clause, title, remedy, page},
#define OBSERVED(number, slug, severity, clause, title, remedy, page) \
	{"CXA" #number, slug, NULL, SEVERITY_##severity, clause, title, remedy, page},

/* In the order of the ids, without gaps: rule_find counts on it. */
static const struct rule rules[] = {
#include "audit/rules_association.inc"
#include "audit/rules_barring.inc"
#include "audit/rules_profile.inc"
#include "audit/rules_authentication.inc"
#include "audit/rules_network.inc"
#include "audit/rules_identity.inc"
#include "audit/rules_service.inc"
#include "audit/rules_request.inc"
#include "audit/rules_record.inc"
#include "audit/rules_observed.inc"
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))
#define ID_DIGITS 3
#define ROW_DIGITS 2
#define ROW_COUNT 63

const struct rule *rule_table(size_t *count)
{
	if (count)
		*count = RULE_COUNT;
	return rules;
}

/* The number after a prefix; 0 when t is not the prefix and that many digits. */
static size_t number_after(struct text t, const char *prefix, size_t digits)
{
	size_t length = strlen(prefix), number = 0;

	if (t.length != length + digits || !text_starts_with_nocase(t, prefix))
		return 0;
	for (size_t i = length; i < t.length; i++) {
		if (t.data[i] < '0' || t.data[i] > '9')
			return 0;
		number = number * 10 + (size_t)(t.data[i] - '0');
	}
	return number;
}

const struct rule *rule_find(struct text id)
{
	size_t number = number_after(id, "CXA", ID_DIGITS);

	if (!number) {
		number = number_after(id, "D", ROW_DIGITS);
		if (number > ROW_COUNT)
			return NULL;
	}
	if (number)
		return number <= RULE_COUNT ? &rules[number - 1] : NULL;
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (text_equal_nocase(id, text_from(rules[i].slug)))
			return &rules[i];
	return NULL;
}
