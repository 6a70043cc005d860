#!/bin/sh
# No source file is longer than 400 lines, no line wider than 100 columns.
# One line of TAP for each rule; CHECK_ROOT names another tree to look at.
set -eu
root=${CHECK_ROOT:-${top_srcdir:-$(dirname "$0")/..}}
cd "$root"
report=$(mktemp)
trap 'rm -f "$report"' EXIT

sources()
{
	find base model codec store importers audit cx trace cli bench tests \
		-name '*.[ch]' -type f 2>/dev/null | sort
}

status=0
number=0
verdict()
{
	number=$((number + 1))
	if [ -s "$report" ]; then
		sed 's/^/# /' "$report"
		echo "not ok $number - $1"
		status=1
	else
		echo "ok $number - $1"
	fi
}

echo "1..2"
sources | while read -r file; do
	lines=$(wc -l <"$file")
	[ "$lines" -le 400 ] || echo "$file: $lines lines, 400 is the most"
done >"$report"
verdict "every source file has at most 400 lines"

sources | while read -r file; do
	expand -t 8 "$file" | awk -v file="$file" \
		'length($0) > 100 { printf "%s:%d: %d columns, 100 is the most\n", file, NR, length($0) }'
done >"$report"
verdict "every line has at most 100 columns"
exit $status
