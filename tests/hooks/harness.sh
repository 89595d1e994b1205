# The harness of the tests that run the program in real repositories; sourced by tests/*/run.
#
# Every case is a function case_NAME. It gets a folder of its own, whose path has a space and a
# letter that is not ASCII, with a clone `work` of the bare repository `server.git`, both at one good
# commit. expect_* functions fail the case with what was seen. The sourcing script has set $binary
# and ends with: run_cases SUITE "$@"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# --- what cases are made of -----------------------------------------------------------------------

fail() {
	echo "# $1"
	[ ! -s "$out" ] || head -n 40 "$out" | sed 's/^/#   | /'
	exit 1
}

# run COMMAND...: its output (both streams) to $out and its exit status to $status.
run() {
	status=0
	"$@" >"$out" 2>&1 || status=$?
}

expect_status() { [ "$status" = "$1" ] || fail "exit status $status, expected $1"; }
expect_failure() { [ "$status" != 0 ] || fail "exit status 0, expected a failure"; }
expect() { grep -qF -- "$1" "$out" || fail "does not say: $1"; }
expect_not() { ! grep -qF -- "$1" "$out" || fail "says: $1"; }
# at REPO REF COMMIT: the ref of a repository is at our commit.
at() { [ "$(git -C "$1" rev-parse "$2")" = "$(git rev-parse "$3")" ] || fail "$1: $2 is not at $3"; }

gitops() { "$binary" "$@"; }

# manifest FILE NAME [FIELD]: a ConfigMap; with a FIELD that is misspelt it is a bad one.
manifest() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n%s: {a: "%s"}\n' "$2" "${3:-data}" "$2" >"$1"
}

good_commit() { manifest "$1" "${1%.yaml}" && git add . && git commit -qm "good $1" --no-verify; }
bad_commit() { manifest "$1" "${1%.yaml}" datta && git add . && git commit -qm "bad $1" --no-verify; }
BAD="unknown field 'datta', did you mean 'data'?"

new_case() {
	git init -q --bare -b main server.git
	git -C server.git config http.receivepack true
	git init -q -b main work
	cd work
	good_commit first.yaml
	git remote add origin ../server.git
	git push -q origin main
	git branch -q -u origin/main
}

# --- running them ------------------------------------------------------------------------------------

isolate() {
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE KUBECTL_GITOPS_SKIP GL_ID GL_REPOSITORY KUBERNETES_SERVICE_HOST
	export GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
	export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org LC_ALL=C.UTF-8 TZ=UTC
}

run_case() {
	local folder="$scratch/$1 é"
	mkdir -p "$folder/home"
	cd "$folder" || exit 1
	export HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config XDG_CACHE_HOME=$folder/home/.cache
	export KUBECONFIG=$folder/home/none
	unset GIT_CONFIG_GLOBAL
	out=$folder/out
	: >"$out"
	new_case
	"case_$1"
}

# run_cases SUITE [CASE...]: those cases, or all of them.
run_cases() {
	local suite=$1 passed=0 failed=0 name message
	shift
	isolate
	[ $# -gt 0 ] || mapfile -t names < <(declare -F | sed -n 's/^declare -f case_//p')
	for name in "${@:-${names[@]}}"; do
		if message=$( (run_case "$name") 2>&1); then
			passed=$((passed + 1))
			[ -z "$message" ] || echo "$message"
		else
			failed=$((failed + 1))
			echo "not ok - $name"
			echo "$message"
		fi
	done
	echo "$suite: $passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
