/* Exit codes of every command (design.md 6). */
#pragma once

enum exit_code {
	EXIT_CLEAN = 0,    /* done, nothing to report */
	EXIT_FINDINGS = 1, /* findings at or above --fail-on */
	EXIT_USAGE = 2,    /* the command line makes no sense */
	EXIT_UNUSABLE = 3, /* input or store unusable, or the run is incomplete */
};

/* Returned by a command of the light program: cxaudit-batch must take over. */
#define EXIT_TAKE_OVER (-1)
