#include <stdio.h>
#include <string.h>

#include "cli/exit_code.h"
#include "cli/observed.h"

#define MICROSECONDS 1000000

static const char after_help[] =
	"Sub-commands:\n"
	"  tail            the last exchanges, one a line; with --follow what arrives as well\n"
	"  stats           counters, and result codes by command, node and hour\n"
	"  top             the identities whose registrations fail, by attempts\n"
	"  show ID...      the history of a subscriber, by any identity; '#NUMBER' is one "
	"exchange\n"
	"  prune           forget the oldest exchanges\n"
	"  import FILE...  read Cx from captures (pcap, pcapng; - is standard input) with "
	"tshark\n\n"
	"Times are UTC. 'cxaudit observed SUB-COMMAND --help' shows the options of one.";

enum use {
	USE_TAIL = 1,
	USE_STATS = 2,
	USE_TOP = 4,
	USE_SHOW = 8,
	USE_PRUNE = 16,
	USE_IMPORT = 32,
	USE_ALL = 63,
};

static const struct sub_command {
	enum use use;
	const char *name, *command, *usage, *about;
	int (*run)(const struct observed_options *o, int count, char **operands);
} sub_commands[] = {
	{USE_TAIL, "tail", "observed tail", "[OPTION]...",
	 "Shows the last Cx exchanges, one a line.", observed_tail},
	{USE_STATS, "stats", "observed stats", "[OPTION]...",
	 "Counts Cx exchanges by result code, command, node and hour.", observed_stats},
	{USE_TOP, "top", "observed top", "[OPTION]...",
	 "Ranks the identities whose registrations fail by their attempts.", observed_top},
	{USE_SHOW, "show", "observed show", "[OPTION]... ID...",
	 "Shows the Cx history of a subscriber, or one exchange.", observed_show},
	{USE_PRUNE, "prune", "observed prune", "[OPTION]...",
	 "Forgets the oldest exchanges, by age, by size or both.", observed_prune},
	{USE_IMPORT, "import", "observed import", "[OPTION]... FILE...",
	 "Reads Cx exchanges from captures into the store; what is there already is passed over.",
	 observed_import},
};
#define SUB_COMMANDS (sizeof(sub_commands) / sizeof(sub_commands[0]))

/* Parses the options that a sub-command has; NULL: all of them. */
static int parse(const struct sub_command *sub, struct observed_options *o, int argc, char **argv,
		 int *first)
{
	const struct {
		unsigned uses;
		struct option_row row;
	} all[] = {
		{USE_ALL,
		 {"store", 's', OPTION_STRING, "DIR", &o->common.store,
		  "the store (default $CXAUDIT_STORE)"}},
		{USE_TAIL,
		 {"follow", 'f', OPTION_FLAG, NULL, &o->follow, "go on with what arrives"}},
		{USE_SHOW,
		 {"exchange", 'x', OPTION_FLAG, NULL, &o->by_number,
		  "the operands are numbers of exchanges"}},
		{USE_TAIL | USE_TOP | USE_SHOW,
		 {"limit", 'n', OPTION_NUMBER, "N", &o->limit,
		  "at most so many (default 20; show: all)"}},
		{USE_STATS | USE_TOP | USE_SHOW,
		 {"since", 0, OPTION_SINCE, "TIME", &o->since,
		  "only since then: 24h, 30d, 2026-11-01"}},
		{USE_TAIL | USE_TOP | USE_SHOW,
		 {"mask", 'm', OPTION_FLAG, NULL, &o->is_masked, "mask identities"}},
		{USE_PRUNE,
		 {"older-than", 0, OPTION_DURATION, "TIME", &o->older_than,
		  "what is older goes: 30d, 12w"}},
		{USE_PRUNE,
		 {"max-size", 0, OPTION_SIZE, "SIZE", &o->max_size,
		  "the oldest go until the file is so large"}},
		{USE_IMPORT,
		 {"diameter-port", 0, OPTION_LIST, "PORT", &o->diameter_ports,
		  "a port of Diameter, besides those found"}},
		{USE_IMPORT,
		 {"sip-port", 0, OPTION_LIST, "PORT", &o->sip_ports,
		  "a port of SIP, besides those found"}},
		{USE_ALL & ~USE_PRUNE,
		 {"json", 0, OPTION_FLAG, NULL, &o->common.is_json, "print JSON"}},
	};
	struct option_row rows[sizeof(all) / sizeof(all[0]) + 1] = {0};
	struct option_set set = {"observed", "SUB-COMMAND [OPTION]... [ID|FILE]...",
				 "Shows what was seen on Cx, live or in captures.", rows,
				 after_help};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!sub || all[i].uses & sub->use)
			rows[count++] = all[i].row;
	if (sub) {
		set.command = sub->command;
		set.usage = sub->usage;
		set.about = sub->about;
		set.after = NULL;
	}
	return options_parse(&set, argc, argv, first);
}

static const struct sub_command *sub_command_find(const char *name)
{
	for (size_t i = 0; i < SUB_COMMANDS; i++)
		if (!strcmp(sub_commands[i].name, name))
			return &sub_commands[i];
	return NULL;
}

void observed_tell_empty(void)
{
	fputs("cxaudit: nothing was observed yet: load cx_observer.fdx into a freeDiameter relay "
	      "before the HSS,\nor read a capture with 'cxaudit observed import FILE'\n",
	      stderr);
}

int observed_open(const struct observed_options *o, enum observations_mode mode,
		  struct observations **out)
{
	const char *folder = options_store(&o->common);
	struct diag diag;
	enum rc rc;

	if (!folder)
		return command_usage("observed", "no store: give --store DIR or set CXAUDIT_STORE");
	diag_init(&diag);
	rc = observations_open(folder, mode, out, &diag);
	if (rc == RC_OK)
		return 0;
	command_fail(EXIT_UNUSABLE, &diag);
	if (rc == RC_NOTFOUND)
		observed_tell_empty();
	if (rc == RC_BUSY)
		fputs("cxaudit: an observer or another import writes there; it prunes by its own "
		      "retention, and captures\ncan be read into a store of their own (--store)\n",
		      stderr);
	return EXIT_UNUSABLE;
}

struct observation_query observed_query(const struct observed_options *o)
{
	struct observation_query query = {.from_us = o->since * MICROSECONDS};

	return query;
}

int cmd_observed(const struct program *program, int argc, char **argv)
{
	struct observed_options options = {0};
	const struct sub_command *sub = argc > 1 ? sub_command_find(argv[1]) : NULL;
	int first, code;

	(void)program;
	if (!sub && argc > 1 && argv[1][0] != '-')
		return command_usage("observed",
				     "unknown sub-command '%s', expected tail, stats, top, show, "
				     "prune or import",
				     argv[1]);
	code = sub ? parse(sub, &options, argc - 1, argv + 1, &first)
		   : parse(NULL, &options, argc, argv, &first);
	if (code)
		return code - 1;
	if (!sub)
		return command_usage("observed", "a sub-command is missing: tail, stats, top, "
						 "show, prune or import");
	return sub->run(&options, argc - 1 - first, argv + 1 + first);
}
