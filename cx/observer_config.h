/* The observer's configuration file (libconfuse; man cx_observer(8)). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

struct observer_config {
	char *store;               /* folder */
	uint32_t retention_days;   /* 0: for ever */
	uint64_t retention_size;   /* bytes; 0: no bound */
	uint32_t queue_size;       /* exchanges */
	uint64_t memory;           /* bytes of raw copies */
	uint32_t batch_size;       /* exchanges */
	uint32_t batch_interval;   /* milliseconds */
	uint32_t unanswered_after; /* seconds */
	unsigned commands;         /* bit n: enum cx_command n */
	bool mask_identities;
	bool advertise_cx;
	struct text *served_realm;
	uint32_t served_realm_count;
	struct arena arena; /* holds the texts */
};

/* Fills *out with the file's settings, and defaults for what it does not say. RC_SYNTAX names file,
 * line, what was found and what was expected; a key that does not exist is an error. RC_NOTFOUND,
 * RC_IO, RC_LIMIT, RC_NOMEM. On failure nothing is left to clear. */
enum rc observer_config_load(const char *path, struct observer_config *out, struct diag *diag);
void observer_config_clear(struct observer_config *c);

/* Whether realm is served_realms' member, as realms are compared: without case. */
bool observer_config_serves(const struct observer_config *c, struct text realm);
