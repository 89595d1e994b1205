# Checks for the case scripts of tests/cluster/cases; sourced by `. "$ASSERT"`.
# shellcheck shell=bash

fail() {
	echo "failed: $*" >&2
	exit 1
}

# expect_exit STATUS COMMAND...: its output goes to files out and err, its status must be STATUS.
expect_exit() {
	local want=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ "$status" = "$want" ] && return
	echo "--- out" && cat out && echo "--- err" && cat err
	fail "'$*': exit $status, expected $want"
}

# expect_line FILE TEXT: FILE has a line that contains TEXT.
expect_line() {
	grep -qF -e "$2" "$1" && return
	echo "--- $1" && cat "$1"
	fail "no line of $1 contains '$2'"
}

# reject_line FILE TEXT: it has none.
reject_line() {
	grep -qF -e "$2" "$1" || return 0
	echo "--- $1" && cat "$1"
	fail "a line of $1 contains '$2'"
}

# new_repository: an empty repository in the folder repo; then: commit MESSAGE.
new_repository() {
	git init -q --template= -b main repo
	cd repo
}

commit() {
	git add -A
	git commit -q -m "$1"
}
