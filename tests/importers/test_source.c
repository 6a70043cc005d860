#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <zlib.h>

#include "base/strbuf.h"
#include "importers/source.h"
#include "tests/importers/fake_store.h"

#define PLAIN_BYTES ((size_t)3 << 20)

static char *plain; /* PLAIN_BYTES that do not repeat and compress to about a third */

static int make_plain(void **state)
{
	uint64_t n = 1;

	(void)state;
	plain = malloc(PLAIN_BYTES + 1);
	for (size_t i = 0; i < PLAIN_BYTES; i += 16) {
		n = n * 6364136223846793005u + 1442695040888963407u;
		snprintf(plain + i, 17, "%06x,0000,%03x\n", (unsigned)(n >> 40) & 0xffffff,
			 (unsigned)(n >> 28) & 0xfff);
	}
	return plain ? 0 : -1;
}

static int free_plain(void **state)
{
	(void)state;
	free(plain);
	return 0;
}

static void add_gzip(struct strbuf *out, const char *data, size_t length)
{
	z_stream stream = {0};
	size_t room = compressBound(length) + 64;
	unsigned char *buffer = malloc(room);

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)data;
	stream.avail_in = (uInt)length;
	stream.next_out = buffer;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	strbuf_add(out, buffer, room - stream.avail_out);
	deflateEnd(&stream);
	free(buffer);
}

/* One frame or stream of libarchive's filter of this name. */
static void add_filtered(struct strbuf *out, const char *filter, const char *data, size_t length)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t room = length + length / 8 + 4096, used = 0;
	char *buffer = malloc(room);

	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(archive, 1);
	assert_int_equal(archive_write_open_memory(archive, buffer, room, &used), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, data, length), (la_ssize_t)length);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	strbuf_add(out, buffer, used);
	archive_entry_free(entry);
	archive_write_free(archive);
	free(buffer);
}

/* Reads to the end; the number of bytes, each compared with what is expected. */
static size_t read_all(struct source *s, const char *expected, enum rc *rc, struct diag *diag)
{
	size_t total = 0;

	*rc = RC_OK;
	do {
		*rc = source_fill(s, 1000, diag);
		size_t n = source_length(s);
		assert_int_equal(source_offset(s), total);
		assert_memory_equal(source_data(s), expected + total, n);
		total += n;
		source_consume(s, n);
	} while (!*rc && !source_at_end(s));
	return total;
}

static void expect_plain(const char *path, size_t length)
{
	struct source *s;
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	assert_int_equal(source_open(path, &s, &diag), RC_OK);
	assert_int_equal(read_all(s, plain, &rc, &diag), length);
	assert_int_equal(rc, RC_OK);
	source_close(s);
}

static void plain_and_compressed_files_read_alike(void **state)
{
	static const char *const filters[] = {"zstd", "xz", "bzip2"};
	struct strbuf file;

	(void)state;
	strbuf_init(&file);
	expect_plain(fake_file("input", plain, PLAIN_BYTES), PLAIN_BYTES);
	/* Members, frames and streams one after the other, and a name that says nothing. */
	add_gzip(&file, plain, 1000);
	add_gzip(&file, plain + 1000, 0);
	add_gzip(&file, plain + 1000, PLAIN_BYTES - 1000);
	expect_plain(fake_file("input", file.data, file.length), PLAIN_BYTES);
	strbuf_add(&file, "\0\0\0\0\0\0\0\0", 8);
	expect_plain(fake_file("input.csv", file.data, file.length), PLAIN_BYTES);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		strbuf_reset(&file);
		add_filtered(&file, filters[i], plain, 500000);
		add_filtered(&file, filters[i], plain + 500000, PLAIN_BYTES - 500000);
		expect_plain(fake_file("input.txt", file.data, file.length), PLAIN_BYTES);
		strbuf_reset(&file);
		add_filtered(&file, filters[i], plain, 0);
		expect_plain(fake_file("input", file.data, file.length), 0);
	}
	strbuf_reset(&file);
	add_gzip(&file, plain, 0);
	expect_plain(fake_file("input", file.data, file.length), 0);
	expect_plain(fake_file("input", "", 0), 0);
	expect_plain(fake_file("input", plain, 3), 3);
	strbuf_clear(&file);
}

