#include "tests/cx/lab/client_load.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define CODES_MAX 32
#define EXPERIMENTAL 100000u

enum state { UNSENT, SENT, ANSWERED, GIVEN_UP };

struct call {
	int64_t sent_us;
	int64_t latency_us;
	enum state state;
};

struct load {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t count, window, sent, under_way, oldest, answered, timeouts, late;
	int64_t timeout_us, begun_us, ended_us;
	struct {
		uint32_t code;
		size_t count;
	} code[CODES_MAX];
	size_t code_count;
	struct call call[];
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct load *load_new(size_t count, size_t window, long timeout_ms)
{
	struct load *l = calloc(1, sizeof(*l) + count * sizeof(l->call[0]));
	pthread_condattr_t attributes;

	if (!l)
		return NULL;
	l->count = count;
	l->window = window;
	l->timeout_us = timeout_ms * 1000;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&l->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return l;
}

void load_free(struct load *l)
{
	if (!l)
		return;
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* Requests are sent in order, so the oldest under way is the first to be given up. */
static void give_up(struct load *l)
{
	int64_t before = now_us() - l->timeout_us;

	while (l->oldest < l->sent) {
		struct call *call = &l->call[l->oldest];

		if (call->state == SENT && call->sent_us > before)
			return;
		if (call->state == SENT) {
			call->state = GIVEN_UP;
			l->timeouts++;
			l->under_way--;
		}
		l->oldest++;
	}
}

/* Until fewer than most are under way; the lock is held. */
static void wait_below(struct load *l, size_t most)
{
	struct timespec until;

	while (l->under_way >= most) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += 50000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&l->changed, &l->lock, &until);
		give_up(l);
	}
}

void load_begin(struct load *l, size_t number)
{
	pthread_mutex_lock(&l->lock);
	wait_below(l, l->window);
	l->call[number].state = SENT;
	l->call[number].sent_us = now_us();
	if (!l->sent)
		l->begun_us = l->call[number].sent_us;
	l->sent = number + 1;
	l->under_way++;
	pthread_mutex_unlock(&l->lock);
}

static void count_code(struct load *l, uint32_t code)
{
	size_t i = 0;

	while (i < l->code_count && l->code[i].code != code)
		i++;
	if (i == CODES_MAX)
		return;
	if (i == l->code_count)
		l->code[l->code_count++].code = code;
	l->code[i].count++;
}

void load_end(struct load *l, size_t number, uint32_t code)
{
	int64_t now = now_us();
	struct call *call;

	if (number >= l->count)
		return;
	pthread_mutex_lock(&l->lock);
	call = &l->call[number];
	l->ended_us = now;
	if (call->state == SENT) {
		call->state = ANSWERED;
		call->latency_us = now - call->sent_us;
		l->answered++;
		l->under_way--;
		count_code(l, code);
		pthread_cond_signal(&l->changed);
	} else {
		l->late++;
	}
	pthread_mutex_unlock(&l->lock);
}

void load_wait(struct load *l)
{
	pthread_mutex_lock(&l->lock);
	wait_below(l, 1);
	pthread_mutex_unlock(&l->lock);
}

static int compare_latencies(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void report_latencies(const struct load *l, FILE *file)
{
	int64_t *latency = malloc((l->answered + 1) * sizeof(*latency));
	size_t count = 0;

	for (size_t i = 0; i < l->count && latency; i++)
		if (l->call[i].state == ANSWERED)
			latency[count++] = l->call[i].latency_us;
	if (count) {
		qsort(latency, count, sizeof(*latency), compare_latencies);
		fprintf(file, "p50_us %lld\np99_us %lld\nmax_us %lld\n",
			(long long)latency[count / 2], (long long)latency[count * 99 / 100],
			(long long)latency[count - 1]);
	}
	free(latency);
}

void load_report(struct load *l, FILE *file)
{
	pthread_mutex_lock(&l->lock);
	fprintf(file, "sent %zu\nanswered %zu\ntimeouts %zu\nlate %zu\n", l->sent, l->answered,
		l->timeouts, l->late);
	for (size_t i = 0; i < l->code_count; i++) {
		uint32_t code = l->code[i].code;

		fprintf(file, "%s.%u %zu\n", code >= EXPERIMENTAL ? "experimental" : "code",
			code % EXPERIMENTAL, l->code[i].count);
	}
	report_latencies(l, file);
	fprintf(file, "seconds %.3f\n", (double)(l->ended_us - l->begun_us) / 1e6);
	pthread_mutex_unlock(&l->lock);
}
