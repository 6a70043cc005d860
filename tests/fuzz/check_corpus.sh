#!/bin/sh
# Runs each fuzz target once on each input of its corpus; one line of TAP for each target.
set -u
failed=0
number=0
set -f
set -- ${FUZZ_TARGETS:-}
set +f

[ $# -gt 0 ] || exit 77
echo "1..$#"
for target; do
	number=$((number + 1))
	corpus=$top_srcdir/tests/fuzz/corpus/${target#fuzz_}
	if [ -z "$(find "$corpus" -type f 2>/dev/null | head -n 1)" ]; then
		echo "not ok $number - $target has no corpus in $corpus"
		failed=1
	elif "$top_builddir/tests/fuzz/$target" -runs=0 "$corpus" >"$target.corpus.out" 2>&1; then
		echo "ok $number - $target survives its corpus"
	else
		echo "not ok $number - $target fails on its corpus"
		tail -n 40 "$target.corpus.out"
		failed=1
	fi
	rm -f "$target.corpus.out"
done
exit $failed
