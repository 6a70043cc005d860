/* cxaudit observed: what was seen on Cx, live or in captures. */
#pragma once
#include "cli/options.h"
#include "store/observations.h"

struct observed_options {
	struct common_options common;
	bool follow;    /* tail: go on with what arrives */
	bool is_masked; /* identities masked, free texts left out */
	bool by_number; /* show: the operands are numbers of exchanges */
	unsigned limit; /* 0 = the sub-command's own */
	int64_t since;  /* seconds since 1970; 0 = all */
	int64_t older_than;
	uint64_t max_size;
	struct option_list diameter_ports, sip_ports;
};

/* The sub-commands: operands follow the sub-command's name; each returns an exit code. */
int observed_tail(const struct observed_options *o, int count, char **operands);
int observed_stats(const struct observed_options *o, int count, char **operands);
int observed_top(const struct observed_options *o, int count, char **operands);
int observed_show(const struct observed_options *o, int count, char **operands);
int observed_prune(const struct observed_options *o, int count, char **operands);
int observed_import(const struct observed_options *o, int count, char **operands);

/* Opens the observations of the store and tells what is wrong, with the next step. Returns 0 or an
 * exit code. */
int observed_open(const struct observed_options *o, enum observations_mode mode,
		  struct observations **out);

/* Tells how observations come to be, where there are none. */
void observed_tell_empty(void);

/* The query for what --since leaves, oldest first. */
struct observation_query observed_query(const struct observed_options *o);
