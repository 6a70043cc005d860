#include "cli/observed_batch.h"

#include <stdlib.h>
#include <time.h>

#define BATCH_MAX 4096u
#define BATCH_BYTES_MAX (8u << 20) /* of User-Data, about */
#define SLOTS 8192u                /* a power of two above BATCH_MAX */
/* What an observer saw of an exchange is stamped by another clock than the capture. */
#define CLOCK_TOLERANCE_US INT64_C(5000000)

struct observed_batch {
	struct observations *observations;
	struct observation_status status;
	struct observed_batch_counts counts;
	uint64_t last_known; /* numbers up to it may be in the capture as well */
	struct arena arena;
	size_t bytes;
	uint32_t count;
	struct cx_exchange exchange[BATCH_MAX];
	bool is_known[BATCH_MAX];
	uint64_t fingerprint[BATCH_MAX];
	uint16_t slot[SLOTS]; /* 1 + index by fingerprint; 0 = free */
	uint64_t name[BATCH_MAX];
	uint16_t name_slot[SLOTS]; /* likewise by name; several may have one */
};

static bool on_status(const struct observation_status *status, void *context)
{
	struct observation_status *own = context;

	if (text_equal(status->observer, TEXT_LITERAL("import")))
		*own = *status;
	return true;
}

enum rc observed_batch_new(struct observations *observations, struct observed_batch **out,
			   struct diag *diag)
{
	struct observed_batch *b = calloc(1, sizeof(*b));
	enum rc rc;

	*out = b;
	if (!b)
		return diag_set(diag, RC_NOMEM, "no memory to import");
	b->observations = observations;
	arena_init(&b->arena);
	/* Counting goes on where the last import ended. */
	rc = observations_status(observations, on_status, &b->status, diag);
	b->status.observer = TEXT_LITERAL("import");
	if (!b->status.started_at)
		b->status.started_at = time(NULL);
	return rc;
}

void observed_batch_free(struct observed_batch *b)
{
	if (b)
		arena_clear(&b->arena);
	free(b);
}

const struct observed_batch_counts *observed_batch_counts(const struct observed_batch *b)
{
	return &b->counts;
}

/* Equal for the same exchange of the same capture: time stamps come from it. */
static uint64_t fingerprint_of(const struct cx_exchange *e)
{
	const int64_t numbers[] = {e->time_us, e->latency_us,  (int64_t)e->command,
				   e->end,     e->answer.kind, e->answer.code};
	uint64_t hash = text_hash(TEXT_HASH_SEED, text_of((const char *)numbers, sizeof(numbers)));

	hash = text_hash(hash, e->session);
	hash = text_hash(hash, e->origin_host);
	hash = text_hash(hash, e->answer_origin_host);
	return text_hash(hash, e->impi);
}

/* Equal for the same request wherever it was seen: no two have one Session-Id, but for those sent
 * again (RFC 6733 8.8), and stacks that do not know. 0: it has none. */
static uint64_t name_of(const struct cx_exchange *e)
{
	uint64_t hash = text_hash(TEXT_HASH_SEED ^ (uint64_t)e->command, e->session);

	if (!e->session.length || e->end == CX_END_ANSWER_ONLY)
		return 0;
	hash = text_hash(hash, e->origin_host);
	hash = text_hash(hash, e->impi);
	return text_hash(hash, e->impu_count ? e->impu[0] : TEXT_NONE) | 1;
}

static uint32_t place_of(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32) & (SLOTS - 1);
}

/* The slot of a fingerprint, or the free one where it belongs. */
static uint16_t *slot_of(struct observed_batch *b, uint64_t fingerprint)
{
	uint32_t at = place_of(fingerprint);

	while (b->slot[at] && b->fingerprint[b->slot[at] - 1] != fingerprint)
		at = (at + 1) & (SLOTS - 1);
	return &b->slot[at];
}

/* An answer that the stored one lacks is news. */
static bool is_same(const struct cx_exchange *stored, const struct cx_exchange *e)
{
	int64_t apart = e->time_us - stored->time_us;

	return apart <= CLOCK_TOLERANCE_US && apart >= -CLOCK_TOLERANCE_US &&
	       (stored->end != CX_END_UNANSWERED || e->end == CX_END_UNANSWERED);
}

/* Marks those that an observer saw, or a capture taken elsewhere. */
static void mark_namesakes(struct observed_batch *b, const struct cx_exchange *stored)
{
	uint64_t name = name_of(stored);

	for (uint32_t at = place_of(name); name && b->name_slot[at]; at = (at + 1) & (SLOTS - 1)) {
		uint32_t i = b->name_slot[at] - 1u;

		if (b->name[i] == name && is_same(stored, &b->exchange[i]))
			b->is_known[i] = true;
	}
}

