#include "audit/explain.h"

#include "audit/explaining.h"
#include "base/limits.h"

bool explain_is_temporary(struct text impu)
{
	struct text imsi;
	struct impi_parts parts;

	if (impu.length < 4 || !text_starts_with_nocase(impu, "sip:"))
		return false;
	impu = text_of(impu.data + 4, impu.length - 4);
	if (identity_imsi_of_impi(impu, &imsi))
		return true;
	/* A misspelt one is still never displayed: 15 digits before a home domain. */
	parts = identity_split_impi(impu);
	return parts.user.length == IMSI_DIGITS_MAX && text_is_digits(parts.user);
}

const struct impu *explain_sibling_elsewhere(const struct explaining *x)
{
	const struct ims_subscription *s = x->record;
	const struct impu *found = NULL;

	for (uint32_t i = 0; x->impu && i < s->impu_count; i++) {
		const struct impu *impu = &s->impu[i];
		uint32_t presented = (uint32_t)(x->impu - s->impu);

		if (impu->barred != TRI_NO || i == presented ||
		    (impu->kind != IMPU_DISTINCT && impu->kind != IMPU_KIND_UNKNOWN))
			continue;
		if (subscription_same_irs(s, presented, i) == TRI_YES &&
		    !text_equal(impu->irs, TEXT_LITERAL("0")))
			continue;
		if (!found || (!text_starts_with_nocase(found->identity, "sip:") &&
			       text_starts_with_nocase(impu->identity, "sip:")))
			found = impu;
	}
	return found;
}

void explain_add_identity(struct strbuf *out, struct text identity)
{
	bool is_plain = identity.length > 0;

	for (size_t i = 0; i < identity.length; i++)
		is_plain &= (unsigned char)identity.data[i] > ' ' && identity.data[i] != 0x7f;
	if (is_plain) {
		strbuf_add_text(out, identity);
		return;
	}
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < identity.length; i++) {
		unsigned char c = (unsigned char)identity.data[i];

		if (c < ' ' || c == 0x7f)
			strbuf_printf(out, "\\x%02x", c);
		else
			strbuf_add_char(out, (char)c);
	}
	strbuf_add_char(out, '"');
}

void explain_add_set(struct strbuf *out, const struct impu *impu)
{
	if (impu && impu->irs_state == IRS_NAMED) {
		strbuf_add_str(out, "implicit set ");
		explain_add_identity(out, impu->irs);
	} else {
		strbuf_add_str(out, impu && impu->irs_state == IRS_OWN ? "its own implicit set"
								       : "its implicit set");
	}
}

static void add_value(struct explaining *x, struct text name)
{
	const struct {
		const char *name;
		struct text value;
	} values[] = {
		{"impi", x->attempt->impi},
		{"impu", x->attempt->impu},
		{"visited", x->attempt->visited_network},
		{"scheme", x->attempt->scheme},
		{"imsi", x->attempt->imsi},
		{"nearest", x->out->nearest},
		{"subject", x->out->subject},
		{"target", x->out->target},
		{"realm", identity_split_impi(x->out->target).realm},
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (text_equal(name, text_from(values[i].name))) {
			explain_add_identity(&x->text, values[i].value);
			return;
		}
	if (text_equal(name, TEXT_LITERAL("set")))
		explain_add_set(&x->text, x->impu);
	else if (text_equal(name, TEXT_LITERAL("difference")))
		strbuf_add_str(&x->text, difference_str(x->out->difference));
}

void explain_add_template(struct explaining *x, const char *template)
{
	while (*template) {
		size_t literal = strcspn(template, "{");
		const char *end;

		strbuf_add(&x->text, template, literal);
		template += literal;
		end = strchr(template, '}');
		if (!end)
			break;
		add_value(x, text_of(template + 1, (size_t)(end - template) - 1));
		template = end + 1;
	}
}

const char *explain_take(struct explaining *x)
{
	const char *taken = NULL;

	if (!x->text.failed)
		taken = arena_text(x->arena,
				   x->text.length ? strbuf_text(&x->text) : TEXT_LITERAL(""))
				.data;
	strbuf_reset(&x->text);
	return taken;
}

static void look_at_record(struct explaining *x)
{
	const struct resolution *r = x->resolution;

	x->record = r->subscription;
	x->is_impi_missing = r->impi_ordinal == NOT_FOUND;
	x->is_impu_missing = r->impu_ordinal == NOT_FOUND;
	if (x->record && r->impu_index < x->record->impu_count)
		x->impu = &x->record->impu[r->impu_index];
}

/* True for the rows that say "it is not there", or "it is not the subscriber's". */
static bool may_be_misspelt(const struct rule *rule)
{
	static const char *const rows[] = {"D01", "D02", "D03", "D04", "D05", "D15"};

	for (size_t i = 0; rule->row && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rule->row, rows[i]) == 0)
			return true;
	return false;
}

static enum rc explain_in(struct explaining *x, bool with_text)
{
	enum rc rc = RC_OK;

	*x->out = (struct explanation){0};
	if (!x->verdict->rule)
		return RC_OK;
	x->rule = rule_find(text_from(x->verdict->rule));
	if (!x->rule)
		return diag_set(x->diag, RC_USAGE, "no rule is called %s", x->verdict->rule);
	look_at_record(x);
	if (may_be_misspelt(x->rule)) {
		rc = explain_nearest(x);
		if (rc == RC_OK)
			rc = explain_refine(x);
	}
	if (rc != RC_OK || !with_text)
		return rc;
	strbuf_init(&x->text);
	rc = explain_remedy(x);
	if (rc == RC_OK)
		rc = explain_cause(x);
	strbuf_clear(&x->text);
	return rc;
}

enum rc explain(struct predictor *p, const struct attempt *attempt, struct verdict *verdict,
		const struct resolution *resolution, struct arena *arena, struct explanation *out,
		struct diag *diag)
{
	struct explaining x = {
		.p = p,
		.attempt = attempt,
		.verdict = verdict,
		.resolution = resolution,
		.arena = arena,
		.out = out,
		.diag = diag,
	};

	return explain_in(&x, true);
}

enum rc explain_without_text(struct predictor *p, const struct attempt *attempt,
			     struct verdict *verdict, const struct resolution *resolution,
			     struct arena *arena, struct explanation *out, struct diag *diag)
{
	struct explaining x = {
		.p = p,
		.attempt = attempt,
		.verdict = verdict,
		.resolution = resolution,
		.arena = arena,
		.out = out,
		.diag = diag,
	};

	return explain_in(&x, false);
}
