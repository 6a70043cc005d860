/* What the Cx exchanges of the case prove, and which of them decides (cx-semantics 2 to 5). */
#include "trace/case_fact.h"

/* An exchange that begins later than the final answer did not cause it; clocks of several inputs
 * agree to about so much. */
#define CLOCK_TOLERANCE_US 500000
/* Where nothing compares the clocks: what the correlator joins by identity. */
#define LOOSE_TOLERANCE_US 15000000

static bool is_of_registration(const struct cx_exchange *e)
{
	return e->command == CX_UAR || e->command == CX_MAR || e->command == CX_SAR;
}

/* The last failure that no later success of the same command took back. */
static void find_bad(struct case_facts *f)
{
	bool is_registration = f->c->method == SIP_REGISTER;
	int64_t tolerance_us = f->c->is_cx_loose ? LOOSE_TOLERANCE_US : CLOCK_TOLERANCE_US;

	for (unsigned i = 0; i < f->cx_count; i++) {
		const struct cx_exchange *e = f->cx[i];

		if (is_of_registration(e) != is_registration ||
		    (f->final && f->final->time_us &&
		     e->time_us > f->final->time_us + tolerance_us))
			continue;
		/* Behind a relay the same request shows twice; what the CSCF was told counts. */
		if (e->end == CX_END_UNANSWERED && f->bad && f->bad->command == e->command)
			continue;
		if (cx_exchange_is_failure(e))
			f->bad = e;
		else if (f->bad && f->bad->command == e->command)
			f->bad = NULL;
	}
}

static void take_uar(struct case_facts *f, const struct cx_exchange *e)
{
	struct evidence_place place = case_place_cx(f, e);

	if (cx_exchange_is_emergency(e))
		case_fact_set(f, CASE_EMERGENCY, TRI_YES, place, NULL);
	if (cx_exchange_is_failure(e))
		return;
	case_fact_set(f, CASE_UAA_PASSED, TRI_YES, place, case_answer_words(f, e));
	if (e->answer.server_name.data)
		case_fact_set(f, CASE_UAA_SERVER_NAME, TRI_YES, place, NULL);
	else if (e->answer.mandatory_count)
		case_fact_set(
			f, CASE_UAA_CAPABILITIES, TRI_YES, place,
			arena_printf(
				f->arena,
				"the UAA asks for mandatory capability %u%s and names no S-CSCF",
				e->answer.mandatory[0],
				e->answer.mandatory_count > 1 ? ", and others," : ""));
}

static void take_mar(struct case_facts *f, const struct cx_exchange *e)
{
	struct evidence_place place = case_place_cx(f, e);

	case_fact_set(f, CASE_MAR_SEEN, TRI_YES, place, NULL);
	if (e->has_resynchronisation)
		case_fact_set(f, CASE_MAR_RESYNCHRONISES, TRI_YES, place, NULL);
	if (cx_exchange_is_failure(e))
		return;
	if (e->answer_item_count == 0)
		case_fact_set(f, CASE_MAA_EMPTY, TRI_YES, place, NULL);
	else
		case_fact_set(f, CASE_MAA_PASSED, TRI_YES, place, case_answer_words(f, e));
}

struct user_data_sums {
	unsigned identities, barred, faults;
	bool holds_impu, is_impu_barred;
};

static void user_data_sum(const struct cx_exchange *e, struct text impu, struct user_data_sums *s)
{
	*s = (struct user_data_sums){0};
	for (uint32_t i = 0; i < e->user_data_count; i++) {
		const struct user_data_profile *p = &e->user_data[i];

		s->faults += p->faults != 0;
		for (uint32_t k = 0; k < p->count; k++) {
			s->identities++;
			s->barred += p->identity[k].barred == 1;
			if (!impu.data || !identity_impu_equal(p->identity[k].identity, impu))
				continue;
			s->holds_impu = true;
			s->is_impu_barred = p->identity[k].barred == 1;
		}
	}
}

#define SAR_AUTHENTICATION_FAILURE 9

static void take_sar(struct case_facts *f, const struct cx_exchange *e)
{
	struct evidence_place place = case_place_cx(f, e);
	struct user_data_sums sums;

	if (e->assignment_type == SAR_AUTHENTICATION_FAILURE) {
		case_fact_set(f, CASE_SAR_FAILED_AUTHENTICATION, TRI_YES, place, NULL);
		return;
	}
	case_fact_set(f, CASE_SAR_SEEN, TRI_YES, place, NULL);
	if (cx_exchange_is_failure(e))
		return;
	case_fact_set(f, CASE_SAA_PASSED, TRI_YES, place, case_answer_words(f, e));
	if (e->damage & CX_DAMAGE_USER_DATA)
		case_fact_set(f, CASE_SAA_FAULTY, TRI_YES, place,
			      "the User-Data of the SAA cannot be read");
	if (!e->user_data)
		return;
	user_data_sum(e, e->impu_count ? e->impu[0] : TEXT_NONE, &sums);
	if (sums.faults)
		case_fact_set(f, CASE_SAA_FAULTY, TRI_YES, place, NULL);
	if (sums.identities && sums.barred == sums.identities)
		case_fact_set(f, CASE_SAA_BARRED, TRI_YES, place, NULL);
	if (e->impu_count && !sums.holds_impu && !e->wildcarded_impu.data)
		case_fact_set(f, CASE_SAA_LACKS_IMPU, TRI_YES, place, NULL);
}

static void take_caller(struct case_facts *f, const struct cx_exchange *e)
{
	struct user_data_sums sums;

	user_data_sum(e, f->c->impu, &sums);
	if (sums.holds_impu)
		case_fact_set(f, CASE_CALLER_BARRED_CX, tri_from_bool(sums.is_impu_barred),
			      case_place_cx(f, e),
			      sums.is_impu_barred
				      ? NULL
				      : "User-Data from the HSS does not bar the calling IMPU");
}

void case_fact_cx(struct case_facts *f)
{
	for (unsigned i = 0; i < f->cx_count; i++) {
		const struct cx_exchange *e = f->cx[i];

		case_fact_set(f, CASE_CX_SEEN, TRI_YES, case_place_cx(f, e),
			      f->is_cx_observed ? "the observer recorded Cx of this attempt"
						: NULL);
		if (f->c->method != SIP_REGISTER)
			take_caller(f, e);
		else if (e->command == CX_UAR)
			take_uar(f, e);
		else if (e->command == CX_MAR)
			take_mar(f, e);
		else if (e->command == CX_SAR)
			take_sar(f, e);
	}
	if (f->c->is_cx_loose)
		case_fact_context(f, CASE_NO_PLACE,
				  "the clock of the input with Cx could not be compared with the "
				  "others: Cx is joined by identity and nearness in time");
	if (f->cx_count && f->c->method == SIP_REGISTER && f->final && !f->c->is_cx_loose) {
		case_fact_set(f, CASE_MAR_SEEN, TRI_NO, CASE_NO_PLACE, "no MAR followed");
		case_fact_set(f, CASE_SAR_SEEN, TRI_NO, CASE_NO_PLACE, "no SAR followed");
	}
	if (!f->cx_count && f->c->sees_cx && f->c->method == SIP_REGISTER)
		case_fact_set(f, CASE_CX_ABSENT, TRI_YES, CASE_NO_PLACE, NULL);
	find_bad(f);
}
