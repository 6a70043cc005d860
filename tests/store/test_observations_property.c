/* Whatever is appended, flushed, forgotten, removed, opened again or killed: observations are those
 * of a plain list kept beside them. What an exchange says follows from its serial alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/observations_fixture.h"
#include "tests/store/temporary.h"

#ifndef STEPS
#define STEPS 500
#endif
#ifndef SEED
#define SEED 1
#endif
#define START_US 1700000000000000
#define STEP_US 1000
#define SUBSCRIBERS 60
#define IMPU_MOST 40
#define BLOCK 512 /* exchanges of a block at most */
#define KEPT 6000 /* exchanges from which on old ones are removed */

/* --- what an exchange says ------------------------------------------------------------------- */

/* Some are registered late, some for very many identities at once. */
static int64_t time_of(uint32_t serial)
{
	struct random_source r = {(serial + 1) * 0x9e3779b97f4a7c15u};

	return START_US + (int64_t)serial * STEP_US -
	       (int64_t)random_below(&r, random_below(&r, 30) ? 3 : 2000) * STEP_US;
}

/* Subscribers that an exchange names: the first is its IMPI's. */
static uint32_t subscribers_of(uint32_t serial, uint32_t out[IMPU_MOST + 1])
{
	struct random_source r = {(serial + 1) * 0xd1b54a32d192ed03u};
	uint32_t count = 1 + random_below(&r, random_below(&r, 25) ? 3 : IMPU_MOST + 1);

	for (uint32_t i = 0; i < count; i++)
		out[i] = random_below(&r, random_below(&r, 4) ? 4 : SUBSCRIBERS);
	return count;
}

/* Every third has no number. */
static struct text name_of(uint32_t subscriber, const char *prefix, struct arena *arena)
{
	return text_from(arena_printf(
		arena, subscriber % 3 ? "%s00101%010u@example.org" : "%suser%u@example.org", prefix,
		subscriber));
}

static void append(struct observations *o, uint32_t serial, struct arena *arena)
{
	uint32_t subscriber[IMPU_MOST + 1];
	struct cx_exchange e;

	arena_reset(arena);
	cx_exchange_init(&e);
	e.time_us = time_of(serial);
	e.session = text_from(arena_printf(arena, "scscf.example.org;1;%u", serial));
	e.impu_count = subscribers_of(serial, subscriber) - 1;
	e.impi = name_of(subscriber[0], "", arena);
	e.impu = e.impu_count ? arena_alloc(arena, e.impu_count * sizeof(*e.impu)) : NULL;
	for (uint32_t i = 0; i < e.impu_count; i++)
		e.impu[i] = name_of(subscriber[i + 1], "sip:", arena);
	assert_int_equal(observations_append(o, &e, NULL), RC_OK);
}

static uint32_t serial_of(const struct cx_exchange *e)
{
	struct text prefix = TEXT_LITERAL("scscf.example.org;1;");

	assert_true(e->session.length > prefix.length);
	uint32_t serial = (uint32_t)strtoul(e->session.data + prefix.length, NULL, 10);
	assert_int_equal(e->time_us, time_of(serial));
	return serial;
}

/* --- the list -------------------------------------------------------------------------------- */

struct item {
	uint64_t id;
	uint32_t serial;
};

struct list {
	struct item *item; /* by number */
	size_t count, capacity;
};

static void list_add(struct list *l, uint64_t id, uint32_t serial)
{
	if (l->count == l->capacity) {
		l->capacity = l->capacity ? l->capacity * 2 : 1024;
		l->item = realloc(l->item, l->capacity * sizeof(*l->item));
		assert_non_null(l->item);
	}
	l->item[l->count++] = (struct item){id, serial};
}

static bool gather(const struct cx_exchange *e, void *context)
{
	list_add(context, e->id, serial_of(e));
	return true;
}

#define ANYBODY UINT32_MAX

static bool is_wanted(const struct item *item, const struct observation_query *query,
		      uint32_t subscriber)
{
	uint32_t named[IMPU_MOST + 1], count = subscribers_of(item->serial, named);
	int64_t time = time_of(item->serial);
	bool is_named = subscriber == ANYBODY;

	for (uint32_t i = 0; i < count; i++)
		is_named |= named[i] == subscriber;
	return is_named && item->id > query->after_id && time >= query->from_us &&
	       (!query->to_us || time < query->to_us);
}

struct world {
	struct observations *writer, *reader;
	struct list kept;  /* flushed, not removed */
	uint32_t *pending; /* serials of the batch */
	uint32_t pending_count;
	uint32_t next_serial;
	uint64_t next_id;
	struct random_source random;
	struct arena arena;
};

