#include "importers/cx_xml_pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "importers/cx_xml_reader.h"

#define THREADS_MAX 64
#define SLOTS_PER_THREAD \
	3 /* enough to keep a parser busy while the calling thread does something long */

enum slot_state { SLOT_FREE, SLOT_CUT, SLOT_IN_WORK, SLOT_PARSED };

struct slot {
	enum slot_state state;
	struct cx_xml_batch batch;
};

struct cx_xml_pipeline {
	struct slot *slot; /* a ring in the order of the input */
	unsigned slot_count;
	unsigned head;               /* the next to be handed out */
	unsigned tail;               /* the next to be filled */
	unsigned next;               /* the next to be parsed; all before it are taken */
	struct cx_xml_parser parser; /* of the calling thread */
	pthread_t worker[THREADS_MAX];
	unsigned worker_count;
	pthread_mutex_t mutex;
	pthread_cond_t has_work, has_parsed;
	bool is_stopping;
};

/* With the mutex held: the next batch to be parsed, NULL when there is none. */
static struct slot *take(struct cx_xml_pipeline *p)
{
	struct slot *slot = &p->slot[p->next];

	if (slot->state != SLOT_CUT)
		return NULL;
	slot->state = SLOT_IN_WORK;
	p->next = (p->next + 1) % p->slot_count;
	return slot;
}

static void *work(void *context)
{
	struct cx_xml_pipeline *p = context;
	struct cx_xml_parser parser;
	enum rc rc = cx_xml_parser_init(&parser, NULL);

	pthread_mutex_lock(&p->mutex);
	while (rc == RC_OK && !p->is_stopping) {
		struct slot *slot = take(p);

		if (!slot) {
			pthread_cond_wait(&p->has_work, &p->mutex);
			continue;
		}
		pthread_mutex_unlock(&p->mutex);
		cx_xml_batch_parse(&slot->batch, &parser);
		pthread_mutex_lock(&p->mutex);
		slot->state = SLOT_PARSED;
		pthread_cond_signal(&p->has_parsed);
	}
	pthread_mutex_unlock(&p->mutex);
	cx_xml_parser_clear(&parser);
	return NULL;
}

static void start_workers(struct cx_xml_pipeline *p, unsigned count)
{
	while (p->worker_count < count && p->worker_count < THREADS_MAX) {
		if (pthread_create(&p->worker[p->worker_count], NULL, work, p))
			return;
		p->worker_count++;
	}
}

enum rc cx_xml_pipeline_new(unsigned threads, struct cx_xml_pipeline **out, struct diag *diag)
{
	struct cx_xml_pipeline *p = calloc(1, sizeof(*p));
	enum rc rc;

	if (!p)
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	pthread_mutex_init(&p->mutex, NULL);
	pthread_cond_init(&p->has_work, NULL);
	pthread_cond_init(&p->has_parsed, NULL);
	p->slot_count = threads > 1 ? threads * SLOTS_PER_THREAD : 1;
	p->slot = calloc(p->slot_count, sizeof(*p->slot));
	rc = cx_xml_parser_init(&p->parser, diag);
	if (rc != RC_OK || !p->slot) {
		cx_xml_pipeline_free(p);
		return diag_set(diag, RC_NOMEM, "%s", "memory is out");
	}
	for (unsigned i = 0; i < p->slot_count; i++)
		cx_xml_batch_init(&p->slot[i].batch);
	start_workers(p, threads > 1 ? threads - 1 : 0);
	*out = p;
	return RC_OK;
}

void cx_xml_pipeline_free(struct cx_xml_pipeline *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->mutex);
	p->is_stopping = true;
	pthread_cond_broadcast(&p->has_work);
	pthread_mutex_unlock(&p->mutex);
	for (unsigned i = 0; i < p->worker_count; i++)
		pthread_join(p->worker[i], NULL);
	for (unsigned i = 0; p->slot && i < p->slot_count; i++)
		cx_xml_batch_clear(&p->slot[i].batch);
	cx_xml_parser_clear(&p->parser);
	pthread_cond_destroy(&p->has_work);
	pthread_cond_destroy(&p->has_parsed);
	pthread_mutex_destroy(&p->mutex);
	free(p->slot);
	free(p);
}

