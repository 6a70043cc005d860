/* What the UE presents, what is provisioned, and where the two part. */
#include "audit/explaining.h"

#define IMPUS_SHOWN 6

/* Why the first failing step fails, by rule; templates of explain_add_template. What stands in no
 * row here is told by the title of the rule. */
static const struct {
	const char *rule;
	const char *reason;
} reasons[] = {
	{"CXA001", "neither that IMPI nor that IMPU is provisioned"},
	{"CXA002", "no IMPI {impi} is provisioned"},
	{"CXA003", "no IMPU {impu} is provisioned"},
	{"CXA004", "the temporary IMPU {impu} is not provisioned"},
	{"CXA005", "IMPU {impu} is not associated with IMPI {impi}"},
	{"CXA006", "IMPU {impu} is barred and {set} has no member that is not"},
	{"CXA007", "IMPU {impu} is barred and what is not barred is outside {set}"},
	{"CXA009",
	 "IMPU {impu} is barred and the only unbarred member of {set} is wildcarded or a PSI"},
	{"CXA011", "the temporary IMPU {impu} has no other IMPU in {set}"},
	{"CXA015", "a REGISTER needs a SIP URI and the IMPI has no IMPU that is one"},
	{"CXA018", "IMPU {impu} has no service profile"},
	{"CXA019", "User-Data cannot be made of the service profiles of {set}"},
	{"CXA020", "the S-CSCF does not accept the User-Data made for {set}"},
	{"CXA022", "IMPI {impi} may not use the scheme {scheme}"},
	{"CXA023", "IMPI {impi} has no usable key"},
	{"CXA031", "{impu} may not roam in {visited}"},
	{"CXA032", "the home network is not among the visited networks allowed: {visited}"},
	{"CXA036", "the subscription or {impu} is not authorised to register"},
	{"CXA040", "the stored IMPI is {nearest}: {difference}"},
	{"CXA041", "the stored IMPU is {nearest}: {difference}"},
	{"CXA042", "the stored identity is {nearest}: {difference}"},
	{"CXA043", "the stored identity is {nearest}: {difference}"},
	{"CXA044", "the stored identity is {nearest}: {difference}"},
	{"CXA045", "the IMPI stored for this IMSI is {nearest}, which holds another IMSI"},
	{"CXA046", "the stored identity is {nearest}: {difference}"},
	{"CXA047", "IMPI {impi} is provisioned more than once"},
	{"CXA048", "IMPU {impu} is provisioned more than once"},
	{"CXA050",
	 "IMPU {impu} matches a wildcarded identity only, and only distinct ones may register"},
	{"CXA051", "IMPU {impu} is a public service identity, which never registers"},
	{"CXA061", "IMPI {impi} belongs to no IMS subscription"},
	{"CXA080", "the stored identity is {nearest}: {difference}"},
	{"CXA082", "the stored identity is {nearest}: {difference}"},
};

static void add_presented(struct explaining *x)
{
	const struct attempt *a = x->attempt;

	strbuf_add_str(&x->text, "The UE presents ");
	if (a->impu.data)
		explain_add_identity(&x->text, a->impu);
	else
		strbuf_add_str(&x->text, "no IMPU");
	strbuf_add_str(&x->text, " with IMPI ");
	if (a->impi.data)
		explain_add_identity(&x->text, a->impi);
	else
		strbuf_add_str(&x->text, "(not sent)");
	if (a->origin == ORIGIN_USIM && a->imsi.data) {
		strbuf_add_str(&x->text, ", derived from IMSI ");
		explain_add_identity(&x->text, a->imsi);
	}
	strbuf_add_str(&x->text, ". ");
}

static void add_impu(struct explaining *x, const struct impu *impu)
{
	static const char *const barring[] = {[TRI_UNKNOWN] = "barring not exported",
					      [TRI_NO] = "not barred",
					      [TRI_YES] = "barred"};

	explain_add_identity(&x->text, impu->identity);
	strbuf_printf(&x->text, " (%s, ", barring[impu->barred]);
	if (impu->irs_state == IRS_UNKNOWN)
		strbuf_add_str(&x->text, "set not exported");
	else if (impu->irs_state == IRS_OWN)
		strbuf_add_str(&x->text, "set of its own");
	else
		strbuf_printf(&x->text, "set %.*s", (int)impu->irs.length, impu->irs.data);
	strbuf_add_char(&x->text, ')');
}

