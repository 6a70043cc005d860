/* What else a snapshot file holds and promises: long runs, spilling, counts, directory, modes,
 * threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "codec/lookup_key.h"
#include "tests/codec/random_record.h"
#include "tests/store/temporary.h"

#define RECORDS 3000

static bool count_candidate(uint32_t ordinal, void *context)
{
	(void)ordinal;
	++*(uint32_t *)context;
	return true;
}

/* One label, or one junk number, that everybody shares: its run is longer than any block. */
static void a_key_that_all_share_is_one_run(void **state)
{
	struct snapshot_writer_options options = {.index_sets = true};
	struct snapshot_writer *w = writer_open(in_folder("shared.db"), &options);
	struct ims_subscription record;
	struct snapshot_cursor *c;
	uint32_t count = 0;
	struct snapshot *s;

	(void)state;
	subscription_init(&record);
	for (uint32_t i = 0; i < 5000; i++) {
		derivable_record(i, &record);
		subscription_add_msisdn(&record, TEXT_LITERAL("4900000000"));
		assert_int_equal(snapshot_writer_put(w, &record, NULL, NULL), RC_OK);
	}
	subscription_clear(&record);
	writer_commit(w);
	s = open_snapshot(in_folder("shared.db"));
	c = open_cursor(s);
	assert_int_equal(snapshot_find(c, LOOKUP_IRS, TEXT_LITERAL("1"), count_candidate, &count,
				       NULL),
			 RC_OK);
	assert_int_equal(count, 5000);
	count = 0;
	assert_int_equal(snapshot_find(c, LOOKUP_IDENTITY, TEXT_LITERAL("tel:+4900000000"),
				       count_candidate, &count, NULL),
			 RC_OK);
	assert_int_equal(count, 5000);
	assert_int_equal(snapshot_find(c, LOOKUP_NAME, TEXT_LITERAL("x"), count_candidate, &count,
				       NULL),
			 RC_UNSUPPORTED);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static void spilling_gives_the_same_file(void **state)
{
	struct snapshot_writer_options plenty = {0}, little = {.memory = 1};
	struct ims_subscription record;
	const struct snapshot_writer_options *options[] = {&plenty, &little};
	const char *const names[] = {"plenty.db", "little.db"};
	unsigned char *bytes[2];
	size_t size[2];

	(void)state;
	subscription_init(&record);
	for (int i = 0; i < 2; i++) {
		struct snapshot_writer *w = writer_open(in_folder(names[i]), options[i]);

		for (uint32_t serial = 0; serial < 250000; serial++) {
			derivable_record(serial, &record);
			assert_int_equal(snapshot_writer_put(w, &record, NULL, NULL), RC_OK);
		}
		writer_commit(w);
		bytes[i] = read_file(in_folder(names[i]), &size[i]);
	}
	assert_int_equal(size[0], size[1]);
	assert_memory_equal(bytes[0], bytes[1], size[0]);
	/* the goal is 80 bytes a subscriber */
	assert_true(size[0] < 250000 * 80);
	free(bytes[0]);
	free(bytes[1]);
	subscription_clear(&record);
}

static const struct completeness *find_fact(const struct snapshot *s, const char *fact)
{
	size_t count;
	const struct completeness *rows = snapshot_get_completeness(s, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].fact, fact) == 0)
			return &rows[i];
	fail_msg("there is no fact %s", fact);
	return NULL;
}

