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

# start_proxy ARG...: tests/cluster/proxy.py with these; $PROXY is its address, proxy.log its faults.
start_proxy() {
	stop_proxy
	rm -f proxy.log
	python3 "$(dirname "$ASSERT")/proxy.py" --server-dir "$SERVER_DIR" --ready "$PWD/proxy.log" "$@" >&2 &
	proxy_pid=$!
	for _ in {1..100}; do
		[ -s proxy.log ] && break
		sleep 0.1
	done
	PROXY=https://127.0.0.1:$(head -n 1 proxy.log)
}

stop_proxy() {
	[ -z "${proxy_pid:-}" ] && return
	kill "$proxy_pid" 2>/dev/null || true
	wait "$proxy_pid" 2>/dev/null || true
	proxy_pid=
}
trap stop_proxy EXIT

# shop NAMESPACE: a small app of four kinds, in all.yaml.
shop() {
	cat >all.yaml <<-YAML
		apiVersion: v1
		kind: Namespace
		metadata:
		  name: $1
		---
		apiVersion: apps/v1
		kind: Deployment
		metadata:
		  name: web
		  namespace: $1
		spec:
		  replicas: 2
		  selector:
		    matchLabels: {app: web}
		  template:
		    metadata:
		      labels: {app: web}
		    spec:
		      containers:
		      - name: web
		        image: nginx:1.27
		        ports:
		        - containerPort: 80
		---
		apiVersion: v1
		kind: ConfigMap
		metadata:
		  name: conf
		  namespace: $1
		data:
		  a: "1"
		---
		apiVersion: v1
		kind: Secret
		metadata:
		  name: key
		  namespace: $1
		data:
		  password: c3dvcmRmaXNoMQ==
	YAML
}

# A definition of custom resources that hold anything.
crd() { # crd GROUP PLURAL KIND VERSION
	cat <<-YAML
		---
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: $2.$1}
		spec:
		  group: $1
		  scope: Namespaced
		  names: {plural: $2, kind: $3}
		  versions:
		  - {name: $4, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
	YAML
}
