/* Exchanges for people and as JSON. */
#pragma once
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/cx_exchange.h"

enum observed_form {
	OBSERVED_LINE,    /* one line: who */
	OBSERVED_HISTORY, /* one line: by which host, how fast */
	OBSERVED_DETAIL,  /* all that is known, one line a fact */
	OBSERVED_JSON,    /* one line of schema cxaudit/exchange/1 */
};

struct observed_printer {
	enum observed_form form;
	bool is_masked, use_colour;
	struct strbuf line;
	struct arena arena;
	bool is_out_of_memory;
};

void observed_printer_init(struct observed_printer *p, enum observed_form form, bool is_masked);
void observed_printer_clear(struct observed_printer *p);

/* On stdout; false when memory is out or stdout does not take it. */
bool observed_print(struct observed_printer *p, const struct cx_exchange *e);

#define OBSERVED_NAME_MAX CX_VENDOR_TEXT_MAX
/* The name of an answer without what all names share: "AUTHORIZATION_REJECTED", "unanswered";
 * of a code of another vendor whose it is, which out has room for. */
const char *observed_answer_name(const struct cx_answer *a, char out[OBSERVED_NAME_MAX]);
