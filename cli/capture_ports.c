#include "cli/capture_ports.h"

#include <stdlib.h>

_Static_assert(OPTION_LIST_MAX <= CAPTURE_PORTS_MAX, "a list of ports does not fit");

int capture_ports_parse(const char *command, const char *option, const struct option_list *list,
			uint16_t out[CAPTURE_PORTS_MAX], unsigned *count)
{
	for (unsigned i = 0; i < list->count; i++) {
		char *end;
		unsigned long port = strtoul(list->value[i], &end, 10);

		if (list->value[i][0] < '0' || list->value[i][0] > '9' || *end || !port ||
		    port > UINT16_MAX)
			return command_usage(command,
					     "--%s: found '%s', expected a port from 1 to 65535",
					     option, list->value[i]);
		out[(*count)++] = (uint16_t)port;
	}
	return 0;
}
