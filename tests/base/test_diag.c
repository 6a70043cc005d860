#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/log.h"

static void every_code_has_a_text_of_its_own(void **state)
{
	(void)state;
	for (int a = RC_OK; a <= RC_USAGE; a++) {
		assert_non_null(rc_str((enum rc)a));
		assert_string_not_equal(rc_str((enum rc)a), "unknown result");
		for (int b = RC_OK; b < a; b++)
			assert_string_not_equal(rc_str((enum rc)a), rc_str((enum rc)b));
	}
	assert_string_equal(rc_str((enum rc)999), "unknown result");
}

static void the_code_is_returned_and_the_place_kept(void **state)
{
	struct diag d;
	char out[256];

	(void)state;
	diag_init(&d);
	diag_at(&d, "hss.xml", 12, 345);
	assert_int_equal(diag_set(&d, RC_SYNTAX, "found %s, expected %s", "a", "b"), RC_SYNTAX);
	assert_int_equal(d.rc, RC_SYNTAX);
	assert_string_equal(diag_format(&d, out, sizeof(out)),
			    "hss.xml:12: (byte 345) found a, expected b");
	diag_at(&d, NULL, 13, 400);
	assert_string_equal(diag_format(&d, out, sizeof(out)),
			    "hss.xml:13: (byte 400) found a, expected b");
}

static void unknown_places_are_left_out(void **state)
{
	struct diag d;
	char out[64], tiny[5];

	(void)state;
	diag_init(&d);
	diag_set(&d, RC_IO, "text");
	assert_string_equal(diag_format(&d, out, sizeof(out)), "text");
	diag_at(&d, NULL, 7, 0);
	assert_string_equal(diag_format(&d, out, sizeof(out)), "line 7: (byte 0) text");
	assert_string_equal(diag_format(&d, tiny, sizeof(tiny)), "line");
	diag_init(&d);
	d.rc = RC_BUSY;
	assert_string_equal(diag_format(&d, out, sizeof(out)), rc_str(RC_BUSY));
}

static void a_message_is_one_line_and_bounded(void **state)
{
	struct diag d;
	char big[2000];

	(void)state;
	diag_init(&d);
	diag_set(&d, RC_SYNTAX, "found '%s'", "a\nb\x01");
	assert_string_equal(d.text, "found 'a?b?'");
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	diag_set(&d, RC_SYNTAX, "%s", big);
	assert_int_equal(strlen(d.text), DIAG_TEXT_MAX - 1);
	diag_at(&d, big, 1, 1);
	assert_int_equal(strlen(d.file), DIAG_FILE_MAX - 1);
}

static void a_full_disk_has_a_code_of_its_own(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	errno = ENOSPC;
	assert_int_equal(diag_set_errno(&d, RC_IO, "write"), RC_FULL);
	assert_int_equal(d.rc, RC_FULL);
	assert_int_equal(errno, ENOSPC);
	errno = EDQUOT;
	assert_int_equal(diag_set_errno(NULL, RC_IO, "write"), RC_FULL);
	errno = ENOENT;
	assert_int_equal(diag_set_errno(&d, RC_IO, "open %s", "x"), RC_IO);
	assert_string_equal(d.text, "open x: No such file or directory");
}

static void no_diag_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(diag_set(NULL, RC_LIMIT, "%d", 1), RC_LIMIT);
	diag_at(NULL, "x", 1, 1);
}

struct caught {
	int count;
	enum log_level level;
	char line[64];
};

static void catch_line(enum log_level level, const char *line, void *context)
{
	struct caught *c = context;

	c->count++;
	c->level = level;
	strncpy(c->line, line, sizeof(c->line) - 1);
}

static void log_lines_above_the_level_are_dropped(void **state)
{
	struct caught c = {0};

	(void)state;
	log_set_sink(catch_line, &c);
	log_msg(LOG_LEVEL_INFO, "dropped by default");
	assert_int_equal(c.count, 0);
	log_msg(LOG_LEVEL_NOTICE, "kept %d\nx", 1);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.level, LOG_LEVEL_NOTICE);
	assert_string_equal(c.line, "kept 1?x");
	log_set_level(LOG_LEVEL_DEBUG);
	log_msg(LOG_LEVEL_DEBUG, "now kept");
	assert_int_equal(c.count, 2);
	log_set_level(LOG_LEVEL_NOTICE);
	log_set_sink(NULL, NULL);
	log_msg(LOG_LEVEL_WARNING, "to stderr");
	assert_int_equal(c.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text_of_its_own),
		cmocka_unit_test(the_code_is_returned_and_the_place_kept),
		cmocka_unit_test(unknown_places_are_left_out),
		cmocka_unit_test(a_message_is_one_line_and_bounded),
		cmocka_unit_test(a_full_disk_has_a_code_of_its_own),
		cmocka_unit_test(no_diag_is_allowed),
		cmocka_unit_test(log_lines_above_the_level_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