static void counts_and_completeness_are_those_of_the_records(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("counts.db"), NULL);
	struct snapshot_info info = {.source = "hss",
				     .format = "csv",
				     .role = "ims",
				     .hss = "fhoss",
				     .taken_at = 1700000000,
				     .rejects = 3,
				     .input_bytes = 12345,
				     .is_truncated = true};
	struct ims_subscription record;
	const struct snapshot_info *read;
	struct snapshot *s;
	uint32_t index;
	size_t count;

	(void)state;
	subscription_init(&record);
	for (uint32_t i = 0; i < 10; i++) {
		derivable_record(i, &record);
		if (i == 4)
			record.impu[1].barred = TRI_UNKNOWN;
		assert_int_equal(snapshot_writer_put(w, &record, NULL, NULL), RC_OK);
	}
	subscription_reset(&record);
	record.kind = RECORD_ORPHAN_IMPU;
	subscription_add_impu(&record, TEXT_LITERAL("tel:+49301234"));
	assert_int_equal(snapshot_writer_put(w, &record, &index, NULL), RC_OK);
	assert_int_equal(index, 10);
	subscription_clear(&record);
	assert_int_equal(snapshot_writer_add_file(w, "a.csv", &index, NULL), RC_OK);
	assert_int_equal(index, 0);
	assert_int_equal(snapshot_writer_add_file(w, "b c.csv", &index, NULL), RC_OK);
	assert_int_equal(index, 1);
	snapshot_writer_declare_default(w, "impi.roaming_allowed");
	assert_int_equal(snapshot_writer_commit(w, &info, NULL), RC_OK);
	assert_int_equal(info.subscriptions, 10);
	s = open_snapshot(in_folder("counts.db"));
	read = snapshot_get_info(s);
	assert_string_equal(read->source, "hss");
	assert_string_equal(read->hss, "fhoss");
	assert_int_equal(read->taken_at, 1700000000);
	assert_int_equal(read->subscriptions, 10);
	assert_int_equal(read->orphan_impus, 1);
	assert_int_equal(read->orphan_impis, 0);
	assert_int_equal(read->impis, 10);
	assert_int_equal(read->impus, 31);
	assert_int_equal(read->associations, 30);
	assert_int_equal(read->rejects, 3);
	assert_int_equal(read->input_bytes, 12345);
	assert_true(read->is_truncated);
	assert_false(read->has_global_sets);
	assert_int_equal(find_fact(s, "impu.barred")->known, 29);
	assert_int_equal(find_fact(s, "impu.barred")->unknown, 2);
	assert_int_equal(find_fact(s, "association")->known, 10);
	assert_int_equal(find_fact(s, "impi.roaming_allowed")->defaulted, 10);
	assert_int_equal(find_fact(s, "impi.roaming_allowed")->unknown, 0);
	assert_string_equal(snapshot_get_files(s, &count)[1], "b c.csv");
	assert_int_equal(count, 2);
	snapshot_close(s);
}

static void the_directory_comes_back(void **state)
{
	struct snapshot_writer *w = writer_open(in_folder("directory.db"), NULL);
	struct hss_directory *d = snapshot_writer_directory(w);
	const struct hss_directory *read;
	struct service_profile *profile;
	struct snapshot *s;

	(void)state;
	d->has_visited_networks = TRI_YES;
	d->has_scscfs = TRI_NO;
	hss_directory_add_visited_network(d, 7, TEXT_LITERAL("ims.mnc001.mcc001.3gppnetwork.org"));
	hss_directory_add_visited_network(d, 3, TEXT_LITERAL(""));
	hss_directory_add_capability(d, 1, 4, true);
	hss_directory_add_preferred(d, 2, TEXT_LITERAL("sip:scscf:6060"), -5);
	hss_directory_add_scscf(d, 9, TEXT_LITERAL("sip:scscf.example.org"));
	hss_directory_add_scscf_capability(d, 9, 4);
	profile = hss_directory_add_service_profile(d, UINT32_MAX, TEXT_NONE);
	profile->ifc_count = 2;
	profile->faults = PROFILE_FAULT_SCHEMA;
	profile->content = UINT64_MAX - 1;
	writer_commit(w);
	s = open_snapshot(in_folder("directory.db"));
	read = snapshot_get_directory(s);
	assert_int_equal(read->has_visited_networks, TRI_YES);
	assert_int_equal(read->has_scscfs, TRI_NO);
	assert_int_equal(read->has_preferred_sets, TRI_UNKNOWN);
	assert_int_equal(read->visited_network_count, 2);
	assert_int_equal(read->visited_network[0].id, 7);
	assert_true(text_equal(read->visited_network[1].identity, TEXT_LITERAL("")));
	assert_true(read->capability[0].set == 1 && read->capability[0].capability == 4 &&
		    read->capability[0].is_mandatory);
	assert_int_equal(read->preferred[0].priority, -5);
	assert_true(text_equal(read->scscf[0].uri, TEXT_LITERAL("sip:scscf.example.org")));
	assert_int_equal(read->scscf_capability[0].scscf, 9);
	assert_true(read->service_profile[0].id == UINT32_MAX);
	assert_null(read->service_profile[0].name.data);
	assert_true(read->service_profile[0].content == UINT64_MAX - 1);
	snapshot_close(s);
}

