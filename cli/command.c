#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/print.h"
#include "cli/exit_code.h"

volatile int command_interrupted;

/* In the order of the help. */
static const struct {
	const char *name, *summary;
} commands[] = {
	[COMMAND_AUDIT] = {"audit", "audit an export, or the store: the main job"},
	[COMMAND_DIAGNOSE] = {"diagnose", "say who refused a REGISTER or a call, and why"},
	[COMMAND_IMPORT] = {"import", "read an export into the store"},
	[COMMAND_LOOKUP] = {"lookup", "show one subscriber, by any identity, with the verdict"},
	[COMMAND_OBSERVED] = {"observed", "show what was seen on Cx: live, or from captures"},
	[COMMAND_PREDICT] = {"predict", "predict what one REGISTER gets, or many (--batch)"},
	[COMMAND_SQL] = {"sql", "query the store with SELECT"},
	[COMMAND_SOURCES] = {"sources", "list the sources of the store and their snapshots"},
	[COMMAND_RULES] = {"rules", "list the rules, or explain one"},
};

static void on_signal(int signal_number)
{
	(void)signal_number;
	command_interrupted = 1;
}

void command_catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction before;

	/* The second signal ends the program at once: a user who insists is obeyed. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* A temporary store must not outlive its terminal, but nohup(1) is respected. */
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
}

bool command_use_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
}

/* The reader of the output went away, as head(1) does once it has its lines: no news to the user.
 */
static bool reader_is_gone(void)
{
	struct pollfd output = {.fd = STDOUT_FILENO};

	return ferror(stdout) && poll(&output, 1, 0) == 1 && output.revents & POLLERR;
}

int command_fail(int code, const struct diag *diag)
{
	char line[DIAG_TEXT_MAX + DIAG_FILE_MAX + 64];

	if (!reader_is_gone()) {
		fputs("cxaudit: ", stderr);
		print_text(stderr, text_from(diag_format(diag, line, sizeof(line))));
		fputc('\n', stderr);
	}
	return code;
}

int command_print_json(const struct strbuf *json)
{
	struct diag diag;

	diag_init(&diag);
	if (json->failed) {
		diag_set(&diag, RC_NOMEM, "no memory for the output");
		return command_fail(EXIT_UNUSABLE, &diag);
	}
	puts(json->data);
	return EXIT_CLEAN;
}

int command_usage(const char *command, const char *format, ...)
{
	va_list args;

	fputs("cxaudit: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nTry 'cxaudit %s%s--help'.\n", command ? command : "",
		command ? " " : "");
	return EXIT_USAGE;
}

static void help_print(void)
{
	puts("Usage: cxaudit COMMAND [OPTION]... [ARGUMENT]...\n"
	     "Predicts from HSS provisioning which subscribers get 403 on SIP REGISTER, and "
	     "explains why.\n\n"
	     "Commands:");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-9s %s\n", commands[i].name, commands[i].summary);
	puts("\nFirst steps:\n"
	     "  cxaudit audit EXPORT                       who will be refused, why, and the "
	     "smallest repair\n"
	     "  cxaudit import --source hss EXPORT         keep it in the store\n"
	     "  cxaudit lookup 001010000000001             one subscriber, by any identity\n\n"
	     "'cxaudit COMMAND --help' shows a command's options. Exit: 0 clean, 1 findings, 2 "
	     "usage, 3 input or store\n"
	     "unusable.");
}

/* The folder of this program's executable with name appended; false when it does not fit. */
static bool beside_program(const char *name, char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (n <= 0)
		return false;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (!slash || (size_t)(slash - out) + 2 + strlen(name) > size)
		return false;
	strcpy(slash + 1, name);
	return true;
}

/* Becomes cxaudit-batch: from $CXAUDIT_LIBEXECDIR, from where it is installed, or beside this
 * program (build tree). */
static int take_over(char **argv)
{
	const char *folder = getenv("CXAUDIT_LIBEXECDIR");
	char path[4096];

	if (folder && *folder && strlen(folder) + sizeof("/cxaudit-batch") <= sizeof(path)) {
		snprintf(path, sizeof(path), "%s/cxaudit-batch", folder);
		execv(path, argv);
	}
	if (beside_program("cxaudit-batch", path, sizeof(path)))
		execv(path, argv);
	if (beside_program("../libexec/cxaudit/cxaudit-batch", path, sizeof(path)))
		execv(path, argv);
	execv(PKGLIBEXECDIR "/cxaudit-batch", argv);
	fprintf(stderr, "cxaudit: cannot run %s: %s; is the installation complete?\n",
		PKGLIBEXECDIR "/cxaudit-batch", strerror(errno));
	return EXIT_UNUSABLE;
}

/* Runs the command of argv[1]. */
static int run_command(const struct program *program, int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		int code;

		if (strcmp(commands[i].name, argv[1]) != 0)
			continue;
		code = program->run[i] ? program->run[i](program, argc - 1, argv + 1)
				       : EXIT_TAKE_OVER;
		return code == EXIT_TAKE_OVER ? take_over(argv) : code;
	}
	if (argv[1][0] == '-')
		return command_usage(NULL, "unknown option '%s'; options follow the command",
				     argv[1]);
	return command_usage(NULL, "unknown command '%s'", argv[1]);
}

/* What is still buffered is written now; that it could not be is the last to be told. */
static int finish_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (!reader_is_gone())
		fprintf(stderr, "cxaudit: cannot write the output: %s\n", strerror(errno));
	return EXIT_UNUSABLE;
}

/* A file that is opened must not take the place of a closed standard stream: messages would be
 * written into it. Reading standard input and writing standard output still fail, and say so. */
static void hold_standard_streams(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_UNUSABLE);
}

int command_main(const struct program *program, int argc, char **argv)
{
	static char help_option[] = "--help";

	hold_standard_streams();
	/* A reader that closes the pipe early is an error to report, not a silent death. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2)
		return command_usage(NULL, "a command is missing");
	/* "cxaudit help audit" is "cxaudit audit --help". */
	if (!strcmp(argv[1], "help") && argc > 2) {
		argv[1] = argv[2];
		argv[2] = help_option;
		argc = 3;
		argv[3] = NULL;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		help_print();
		return finish_output(EXIT_CLEAN);
	}
	if (!strcmp(argv[1], "--version")) {
		puts("cxaudit " PACKAGE_VERSION);
		return finish_output(EXIT_CLEAN);
	}
	return finish_output(run_command(program, argc, argv));
}
