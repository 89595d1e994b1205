# Many objects, a server that sends connections away, Ctrl-C, credentials that are renewed.
. "$ASSERT"
new_repository
cluster=$(dirname "$ASSERT")
kubectl create namespace load >/dev/null
for i in $(seq 300); do
	printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d, namespace: load}\ndata: {a: "%d"}\n' "$i" "$i"
done >all.yaml
commit one

# GOAWAY: one request in 20 tells the connection to go away
other=$PWD/../other
XDG_CACHE_HOME=$APISERVER_CACHE APISERVER_FLAGS=--goaway-chance=0.02 "$cluster/apiserver" start "$other" >/dev/null
trap '"$cluster/apiserver" stop "$other"' EXIT
for _ in 1 2 3; do
	KUBECONFIG=$other/kubeconfig kubectl create namespace load >/dev/null 2>&1 || true
	KUBECONFIG=$other/kubeconfig expect_exit 0 "$GITOPS" plan
	expect_line out "Checked: 300 by dry-run on the cluster."
done
KUBECONFIG=$other/kubeconfig kubectl apply --server-side -f all.yaml >/dev/null
KUBECONFIG=$other/kubeconfig expect_exit 0 "$GITOPS" plan --detailed-exitcode
expect_line out "Checked: 300 by dry-run on the cluster."

# two clusters in one run
"$GITOPS" plan --context admin --context admin-cert -o json >out
grep -c '"id": ' out | grep -qx 2 || fail "two targets"

# Ctrl-C ends it at once, undecided
start_proxy --fault hang --match PATCH
trap 'stop_proxy; "$cluster/apiserver" stop "$other"' EXIT
start=$SECONDS
"$GITOPS" plan --server "$PROXY" --tls-server-name localhost >out 2>err &
plan=$!
sleep 2
# a background job of a script ignores SIGINT until it asks for it; the plan does
kill -INT $plan
status=0
wait $plan || status=$?
[ $status = 3 ] || fail "exit $status after Ctrl-C"
[ $((SECONDS - start)) -lt 6 ] || fail "Ctrl-C took $((SECONDS - start)) seconds"
expect_line err "cancelled"
stop_proxy

# a 401 renews the credential once: the plugin's first token is refused
token=$(awk -F, '/admin/ { print $1; exit }' "$SERVER_DIR/tokens.csv")
cat >../plugin <<SH
#!/bin/sh
echo run >>$PWD/../runs
[ \$(wc -l <$PWD/../runs) = 1 ] && token=stale || token=$token
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'\$token'"}}'
SH
chmod +x ../plugin
cat >../exec <<YAML
current-context: exec
contexts:
- {name: exec, context: {cluster: here, user: exec}}
clusters:
- {name: here, cluster: {server: "https://127.0.0.1:$(cat "$SERVER_DIR/port")", certificate-authority: $SERVER_DIR/ca.crt}}
users:
- name: exec
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}
YAML
KUBECONFIG=../exec expect_exit 0 "$GITOPS" plan
[ "$(wc -l <../runs)" = 2 ] || fail "the plugin ran $(wc -l <../runs) times"
