/* The commands and what the two programs give them. */
#pragma once
#include <stdbool.h>

#include "audit/policy.h"
#include "base/diag.h"
#include "base/strbuf.h"

struct predict_options;
struct program;

enum command_id {
	COMMAND_AUDIT,
	COMMAND_DIAGNOSE,
	COMMAND_IMPORT,
	COMMAND_LOOKUP,
	COMMAND_OBSERVED,
	COMMAND_PREDICT,
	COMMAND_SQL,
	COMMAND_SOURCES,
	COMMAND_RULES,
	COMMAND_COUNT
};

/* Runs one command: argv[0] is its name; returns an exit code, or EXIT_TAKE_OVER. */
typedef int (*command_run)(const struct program *program, int argc, char **argv);

/* What a program can do: cxaudit has lookup and predict, cxaudit-batch has everything. NULL: not in
 * this program. */
struct program {
	command_run run[COMMAND_COUNT];
	enum rc (*load_policy)(const char *path, struct policy *policy, struct diag *diag);
	int (*predict_batch)(const struct predict_options *options, const char *path);
};

int cmd_audit(const struct program *program, int argc, char **argv);
int cmd_diagnose(const struct program *program, int argc, char **argv);
int cmd_import(const struct program *program, int argc, char **argv);
int cmd_lookup(const struct program *program, int argc, char **argv);
int cmd_observed(const struct program *program, int argc, char **argv);
int cmd_predict(const struct program *program, int argc, char **argv);
int cmd_rules(const struct program *program, int argc, char **argv);
int cmd_sources(const struct program *program, int argc, char **argv);
int cmd_sql(const struct program *program, int argc, char **argv);

/* Runs the command that argv names: --help, --version, unknown words and the way to cxaudit-batch
 * are dealt with. */
int command_main(const struct program *program, int argc, char **argv);

/* "cxaudit: message (place)" on stderr; returns code. */
int command_fail(int code, const struct diag *diag);
/* Prints a whole JSON text and a line end; what memory was too short for is not printed in part.
 * Returns an exit code. */
int command_print_json(const struct strbuf *json);
/* A usage error: the message and a pointer to --help. Returns EXIT_USAGE. */
int command_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether results on stdout are coloured: on a terminal, unless NO_COLOR is set (no-color.org). */
bool command_use_colour(void);

/* Set by SIGINT, SIGTERM and SIGHUP once command_catch_signals was called. */
extern volatile int command_interrupted;
void command_catch_signals(void);
