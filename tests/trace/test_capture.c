/* capture_read with programs that stand in for tshark: what it makes of their output, their
 * complaints and their ends. (tests/cli/test_observed.py tries the real one.) */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/temporary_path.h"
#include "tests/trace/pcapng_bytes.h"
#include "trace/capture.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HANG_SECONDS 60 /* a reader that waits for ever ends here */

/* A folder with the stand-in, a stream of messages, and a file to be read. */
struct fixture {
	char folder[TEMPORARY_PATH_MAX], program[TEMPORARY_PATH_MAX + 16];
	char stream[TEMPORARY_PATH_MAX + 16], capture[TEMPORARY_PATH_MAX + 16];
	unsigned visited, stop_after;
	uint64_t frames;
};

static void write_file(const char *path, const char *data, size_t length, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void add_message(struct pcapng_bytes *b, const char *dissector, uint32_t frame)
{
	struct strbuf m;

	strbuf_init(&m);
	exported_tag(&m, 12, text_from(dissector));
	exported_tag_u32(&m, 30, frame);
	exported_tag(&m, 0, TEXT_LITERAL(""));
	strbuf_add_str(&m, "message");
	pcapng_bytes_packet(b, 0, UINT64_C(1700000000000000) + frame, strbuf_text(&m));
	strbuf_clear(&m);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct pcapng_bytes b;

	assert_non_null(mkdtemp(temporary_path(f->folder, "test_capture")));
	snprintf(f->program, sizeof(f->program), "%s/tshark", f->folder);
	snprintf(f->stream, sizeof(f->stream), "%s/stream", f->folder);
	snprintf(f->capture, sizeof(f->capture), "%s/capture", f->folder);
	pcapng_bytes_init(&b, false);
	pcapng_bytes_section(&b);
	pcapng_bytes_interface(&b, 252, 6, 0);
	add_message(&b, "sip", 1);
	add_message(&b, "dns", 20);
	add_message(&b, "diameter", 300);
	write_file(f->stream, b.out.data, b.out.length, 0600);
	pcapng_bytes_clear(&b);
	write_file(f->capture, "any", 3, 0600);
	setenv("CXAUDIT_TSHARK", f->program, 1);
	alarm(HANG_SECONDS);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->program);
	unlink(f->stream);
	unlink(f->capture);
	rmdir(f->folder);
	free(f);
	alarm(0);
	return 0;
}

static bool on_message(const struct capture_message *m, void *context)
{
	struct fixture *f = context;

	f->visited++;
	f->frames += m->frame;
	assert_true(m->time_us == INT64_C(1700000000000000) + (int64_t)m->frame);
	assert_int_equal(m->bytes.length, 7);
	return f->visited != f->stop_after;
}

/* Reads with a stand-in that runs this shell script, in which %s is the stream. No child is left.
 */
static enum rc read_with(struct fixture *f, const char *script, const struct capture_options *o,
			 struct diag *diag)
{
	char text[1024];
	enum rc rc;

	snprintf(text, sizeof(text), "#!/bin/sh\nstream='%s'\n%s\n", f->stream, script);
	write_file(f->program, text, strlen(text), 0700);
	diag_init(diag);
	rc = capture_read(f->capture, o, on_message, f, diag);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return rc;
}

static void messages_of_sip_and_diameter_are_visited(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	struct diag diag;

	assert_int_equal(read_with(f, "cat \"$stream\"", &o, &diag), RC_OK);
	assert_int_equal(f->visited, 2);
	assert_true(f->frames == 301);
}

