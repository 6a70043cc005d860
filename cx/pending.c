#include "cx/pending.h"

enum rc pending_init(struct pending *p)
{
	*p = (struct pending){0};
	return pthread_mutex_init(&p->lock, NULL) == 0 ? RC_OK : RC_NOMEM;
}

void pending_clear(struct pending *p)
{
	pthread_mutex_destroy(&p->lock);
}

bool pending_is_waiting(const struct pending_entry *e)
{
	return e && atomic_load_explicit(&e->raw, memory_order_acquire);
}

bool pending_add(struct pending *p, struct pending_entry *e, struct raw_message *raw,
		 bool is_request)
{
	pthread_mutex_lock(&p->lock);
	bool is_free = !p->is_closed && !pending_is_waiting(e);

	if (is_free) {
		e->is_request = is_request;
		e->newer = NULL;
		e->older = p->newest;
		*(p->newest ? &p->newest->newer : &p->oldest) = e;
		p->newest = e;
		atomic_store_explicit(&e->raw, raw, memory_order_release);
	}
	pthread_mutex_unlock(&p->lock);
	if (!is_free)
		raw_message_free(raw);
	return is_free;
}

/* Needs the lock. */
static struct raw_message *unlink_entry(struct pending *p, struct pending_entry *e)
{
	struct raw_message *raw = e ? atomic_load_explicit(&e->raw, memory_order_relaxed) : NULL;

	if (!raw)
		return NULL;
	*(e->older ? &e->older->newer : &p->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &p->newest) = e->older;
	/* The last touch: who sees it without the lock may release e. */
	atomic_store_explicit(&e->raw, NULL, memory_order_release);
	return raw;
}

struct pending_pair pending_take(struct pending *p, struct pending_entry *request,
				 struct pending_entry *answer)
{
	struct pending_pair pair = {0};

	pthread_mutex_lock(&p->lock);
	pair.is_late = request && request->is_expired;
	pair.request = unlink_entry(p, request);
	pair.answer = unlink_entry(p, answer);
	pthread_mutex_unlock(&p->lock);
	return pair;
}

/* The oldest copy, taken out, or NULL. */
static struct raw_message *take_oldest(struct pending *p, int64_t steady_us, bool *is_request)
{
	struct raw_message *raw = NULL;

	pthread_mutex_lock(&p->lock);
	struct pending_entry *e = p->oldest;

	if (e &&
	    atomic_load_explicit(&e->raw, memory_order_relaxed)->received.steady_us <= steady_us) {
		*is_request = e->is_request;
		e->is_expired = true;
		raw = unlink_entry(p, e);
	}
	pthread_mutex_unlock(&p->lock);
	return raw;
}

struct raw_message *pending_take_old(struct pending *p, int64_t steady_us)
{
	bool is_request = true;
	struct raw_message *raw = take_oldest(p, steady_us, &is_request);

	while (raw && !is_request) {
		raw_message_free(raw);
		raw = take_oldest(p, steady_us, &is_request);
	}
	return raw;
}

bool pending_is_empty(struct pending *p)
{
	pthread_mutex_lock(&p->lock);
	bool is_empty = !p->oldest;

	pthread_mutex_unlock(&p->lock);
	return is_empty;
}

void pending_close(struct pending *p)
{
	pthread_mutex_lock(&p->lock);
	p->is_closed = true;
	pthread_mutex_unlock(&p->lock);
}
