/* Reads the inputs of a diagnosis, captures and text logs in any mixture, into a correlator: tells
 * what each file is, reads it, estimates the offset between the clocks of inputs that saw the same
 * messages, and merges them by time. */
#pragma once
#include "trace/capture.h"
#include "trace/correlator.h"

struct trace_input_report {
	const char *path;
	const char *format; /* "capture", "text log" */
	uint64_t sip_messages, cx_exchanges,
		unreadable;      /* unreadable: SIP that could not be parsed */
	int64_t clock_offset_us; /* added to its times; 0 for the first */
	bool has_clock_offset;   /* it shares messages with another input */
	bool is_truncated;
	uint64_t first_unreadable; /* frame or line, 0 = none */
	char first_reason[128];
};

/* Reads count files ("-" is standard input, a text log or a capture); report has count elements. A
 * single file is streamed in constant memory; several are read twice where offsets are needed.
 * Fails as capture_read does, and with RC_SYNTAX when a file holds neither SIP nor Cx at all. */
enum rc trace_read(const char *const *paths, unsigned count, const struct capture_options *options,
		   struct correlator *correlator, struct trace_input_report *report,
		   struct diag *diag);
