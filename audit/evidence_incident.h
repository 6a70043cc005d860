/* Incidents, not faults: one cause that hits many subscribers in a short time, such as an HSS that
 * fell silent, 3002 from a relay, a visited network or a whole table that vanished. Each is told
 * once, with begin, end and number of subscribers, instead of once for each of them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "model/cx_exchange.h"

/* A minute is part of an incident when at least so many subscribers failed for one cause ... */
#define INCIDENT_SUBSCRIBERS 10
/* ... and these failures were at least this share of what the same command met there. */
#define INCIDENT_SHARE 0.5
#define INCIDENT_GAP_MINUTES 5 /* quiet minutes that do not yet end it */

struct incident {
	enum cx_command command;
	enum answer_kind kind; /* ANSWER_SILENT: no answer came */
	uint32_t code;
	bool is_relay_made;          /* the relay answered: the HSS was not reached */
	struct text node;            /* Origin-Host of the answer; destination of what got none */
	struct text visited_network; /* of 5004, else absent */
	int64_t begin_us, end_us;    /* first and last of its exchanges */
	uint64_t exchanges, subscribers;
	uint64_t nature; /* incident_nature of its exchanges */
};

/* Gathers failures minute by minute, in the order of time as far as the store has it. */
struct incident_finder;
enum rc incident_finder_new(struct incident_finder **out, struct diag *diag);
void incident_finder_free(struct incident_finder *f);

/* Counts an exchange; is_suspect: it failed, and not as the provisioning says it should. False when
 * memory is out. */
bool incident_finder_add(struct incident_finder *f, const struct cx_exchange *e, bool is_suspect);

/* The incidents, by begin; list and texts live as long as f. */
enum rc incident_finder_finish(struct incident_finder *f, const struct incident **list,
			       size_t *count, struct diag *diag);

/* Exchanges among which a minute of an incident was found; every incident lies within those that a
 * finder reports to which all failures are suspect. */
struct incident_span {
	uint64_t first_id, last_id;
	int64_t minute;
	bool is_after_jump; /* time went back since the span before */
};
/* After incident_finder_finish; ascending, as long as f. */
const struct incident_span *incident_finder_spans(const struct incident_finder *f, size_t *count);
/* To be called before the exchanges of a span are added, where only spans are. */
bool incident_finder_begin_span(struct incident_finder *f, const struct incident_span *span);

/* Equal for exchanges that could belong to one incident; never 0. */
uint64_t incident_nature(const struct cx_exchange *e);

/* The incident that an exchange of that nature at that time belongs to, or NULL. */
const struct incident *incident_of(const struct incident *list, size_t count, uint64_t nature,
				   int64_t time_us);