struct run {
	struct cx_xml_pipeline *p;
	struct cx_xml_reader reader;
	cx_xml_emit emit;
	void *context;
	struct diag *diag;
};

static enum rc hand_out(struct run *r, struct slot *slot)
{
	struct cx_xml_pipeline *p = r->p;
	enum rc rc = slot->batch.rc;

	if (rc != RC_OK)
		diag_set(r->diag, rc, "%s", slot->batch.diag.text);
	else
		rc = r->emit(r->context, r->reader.source, &slot->batch, r->diag);
	pthread_mutex_lock(&p->mutex);
	slot->state = SLOT_FREE;
	p->head = (p->head + 1) % p->slot_count;
	pthread_mutex_unlock(&p->mutex);
	return rc;
}

static enum rc cut(struct run *r, struct slot *slot)
{
	struct cx_xml_pipeline *p = r->p;
	enum rc rc = cx_xml_reader_fill(&r->reader, &slot->batch, r->diag);

	if (rc != RC_OK || !slot->batch.count)
		return rc;
	pthread_mutex_lock(&p->mutex);
	slot->state = SLOT_CUT;
	p->tail = (p->tail + 1) % p->slot_count;
	pthread_cond_signal(&p->has_work);
	pthread_mutex_unlock(&p->mutex);
	return RC_OK;
}

static void parse(struct run *r, struct slot *slot)
{
	cx_xml_batch_parse(&slot->batch, &r->p->parser);
	pthread_mutex_lock(&r->p->mutex);
	slot->state = SLOT_PARSED;
	pthread_mutex_unlock(&r->p->mutex);
}

/* What the calling thread does next, the most urgent first; *is_done when the source is read and
 * handed out. */
static enum rc step(struct run *r, bool *is_done)
{
	struct cx_xml_pipeline *p = r->p;
	struct slot *head, *tail, *own = NULL;
	enum slot_state at_head, at_tail;

	pthread_mutex_lock(&p->mutex);
	head = &p->slot[p->head];
	tail = &p->slot[p->tail];
	at_head = head->state;
	at_tail = tail->state;
	if (at_head != SLOT_PARSED && (at_tail != SLOT_FREE || r->reader.is_done)) {
		own = take(p);
		if (!own && at_head == SLOT_IN_WORK)
			pthread_cond_wait(&p->has_parsed, &p->mutex);
	}
	pthread_mutex_unlock(&p->mutex);
	if (at_head == SLOT_PARSED)
		return hand_out(r, head);
	if (own)
		parse(r, own);
	else if (at_tail == SLOT_FREE && !r->reader.is_done)
		return cut(r, tail);
	*is_done = at_head == SLOT_FREE && r->reader.is_done;
	return RC_OK;
}

/* After a failure: nothing of this source may stay behind in the ring. */
static void drain(struct cx_xml_pipeline *p)
{
	pthread_mutex_lock(&p->mutex);
	for (unsigned i = 0; i < p->slot_count; i++)
		if (p->slot[i].state == SLOT_CUT)
			p->slot[i].state = SLOT_FREE;
	for (unsigned i = 0; i < p->slot_count; i++) {
		while (p->slot[i].state == SLOT_IN_WORK)
			pthread_cond_wait(&p->has_parsed, &p->mutex);
		p->slot[i].state = SLOT_FREE;
	}
	p->head = p->tail = p->next = 0;
	pthread_mutex_unlock(&p->mutex);
}

enum rc cx_xml_pipeline_run(struct cx_xml_pipeline *p, struct import *import, struct source *source,
			    cx_xml_emit emit, void *context, struct diag *diag)
{
	struct run r = {.p = p, .emit = emit, .context = context, .diag = diag};
	bool is_done = false;
	enum rc rc = cx_xml_reader_open(&r.reader, import, source, diag);

	while (rc == RC_OK && !is_done)
		rc = step(&r, &is_done);
	if (rc != RC_OK)
		drain(p);
	cx_xml_reader_close(&r.reader);
	return rc;
}
