/* A diagnosis for people, and as JSON (docs/diagnosis-1.schema.json). */
#pragma once
#include <stdio.h>

#include "base/json_writer.h"
#include "trace/comparison.h"
#include "trace/diagnosis.h"

/* Paragraph, chain of evidence, provisioning, what is ruled out, folk readings; comparison, remedy
 * and doubt come by diagnosis_text_end, as a comparison may be found only at the end of the trace.
 * input names the files. */
void diagnosis_text_begin(FILE *out, const struct diagnosis *d, const char *const *input,
			  bool use_colour);
void diagnosis_text_comparison(FILE *out, const struct comparison_result *r);
void diagnosis_text_end(FILE *out, const struct diagnosis *d);

/* The members of one transaction, without the braces around and without "ladder". */
void diagnosis_json_members(struct json_writer *j, const struct diagnosis *d,
			    const char *const *input);
/* One member, "comparison"; null for NULL. */
void comparison_json_member(struct json_writer *j, const struct comparison_result *r);
