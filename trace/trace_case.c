#include "trace/trace_case.h"

#include "trace/case_fact.h"

const char *trace_node_str(enum trace_node n)
{
	static const char *const names[] = {
		[TRACE_NODE_UNKNOWN] = "unknown", [TRACE_NODE_UE] = "UE",
		[TRACE_NODE_P_CSCF] = "P-CSCF",   [TRACE_NODE_I_CSCF] = "I-CSCF",
		[TRACE_NODE_S_CSCF] = "S-CSCF",   [TRACE_NODE_AS] = "AS",
		[TRACE_NODE_HSS] = "HSS",         [TRACE_NODE_REGISTRAR] = "registrar",
		[TRACE_NODE_PROXY] = "proxy",
	};

	return names[n];
}

const char *trace_sender_str(enum trace_node n)
{
	return trace_node_str(n == TRACE_NODE_REGISTRAR ? TRACE_NODE_UNKNOWN : n);
}

enum trace_node trace_node_named(struct text t)
{
	static const struct {
		const char *words;
		enum trace_node node;
	} rows[] = {
		{"p-cscf", TRACE_NODE_P_CSCF},
		{"pcscf", TRACE_NODE_P_CSCF},
		{"proxy-cscf", TRACE_NODE_P_CSCF},
		{"i-cscf", TRACE_NODE_I_CSCF},
		{"icscf", TRACE_NODE_I_CSCF},
		{"interrogating-cscf", TRACE_NODE_I_CSCF},
		{"s-cscf", TRACE_NODE_S_CSCF},
		{"scscf", TRACE_NODE_S_CSCF},
		{"serving-cscf", TRACE_NODE_S_CSCF},
		{"hss", TRACE_NODE_HSS},
		{"mmtel", TRACE_NODE_AS},
		{":as.", TRACE_NODE_AS},
		{"application server", TRACE_NODE_AS},
		{"telephony as", TRACE_NODE_AS},
		{"tas/", TRACE_NODE_AS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (case_text_holds(t, rows[i].words))
			return rows[i].node;
	return TRACE_NODE_UNKNOWN;
}