static void complaints_are_told_in_our_words(void **state)
{
	static const struct {
		const char *script;
		enum rc rc;
		const char *part;
	} cases[] = {
		{"cat \"$stream\"; echo 'Running as user \"root\" and group \"root\".' >&2; "
		 "echo 'tshark: The file \"x\" appears to have been cut short in the middle of a "
		 "packet.' >&2; exit 2",
		 RC_TRUNCATED, "cut short"},
		{"cat \"$stream\"; echo \"tshark: The file isn't a capture file in a format TShark "
		 "understands.\" >&2; exit 2",
		 RC_SYNTAX, "not a capture"},
		{"cat \"$stream\"; echo 'tshark: The file appears to be damaged or corrupt.' >&2; "
		 "echo '(pcap: big)' >&2; exit 2",
		 RC_SYNTAX, "damaged"},
		{"cat \"$stream\"; echo 'tshark: Some fields are not valid.' >&2; echo list >&2; "
		 "exit 1",
		 RC_IO, "Some fields are not valid."},
		{"cat \"$stream\"; exit 1", RC_IO, "did not say"},
		{"cat \"$stream\"; kill -9 $$", RC_IO, "signal 9"},
		/* Noise is no failure, and much of it does not block. */
		{"head -c 300000 /dev/zero | tr '\\0' x >&2; cat \"$stream\"", RC_OK, ""},
		{"cat \"$stream\"; head -c 300000 /dev/zero | tr '\\0' x >&2", RC_OK, ""},
		/* It says that all is well, and ends within a block. */
		{"cat \"$stream\"; printf '\\6\\0\\0\\0'", RC_TRUNCATED, "within a block"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture *f = *state;
		struct capture_options o = {0};
		struct diag diag;

		f->visited = 0;
		assert_int_equal(read_with(f, cases[i].script, &o, &diag), cases[i].rc);
		assert_int_equal(f->visited, 2);
		if (!strstr(diag.text, cases[i].part))
			fail_msg("case %zu: '%s'", i, diag.text);
		assert_string_equal(diag.file, f->capture);
	}
}

static void a_missing_program_names_its_package(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(capture_read(f->capture, &o, on_message, f, &diag), RC_NOTFOUND);
	assert_non_null(strstr(diag.text, "install tshark (Debian package tshark)"));
}

static void what_is_no_capture_needs_no_program(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(capture_read("/nonexistent/trace", &o, on_message, f, &diag), RC_NOTFOUND);
	assert_string_equal(diag.file, "/nonexistent/trace");
	assert_int_equal(capture_read(f->folder, &o, on_message, f, &diag), RC_SYNTAX);
	assert_non_null(strstr(diag.text, "a folder"));
	write_file(f->capture, "", 0, 0600);
	assert_int_equal(capture_read(f->capture, &o, on_message, f, &diag), RC_SYNTAX);
	assert_non_null(strstr(diag.text, "empty"));
}

static void a_visitor_that_has_enough_ends_the_child(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	struct diag diag;

	f->stop_after = 1;
	assert_int_equal(read_with(f, "cat \"$stream\"; exec sleep 1000", &o, &diag), RC_OK);
	assert_int_equal(f->visited, 1);
}

static void an_interruption_ends_the_child(void **state)
{
	struct fixture *f = *state;
	volatile int interrupted = 1;
	struct capture_options o = {.interrupted = &interrupted};
	struct diag diag;

	assert_int_equal(read_with(f, "exec sleep 1000", &o, &diag), RC_INTERRUPTED);
	assert_int_equal(f->visited, 0);
}

static void ports_become_rules(void **state)
{
	static const char *const expected[] = {
		"\n-r\n",
		"\ntcp.port==13868,diameter\n",
		"\nsctp.port==13868,diameter\n",
		"\ntcp.port==65535,diameter\n",
		"\nudp.port==15060,sip\n",
		"\ntcp.port==15060,sip\n",
	};
	struct fixture *f = *state;
	struct capture_options o = {.diameter_port = {13868, 65535},
				    .diameter_port_count = 2,
				    .sip_port = {15060},
				    .sip_port_count = 1};
	char found[4096];
	struct diag diag;
	size_t n;
	FILE *file;

	assert_int_equal(read_with(f, "for a; do echo \"$a\"; done >\"$stream\"", &o, &diag),
			 RC_OK);
	file = fopen(f->stream, "r");
	assert_non_null(file);
	n = fread(found, 1, sizeof(found) - 1, file);
	fclose(file);
	found[n] = '\0';
	for (size_t i = 0; i < COUNT(expected); i++)
		if (!strstr(found, expected[i]))
			fail_msg("no %s in %s", expected[i], found);
}

static void a_name_that_looks_like_an_option_is_a_file(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	char before[4096];
	struct diag diag;

	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(f->folder), 0);
	assert_int_equal(rename("capture", "-w"), 0);
	strcpy(f->capture, "-w");
	assert_int_equal(read_with(f,
				   "while test $# -gt 2; do shift; done\n"
				   "test \"$1\" = -r && test \"$2\" = -w",
				   &o, &diag),
			 RC_OK);
	assert_int_equal(unlink("-w"), 0);
	assert_int_equal(chdir(before), 0);
}

static void preferences_of_the_user_do_not_count(void **state)
{
	struct fixture *f = *state;
	struct capture_options o = {0};
	struct diag diag;

	setenv("WIRESHARK_CONFIG_DIR", f->folder, 1);
	setenv("LC_ALL", "de_DE.UTF-8", 1);
	assert_int_equal(read_with(f,
				   "test \"$LC_ALL\" = C || exit 1\n"
				   "test ! -e \"$WIRESHARK_CONFIG_DIR\" || exit 1",
				   &o, &diag),
			 RC_OK);
	unsetenv("WIRESHARK_CONFIG_DIR");
	unsetenv("LC_ALL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(messages_of_sip_and_diameter_are_visited, setup,
						teardown),
		cmocka_unit_test_setup_teardown(complaints_are_told_in_our_words, setup, teardown),
		cmocka_unit_test_setup_teardown(a_missing_program_names_its_package, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_no_capture_needs_no_program, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_visitor_that_has_enough_ends_the_child, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_interruption_ends_the_child, setup, teardown),
		cmocka_unit_test_setup_teardown(ports_become_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_that_looks_like_an_option_is_a_file, setup,
						teardown),
		cmocka_unit_test_setup_teardown(preferences_of_the_user_do_not_count, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
