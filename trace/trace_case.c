#include "trace/trace_case.h"

const char *trace_node_str(enum trace_node n)
{
	static const char *const names[] = {
		[TRACE_NODE_UNKNOWN] = "unknown", [TRACE_NODE_UE] = "UE",
		[TRACE_NODE_P_CSCF] = "P-CSCF",   [TRACE_NODE_I_CSCF] = "I-CSCF",
		[TRACE_NODE_S_CSCF] = "S-CSCF",   [TRACE_NODE_AS] = "AS",
		[TRACE_NODE_HSS] = "HSS",         [TRACE_NODE_PROXY] = "proxy",
	};

	return names[n];
}
