/* The ServiceProfiles of a SAA in their order (TS 29.228 Annex B; oracle/fhoss, rule 7). */
#include <stdlib.h>

#include "audit/answer_content.h"

/* FHoSS compares profile ids as objects: those that its virtual machine does not keep never equal.
 */
#define FHOSS_GROUPED_ID_MAX 127

/* One IMPU on its way into a ServiceProfile. */
struct entry {
	struct text identity;
	struct link profile;
	bool is_barred, is_set_number; /* its row number is the number of the set */
	uint32_t group;
};

struct draft {
	struct entry *entry;
	uint32_t count;
	uint32_t groups;
};

static enum rc no_memory(struct diag *diag)
{
	return diag_set(diag, RC_NOMEM, "out of memory");
}

static bool is_number(struct text label, uint64_t number)
{
	uint64_t value = 0;

	if (!text_is_digits(label) || label.length > 18)
		return false;
	for (size_t i = 0; i < label.length; i++)
		value = value * 10 + (uint64_t)(label.data[i] - '0');
	return value == number;
}

/* Reads the members that certainly belong to the set. */
static enum rc draft_fill(struct draft *draft, const struct resolved *r, struct arena *arena,
			  struct diag *diag)
{
	const struct population *p = r->population;
	uint32_t room = r->set->count < USER_DATA_MEMBERS_MAX ? r->set->count
							      : USER_DATA_MEMBERS_MAX;

	draft->count = 0;
	draft->entry = arena_alloc(arena, (room + 1) * sizeof(*draft->entry));
	if (!draft->entry)
		return no_memory(diag);
	for (uint32_t i = 0; i < r->set->count && draft->count < room; i++) {
		const struct set_member *member = &r->set->member[i];
		const struct ims_subscription *s;
		const struct impu *impu;
		enum rc rc;

		if (member->flags & MEMBER_MAYBE)
			continue;
		rc = p->read(p->context, member->ordinal, &s, diag);
		if (rc != RC_OK)
			return rc;
		impu = &s->impu[member->index];
		draft->entry[draft->count] = (struct entry){
			.identity = arena_text(arena, impu->identity),
			.profile = impu->service_profile,
			.is_barred = impu->barred == TRI_YES,
			.is_set_number = member->row && is_number(impu->irs, member->row),
		};
		if (!draft->entry[draft->count++].identity.data)
			return no_memory(diag);
	}
	return RC_OK;
}

/* The row whose number is the set's comes first. */
static void put_set_number_first(struct draft *draft)
{
	for (uint32_t i = 1; i < draft->count; i++)
		if (draft->entry[i].is_set_number) {
			struct entry first = draft->entry[i];

			memmove(&draft->entry[1], &draft->entry[0], i * sizeof(first));
			draft->entry[0] = first;
			return;
		}
}

static bool is_same_profile(const struct resolved *r, const struct entry *a, const struct entry *b)
{
	if (a->profile.state != b->profile.state)
		return false;
	if (a->profile.state != LINK_ID)
		return true;
	if (a->profile.id != b->profile.id)
		return false;
	return r->matching->order != USER_DATA_FHOSS || a->profile.id <= FHOSS_GROUPED_ID_MAX;
}

static void draft_group(struct draft *draft, const struct resolved *r)
{
	draft->groups = 0;
	for (uint32_t i = 0; i < draft->count; i++) {
		draft->entry[i].group = draft->groups;
		for (uint32_t k = 0; k < i; k++)
			if (is_same_profile(r, &draft->entry[k], &draft->entry[i])) {
				draft->entry[i].group = draft->entry[k].group;
				break;
			}
		if (draft->entry[i].group == draft->groups)
			draft->groups++;
	}
}

/* The place of an IMPU within its ServiceProfile; equal places keep their order. */
static unsigned place_of(const struct resolved *r, const struct entry *e)
{
	if (r->matching->order != USER_DATA_FHOSS)
		return 0;
	if (e->is_barred)
		return 0;
	return text_starts_with(e->identity, "sip:") ? 1 : 2;
}