static void add_name(struct observed_batch *b, uint32_t i)
{
	uint32_t at;

	b->name[i] = name_of(&b->exchange[i]);
	for (at = place_of(b->name[i]); b->name_slot[at];)
		at = (at + 1) & (SLOTS - 1);
	if (b->name[i])
		b->name_slot[at] = (uint16_t)(i + 1);
}

static bool on_stored(const struct cx_exchange *e, void *context)
{
	struct observed_batch *b = context;
	uint16_t at;

	if (e->id > b->last_known)
		return false;
	at = *slot_of(b, fingerprint_of(e));
	if (at)
		b->is_known[at - 1] = true;
	mark_namesakes(b, e);
	return true;
}

static enum rc find_known(struct observed_batch *b, struct diag *diag)
{
	struct observation_query query = {0};

	if (!b->last_known || !b->count)
		return RC_OK;
	query.from_us = query.to_us = b->exchange[0].time_us;
	for (uint32_t i = 1; i < b->count; i++) {
		int64_t t = b->exchange[i].time_us;

		query.from_us = t < query.from_us ? t : query.from_us;
		query.to_us = t > query.to_us ? t : query.to_us;
	}
	query.from_us -= CLOCK_TOLERANCE_US;
	query.to_us += CLOCK_TOLERANCE_US + 1;
	return observations_visit(b->observations, &query, on_stored, b, diag);
}

static void count(struct observed_batch *b, const struct cx_exchange *e)
{
	bool is_unanswered = e->end == CX_END_UNANSWERED;

	b->counts.stored += !is_unanswered;
	b->counts.unanswered += is_unanswered;
	b->counts.undecodable += e->damage != 0;
	b->counts.answer_only += e->end == CX_END_ANSWER_ONLY;
	b->status.seen++;
	b->status.stored += !is_unanswered;
	b->status.unanswered += is_unanswered;
	b->status.undecodable += e->damage != 0;
}

static void empty(struct observed_batch *b)
{
	arena_reset(&b->arena);
	b->bytes = 0;
	b->count = 0;
	memset(b->is_known, 0, sizeof(b->is_known));
	memset(b->slot, 0, sizeof(b->slot));
	memset(b->name_slot, 0, sizeof(b->name_slot));
}

static enum rc append(struct observed_batch *b, struct diag *diag)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < b->count && rc == RC_OK; i++) {
		if (b->is_known[i]) {
			b->counts.known++;
			continue;
		}
		rc = observations_append(b->observations, &b->exchange[i], diag);
		count(b, &b->exchange[i]);
	}
	b->status.updated_at = time(NULL);
	if (rc == RC_OK && observations_pending(b->observations))
		rc = observations_flush(b->observations, &b->status, diag);
	return rc;
}

enum rc observed_batch_flush(struct observed_batch *b, struct diag *diag)
{
	struct observed_batch_counts counts = b->counts;
	struct observation_status status = b->status;
	enum rc rc = find_known(b, diag);

	if (rc == RC_OK)
		rc = append(b, diag);
	if (rc != RC_OK) {
		observations_forget(b->observations);
		b->counts = counts;
		b->status = status;
	}
	empty(b);
	return rc;
}

static size_t content_bytes(const struct cx_exchange *e)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < e->impu_count; i++)
		bytes += e->impu[i].length + sizeof(e->impu[i]);
	for (uint32_t i = 0; i < e->user_data_count; i++)
		for (uint32_t k = 0; k < e->user_data[i].count; k++)
			bytes += e->user_data[i].identity[k].identity.length +
				 sizeof(e->user_data[i].identity[k]);
	return bytes;
}

enum rc observed_batch_add(struct observed_batch *b, const struct cx_exchange *e, struct diag *diag)
{
	uint64_t fingerprint = fingerprint_of(e);
	uint16_t *at = slot_of(b, fingerprint);

	if (*at) {
		b->counts.known++;
		return RC_OK;
	}
	if (!cx_exchange_copy(e, &b->arena, &b->exchange[b->count]))
		return diag_set(diag, RC_NOMEM, "no memory for an exchange");
	b->fingerprint[b->count++] = fingerprint;
	*at = (uint16_t)b->count;
	add_name(b, b->count - 1);
	b->bytes += content_bytes(e);
	return b->count == BATCH_MAX || b->bytes > BATCH_BYTES_MAX ? observed_batch_flush(b, diag)
								   : RC_OK;
}

enum rc observed_batch_begin_file(struct observed_batch *b, struct diag *diag)
{
	struct observations_summary summary;
	enum rc rc = observed_batch_flush(b, diag);

	if (rc == RC_OK)
		rc = observations_summarize(b->observations, &summary, diag);
	if (rc == RC_OK)
		b->last_known = summary.count ? summary.last_id : 0;
	return rc;
}
