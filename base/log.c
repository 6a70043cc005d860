#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

#define LINE_MAX_BYTES 1024

static const char *const names[] = {
	[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
	[LOG_LEVEL_INFO] = "info",   [LOG_LEVEL_DEBUG] = "debug",
};

static void sink_stderr(enum log_level level, const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "cxaudit: %s: %s\n", names[level], line);
}

static enum log_level level_max = LOG_LEVEL_NOTICE;
static log_sink current_sink = sink_stderr;
static void *current_context;

void log_set_level(enum log_level max)
{
	level_max = max;
}

void log_set_sink(log_sink sink, void *context)
{
	current_sink = sink ? sink : sink_stderr;
	current_context = context;
}

void log_msg(enum log_level level, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	if (level > level_max)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	text_hide_control(line);
	current_sink(level, line, current_context);
}
