/* Addresses in a case. */
#pragma once
#include "trace/trace_case.h"

/* The P-CSCF's address, or the sent-by of its Via; absent when it cannot be told. */
struct text trace_p_cscf(const struct trace_case *c);
