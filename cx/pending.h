/* Messages on their way through the host, each with our raw copy: requests that wait for their
 * answer, and answers between two hooks. The host keeps an entry for us beside each message and
 * normally tells when the message is freed, but not always (a connection that breaks takes its
 * unread messages along), so all copies are in a list that is searched for old ones. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "cx/raw_message.h"

/* Beside each message, zeroed by the host; it stays in place while it is in the list. */
struct pending_entry {
	struct pending_entry *older, *newer;
	_Atomic(struct raw_message *) raw; /* not NULL: in the list, which owns it */
	bool is_request;
	bool is_expired; /* was taken by pending_take_old */
	bool is_foreign; /* an answer of Cx whose command is not observed: it was not copied */
};

struct pending {
	pthread_mutex_t lock;
	struct pending_entry *oldest, *newest;
	bool is_closed;
};

enum rc pending_init(struct pending *p);
void pending_clear(struct pending *p); /* after pending_close and pending_take_old */

/* Takes over raw; false, and raw is released, once the list is closed, or when e holds one already.
 */
bool pending_add(struct pending *p, struct pending_entry *e, struct raw_message *raw,
		 bool is_request);

/* Whether a copy is there at the moment, without waiting for the lock; e may be NULL. */
bool pending_is_waiting(const struct pending_entry *e);

struct pending_pair {
	struct raw_message *request; /* the caller's now; NULL: none, or taken before */
	struct raw_message *answer;
	bool is_late; /* the request was given up before */
};
/* Takes what two entries hold out of the list; each may be NULL. */
struct pending_pair pending_take(struct pending *p, struct pending_entry *request,
				 struct pending_entry *answer);

/* Takes the oldest copy when it came at or before steady_us; NULL when there is none. Answers are
 * released on the way. */
struct raw_message *pending_take_old(struct pending *p, int64_t steady_us);

bool pending_is_empty(struct pending *p);

/* From now on nothing gets into the list. */
void pending_close(struct pending *p);
