/* cxaudit-batch: every command, with the libraries that they need. */
#include <locale.h>

#include "cli/command.h"
#include "cli/policy_file.h"
#include "cli/predict_batch.h"

int main(int argc, char **argv)
{
	static const struct program program = {
		.run =
			{
				[COMMAND_AUDIT] = cmd_audit,
				[COMMAND_DIAGNOSE] = cmd_diagnose,
				[COMMAND_IMPORT] = cmd_import,
				[COMMAND_LOOKUP] = cmd_lookup,
				[COMMAND_OBSERVED] = cmd_observed,
				[COMMAND_PREDICT] = cmd_predict,
				[COMMAND_SQL] = cmd_sql,
				[COMMAND_SOURCES] = cmd_sources,
				[COMMAND_RULES] = cmd_rules,
			},
		.load_policy = policy_file_load,
		.predict_batch = predict_batch,
	};

	/* Widths of UTF-8 in tables; numbers and messages stay as they are. */
	setlocale(LC_CTYPE, "");
	return command_main(&program, argc, argv);
}
