# What git lost: kubectl's ApplySets and allow-listed pruning, each against what kubectl then does.
. "$ASSERT"
new_repository
kubectl create namespace prune >/dev/null
map() { # map NAME LABEL
	printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: prune, labels: {app: "%s"}}\ndata: {a: "1"}\n' "$1" "$2"
}
names() {
	kubectl -n prune get configmaps -o name | grep -v kube-root-ca | sort | tr '\n' ' '
}

# an ApplySet: nothing of it is there yet
{ map one x; map two x; map three x; } >all.yaml
commit one
set=(--applyset=shop -n prune --prune)
expect_exit 0 "$GITOPS" plan "${set[@]}"
expect_line out "Plan: 3 to create, 0 to change, 0 to delete"
KUBECTL_APPLYSET=true kubectl apply "${set[@]}" -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" plan --detailed-exitcode "${set[@]}"
expect_line out "Nothing changes."

# git loses one in this commit and another before it; a stranger is no member
map stranger x | kubectl apply -f - >/dev/null
{ map one x; map three x; } >all.yaml
commit two
map one x >all.yaml
commit three
expect_exit 2 "$GITOPS" plan --detailed-exitcode "${set[@]}"
expect_line out "ConfigMap prune/two will be deleted"
expect_line out "git lost it before base, and it is still in the inventory"
expect_line out "ConfigMap prune/three will be deleted"
expect_line out "Plan: 0 to create, 0 to change, 2 to delete, 1 unchanged."
reject_line out stranger
expect_exit 1 "$GITOPS" plan "${set[@]}" --max-deletions 1
expect_exit 2 "$GITOPS" plan --detailed-exitcode --applyset=shop -n prune
expect_line out "Plan: 0 to create, 0 to change, 0 to delete, 1 orphaned, 1 unchanged."
# one that left the set is not pruned
kubectl -n prune label configmap three applyset.kubernetes.io/part-of- >/dev/null
expect_exit 0 "$GITOPS" plan "${set[@]}"
expect_line out "it is not part of the ApplySet"
expect_line out "Plan: 0 to create, 0 to change, 1 to delete, 1 orphaned, 1 unchanged."
expect_exit 3 "$GITOPS" plan --context alice "${set[@]}"
KUBECTL_APPLYSET=true kubectl apply "${set[@]}" -f all.yaml >/dev/null
[ "$(names)" = "configmap/one configmap/stranger configmap/three " ] || fail "kubectl left $(names)"
expect_exit 0 "$GITOPS" status "${set[@]}"
# a Secret that is no parent, and a parent of another kind
kubectl -n prune create secret generic plain >/dev/null
expect_exit 3 "$GITOPS" plan --applyset=plain -n prune --prune
expect_line err "no ApplySet's parent"
expect_exit 0 "$GITOPS" plan --applyset=configmaps/other -n prune --prune
expect_exit 3 "$GITOPS" plan --applyset=nonsense/other -n prune --prune
expect_line err "the cluster serves no resource 'nonsense'"

# allow-listed pruning: what kubectl applied on the client's side, of the kinds and labels given
kubectl -n prune delete configmap --all >/dev/null
kubectl -n prune create configmap hand --from-literal=a=b >/dev/null
kubectl -n prune label configmap hand app=y >/dev/null
{ map one y; map two y; map three z; } | kubectl apply -f - >/dev/null
{ map one y; map two y; } >all.yaml
commit four
map one y >all.yaml
commit five
list=(--prune --prune-allowlist core/v1/ConfigMap -l app=y)
expect_exit 0 "$GITOPS" plan "${list[@]}"
expect_line out "ConfigMap prune/two will be deleted"
expect_line out "Plan: 0 to create, 0 to change, 1 to delete, 1 unchanged."
expect_exit 0 "$GITOPS" plan --prune -l 'app in (y, z)'
expect_line out "ConfigMap prune/three will be deleted"
kubectl apply "${list[@]}" -f all.yaml >/dev/null 2>&1
[ "$(names)" = "configmap/hand configmap/one configmap/three " ] || fail "kubectl left $(names)"
expect_exit 0 "$GITOPS" plan --detailed-exitcode "${list[@]}"
