/* Messages to the operator, on stderr unless a sink is set. Identities are masked by the caller;
 * key material never comes here. */
#pragma once

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* Receives one finished line without newline. */
typedef void (*log_sink)(enum log_level level, const char *line, void *context);

/* Messages above max are dropped; the default is LOG_LEVEL_NOTICE. */
void log_set_level(enum log_level max);

/* Replaces the sink; NULL restores stderr ("cxaudit: warning: ..." lines). */
void log_set_sink(log_sink sink, void *context);

void log_msg(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