/* The IMPUs of the record, the presented one first. */
static void add_impus(struct explaining *x)
{
	const struct ims_subscription *s = x->record;
	uint32_t shown = 0;

	if (x->impu) {
		add_impu(x, x->impu);
		shown++;
	}
	for (uint32_t i = 0; i < s->impu_count && shown < IMPUS_SHOWN; i++) {
		if (x->impu == &s->impu[i])
			continue;
		if (shown++)
			strbuf_add_str(&x->text, ", ");
		add_impu(x, &s->impu[i]);
	}
	if (s->impu_count > shown)
		strbuf_printf(&x->text, " and %u more", s->impu_count - shown);
}

static void add_provisioned(struct explaining *x)
{
	const struct ims_subscription *s = x->record;

	if (!s)
		return;
	strbuf_add_str(&x->text, "Provisioned: ");
	if (s->imsi_count) {
		strbuf_add_str(&x->text, "IMSI ");
		explain_add_identity(&x->text, s->imsi[0]);
		strbuf_add_str(&x->text, ", ");
	}
	if (s->impi_count) {
		uint32_t i = x->resolution->impi_index < s->impi_count ? x->resolution->impi_index
								       : 0;

		strbuf_add_str(&x->text, "IMPI ");
		explain_add_identity(&x->text, s->impi[i].identity);
		if (s->impi_count > 1)
			strbuf_printf(&x->text, " and %u more", s->impi_count - 1);
	} else {
		strbuf_add_str(&x->text, "no IMPI");
	}
	if (s->impu_count)
		strbuf_add_str(&x->text, ", IMPU ");
	else
		strbuf_add_str(&x->text, ", no IMPU");
	add_impus(x);
	strbuf_add_str(&x->text, ". ");
}

static void add_answer(struct explaining *x)
{
	const struct verdict *v = x->verdict;
	const struct cx_step *step = v->step_count ? &v->step[v->step_count - 1] : NULL;
	const char *avp = step ? answer_kind_avp(step->answer.kind) : NULL;
	const char *command = step ? cx_command_str(step->command) : "UAR";
	bool is_success = avp && step->answer.code / 1000 == 2;

	if (is_success)
		strbuf_printf(&x->text, "After a positive answer to the %s ", command);
	else if (avp)
		strbuf_printf(&x->text, "The HSS answers the %s with %s %u (%s)", command, avp,
			      step->answer.code,
			      cx_code_name(step->answer.kind, step->answer.code));
	else if (step && step->answer.kind == ANSWER_WITHOUT_CODE)
		strbuf_printf(&x->text, "The HSS answers the %s without any result code", command);
	else
		strbuf_printf(&x->text, "The HSS does not answer the %s", command);
	if (v->sip_status && is_success)
		strbuf_printf(&x->text, "the %s answers %d %s", sip_node_str(v->sent_by),
			      v->sip_status, v->sip_reason);
	else if (v->sip_status)
		strbuf_printf(&x->text, ", so the %s answers %d %s", sip_node_str(v->sent_by),
			      v->sip_status, v->sip_reason);
	else if (is_success)
		strbuf_add_str(&x->text, "provisioning does not decide what follows");
	strbuf_add_str(&x->text, ": ");
}

static const char *reason_of(const struct rule *rule)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].rule, rule->id) == 0)
			return reasons[i].reason;
	return NULL;
}

static void add_reason(struct explaining *x)
{
	const char *reason = reason_of(x->rule);

	if (reason)
		explain_add_template(x, reason);
	else
		strbuf_add_str(&x->text, x->rule->title);
	if (x->out->nearest.data && x->out->difference == DIFFERENCE_OTHER && !x->is_other_imsi)
		explain_add_template(x, "; the subscriber's record has {nearest} instead");
}

enum rc explain_cause(struct explaining *x)
{
	add_presented(x);
	add_provisioned(x);
	add_answer(x);
	add_reason(x);
	strbuf_add_char(&x->text, '.');
	x->out->text = explain_take(x);
	return x->out->text ? RC_OK : diag_set(x->diag, RC_NOMEM, "out of memory");
}
