/* What an audit of the generated export has to find: counted from the specification's word on each
 * defect, not by looking at the export. */
#pragma once
#include <stdbool.h>

#include "bench/generate_population.h"

/* Writes a JSON object with the members totals (as of cxaudit/audit/1) and by_cause (rule: number
 * of records). False with errno when the file cannot be written. */
bool truth_write(const struct population *p, const char *format, const char *path);
