# One run over several clusters: what they have in common is said once.
. "$ASSERT"
new_repository
cluster=$(dirname "$ASSERT")
other=$PWD/../other
XDG_CACHE_HOME=$APISERVER_CACHE "$cluster/apiserver" start "$other" >/dev/null
trap '"$cluster/apiserver" stop "$other"' EXIT
cat >../far <<YAML
contexts:
- {name: far, context: {cluster: far, user: far}}
clusters:
- name: far
  cluster: {server: "https://127.0.0.1:$(cat "$other/port")", certificate-authority: $other/ca.crt}
users:
- {name: far, user: {token: admin-token}}
YAML
export KUBECONFIG=$KUBECONFIG:../far
for context in admin far; do
	kubectl --context $context create namespace several >/dev/null
done
for i in 1 2 3; do
	printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d, namespace: several}\ndata: {a: "%d"}\n' $i $i
done >all.yaml
commit one
for context in admin far; do
	kubectl --context $context apply --server-side -f all.yaml >/dev/null
done
sed -i 's/a: "/a: "9/' all.yaml
commit two
contexts=(--context admin --context far)
expect_exit 0 "$GITOPS" plan "${contexts[@]}"
expect_line out "admin and far: the same 3 changes on 2 clusters:"
[ "$(grep -c 'ConfigMap several/m1 will be changed' out)" = 1 ] || fail "said once"
expect_line out "Plan: 0 to create, 6 to change"
expect_exit 0 "$GITOPS" plan "${contexts[@]}" -o markdown
expect_line out "#### admin and far: the same 3 changes on 2 clusters"
expect_exit 0 "$GITOPS" plan "${contexts[@]}" -o html
expect_line out "<h3>admin and far: the same 3 changes on 2 clusters</h3>"
expect_line out "on admin and far"
[ "$(grep -c '<details' out)" = 3 ] || fail "said once on the page"
# one of them has drifted
kubectl --context far -n several patch configmap m2 --type merge -p '{"data":{"a":"x"}}' --field-manager hand >/dev/null
expect_exit 1 "$GITOPS" plan "${contexts[@]}"
expect_line out "admin and far: the same 2 changes on 2 clusters:"
expect_line out "admin:"
expect_line out "far:"
expect_line out '[cluster/conflict] on far'
expect_exit 1 "$GITOPS" plan "${contexts[@]}" -o html
expect_line out "<h3>admin and far: the same 2 changes on 2 clusters</h3>"
[ "$(grep -c '<details' out)" = 4 ] || fail "the two that differ apart"
expect_exit 1 "$GITOPS" plan "${contexts[@]}" -o json
python3 - <<'PY'
import json
plan = json.load(open("out"))
assert plan["alike"] == [{"targets": ["admin", "far"], "changes": 2}], plan["alike"]
assert len(plan["changes"]) == 6 and len(plan["targets"]) == 2
PY
# one that is out of reach: nothing is said to be well
"$cluster/apiserver" stop "$other"
expect_exit 3 "$GITOPS" plan "${contexts[@]}"
reject_line out "Plan:"
