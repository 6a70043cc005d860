/* The causes as a table: when a row applies, what speaks for it and against it, how sure it can be,
 * and what is to be said. Rows are weighed in their order: answers of the HSS before what the trace
 * shows, before what the store predicts, before what phrases hint at. */
#pragma once
#include "trace/case_fact.h"

enum cause_method {
	CAUSE_REGISTER = 1,
	CAUSE_SESSION = 2, /* INVITE, and any other request outside a dialog */
	CAUSE_BOTH = 3,
};

/* The failing exchange that a row wants. */
struct cause_answer {
	bool is_wanted;
	enum cx_command command;
	enum answer_kind kind; /* ANSWER_SILENT: no answer came */
	uint32_t low, high;
};

#define CAUSE_NEEDS_MAX 4
#define CAUSE_WEIGHTS_MAX 6
struct cause_row {
	const char *id; /* stable slug of the row, for its tests */
	enum cause_class cause;
	enum cause_method method;
	int status_low, status_high; /* 0 is "no final answer" */
	struct cause_answer cx;
	/* enum case_fact_id; negative: the fact must be no */
	short need[CAUSE_NEEDS_MAX + 1];
	short supports[CAUSE_WEIGHTS_MAX + 1], against[CAUSE_WEIGHTS_MAX + 1];
	enum confidence base, most; /* without and with what supports it */
	enum tri blame;
	const char *row; /* of the rule catalogue, NULL: none */
	/* Sentences; {impi}, {impu}, {called}, {status}, {cx}, {visited}, {scheme}, {p-cscf},
	 * {edge}, where the UE's requests enter, {capture}, what would show more, and {fact}, the
	 * words of the first needed fact, are replaced. */
	const char *text, *remedy, *doubt, *next;
};

const struct cause_row *cause_table(size_t *count);

/* The first row that applies; never NULL, as the last one always does. */
const struct cause_row *cause_find(const struct case_facts *f);
/* How sure the row is here. */
enum confidence cause_confidence(const struct case_facts *f, const struct cause_row *row);
/* A sentence of the row with its placeholders replaced, in the arena; NULL stays NULL. */
const char *cause_words(const struct case_facts *f, const struct cause_row *row,
			const char *template);
/* Whether the row applies. */
bool cause_applies(const struct case_facts *f, const struct cause_row *row);
