#!/bin/sh
# Shows that check_layers.sh, check_listed.sh and check_sizes.sh find what they look for.
set -u
here=${top_srcdir:-$(dirname "$0")/..}/tests
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/base" "$tree/model" "$tree/audit" "$tree/store" "$tree/codec" "$tree/cli" \
	"$tree/tests"
number=0
status=0

# expect NAME CHECK RC FILE LINE...: with FILE holding the LINEs, CHECK ends with RC.
expect()
{
	name=$1 check=$2 rc=$3 file=$4
	shift 4
	printf '%s\n' "$@" >"$tree/$file"
	CHECK_ROOT=$tree sh "$here/$check" >"$tree/output" 2>&1
	got=$?
	rm -f "$tree/$file"
	number=$((number + 1))
	if [ "$got" -eq "$rc" ]; then
		echo "ok $number - $name"
	else
		sed 's/^/# /' "$tree/output"
		echo "not ok $number - $name (exit status $got)"
		status=1
	fi
}

layers()
{
	expect "$1" check_layers.sh "$2" "$3" "$4"
}

: >"$tree/base/rc.h"
: >"$tree/codec/block.h"
layers lower_folder_may_be_included 0 audit/a.c '#include "base/rc.h"'
layers upper_folder_is_found 1 base/a.c '#include "codec/block.h"'
layers codec_in_audit_is_found 1 audit/a.c '#include "codec/block.h"'
layers sqlite_in_store_is_allowed 0 store/a.c '#include <sqlite3.h>'
layers sqlite_in_cli_is_found 1 cli/a.c '#include <sqlite3.h>'
layers sqlite_in_tests_is_allowed 0 tests/a.c '#include <sqlite3.h>'
layers libxml_in_store_is_found 1 store/a.c '#include <libxml/parser.h>'
layers free_diameter_in_cli_is_found 1 cli/a.c '#include <freeDiameter/extension.h>'
layers osip_in_cli_is_found 1 cli/a.c '#include <osipparser2/osip_parser.h>'
layers library_in_model_is_found 1 model/a.c '#include <jansson.h>'
layers include_with_dots_is_found 1 store/a.c '#include "../base/rc.h"'
layers missing_header_is_found 1 store/a.c '#include "base/none.h"'
layers own_header_that_is_not_first_is_found 1 codec/block.c '#include <stdio.h>'
expect file_of_400_lines_is_allowed check_sizes.sh 0 base/a.c $(seq 400)
expect file_of_401_lines_is_found check_sizes.sh 1 base/a.c $(seq 401)
expect line_of_100_columns_is_allowed check_sizes.sh 0 base/a.c "$(printf '\t%092d' 0)"
expect line_of_101_columns_is_found check_sizes.sh 1 base/a.c "$(printf '\t%093d' 0)"
echo 'x = tests/test_a.c' >"$tree/tests/Makemodule.am"
rm -f "$tree/base/rc.h" "$tree/codec/block.h"
expect listed_test_is_allowed check_listed.sh 0 tests/test_a.c ''
expect forgotten_test_is_found check_listed.sh 1 tests/test_b.c ''
echo "1..$number"
exit $status
