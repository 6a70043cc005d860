/* Documents for tests, and a parser at work on them. Included by one test program each. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "codec/ims_userdata.h"

#define PRIVATE "<PrivateID>a@x</PrivateID>"
#define PUBLIC "<PublicIdentity><Identity>sip:a@x</Identity></PublicIdentity>"
#define IN_PROFILE(content)                                                          \
	"<IMSSubscription>" PRIVATE "<ServiceProfile>" content "</ServiceProfile></" \
	"IMSSubscription>"
#define IN_PUBLIC(content) IN_PROFILE("<PublicIdentity>" content "</PublicIdentity>")
#define SERVER "<ApplicationServer><ServerName>sip:as</ServerName></ApplicationServer>"
#define TRIGGER                                                                     \
	"<TriggerPoint><ConditionTypeCNF>1</ConditionTypeCNF><SPT><Group>0</Group>" \
	"<Method>REGISTER</Method></SPT></TriggerPoint>"
#define IFC(content) IN_PROFILE(PUBLIC "<InitialFilterCriteria>" content "</InitialFilterCriteria>")

struct fixture {
	struct userdata_parser *parser;
	struct userdata_list list;
	struct diag diag;
	struct strbuf shown;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	userdata_list_init(&f->list);
	strbuf_init(&f->shown);
	*state = f;
	return userdata_parser_new(&f->parser, &f->diag) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	userdata_parser_free(f->parser);
	userdata_list_clear(&f->list);
	strbuf_clear(&f->shown);
	free(f);
	return 0;
}

static enum rc parse(struct fixture *f, const char *text)
{
	userdata_list_reset(&f->list);
	diag_init(&f->diag);
	return userdata_parse(f->parser, text, strlen(text), true, &f->list, &f->diag);
}

/* "a@x: sip:b!(1) tel:c?" for one document: '!' barred, '?' unknown, "(kind)" unless distinct,
 * "=pattern". */
__attribute__((unused)) static const char *show(struct fixture *f, uint32_t index)
{
	const struct userdata_document *d = &f->list.document[index];

	strbuf_reset(&f->shown);
	strbuf_add_text(&f->shown, d->private_id);
	strbuf_add_char(&f->shown, ':');
	for (uint32_t i = 0; i < d->identity_count; i++) {
		const struct userdata_identity *u = &f->list.identity[d->first_identity + i];

		strbuf_add_char(&f->shown, ' ');
		strbuf_add_text(&f->shown, u->identity);
		strbuf_add_str(&f->shown, u->barred == TRI_YES  ? "!"
					  : u->barred == TRI_NO ? ""
								: "?");
		if (u->kind != IMPU_DISTINCT)
			strbuf_printf(&f->shown, "(%d)", (int)u->kind);
		if (u->wildcard.data)
			strbuf_add_char(&f->shown, '=');
		strbuf_add_text(&f->shown, u->wildcard);
	}
	return f->shown.data;
}
