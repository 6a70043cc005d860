#!/bin/sh
# Every source and test is named in a Makemodule.am: what is not is neither run nor in the tarball.
set -eu
cd "${CHECK_ROOT:-${top_srcdir:-$(dirname "$0")/..}}"
listed=$(mktemp)
trap 'rm -f "$listed"' EXIT

find . -name Makemodule.am -not -path './build*' -exec cat {} + |
	sed '/^[[:space:]]*#/d' | tr -s ' \t\\=' '\n' | sort -u >"$listed"
missing=$(find base model codec store importers audit cx trace cli bench tests man docs -type f \
	\( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name '*.[1-8]' -o -name '*.schema.json' \) \
	-not -path 'tests/fuzz/corpus/*' 2>/dev/null | sort | comm -23 - "$listed")
echo "1..1"
if [ -n "$missing" ]; then
	printf '%s\n' "$missing" | sed 's/^/# no Makemodule.am names /'
	echo "not ok 1 - every source, test and page is listed"
	exit 1
fi
echo "ok 1 - every source, test and page is listed"
