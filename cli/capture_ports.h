/* --diameter-port and --sip-port: where a capture is read. */
#pragma once
#include "cli/options.h"
#include "trace/capture.h"

/* The ports of a list into out. Returns 0, or EXIT_USAGE after telling what is wrong with which
 * option of the command. */
int capture_ports_parse(const char *command, const char *option, const struct option_list *list,
			uint16_t out[CAPTURE_PORTS_MAX], unsigned *count);
