/* cxaudit: answers single subscribers with libc and sqlite3 alone and leaves the rest to
 * cxaudit-batch. */
#include "cli/command.h"

int main(int argc, char **argv)
{
	static const struct program program = {
		.run =
			{
				[COMMAND_LOOKUP] = cmd_lookup,
				[COMMAND_PREDICT] = cmd_predict,
			},
	};

	return command_main(&program, argc, argv);
}