static void compare_query(struct world *w, const struct observation_query *query,
			  uint32_t subscriber)
{
	struct observations *o = random_below(&w->random, 2) ? w->reader : w->writer;
	struct list found = {.item = NULL};
	size_t at = 0;

	assert_int_equal(observations_visit(o, query, gather, &found, NULL), RC_OK);
	for (size_t i = 0; i < w->kept.count; i++) {
		const struct item *item =
			&w->kept.item[query->newest_first ? w->kept.count - 1 - i : i];

		if (!is_wanted(item, query, subscriber))
			continue;
		assert_true(at < found.count);
		assert_int_equal(found.item[at].id, item->id);
		assert_int_equal(found.item[at++].serial, item->serial);
	}
	assert_int_equal(at, found.count);
	free(found.item);
}

static void ask(struct world *w)
{
	struct random_source *r = &w->random;
	uint32_t subscriber = random_below(r, 3) ? random_below(r, SUBSCRIBERS) : ANYBODY;
	struct observation_query query = {.newest_first = random_below(r, 2)};
	struct cx_exchange e;

	arena_reset(&w->arena);
	if (subscriber != ANYBODY)
		query.identity = name_of(subscriber, random_below(r, 2) ? "" : "sip:", &w->arena);
	if (random_below(r, 3) == 0)
		query.after_id = random_below(r, (uint32_t)w->next_id + 10);
	if (random_below(r, 3) == 0)
		query.from_us = time_of(random_below(r, w->next_serial));
	if (random_below(r, 3) == 0)
		query.to_us = time_of(random_below(r, w->next_serial));
	compare_query(w, &query, subscriber);
	if (!w->kept.count)
		return;
	const struct item *item = &w->kept.item[random_below(r, (uint32_t)w->kept.count)];
	assert_int_equal(observations_get(w->reader, item->id, &w->arena, &e, NULL), RC_OK);
	assert_int_equal(e.id, item->id);
	assert_int_equal(serial_of(&e), item->serial);
	assert_int_equal(observations_get(w->reader, w->next_id, &w->arena, &e, NULL), RC_NOTFOUND);
}

/* --- what happens to them -------------------------------------------------------------------- */

static void append_some(struct world *w)
{
	uint32_t count = random_below(&w->random, random_below(&w->random, 20) ? 40 : 1500);

	w->pending = realloc(w->pending, (w->pending_count + count + 1) * sizeof(*w->pending));
	for (uint32_t i = 0; i < count; i++) {
		append(w->writer, w->next_serial, &w->arena);
		w->pending[w->pending_count++] = w->next_serial++;
	}
	assert_int_equal(observations_pending(w->writer), w->pending_count);
}

static void flush_all(struct world *w)
{
	flush(w->writer);
	for (uint32_t i = 0; i < w->pending_count; i++)
		list_add(&w->kept, w->next_id++, w->pending[i]);
	w->pending_count = 0;
	assert_int_equal(observations_pending(w->writer), 0);
}

static void forget_all(struct world *w)
{
	assert_int_equal(observations_forget(w->writer), w->pending_count);
	w->pending_count = 0;
}

/* Old ones may stay in a block with a newer one, which lies less than a block away. */
static bool may_stay(const struct list *l, size_t at, int64_t before_us)
{
	for (size_t i = at < BLOCK ? 0 : at - BLOCK; i < l->count && i < at + BLOCK; i++)
		if (time_of(l->item[i].serial) >= before_us)
			return true;
	return false;
}

/* Takes from the list what is no longer there; everything that went was old. */
static uint64_t strike_removed(struct world *w, int64_t before_us)
{
	struct observation_query all = {.from_us = 0};
	struct list left = {.item = NULL};
	size_t at = 0;

	assert_int_equal(observations_visit(w->reader, &all, gather, &left, NULL), RC_OK);
	for (size_t i = 0; i < w->kept.count; i++) {
		if (at < left.count && left.item[at].id == w->kept.item[i].id)
			at++;
		else
			assert_true(time_of(w->kept.item[i].serial) < before_us);
	}
	assert_int_equal(at, left.count);
	uint64_t removed = w->kept.count - left.count;
	free(w->kept.item);
	w->kept = left;
	return removed;
}

