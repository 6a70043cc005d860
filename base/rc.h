/* Result codes: our machinery failed. Faults in the data are rejects or findings, never these. */
#pragma once

enum rc {
	RC_OK,
	RC_NOMEM,       /* memory could not be had */
	RC_IO,          /* read, write, open or rename failed */
	RC_FULL,        /* no space left where we write */
	RC_SYNTAX,      /* input is not of the expected form */
	RC_LIMIT,       /* a cap of base/limits.h is exceeded */
	RC_TRUNCATED,   /* input ends before its end */
	RC_UNSUPPORTED, /* form is recognised and refused (DOCTYPE, unknown format, newer store) */
	RC_NOTFOUND,    /* what was named does not exist */
	RC_BUSY,        /* somebody else holds the lock */
	RC_CORRUPT,     /* our own stored data does not decode */
	RC_BUDGET,      /* more rejects than the error budget allows */
	RC_INTERRUPTED, /* a signal asked to stop */
	RC_USAGE,       /* the caller's request makes no sense */
};

/* Short lower-case English text of a code; never NULL. */
const char *rc_str(enum rc rc);
