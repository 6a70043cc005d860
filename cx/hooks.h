/* freeDiameter's hooks: hands bytes to the intake and touches no message (man cx_observer(8)). */
#pragma once
#include "base/diag.h"
#include "cx/intake.h"

struct hooks_options {
	bool watch_realms;    /* tell the log when a peer of this node's own realm connects */
	bool mask_identities; /* also in the host's lines about Cx that it cannot deliver */
};

/* The host can take hooks back, but not what it keeps beside messages: i lives until the process
 * ends. */
enum rc hooks_register(struct intake *i, const struct hooks_options *options, struct diag *diag);
/* Returns when no hook is running any more; harmless without hooks_register. */
void hooks_unregister(void);
