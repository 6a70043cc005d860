/* Reason phrases that implementations are known by, as data. A phrase claims something; it proves
 * nothing (field-cases, lesson 2): it raises or lowers the confidence in a cause that other
 * evidence names. */
#pragma once
#include "model/verdict.h"
#include "trace/case_fact.h"

struct phrase {
	const char *words; /* stand somewhere in the phrase, in any case */
	enum case_fact_id fact;
	const char *origin; /* whose phrase it is known to be */
	/* the answer that it claims; kind ANSWER_SILENT: it claims none in particular */
	enum answer_kind kind;
	uint32_t code;
};

/* The first that fits; NULL when none is known. */
const struct phrase *phrase_find(struct text reason_phrase);
