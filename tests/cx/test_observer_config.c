#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx/observer_config.h"
#include "model/attempt.h"
#include "tests/temporary_path.h"

#define ALL_COMMANDS ((1u << CX_COMMANDS) - 1)

static char path[TEMPORARY_PATH_MAX];
static struct observer_config config;
static struct diag diag;

static int make_file(void **state)
{
	int fd = mkstemp(temporary_path(path, "test_observer_config"));

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static enum rc load(const char *content, size_t length)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
	return observer_config_load(path, &config, &diag);
}

static enum rc load_text(const char *content)
{
	return load(content, strlen(content));
}

static void an_empty_file_gives_the_defaults(void **state)
{
	static const char *const empty[] = {"", "\n", "# nothing\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		assert_int_equal(load_text(empty[i]), RC_OK);
		assert_string_equal(config.store, "/var/lib/cxaudit");
		assert_int_equal(config.retention_days, 30);
		assert_int_equal(config.retention_size, UINT64_C(10) << 30);
		assert_int_equal(config.queue_size, 65536);
		assert_int_equal(config.memory, 128u << 20);
		assert_int_equal(config.batch_size, 1000);
		assert_int_equal(config.batch_interval, 100);
		assert_int_equal(config.unanswered_after, 30);
		assert_int_equal(config.commands, ALL_COMMANDS);
		assert_true(config.mask_identities);
		assert_false(config.advertise_cx);
		assert_int_equal(config.served_realm_count, 0);
		observer_config_clear(&config);
	}
}

static void every_key_is_taken(void **state)
{
	(void)state;
	assert_int_equal(
		load_text("store = \"/srv/cx\"\n"
			  "retention_days = 0\n"
			  "retention_size = \"500M\"\n"
			  "queue_size = 8\n"
			  "memory = 64K\n"
			  "batch_size = 10\n"
			  "batch_interval = 250\n"
			  "unanswered_after = 5\n"
			  "commands = { UAR, RTR }\n"
			  "mask_identities = no\n"
			  "advertise_cx = true\n"
			  "served_realms = { \"IMS.example.org\", \"other.example.org\" }\n"),
		RC_OK);
	assert_string_equal(config.store, "/srv/cx");
	assert_int_equal(config.retention_days, 0);
	assert_int_equal(config.retention_size, 500u << 20);
	assert_int_equal(config.queue_size, 8);
	assert_int_equal(config.memory, 64u << 10);
	assert_int_equal(config.batch_size, 10);
	assert_int_equal(config.batch_interval, 250);
	assert_int_equal(config.unanswered_after, 5);
	assert_int_equal(config.commands, 1u << CX_UAR | 1u << CX_RTR);
	assert_false(config.mask_identities);
	assert_true(config.advertise_cx);
	assert_int_equal(config.served_realm_count, 2);
	assert_true(observer_config_serves(&config, TEXT_LITERAL("ims.EXAMPLE.org")));
	assert_false(observer_config_serves(&config, TEXT_LITERAL("example.org")));
	assert_false(observer_config_serves(&config, TEXT_NONE));
	observer_config_clear(&config);
}

static void wrong_settings_are_refused_with_line_and_finding(void **state)
{
	static const struct {
		const char *content;
		uint64_t line; /* 0: not a single line's fault */
		const char *said;
	} cases[] = {
		{"stroe = \"/x\"\n", 1, "stroe"},
		{"\n\nqueue_size = 7\n", 3, "queue_size: found 7, expected 8 to 16777216"},
		{"queue_size = 16777217\n", 1, "found 16777217"},
		{"queue_size = many\n", 1, "queue_size"},
		{"batch_size = 0\n", 1, "batch_size: found 0"},
		{"batch_interval = 9\n", 1, "batch_interval: found 9"},
		{"unanswered_after = -1\n", 1, "unanswered_after: found -1"},
		{"retention_days = 40000\n", 1, "retention_days: found 40000"},
		{"retention_size = \"10X\"\n", 1, "retention_size: found '10X'"},
		{"retention_size = \"M\"\n", 1, "retention_size: found 'M'"},
		{"memory = \"1MB\"\n", 1, "memory: found '1MB'"},
		{"memory = \"99999999999999999999\"\n", 1, "memory: found"},
		{"memory = 0\n", 1, "memory: found '0', expected 64K or more"},
		{"memory = 63K\n", 1, "memory: found '63K'"},
		{"store = \"\"\n", 1, "store: found an empty text"},
		{"commands = { UAR, XYZ }\n", 1, "commands: found 'XYZ'"},
		{"commands = {}\n", 0, "commands: found none"},
		{"served_realms = { \"\" }\n", 1, "served_realms: found an empty text"},
		{"mask_identities = perhaps\n", 1, "mask_identities"},
		{"store = \"/x\n", 0, ""},
		{"store \"/x\"\n", 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("%s", cases[i].content);
		assert_int_equal(load_text(cases[i].content), RC_SYNTAX);
		assert_int_equal(diag.rc, RC_SYNTAX);
		assert_non_null(strstr(diag.text, cases[i].said));
		assert_string_equal(diag.file, path);
		if (!cases[i].line)
			continue;
		assert_int_equal(diag.line, cases[i].line);
	}
}

static void files_that_are_no_configuration_are_refused(void **state)
{
	static char big[70000];

	(void)state;
	memset(big, '#', sizeof(big));
	assert_int_equal(load(big, sizeof(big)), RC_LIMIT);
	assert_int_equal(load("store = \0\n", 10), RC_SYNTAX);
	assert_int_equal(observer_config_load("/nonexistent/observer.conf", &config, &diag),
			 RC_NOTFOUND);
	assert_int_equal(observer_config_load("/", &config, &diag), RC_IO);
	assert_int_equal(observer_config_load("/", &config, NULL), RC_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(every_key_is_taken),
		cmocka_unit_test(wrong_settings_are_refused_with_line_and_finding),
		cmocka_unit_test(files_that_are_no_configuration_are_refused),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
