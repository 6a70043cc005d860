#include "audit/record_check.h"

#include <stdarg.h>
#include <stdio.h>

#include "audit/record_check_private.h"
#include "base/limits.h"
#include "model/identity.h"

static const struct record_check *const families[] = {
	record_checks_identity,
	record_checks_set,
	record_checks_service,
};

void record_check_report(const struct record_check_context *c, const struct rule *rule,
			 struct text subject, const char *format, ...)
{
	struct record_check_hit hit = {.rule = rule,
				       .certainty = c->is_conditional ? CERTAINTY_CONDITIONAL
								      : CERTAINTY_CERTAIN,
				       .subject = subject};
	char text[LIMIT_IDENTITY_LENGTH + 256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hit.text = arena_text(c->arena, text_from(text)).data;
	if (!hit.text)
		hit.text = rule->title;
	c->hit(&hit, c->hit_context);
}

bool record_check_is_temporary(const struct record_check_context *c, uint32_t impu)
{
	const struct ims_subscription *r = c->record;
	struct text user = c->uri[impu].user;

	if (c->uri[impu].scheme != URI_SIP || !text_is_digits(user))
		return false;
	for (uint32_t i = 0; i < r->imsi_count; i++)
		if (text_equal(r->imsi[i], user))
			return true;
	for (uint32_t i = 0; i < r->impi_count; i++) {
		struct text imsi;

		if (identity_imsi_of_impi(r->impi[i].identity, &imsi) && text_equal(imsi, user))
			return true;
	}
	return false;
}

/* NULL when memory is out. */
static struct uri *parse_impus(const struct record_check_context *c)
{
	const struct ims_subscription *r = c->record;
	struct uri *uri = arena_alloc(c->arena, (r->impu_count + 1) * sizeof(*uri));

	for (uint32_t i = 0; uri && i < r->impu_count; i++)
		if (uri_parse(r->impu[i].identity, &uri[i], NULL) != RC_OK)
			uri[i] = (struct uri){.scheme = URI_NONE};
	return uri;
}

enum rc record_check_all(const struct record_check_context *context)
{
	struct record_check_context c = *context;

	c.uri = parse_impus(context);
	if (!c.uri)
		return RC_NOMEM;
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (const struct record_check *check = families[f]; check->rule; check++) {
			const struct rule *rule = rule_find(text_from(check->rule));

			c.is_conditional = check->is_conditional;
			if (rule)
				check->run(&c, rule);
		}
	return RC_OK;
}