static void prune_old(struct world *w)
{
	bool is_by_size = random_below(&w->random, 3) == 0;
	uint32_t keep = random_below(&w->random, KEPT);
	struct observations_retention retention = {.is_whole = random_below(&w->random, 2)};
	uint64_t removed = 0;

	if (is_by_size)
		retention.bytes_most = 100000 + keep * 80;
	else
		retention.before_us = time_of(w->next_serial > keep ? w->next_serial - keep : 1);
	assert_int_equal(observations_prune(w->writer, &retention, &removed, NULL), RC_OK);
	int64_t before_us = is_by_size ? INT64_MAX : retention.before_us;
	assert_int_equal(strike_removed(w, before_us), removed);
	if (is_by_size || !retention.is_whole || w->pending_count)
		return;
	for (size_t i = 0; i < w->kept.count; i++)
		if (time_of(w->kept.item[i].serial) < before_us)
			assert_true(may_stay(&w->kept, i, before_us));
}

/* Makes the open block the last of its size, so that there are many blocks. */
static void end_block(struct world *w)
{
	struct observations_retention nothing = {.before_us = 1};
	uint64_t removed = 1;

	assert_int_equal(observations_prune(w->writer, &nothing, &removed, NULL), RC_OK);
	assert_int_equal(removed, 0);
}

static void open_again(struct world *w)
{
	observations_close(w->writer);
	w->pending_count = 0;
	w->writer = open_observations(in_folder("property"), OBSERVATIONS_WRITE);
	if (random_below(&w->random, 2)) {
		observations_close(w->reader);
		w->reader = open_observations(in_folder("property"), OBSERVATIONS_READ);
	}
}

/* --- death ----------------------------------------------------------------------------------- */

/* Tells before each flush, and after it, the serial that comes next. */
static void write_until_killed(struct world *w, int out)
{
	struct observations *o = open_observations(in_folder("property"), OBSERVATIONS_WRITE);

	for (uint32_t serial = w->next_serial;;) {
		uint32_t count = 1 + random_below(&w->random, 300);

		for (uint32_t i = 0; i < count; i++)
			append(o, serial++, &w->arena);
		if (write(out, &serial, sizeof(serial)) != sizeof(serial))
			_exit(1);
		flush(o);
		if (write(out, &serial, sizeof(serial)) != sizeof(serial))
			_exit(1);
	}
}

/* What was flushed is there; the flush that was under way is there as a whole, or not at all. */
static void kill_writer(struct world *w)
{
	struct observation_query fresh = {.after_id = w->next_id - 1};
	uint32_t told[2] = {w->next_serial, w->next_serial}, serial, got = 0;
	struct list found = {.item = NULL};
	int pipes[2];

	observations_close(w->writer);
	observations_close(w->reader);
	w->pending_count = 0;
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0)
		write_until_killed(w, pipes[1]);
	close(pipes[1]);
	for (uint32_t i = random_below(&w->random, 12);
	     read(pipes[0], &serial, sizeof(serial)) == sizeof(serial); got++) {
		told[got % 2] = serial;
		if (got == i)
			kill(child, SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(pipes[0]);
	w->writer = open_observations(in_folder("property"), OBSERVATIONS_WRITE);
	w->reader = open_observations(in_folder("property"), OBSERVATIONS_READ);
	assert_int_equal(observations_visit(w->reader, &fresh, gather, &found, NULL), RC_OK);
	uint32_t count = (uint32_t)found.count;
	assert_true(w->next_serial + count == told[0] || w->next_serial + count == told[1]);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(found.item[i].id, w->next_id);
		assert_int_equal(found.item[i].serial, w->next_serial);
		list_add(&w->kept, w->next_id++, w->next_serial++);
	}
	free(found.item);
}

/* --- together -------------------------------------------------------------------------------- */

static void step(struct world *w)
{
	uint32_t what = random_below(&w->random, 100);

	append_some(w);
	if (what < 60) {
		flush_all(w);
		end_block(w);
	} else if (what < 75) {
		flush_all(w);
	} else if (what < 79) {
		forget_all(w);
	} else if (what < 87) {
		open_again(w);
	} else if (what < 89) {
		kill_writer(w);
	} else if (what < 93 && w->kept.count > KEPT) {
		prune_old(w);
	}
	ask(w);
}

static void observations_are_those_of_a_plain_list(void **state)
{
	struct world w = {.next_serial = 1, .next_id = 1, .random = {SEED * 0x9e3779b97f4a7c15u}};

	(void)state;
	arena_init(&w.arena);
	w.writer = open_observations(in_folder("property"), OBSERVATIONS_WRITE);
	w.reader = open_observations(in_folder("property"), OBSERVATIONS_READ);
	for (int i = 0; i < STEPS; i++)
		step(&w);
	assert_true(w.kept.count > 0);
	observations_close(w.writer);
	observations_close(w.reader);
	arena_clear(&w.arena);
	free(w.kept.item);
	free(w.pending);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(observations_are_those_of_a_plain_list),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
