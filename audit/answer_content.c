#include "audit/answer_content.h"

#include <stdlib.h>

static enum rc no_memory(struct diag *diag)
{
	return diag_set(diag, RC_NOMEM, "out of memory");
}

static enum rc add_server_name(const struct resolved *r, struct arena *arena,
			       struct cx_answer *answer, struct diag *diag)
{
	if (!r->a || r->a->scscf.state != LINK_ID || !r->a->scscf_name.length)
		return RC_OK;
	answer->server_name = arena_text(arena, r->a->scscf_name);
	return answer->server_name.data ? RC_OK : no_memory(diag);
}

/* The numbers of one set in the order of the rows. */
static uint32_t *capabilities(const struct resolved *r, struct arena *arena, bool is_mandatory,
			      uint32_t *count)
{
	const struct hss_directory *d = r->population->directory;
	const struct link *set = &r->a->capability_set;
	uint32_t *list = arena_alloc(arena, (d->capability_count + 1) * sizeof(*list));

	*count = 0;
	for (uint32_t i = 0; list && set->state == LINK_ID && i < d->capability_count; i++)
		if (d->capability[i].set == set->id &&
		    d->capability[i].is_mandatory == is_mandatory)
			list[(*count)++] = d->capability[i].capability;
	return list;
}

static const struct preferred_scscf *next_preferred(const struct hss_directory *d, uint32_t set,
						    const struct preferred_scscf *last)
{
	const struct preferred_scscf *next = NULL;

	/* By priority, rows of equal priority in their order. */
	for (uint32_t i = 0; i < d->preferred_count; i++) {
		const struct preferred_scscf *row = &d->preferred[i];

		if (row->set != set)
			continue;
		if (last && (row->priority < last->priority ||
			     (row->priority == last->priority && row <= last)))
			continue;
		if (!next || row->priority < next->priority)
			next = row;
	}
	return next;
}

static enum rc add_preferred(const struct resolved *r, struct arena *arena,
			     struct cx_answer *answer, struct diag *diag)
{
	const struct hss_directory *d = r->population->directory;
	const struct link *set = &r->a->preferred_set;
	const struct preferred_scscf *row = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < d->preferred_count; i++)
		count += d->preferred[i].set == set->id;
	if (set->state != LINK_ID || !count)
		return RC_OK;
	answer->server_names = arena_alloc(arena, count * sizeof(*answer->server_names));
	if (!answer->server_names)
		return no_memory(diag);
	while ((row = next_preferred(d, set->id, row)) && answer->server_name_count < count)
		answer->server_names[answer->server_name_count++] = row->name;
	return RC_OK;
}

static enum rc add_capabilities(const struct resolved *r, struct arena *arena,
				struct cx_answer *answer, struct diag *diag)
{
	if (!r->a)
		return RC_OK;
	/* Nothing known of the subscription's capabilities: the AVP may be there or not. */
	if (r->a->capability_set.state == LINK_UNKNOWN && r->a->preferred_set.state == LINK_UNKNOWN)
		return RC_OK;
	answer->has_capabilities = 1;
	answer->mandatory = capabilities(r, arena, true, &answer->mandatory_count);
	answer->optional = capabilities(r, arena, false, &answer->optional_count);
	if (!answer->mandatory || !answer->optional)
		return no_memory(diag);
	return add_preferred(r, arena, answer, diag);
}

#define EXPERIMENTAL_FIRST_REGISTRATION 2001
#define EXPERIMENTAL_SUBSEQUENT_REGISTRATION 2002
#define RESULT_SUCCESS 2001

/* FHoSS names the server of a registered IMPU for every type of request, of one that is registered
 * no more for new registrations alone. */
static bool is_named_on_success(const struct resolved *r)
{
	enum reg_state state = r->set ? r->b->impu[r->impu].state : REG_STATE_UNKNOWN;
	bool is_deregistration = r->attempt->type == AUTHORIZATION_DEREGISTRATION;

	if (r->matching->order == USER_DATA_FHOSS)
		return state == REG_STATE_REGISTERED &&
		       !(r->attempt->is_emergency && !is_deregistration);
	return is_deregistration &&
	       (state == REG_STATE_REGISTERED || state == REG_STATE_UNREGISTERED);
}

static enum rc add_uaa(const struct resolved *r, struct arena *arena, struct cx_answer *answer,
		       struct diag *diag)
{
	enum rc rc = RC_OK;

	if (answer->kind == ANSWER_EXPERIMENTAL &&
	    answer->code == EXPERIMENTAL_SUBSEQUENT_REGISTRATION)
		return add_server_name(r, arena, answer, diag);
	if (answer->kind == ANSWER_EXPERIMENTAL && answer->code == EXPERIMENTAL_FIRST_REGISTRATION)
		return add_capabilities(r, arena, answer, diag);
	if (answer->kind != ANSWER_RESULT_CODE || answer->code != RESULT_SUCCESS)
		return RC_OK;
	if (r->attempt->type == AUTHORIZATION_CAPABILITIES)
		rc = add_capabilities(r, arena, answer, diag);
	if (rc == RC_OK && is_named_on_success(r))
		rc = add_server_name(r, arena, answer, diag);
	return rc;
}

enum rc answer_content_add(const struct resolved *r, struct arena *arena, struct verdict *verdict,
			   struct diag *diag)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; rc == RC_OK && i < verdict->step_count; i++) {
		struct cx_answer *answer = &verdict->step[i].answer;
		bool is_success = answer->kind == ANSWER_RESULT_CODE &&
				  answer->code == RESULT_SUCCESS;

		if (verdict->step[i].command == CX_UAR)
			rc = add_uaa(r, arena, answer, diag);
		else if (verdict->step[i].command == CX_SAR && is_success)
			rc = user_data_add(r, arena, answer, diag);
	}
	return rc;
}