/* What lies before the damage is handed out, and each further call says what is wrong. */
static void expect_truncated(const char *data, size_t length, size_t at_least, const char *text)
{
	struct source *s;
	struct diag diag;
	enum rc rc;

	diag_init(&diag);
	assert_int_equal(source_open(fake_file("input", data, length), &s, &diag), RC_OK);
	assert_in_range(read_all(s, plain, &rc, &diag), at_least, PLAIN_BYTES);
	assert_int_equal(rc, RC_TRUNCATED);
	if (!strstr(diag.text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, diag.text);
	assert_non_null(strstr(diag.file, "input"));
	assert_true(source_at_end(s));
	diag_init(&diag);
	assert_int_equal(source_fill(s, 1, &diag), RC_TRUNCATED);
	assert_non_null(strstr(diag.text, text));
	source_close(s);
}

static void truncated_data_are_told_and_their_beginning_is_read(void **state)
{
	static const char *const filters[] = {"zstd", "xz"};
	struct strbuf file;

	(void)state;
	strbuf_init(&file);
	add_gzip(&file, plain, PLAIN_BYTES);
	expect_truncated(file.data, file.length / 2, PLAIN_BYTES * 4 / 10, "end before their end");
	/* Only the check sum and the length are missing: all data are there. */
	expect_truncated(file.data, file.length - 8, PLAIN_BYTES, "end before their end");
	expect_truncated(file.data, file.length - 4, PLAIN_BYTES, "end before their end");
	file.data[file.length - 6] ^= 1;
	expect_truncated(file.data, file.length, PLAIN_BYTES, "damaged (incorrect data check)");
	/* A block of the reserved type (RFC 1951 3.2.3), after the header of 10 bytes. */
	file.data[10] = 0x07;
	expect_truncated(file.data, file.length, 0, "damaged (invalid block type)");
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		strbuf_reset(&file);
		add_filtered(&file, filters[i], plain, PLAIN_BYTES);
		/* These are decoded in blocks, xz in one of the whole. */
		expect_truncated(file.data, file.length / 2, PLAIN_BYTES / 4,
				 "end before their end");
	}
	expect_truncated("\x1f\x8b\x08", 3, 0, "end before their end");
	expect_truncated("\x1f\x8b\x63zzzzzzzzzzzzzzzzzz", 20, 0, "damaged");
	expect_truncated("\x28\xb5\x2f\xfdzzzzzzzzzzzzzzzzzzz", 20, 0, "compressed data");
	strbuf_clear(&file);
}

static void the_window_grows_and_moves(void **state)
{
	struct source *s;
	struct diag diag;
	uint64_t done, total;

	(void)state;
	diag_init(&diag);
	assert_int_equal(source_open(fake_file("input", plain, PLAIN_BYTES), &s, &diag), RC_OK);
	assert_int_equal(source_length(s), 0);
	assert_int_equal(source_fill(s, 1000, &diag), RC_OK);
	assert_true(source_length(s) >= 1000);
	assert_false(source_at_end(s));
	size_t first = source_length(s);
	const char *data = source_data(s);
	assert_int_equal(source_fill(s, first, &diag), RC_OK);
	assert_ptr_equal(source_data(s), data); /* it was there: nothing moved */
	source_consume(s, 100);
	assert_int_equal(source_offset(s), 100);
	assert_int_equal(source_fill(s, PLAIN_BYTES, &diag), RC_OK);
	assert_int_equal(source_length(s), PLAIN_BYTES - 100);
	assert_true(source_at_end(s));
	assert_memory_equal(source_data(s), plain + 100, PLAIN_BYTES - 100);
	for (size_t i = 0; i < SOURCE_PADDING; i++)
		assert_int_equal(source_data(s)[source_length(s) + i], 0);
	source_progress(s, &done, &total);
	assert_int_equal(done, PLAIN_BYTES);
	assert_int_equal(total, PLAIN_BYTES);
	source_consume(s, source_length(s));
	assert_int_equal(source_length(s), 0);
	assert_int_equal(source_data(s)[0], 0);
	assert_int_equal(source_fill(s, 10, &diag), RC_OK);
	assert_int_equal(source_rewind(s, &diag), RC_OK);
	assert_int_equal(source_fill(s, 10, &diag), RC_OK);
	assert_memory_equal(source_data(s), plain, 10);
	assert_int_equal(source_fill(s, (size_t)SOURCE_NEED_MAX + 1, &diag), RC_LIMIT);
	source_close(s);
	source_close(NULL);
}

static void what_is_no_file_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *path;
		enum rc rc;
		const char *text;
	} rows[] = {
		{"/nonexistent/export.csv", RC_NOTFOUND, "cannot open: No such file"},
		{"/tmp", RC_UNSUPPORTED, "is a folder"},
		{"/dev/null", RC_UNSUPPORTED, "is a device"},
	};
	struct source *s;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		diag_init(&diag);
		assert_int_equal(source_open(rows[i].path, &s, &diag), rows[i].rc);
		assert_string_equal(diag.file, rows[i].path);
		assert_non_null(strstr(diag.text, rows[i].text));
	}
	const char *path = fake_file("unreadable", "x", 1);
	assert_int_equal(chmod(path, 0), 0);
	if (geteuid() != 0) {
		assert_int_equal(source_open(path, &s, &diag), RC_IO);
		assert_non_null(strstr(diag.text, "Permission denied"));
	}
}

