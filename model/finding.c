#include "model/finding.h"

static const char *const severities[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_NOTICE] = "notice",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

const char *severity_str(enum severity s)
{
	return severities[s];
}

int severity_parse(struct text t, enum severity *out)
{
	for (unsigned i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
		if (text_equal_nocase(t, text_from(severities[i]))) {
			*out = (enum severity)i;
			return 1;
		}
	}
	return 0;
}
