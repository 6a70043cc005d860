#!/bin/sh
# The start-up of cxaudit is the cost of a lookup: it needs libc and sqlite3 alone, what other commands
# need is linked into cxaudit-batch.
set -eu
program=${top_builddir:-.}/cxaudit
extra=$(objdump -p "$program" | awk '
	$1 == "NEEDED" && $2 !~ /^(libc|libm|libpthread|libsqlite3|libgcc_s|lib[atu]b?san|ld-linux.*)\.so/ {
		print $2
	}')
if [ -n "$extra" ]; then
	printf '%s\n' "$extra" | sed 's/^/# cxaudit needs /'
	echo "not ok 1 - cxaudit starts with libc and sqlite3 alone"
	exit 1
fi
echo "ok 1 - cxaudit starts with libc and sqlite3 alone"
