#include "importers/fhoss_sorter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

/* Disk full: the call that fails, counted from 1; 0 = none. */
static int failing_write;

ssize_t __real_pwrite(int fd, const void *data, size_t length, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t length, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t length, off_t offset)
{
	if (failing_write && --failing_write == 0) {
		errno = ENOSPC;
		return -1;
	}
	/* Short writes are legal. */
	return __real_pwrite(fd, data, length > 4096 ? length / 2 : length, offset);
}

enum order { IN_ORDER, BACKWARDS, SHUFFLED, FEW_KEYS };

static uint64_t key_of(enum order order, uint64_t i, uint64_t count)
{
	switch (order) {
	case IN_ORDER:
		return i << 32;
	case BACKWARDS:
		return (count - i) << 32;
	case SHUFFLED:
		return i * UINT64_C(0x9e3779b97f4a7c15) >> 8;
	case FEW_KEYS:
		return i % 7;
	}
	return 0;
}

#define RECORD_BYTES(i) (sizeof(uint64_t) + (i) % 50)

static enum rc add_records(struct fhoss_sorter *s, enum order order, uint64_t count,
			   struct diag *diag)
{
	unsigned char filler[64];
	enum rc rc = RC_OK;

	memset(filler, 'x', sizeof(filler));
	for (uint64_t i = 0; !rc && i < count; i++) {
		struct fhoss_piece pieces[] = {{&i, sizeof(i)}, {filler, i % 50}};

		rc = fhoss_sorter_add(s, key_of(order, i, count), pieces, 2, diag);
	}
	return rc;
}

static void check_order(enum order order, uint64_t count)
{
	struct fhoss_sorter *s;
	uint64_t key_before = 0, number_before = 0, sum = 0, n = 0;
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(fhoss_sorter_new(FHOSS_SORTER_MEMORY_MIN, &s, &diag), RC_OK);
	assert_int_equal(add_records(s, order, count, &diag), RC_OK);
	assert_int_equal(fhoss_sorter_finish(s, &diag), RC_OK);
	for (;; n++) {
		struct fhoss_record record;
		uint64_t number;
		bool more;

		assert_int_equal(fhoss_sorter_next(s, &record, &more, &diag), RC_OK);
		if (!more)
			break;
		memcpy(&number, record.data, sizeof(number));
		assert_int_equal(record.length, RECORD_BYTES(number));
		assert_int_equal(record.key, key_of(order, number, count));
		if (n)
			assert_true(record.key > key_before ||
				    (record.key == key_before && number > number_before));
		key_before = record.key;
		number_before = number;
		sum += number;
	}
	assert_int_equal(n, count);
	assert_int_equal(sum, count ? count * (count - 1) / 2 : 0);
	fhoss_sorter_free(s);
}

static void records_come_back_by_key_and_then_as_they_came(void **state)
{
	/* 3000 fit into memory, 50,000 need some runs, 600,000 backwards more than one merge. */
	static const uint64_t counts[] = {0, 1, 2, 3000, 50000};

	(void)state;
	failing_write = 0;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (int order = IN_ORDER; order <= FEW_KEYS; order++)
			check_order((enum order)order, counts[i]);
	check_order(BACKWARDS, 600000);
}

static void a_full_disk_is_told(void **state)
{
	struct fhoss_sorter *s;
	struct diag diag;

	(void)state;
	diag_init(&diag);
	assert_int_equal(fhoss_sorter_new(FHOSS_SORTER_MEMORY_MIN, &s, &diag), RC_OK);
	failing_write = 3;
	assert_int_equal(add_records(s, SHUFFLED, 50000, &diag), RC_FULL);
	assert_int_equal(diag.rc, RC_FULL);
	failing_write = 0;
	fhoss_sorter_free(s);
}

static void a_record_that_is_too_long_is_refused(void **state)
{
	static const unsigned char filler[FHOSS_RECORD_MAX + 1];
	struct fhoss_piece piece = {filler, sizeof(filler)};
	struct fhoss_sorter *s;
	struct diag diag;

	(void)state;
	diag_init(&diag);
	assert_int_equal(fhoss_sorter_new(0, &s, &diag), RC_OK);
	assert_int_equal(fhoss_sorter_add(s, 1, &piece, 1, &diag), RC_LIMIT);
	piece.length--;
	for (int i = 0; i < 20; i++)
		assert_int_equal(fhoss_sorter_add(s, 1, &piece, 1, &diag), RC_OK);
	assert_int_equal(fhoss_sorter_count(s), 20);
	fhoss_sorter_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_back_by_key_and_then_as_they_came),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_record_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