static enum rc draft_write(const struct draft *draft, const struct resolved *r, struct arena *arena,
			   struct cx_answer *answer, struct diag *diag)
{
	struct user_data_identity *list = arena_alloc(arena, (draft->count + 1) * sizeof(*list));

	answer->user_data = arena_alloc(arena, (draft->groups + 1) * sizeof(*answer->user_data));
	if (!list || !answer->user_data)
		return no_memory(diag);
	answer->user_data_count = draft->groups;
	for (uint32_t group = 0; group < draft->groups; group++) {
		struct user_data_profile *profile = &answer->user_data[group];

		*profile = (struct user_data_profile){.identity = list};
		for (unsigned place = 0; place < 3; place++)
			for (uint32_t i = 0; i < draft->count; i++) {
				const struct entry *e = &draft->entry[i];

				if (e->group == group && place_of(r, e) == place)
					profile->identity[profile->count++] =
						(struct user_data_identity){e->identity,
									    e->is_barred};
			}
		list += profile->count;
	}
	return RC_OK;
}

/* open5gs and PyHSS make their IMPUs: from the presented one, or the IMSI, and the MSISDNs. */
static enum rc add_made(const struct resolved *r, struct arena *arena, struct cx_answer *answer,
			struct diag *diag)
{
	bool is_open5gs = r->matching->order == USER_DATA_OPEN5GS;
	struct text realm = identity_split_impi(r->attempt->impi).realm;
	struct text host = is_open5gs && r->attempt->visited_network.data
				   ? r->attempt->visited_network
				   : realm;
	uint32_t room = r->a->msisdn_count * 2 + 1, count = 0;
	struct user_data_identity *list = arena_alloc(arena, room * sizeof(*list));

	answer->user_data = arena_alloc(arena, sizeof(*answer->user_data));
	if (!list || !answer->user_data)
		return no_memory(diag);
	if (is_open5gs)
		list[count++] = (struct user_data_identity){r->attempt->impu, 1};
	for (uint32_t i = 0; i < r->a->msisdn_count; i++) {
		char digits[MATCHING_KEY_MAX];
		struct text number = matching_digits(r->a->msisdn[i], digits);
		const char *sip = arena_printf(arena, "sip:%.*s@%.*s", (int)number.length,
					       number.data, (int)host.length,
					       host.data ? host.data : "");
		const char *tel = arena_printf(arena, "tel:%.*s", (int)number.length, number.data);

		if (!sip || !tel)
			return no_memory(diag);
		list[count++] = (struct user_data_identity){text_from(sip), 0};
		list[count++] = (struct user_data_identity){text_from(tel), 0};
	}
	if (!is_open5gs) {
		const char *sip = arena_printf(arena, "sip:%.*s", (int)r->attempt->impi.length,
					       r->attempt->impi.data);

		if (!sip)
			return no_memory(diag);
		list[count++] = (struct user_data_identity){text_from(sip), 0};
	}
	answer->user_data[0] = (struct user_data_profile){.identity = list, .count = count};
	answer->user_data_count = 1;
	return RC_OK;
}

enum rc user_data_add(const struct resolved *r, struct arena *arena, struct cx_answer *answer,
		      struct diag *diag)
{
	struct draft draft;
	enum rc rc;

	if (r->matching->subscriber)
		return r->a ? add_made(r, arena, answer, diag) : RC_OK;
	if (!r->set)
		return RC_OK;
	rc = draft_fill(&draft, r, arena, diag);
	if (rc != RC_OK)
		return rc;
	if (r->matching->order == USER_DATA_FHOSS)
		put_set_number_first(&draft);
	draft_group(&draft, r);
	return draft_write(&draft, r, arena, answer, diag);
}
