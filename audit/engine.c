#include "audit/engine.h"

#include <pthread.h>
#include <stdlib.h>

#include "audit/worker.h"

#define THREADS_MAX 64

static void *collect_thread(void *context)
{
	worker_collect(context);
	return NULL;
}

static void *scan_thread(void *context)
{
	struct worker *w = context;
	uint64_t total = snapshot_ordinals(w->shared->request->snapshot);

	worker_prepare(w);
	if (worker_scan(w, (uint32_t)(total * w->part / w->parts),
			(uint32_t)(total * (w->part + 1) / w->parts)) == RC_OK)
		worker_settle(w);
	return NULL;
}

/* Runs one phase in all workers and returns the first failure. The last part runs in the calling
 * thread. */
static enum rc run_phase(struct worker *worker, unsigned count, void *(*phase)(void *),
			 struct diag *diag)
{
	pthread_t thread[THREADS_MAX];
	unsigned started = 0;
	enum rc rc = RC_OK;

	while (started + 1 < count &&
	       !pthread_create(&thread[started], NULL, phase, &worker[started]))
		started++;
	for (unsigned i = started; i < count; i++)
		phase(&worker[i]);
	for (unsigned i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	for (unsigned i = 0; i < count && rc == RC_OK; i++) {
		rc = worker[i].rc;
		if (rc != RC_OK && diag)
			*diag = worker[i].diag;
	}
	return rc;
}

static enum rc join_collisions(struct audit_shared *shared, struct worker *worker, unsigned count,
			       struct diag *diag)
{
	for (unsigned i = 0; i < count; i++)
		if (collision_list_join(&shared->collisions, &worker[i].collisions) != RC_OK)
			return diag_set(diag, RC_NOMEM, "no memory for the collisions");
	collision_list_sort(&shared->collisions);
	return RC_OK;
}

static enum rc run_workers(struct audit_shared *shared, struct worker *worker, unsigned count,
			   struct audit_result *result, struct diag *diag)
{
	struct tally sum;
	enum rc rc = run_phase(worker, count, collect_thread, diag);

	if (rc == RC_OK)
		rc = join_collisions(shared, worker, count, diag);
	if (rc == RC_OK)
		rc = mnc_vote_count(shared->request->snapshot, worker[0].cursor, &shared->vote,
				    diag);
	if (rc == RC_OK)
		rc = run_phase(worker, count, scan_thread, diag);
	if (rc != RC_OK)
		return rc;
	tally_init(&sum);
	for (unsigned i = 0; i < count; i++)
		tally_join(&sum, &worker[i].tally);
	rc = tally_finish(&sum, result, diag);
	tally_clear(&sum);
	return rc;
}

static void shared_free(struct audit_shared *shared)
{
	collision_list_clear(&shared->collisions);
	mnc_vote_clear(&shared->vote);
	free(shared);
}

static enum rc run_all(struct audit_shared *shared, struct audit_result *result, struct diag *diag)
{
	unsigned count = shared->request->threads ? shared->request->threads : 1;
	struct worker *worker;
	unsigned ready = 0;
	enum rc rc = RC_OK;

	if (count > THREADS_MAX)
		count = THREADS_MAX;
	worker = calloc(count, sizeof(*worker));
	if (!worker)
		return diag_set(diag, RC_NOMEM, "no memory for %u audit threads", count);
	while (rc == RC_OK && ready < count) {
		rc = worker_init(&worker[ready], shared, ready, count);
		ready++;
	}
	if (rc == RC_OK)
		rc = run_workers(shared, worker, count, result, diag);
	else if (diag)
		*diag = worker[ready - 1].diag;
	while (ready)
		worker_clear(&worker[--ready]);
	free(worker);
	return rc;
}

/* What the run could not look at, so that nobody takes silence for health. */
static enum rc notes_fill(const struct audit_request *request, struct audit_result *result,
			  struct diag *diag)
{
	const struct hss_directory *d = snapshot_get_directory(request->snapshot);
	const struct {
		bool applies;
		const char *text;
	} notes[] = {
		{d->capability_count && d->has_scscfs != TRI_YES,
		 "the export names capabilities, but no list of S-CSCFs was given: that some "
		 "S-CSCF "
		 "has them (600 otherwise) was not checked"},
		{result->totals.subscriptions && !result->totals.attempts,
		 "nothing was judged: the export holds neither an IMPI nor an IMSI that a UE could "
		 "register with"},
		{snapshot_get_info(request->snapshot)->rejects > 0,
		 "what unreadable records said is missing from the subscribers they belong to: "
		 "look at the rejects before believing a refusal of one of these"},
		{result->totals.unproven > 0, "unproven attempts are counted apart, as a missing "
					      "fact could turn them; the table "
					      "below tells what the export lacks"},
		{request->policy->home_visited_network.data == NULL && d->visited_network_count,
		 "the policy does not tell the home network's string (home-visited-network): "
		 "refusals that rest on it are conditional"},
	};

	result->notes = arena_alloc(&result->arena,
				    sizeof(notes) / sizeof(notes[0]) * sizeof(*result->notes));
	if (!result->notes)
		return diag_set(diag, RC_NOMEM, "no memory for the notes of the audit");
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i].applies)
			result->notes[result->note_count++] = notes[i].text;
	return RC_OK;
}

static void result_finish(struct audit_result *result)
{
	for (size_t i = 0; i < result->cause_count; i++) {
		const struct audit_cause *c = &result->cause[i];

		if (c->intended == c->subscribers)
			continue;
		if (!result->has_findings || c->severity > result->worst)
			result->worst = c->severity;
		result->has_findings = true;
	}
}

enum rc audit_run(const struct audit_request *request, struct audit_result *result,
		  struct diag *diag)
{
	struct audit_shared *shared = calloc(1, sizeof(*shared));
	enum rc rc;

	memset(result, 0, sizeof(*result));
	arena_init(&result->arena);
	if (!shared)
		return diag_set(diag, RC_NOMEM, "no memory for the audit");
	shared->request = request;
	collision_list_init(&shared->collisions);
	rc = run_all(shared, result, diag);
	if (rc == RC_OK)
		rc = notes_fill(request, result, diag);
	if (rc != RC_OK) {
		shared_free(shared);
		audit_result_clear(result);
		return rc;
	}
	result->state = shared;
	result_finish(result);
	return RC_OK;
}

void audit_result_clear(struct audit_result *result)
{
	if (result->state)
		shared_free(result->state);
	free(result->cause);
	free(result->group);
	arena_clear(&result->arena);
	memset(result, 0, sizeof(*result));
}
