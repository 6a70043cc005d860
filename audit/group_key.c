#include "audit/group_key.h"

#include "audit/rule_table.h"

/* The realm of the stored identity that is nearest to what the UE presents, else of the record's
 * first IMPI. */
static struct text key_realm(const struct attempt *a, const struct explanation *x,
			     const struct ims_subscription *r)
{
	struct text t = x && x->nearest.data ? x->nearest
			: r->impi_count      ? r->impi[0].identity
					     : a->impi;

	return identity_split_impi(t).realm;
}

static struct text key_visited(const struct attempt *a, const struct explanation *x,
			       const struct ims_subscription *r)
{
	(void)x;
	(void)r;
	return a->visited_network;
}

/* The set of the presented IMPU. */
static struct text key_set(const struct attempt *a, const struct explanation *x,
			   const struct ims_subscription *r)
{
	(void)x;
	for (uint32_t i = 0; i < r->impu_count; i++)
		if (r->impu[i].irs_state == IRS_NAMED &&
		    identity_impu_equal(r->impu[i].identity, a->impu))
			return r->impu[i].irs;
	return TEXT_NONE;
}

/* How the stored identity differs from the expected one. */
static struct text key_difference(const struct attempt *a, const struct explanation *x,
				  const struct ims_subscription *r)
{
	(void)a;
	(void)r;
	if (!x || !x->nearest.data || x->difference == DIFFERENCE_NONE)
		return TEXT_NONE;
	return text_from(difference_str(x->difference));
}

static const struct {
	const char *row;
	const char
		*population; /* slug of the rule of the population finding; NULL: the row's own */
	const char *what;
	struct text (*key)(const struct attempt *, const struct explanation *,
			   const struct ims_subscription *);
} keys[] = {
	{"D40", NULL, "spelling of the IMPI", key_difference},
	{"D41", NULL, "spelling of the IMPU", key_difference},
	{"D42", "padding-habit", "realm", key_realm},
	{"D43", "realm-shared-by-faults", "realm", key_realm},
	{"D44", NULL, "spelling of the IMPI", key_difference},
	{"D46", NULL, "spelling", key_difference},
	{"D31", "visited-network-missing-for-all", "visited network", key_visited},
	{"D32", "visited-network-missing-for-all", "visited network", key_visited},
	{"D06", "set-explains-many", "implicit registration set", key_set},
	{"D07", "set-explains-many", "implicit registration set", key_set},
	{"D13", "set-explains-many", "implicit registration set", key_set},
	{"D14", "set-explains-many", "implicit registration set", key_set},
};

static size_t key_index(const struct rule *rule)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (rule->row && !strcmp(rule->row, keys[i].row))
			break;
	return i;
}

bool group_key_of(const struct rule *rule, const struct attempt *attempt,
		  const struct explanation *explanation, const struct ims_subscription *record,
		  struct text *key)
{
	size_t i = key_index(rule);
	struct text found;

	if (i == sizeof(keys) / sizeof(keys[0]))
		return false;
	found = keys[i].key(attempt, explanation, record);
	if (!found.length)
		return false;
	*key = found;
	return true;
}

const char *group_key_what(const struct rule *rule)
{
	size_t i = key_index(rule);

	return i == sizeof(keys) / sizeof(keys[0]) ? NULL : keys[i].what;
}

bool group_key_is_set(const struct rule *rule)
{
	size_t i = key_index(rule);

	return i < sizeof(keys) / sizeof(keys[0]) && keys[i].key == key_set;
}

const struct rule *group_key_rule(const struct rule *rule)
{
	size_t i = key_index(rule);
	const struct rule *population = NULL;

	if (i < sizeof(keys) / sizeof(keys[0]) && keys[i].population)
		population = rule_find(text_from(keys[i].population));
	return population ? population : rule;
}
