#define _GNU_SOURCE /* pipe2 */
#include "trace/tshark.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 4096
#define POLL_MILLISECONDS 200 /* a signal that came just before poll is seen this late */
#define PORT_RULES 2          /* of one port */
#define RULES_MAX (2 * CAPTURE_PORTS_MAX * PORT_RULES)
#define ENVIRONMENT_MAX 4096

extern char **environ;

struct tshark {
	pid_t pid; /* 0 once it was waited for */
	int output, errors;
	char said[SAID_MAX]; /* the end of what it wrote to standard error */
	size_t said_length;
	const volatile int *interrupted;
};

/* Diameter on any port is found by the first bytes: of TCP by Wireshark's heuristic, which is off
 * by default; of SCTP by making it the dissector of each port, as it declines what is not Diameter.
 * SIP is found by heuristics that come before the dissectors of well-known ports. */
static const char *const fixed_arguments[] = {
	"-n",
	"--enable-heuristic",
	"diameter_tcp",
	"-o",
	"tcp.try_heuristic_first:TRUE",
	"-o",
	"udp.try_heuristic_first:TRUE",
	"-d",
	"sctp.port==1-5059,diameter",
	"-d",
	"sctp.port==5062-65535,diameter",
	"-U",
	"OSI layer 7",
	"-w",
	"-",
	"-r",
};
#define FIXED_COUNT (sizeof(fixed_arguments) / sizeof(fixed_arguments[0]))

struct command_line {
	const char *argument[2 + FIXED_COUNT + 2 * RULES_MAX + 1];
	char rule[RULES_MAX][40];
	size_t count, rule_count;
};

static void rules_add(struct command_line *c, const char *transport, uint16_t port,
		      const char *dissector)
{
	char *rule = c->rule[c->rule_count++];

	snprintf(rule, sizeof(c->rule[0]), "%s.port==%u,%s", transport, port, dissector);
	c->argument[c->count++] = "-d";
	c->argument[c->count++] = rule;
}

static void command_line_fill(struct command_line *c, const char *program, const char *path,
			      const struct capture_options *o)
{
	c->count = c->rule_count = 0;
	c->argument[c->count++] = program;
	for (size_t i = 0; i < FIXED_COUNT; i++)
		c->argument[c->count++] = fixed_arguments[i];
	c->argument[c->count++] = path;
	for (unsigned i = 0; i < o->diameter_port_count && i < CAPTURE_PORTS_MAX; i++) {
		rules_add(c, "tcp", o->diameter_port[i], "diameter");
		rules_add(c, "sctp", o->diameter_port[i], "diameter");
	}
	for (unsigned i = 0; i < o->sip_port_count && i < CAPTURE_PORTS_MAX; i++) {
		rules_add(c, "udp", o->sip_port[i], "sip");
		rules_add(c, "tcp", o->sip_port[i], "sip");
	}
	c->argument[c->count] = NULL;
}

/* Ours without what would change tshark's behaviour or language. NULL when memory is out. */
static const char **environment_new(void)
{
	static const char *const ours[] = {"WIRESHARK_CONFIG_DIR=/nonexistent", "LC_ALL=C"};
	const char **out = calloc(ENVIRONMENT_MAX + 3, sizeof(*out));
	size_t count = 0;

	if (!out)
		return NULL;
	for (char **e = environ; *e && count < ENVIRONMENT_MAX; e++)
		if (strncmp(*e, "WIRESHARK_", 10) != 0 && strncmp(*e, "LC_ALL=", 7) != 0 &&
		    strncmp(*e, "LANGUAGE=", 9) != 0)
			out[count++] = *e;
	out[count++] = ours[0];
	out[count++] = ours[1];
	return out;
}

/* Returns 0 or an error number. */
static int spawn(struct tshark *t, const struct command_line *c, const char **environment,
		 int output, int errors)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	bool reads_stdin = !strcmp(c->argument[1 + FIXED_COUNT], "-");
	int error;

	/* SIGPIPE is ignored by our programs, and that would be inherited. */
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	if (!error && !reads_stdin)
		error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
							 O_RDONLY, 0);
	if (!error)
		error = posix_spawnp(&t->pid, c->argument[0], &actions, &attributes,
				     (char *const *)(void *)c->argument,
				     (char *const *)(void *)environment);
	if (error)
		t->pid = 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static enum rc launch(struct tshark *t, const struct command_line *c, struct diag *diag)
{
	const char **environment = environment_new();
	int output[2] = {-1, -1}, errors[2] = {-1, -1};
	int error = environment ? 0 : ENOMEM;

	if (!error && (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0))
		error = errno;
	t->output = output[0];
	t->errors = errors[0];
	if (!error)
		error = spawn(t, c, environment, output[1], errors[1]);
	if (output[1] >= 0)
		close(output[1]);
	if (errors[1] >= 0)
		close(errors[1]);
	free(environment);
	if (!error)
		return RC_OK;
	if (error == ENOENT)
		return diag_set(
			diag, RC_NOTFOUND,
			"captures are read by tshark, and there is no program '%s': install "
			"tshark (Debian package tshark)",
			c->argument[0]);
	errno = error;
	return diag_set_errno(diag, error == ENOMEM ? RC_NOMEM : RC_IO, "cannot start %s",
			      c->argument[0]);
}

