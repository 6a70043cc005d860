#!/bin/sh
# Proves the layer table of CONTRIBUTING.md from the #include lines: which folder may use which
# folder, and which external library. tests/ and bench/ are free but for "../".
# One line of TAP for each rule; CHECK_ROOT names another tree to look at.
set -eu
root=${CHECK_ROOT:-${top_srcdir:-$(dirname "$0")/..}}
cd "$root"
report=$(mktemp)
includes=$(mktemp)
trap 'rm -f "$report" "$includes"' EXIT

# "file line form name" of each #include; form is q for "name" and a for <name>.
find base model codec store importers audit cx trace cli bench tests \
	-name '*.[ch]' -type f 2>/dev/null | sort | while read -r file; do
	awk -v file="$file" '
		/^[ \t]*#[ \t]*include[ \t]*"/ { split($0, p, "\""); print file, FNR, "q", p[2] }
		/^[ \t]*#[ \t]*include[ \t]*</ { split($0, p, /[<>]/); print file, FNR, "a", p[2] }
	' "$file"
done >"$includes"

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

echo "1..5"

awk '
BEGIN {
	may["base"] = "base"
	may["model"] = "model base"
	may["codec"] = "codec model base"
	may["store"] = "store codec model base"
	may["importers"] = "importers codec store model base"
	may["audit"] = "audit store model base"
	may["cx"] = "cx codec store model base"
	may["trace"] = "trace codec audit store model base"
	may["cli"] = "cli trace importers audit store codec model base"
}
$3 == "q" {
	split($1, from, "/")
	split($4, to, "/")
	if ((from[1] in may) && index(" " may[from[1]] " ", " " to[1] " ") == 0)
		printf "%s:%d: %s/ may not include \"%s\"\n", $1, $2, from[1], $4
}' "$includes" >"$report"
verdict "folders include only the folders below them"

awk '
BEGIN {
	only["sqlite3.h"] = "store"
	only["sqlite3ext.h"] = "store"
	only["libxml"] = "codec importers"
	only["freeDiameter"] = "cx"
	only["osip2"] = "trace"
	only["osipparser2"] = "trace"
	only["archive.h"] = "importers"
	only["archive_entry.h"] = "importers"
	only["libpq-fe.h"] = "store"
}
{
	split($1, from, "/")
	split($4, to, "/")
	if (from[1] == "tests" || from[1] == "bench")
		next
	if ((to[1] in only) && index(" " only[to[1]] " ", " " from[1] " ") == 0)
		printf "%s:%d: <%s> belongs to %s\n", $1, $2, $4, only[to[1]]
}' "$includes" >"$report"
verdict "external libraries are used in their folders only"

awk '
BEGIN {
	names = "assert ctype errno fcntl inttypes limits locale math pthread regex signal stdalign " \
		"stdarg stdatomic stdbool stddef stdint stdio stdlib string strings time unistd wchar"
	count = split(names, name, " ")
	for (i = 1; i <= count; i++)
		libc[name[i] ".h"] = 1
	libc["sys/stat.h"] = libc["sys/time.h"] = libc["sys/types.h"] = libc["sys/queue.h"] = 1
}
$3 == "a" && $1 ~ /^(base|model)\// && !($4 in libc) {
	printf "%s:%d: <%s> is not a header of libc\n", $1, $2, $4
}' "$includes" >"$report"
verdict "base/ and model/ need libc alone"

while read -r file line form name; do
	case $form:$name in
	*../*) echo "$file:$line: \"$name\": write it from the top" ;;
	q:*) [ -e "$name" ] || echo "$file:$line: there is no file $name" ;;
	esac
done <"$includes" >"$report"
verdict "includes are written from the top"

awk '!seen[$1]++ && $1 ~ /\.c$/ && $1 !~ /^tests\// { print $1, $2, $4 }' "$includes" |
while read -r file line name; do
	own=${file%.c}.h
	[ ! -e "$own" ] || [ "$name" = "$own" ] ||
		echo "$file:$line: \"$own\" goes first, so that it is proved to stand alone"
done >"$report"
verdict "a file includes its own header first"
exit $status
