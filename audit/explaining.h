/* One explanation in the making. Private to explain*.c. */
#pragma once
#include "audit/explain.h"
#include "audit/resolved.h"
#include "audit/rule_table.h"
#include "base/strbuf.h"

struct explaining {
	struct predictor *p;
	const struct attempt *attempt;
	struct verdict *verdict;
	const struct resolution *resolution;
	const struct ims_subscription *record; /* NULL: nothing found */
	const struct impu *impu;               /* the presented one, when it is in record */
	const struct rule *rule;
	struct arena *arena;
	struct explanation *out;
	struct diag *diag;
	struct strbuf text;
	bool is_impi_missing, is_impu_missing;
	bool is_nearest_impi; /* nearest stands for the IMPI, not for the IMPU */
	bool is_other_imsi;   /* nearest is the IMPI of the subscriber, with somebody else's IMSI */
};

/* Finds the nearest stored identity for the missing one; fills nearest and difference of out. */
enum rc explain_nearest(struct explaining *x);

/* Makes the verdict's rule that of the misspelling, and finds what shows after its repair. */
enum rc explain_refine(struct explaining *x);

/* Write out->text and out->remedy. RC_NOMEM. */
enum rc explain_cause(struct explaining *x);
enum rc explain_remedy(struct explaining *x);

/* Appends an identity as people read it: quoted when it holds blanks, control characters as \xNN.
 */
void explain_add_identity(struct strbuf *out, struct text identity);
/* "implicit set 7", "its own implicit set". */
void explain_add_set(struct strbuf *out, const struct impu *impu);
/* Appends a template: {impi}, {impu}, {visited}, {scheme}, {imsi}, {set}, {nearest}, {difference},
 * {subject}, {target} and {realm}, which is the target's, are replaced. */
void explain_add_template(struct explaining *x, const char *template);
/* Takes the buffer's content into the arena and empties it; NULL when memory is out. */
const char *explain_take(struct explaining *x);

/* The IMPI's IMPU that is not barred and in another set than the presented one; NULL: none. SIP
 * URIs before tel URIs. */
const struct impu *explain_sibling_elsewhere(const struct explaining *x);
/* True when the IMPU is "sip:" and an identity derived from an IMSI: its barring is as it should
 * be. */
bool explain_is_temporary(struct text impu);
