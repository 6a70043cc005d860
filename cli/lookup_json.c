#include "audit/evaluator.h"
#include "audit/verdict_json.h"
#include "cli/lookup.h"
#include "model/words.h"

static void impis_json(struct json_writer *j, const struct ims_subscription *r)
{
	json_write_key(j, "impi");
	json_write_array_begin(j);
	for (uint32_t i = 0; i < r->impi_count; i++)
		json_write_text(j, r->impi[i].identity);
	json_write_array_end(j);
}

static void impus_json(struct json_writer *j, const struct ims_subscription *r)
{
	json_write_key(j, "impu");
	json_write_array_begin(j);
	for (uint32_t i = 0; i < r->impu_count; i++) {
		const struct impu *u = &r->impu[i];

		json_write_object_begin(j);
		json_write_member_text(j, "identity", u->identity);
		json_write_member_tri(j, "barred", u->barred);
		json_write_member_text(j, "irs", u->irs_state == IRS_NAMED ? u->irs : TEXT_NONE);
		json_write_member_bool(j, "irs_known", u->irs_state != IRS_UNKNOWN);
		json_write_member_tri(j, "default", u->is_default);
		json_write_member_str(j, "kind", impu_kind_str(u->kind));
		json_write_member_str(j, "state", reg_state_str(u->state));
		json_write_object_end(j);
	}
	json_write_array_end(j);
}

static void associations_json(struct json_writer *j, const struct ims_subscription *r)
{
	json_write_key(j, "associations");
	if (r->has_associations != TRI_YES) {
		json_write_null(j);
		return;
	}
	json_write_array_begin(j);
	for (uint32_t i = 0; i < r->association_count; i++) {
		json_write_array_begin(j);
		json_write_text(j, r->impi[r->association[i].impi].identity);
		json_write_text(j, r->impu[r->association[i].impu].identity);
		json_write_array_end(j);
	}
	json_write_array_end(j);
}

static void findings_json(struct json_writer *j, const struct lookup_view *v)
{
	const struct ims_subscription *r = v->record;
	struct text imsi = r->imsi_count ? r->imsi[0] : TEXT_NONE;
	struct text impi = r->impi_count ? r->impi[0].identity : TEXT_NONE;

	json_write_key(j, "findings");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->check_count; i++) {
		const struct record_check_hit *h = &v->check[i];
		struct audit_finding f = {
			.rule = h->rule,
			.severity = finding_severity(h->rule, h->certainty),
			.certainty = h->certainty,
			.imsi = imsi,
			.impi = impi,
			.impu = h->subject,
			.text = h->text,
			.count = 1,
			.fingerprint = finding_fingerprint(h->rule, imsi, impi, h->subject),
		};

		finding_json(j, &f, v->info->source, v->hss, v->cscf);
	}
	json_write_array_end(j);
}

void lookup_json(struct json_writer *j, const struct lookup_view *v)
{
	const struct ims_subscription *r = v->record;

	json_write_object_begin(j);
	json_write_member_str(j, "source", v->info->source);
	json_write_member_uint(j, "snapshot", v->info->number);
	json_write_member_text(j, "subscription", r->name);
	json_write_member_texts(j, "imsi", r->imsi, r->imsi_count);
	json_write_member_texts(j, "msisdn", r->msisdn, r->msisdn_count);
	impis_json(j, r);
	impus_json(j, r);
	associations_json(j, r);
	json_write_key(j, "verdicts");
	json_write_array_begin(j);
	for (unsigned i = 0; i < v->verdict_count; i++)
		verdict_json(j, &v->verdict[i].attempt, &v->verdict[i].verdict,
			     &v->verdict[i].explanation, v->hss, v->cscf);
	json_write_array_end(j);
	if (v->verdicts_left_out)
		json_write_member_uint(j, "verdicts_left_out", v->verdicts_left_out);
	findings_json(j, v);
	if (v->checks_left_out)
		json_write_member_uint(j, "findings_left_out", v->checks_left_out);
	json_write_member_strs(j, "evidence", v->evidence, v->evidence_count);
	if (v->has_observations)
		lookup_observed_json(j, v);
	json_write_object_end(j);
}