/* Feeds the standard input from a child, in small pieces when slowly. */
static pid_t feed_stdin(const char *data, size_t length)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[0]);
		for (size_t i = 0; i < length;) {
			ssize_t n = write(ends[1], data + i, length - i < 3000 ? length - i : 3000);

			if (n <= 0)
				_exit(1);
			i += (size_t)n;
		}
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	return child;
}

static void standard_input_is_read_plain_and_compressed(void **state)
{
	struct strbuf file;
	struct source *s;
	struct diag diag;
	enum rc rc;

	(void)state;
	strbuf_init(&file);
	add_gzip(&file, plain, PLAIN_BYTES);
	for (int n = 0; n < 2; n++) {
		feed_stdin(n ? file.data : plain, n ? file.length : PLAIN_BYTES);
		diag_init(&diag);
		assert_int_equal(source_open("-", &s, &diag), RC_OK);
		assert_string_equal(source_name(s), "(standard input)");
		assert_int_equal(read_all(s, plain, &rc, &diag), PLAIN_BYTES);
		assert_int_equal(rc, RC_OK);
		assert_int_equal(source_rewind(s, &diag), RC_UNSUPPORTED);
		source_close(s);
	}
	strbuf_clear(&file);
}

static enum rc stop_at_third(void *context)
{
	int *calls = context;

	return ++*calls >= 3 ? RC_INTERRUPTED : RC_OK;
}

static void a_silent_pipe_can_be_interrupted(void **state)
{
	struct source *s;
	struct diag diag;
	int ends[2], calls = 0;

	(void)state;
	diag_init(&diag);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(ends[1], "\x1f\x8b\x08\0\0\0\0\0\0\x03zzzzzzzzzz", 20), 20);
	assert_int_equal(source_open("-", &s, &diag), RC_OK);
	source_set_tick(s, stop_at_third, &calls);
	assert_int_equal(source_fill(s, 100000, &diag), RC_INTERRUPTED);
	source_close(s);
	calls = 0;
	assert_int_equal(write(ends[1], "plain text, not compressed", 26), 26);
	assert_int_equal(source_open("-", &s, &diag), RC_OK);
	source_set_tick(s, stop_at_third, &calls);
	assert_int_equal(source_fill(s, 100, &diag), RC_INTERRUPTED);
	source_close(s);
	close(ends[0]);
	close(ends[1]);
}

static void byte_order_marks_are_told(void **state)
{
	static const struct {
		const char *data;
		size_t length;
		enum rc rc;
		size_t offset;
		const char *text;
	} rows[] = {
		{"\xef\xbb\xbfimsi", 7, RC_OK, 3, NULL},
		{"imsi", 4, RC_OK, 0, NULL},
		{"", 0, RC_OK, 0, NULL},
		{"a", 1, RC_OK, 0, NULL},
		{"\xff\xfei\0m\0", 6, RC_UNSUPPORTED, 0, "UTF-16 (little endian)"},
		{"\xfe\xff\0i\0m", 6, RC_UNSUPPORTED, 0, "UTF-16 (big endian)"},
		{"i\0m\0s\0i\0", 8, RC_UNSUPPORTED, 0, "iconv -f UTF-16LE -t UTF-8"},
		{"\0i\0m\0s\0i", 8, RC_UNSUPPORTED, 0, "UTF-16BE"},
		{"\xff\xfe\0\0i\0\0\0", 8, RC_UNSUPPORTED, 0, "UTF-32 (little endian)"},
		{"\0\0\xfe\xff\0\0\0i", 8, RC_UNSUPPORTED, 0, "UTF-32 (big endian)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct source *s;
		struct diag diag;

		diag_init(&diag);
		assert_int_equal(source_open(fake_file("bom", rows[i].data, rows[i].length), &s,
					     &diag),
				 RC_OK);
		assert_int_equal(source_skip_bom(s, &diag), rows[i].rc);
		assert_int_equal(source_offset(s), rows[i].offset);
		if (rows[i].text)
			assert_non_null(strstr(diag.text, rows[i].text));
		source_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_and_compressed_files_read_alike),
		cmocka_unit_test(truncated_data_are_told_and_their_beginning_is_read),
		cmocka_unit_test(the_window_grows_and_moves),
		cmocka_unit_test(what_is_no_file_is_refused_with_a_reason),
		cmocka_unit_test(standard_input_is_read_plain_and_compressed),
		cmocka_unit_test(a_silent_pipe_can_be_interrupted),
		cmocka_unit_test(byte_order_marks_are_told),
	};

	return cmocka_run_group_tests(tests, make_plain, free_plain);
}
