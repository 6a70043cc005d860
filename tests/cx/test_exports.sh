#!/bin/sh
# cx_observer.fdx shows its host three names and no other, and needs none but those of the libraries
# that it names and of freeDiameter.
set -eu
extension=${top_builddir:-.}/.libs/cx_observer.fdx
if [ ! -e "$extension" ]; then
	echo "1..0 # SKIP cx_observer.fdx is not built: freeDiameter's headers are missing"
	exit 77
fi
status=0
number=0
verdict()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		printf '%s\n' "found: $2" "expected: $3" | sed 's/^/# /'
		echo "not ok $number - $1"
		status=1
	fi
}

echo "1..4"
exported=$(nm -D --defined-only "$extension" | awk '{ print $NF }' | sort | tr '\n' ' ')
verdict "exports are the entry, the end and the dependencies" "$exported" \
	"fd_ext_depends fd_ext_fini fd_ext_init "

# What the dynamic linker misses without the host is the host's; the sanitizers' names come with them.
missing=$(ldd -r "$extension" 2>&1 | sed -n 's/^undefined symbol: \([^[:space:]]*\).*/\1/p' |
	grep -v -e '^__asan' -e '^__ubsan' -e '^__lsan' -e '^__tsan' -e '^__sanitizer' -e '^__sancov' |
	sed 's/^fd_.*/fd_/' | sort -u | tr '\n' ' ')
verdict "what is not defined is freeDiameter's" "$missing" "fd_ "

needs=$(readelf -d "$extension" | sed -n 's/.*(NEEDED).*\[lib\(fd[a-z]*\)\..*/\1/p' | tr '\n' ' ')
verdict "freeDiameter's libraries are the host's own" "$needs" ""

flags=$(readelf -d "$extension" | grep -o NODELETE || true)
verdict "the code stays when the host closes it" "$flags" "NODELETE"
exit $status
