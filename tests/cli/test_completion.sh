#!/bin/bash
# The completion offers the commands and the long options that --help lists, no more and no fewer.
set -u
program=$top_builddir/cxaudit
. "$top_srcdir/packaging/completion/cxaudit"
number=0
status=0

# offered WORD...: what is completed after these words, the last one being typed.
offered()
{
	COMP_WORDS=(cxaudit "$@")
	COMP_CWORD=$#
	_cxaudit
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

same()
{
	number=$((number + 1))
	if [ -n "$2" ] && [ "$2" = "$3" ]; then
		echo "ok $number - $1"
	else
		diff <(echo "$2") <(echo "$3") | sed 's/^/# /'
		echo "not ok $number - $1"
		status=1
	fi
}

commands=$("$program" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
same commands_are_those_of_help "$(sort <<<"$commands")" "$(offered '' | grep -v '^-')"
for command in $commands; do
	# Options stand at the start of a line, after an optional short form.
	options=$("$program" "$command" --help |
		sed -nE 's/^ +(-[a-z], )?(--[a-z-]+).*/\2/p' | sort -u)
	same "options_of_${command}_are_those_of_help" "$options" "$(offered "$command" --)"
done
same profiles_are_offered "$(printf '%s\n' 3gpp fhoss open5gs pyhss)" "$(offered audit --hss '')"
echo "1..$number"
exit $status