enum rc tshark_start(const char *path, const struct capture_options *options, struct tshark **out,
		     struct diag *diag)
{
	const char *program = getenv("CXAUDIT_TSHARK");
	struct tshark *t = calloc(1, sizeof(*t));
	struct command_line *c = calloc(1, sizeof(*c));
	enum rc rc;

	*out = NULL;
	if (!t || !c) {
		free(t);
		free(c);
		return diag_set(diag, RC_NOMEM, "no memory to start tshark");
	}
	t->output = t->errors = -1;
	t->interrupted = options->interrupted;
	command_line_fill(c, program && *program ? program : "tshark", path, options);
	rc = launch(t, c, diag);
	free(c);
	if (rc == RC_OK)
		*out = t;
	else
		tshark_free(t);
	return rc;
}

/* Keeps the end: that is where a program tells why it gave up. */
static void hear(struct tshark *t)
{
	ssize_t n;

	if (t->said_length > SAID_MAX / 2) {
		t->said_length -= SAID_MAX / 4;
		memmove(t->said, t->said + SAID_MAX / 4, t->said_length);
	}
	n = read(t->errors, t->said + t->said_length, SAID_MAX - 1 - t->said_length);
	if (n > 0) {
		t->said_length += (size_t)n;
	} else if (n == 0 || errno != EINTR) {
		close(t->errors);
		t->errors = -1;
	}
}

/* Waits until there is output, or its end. Meanwhile the other pipe must not fill up. */
static enum rc wait_for_output(struct tshark *t, struct diag *diag)
{
	for (;;) {
		struct pollfd fd[2] = {{t->output, POLLIN, 0}, {t->errors, POLLIN, 0}};
		int n;

		if (t->interrupted && *t->interrupted)
			return diag_set(diag, RC_INTERRUPTED, "interrupted");
		n = poll(fd, 2, POLL_MILLISECONDS);
		if (n < 0 && errno != EINTR)
			return diag_set_errno(diag, RC_IO, "cannot wait for tshark");
		if (n <= 0)
			continue;
		if (fd[1].revents)
			hear(t);
		if (fd[0].revents)
			return RC_OK;
	}
}

enum rc tshark_read(void *tshark, void *buffer, size_t size, size_t *got, struct diag *diag)
{
	struct tshark *t = tshark;
	enum rc rc = wait_for_output(t, diag);
	ssize_t n;

	*got = 0;
	if (rc != RC_OK)
		return rc;
	do
		n = read(t->output, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return diag_set_errno(diag, RC_IO, "cannot read from tshark");
	*got = (size_t)n;
	return RC_OK;
}

/* What tshark says of a capture, by a part of its message. */
static const struct {
	const char *part;
	enum rc rc;
	const char *text;
} complaints[] = {
	{"cut short in the middle", RC_TRUNCATED,
	 "the capture is cut short in the middle of a packet"},
	{"isn't a capture file", RC_SYNTAX,
	 "not a capture, expected pcap, pcapng or a like format"},
	{"is a directory", RC_SYNTAX, "a folder, expected a capture"},
	{"damaged or corrupt", RC_SYNTAX, "the capture is damaged"},
	{"doesn't exist", RC_NOTFOUND, "no such file"},
};

/* Its last complaint, or at least the last line. */
static const char *last_words(struct tshark *t)
{
	const char *found = "it did not say why";
	char *rest = t->said, *line;
	bool is_complaint = false;

	while ((line = strsep(&rest, "\n"))) {
		bool is_named = !strncmp(line, "tshark: ", 8);

		if (!*line || !strncmp(line, "Running as user", 15) || (is_complaint && !is_named))
			continue;
		found = is_named ? line + 8 : line;
		is_complaint |= is_named;
	}
	return found;
}

static enum rc complain(struct tshark *t, int status, struct diag *diag)
{
	t->said[t->said_length] = '\0';
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (strstr(t->said, complaints[i].part))
			return diag_set(diag, complaints[i].rc, "%s", complaints[i].text);
	if (WIFSIGNALED(status))
		return diag_set(diag, RC_IO, "tshark was ended by signal %d", WTERMSIG(status));
	return diag_set(diag, RC_IO, "tshark failed: %s", last_words(t));
}

enum rc tshark_finish(struct tshark *t, struct diag *diag)
{
	pid_t waited;
	int status;

	while (t->errors >= 0)
		hear(t);
	do
		waited = waitpid(t->pid, &status, 0);
	while (waited < 0 && errno == EINTR);
	t->pid = 0;
	if (waited < 0)
		return diag_set_errno(diag, RC_IO, "cannot wait for tshark");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? RC_OK : complain(t, status, diag);
}

void tshark_free(struct tshark *t)
{
	if (!t)
		return;
	if (t->pid) {
		kill(t->pid, SIGKILL);
		while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (t->output >= 0)
		close(t->output);
	if (t->errors >= 0)
		close(t->errors);
	free(t);
}