static void an_empty_snapshot_can_be_read(void **state)
{
	struct snapshot_cursor *c;
	struct snapshot_view view;
	struct snapshot *s;
	uint32_t count = 0;
	bool more = true;

	(void)state;
	writer_commit(writer_open(in_folder("empty.db"), NULL));
	s = open_snapshot(in_folder("empty.db"));
	c = open_cursor(s);
	assert_int_equal(snapshot_ordinals(s), 0);
	assert_int_equal(snapshot_scan(c, 0, 10, NULL), RC_OK);
	assert_int_equal(snapshot_next(c, &view, &more, NULL), RC_OK);
	assert_false(more);
	assert_int_equal(snapshot_find(c, LOOKUP_IDENTITY, TEXT_LITERAL("a"), count_candidate,
				       &count, NULL),
			 RC_OK);
	assert_int_equal(count, 0);
	snapshot_cursor_close(c);
	snapshot_close(s);
}

static void files_are_for_their_owner_whatever_the_umask(void **state)
{
	struct stat st;
	mode_t before = umask(0277);

	(void)state;
	writer_commit(writer_open(in_folder("mode.db"), NULL));
	umask(0);
	writer_commit(writer_open(in_folder("mode2.db"), NULL));
	umask(before);
	assert_int_equal(stat(in_folder("mode.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(in_folder("mode2.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void *scan_part(void *context)
{
	struct snapshot *s = context;
	struct snapshot_cursor *c = NULL;
	struct ims_subscription record;
	struct snapshot_view view;
	uintptr_t count = 0;
	bool more = true;

	subscription_init(&record);
	if (snapshot_cursor_open(s, &c, NULL) == RC_OK &&
	    snapshot_scan(c, 0, snapshot_ordinals(s), NULL) == RC_OK)
		while (snapshot_next(c, &view, &more, NULL) == RC_OK && more)
			count += snapshot_unpack(c, &view, &record, NULL) == RC_OK;
	subscription_clear(&record);
	snapshot_cursor_close(c);
	return (void *)count;
}

static void threads_read_with_a_cursor_each(void **state)
{
	struct snapshot *s;
	pthread_t threads[4];

	(void)state;
	write_random(in_folder("random.db"), 99, RECORDS, NULL);
	s = open_snapshot(in_folder("random.db"));
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, scan_part, s), 0);
	for (int i = 0; i < 4; i++) {
		void *count;

		assert_int_equal(pthread_join(threads[i], &count), 0);
		assert_int_equal((uintptr_t)count, RECORDS);
	}
	snapshot_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_all_share_is_one_run),
		cmocka_unit_test(spilling_gives_the_same_file),
		cmocka_unit_test(counts_and_completeness_are_those_of_the_records),
		cmocka_unit_test(the_directory_comes_back),
		cmocka_unit_test(an_empty_snapshot_can_be_read),
		cmocka_unit_test(files_are_for_their_owner_whatever_the_umask),
		cmocka_unit_test(threads_read_with_a_cursor_each),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
