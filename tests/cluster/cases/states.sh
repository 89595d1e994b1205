# An empty cluster, everything applied, an update, a deletion, drift by another manager.
. "$ASSERT"
new_repository
shop states
commit one

expect_exit 0 "$GITOPS" plan
expect_line out "Namespace states will be created"
expect_line out "Plan: 4 to create, 0 to change, 0 to delete, 0 unchanged. 0 errors, 0 warnings."
expect_line out "Checked: 4 by dry-run on the cluster, 3 of them simulated."
expect_exit 2 "$GITOPS" plan --detailed-exitcode
reject_line out c3dvcmRmaXNoMQ==
[ -z "$(kubectl get ns states --ignore-not-found)" ] || fail "planning made the namespace"

kubectl apply --server-side -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" plan --detailed-exitcode
expect_line out "Nothing changes."
expect_line out "Checked: 4 by dry-run on the cluster."

sed -i 's/nginx:1.27/nginx:1.28/' all.yaml
commit two
expect_exit 2 "$GITOPS" plan --detailed-exitcode
expect_line out 'spec.template.spec.containers[name="web"].image: "nginx:1.27" → "nginx:1.28"'
expect_line out "all.yaml:21"
expect_line out "Plan: 0 to create, 1 to change, 0 to delete, 3 unchanged."

# drift: another manager writes a field that git sets, and git sets it again
kubectl -n states patch configmap conf --type merge -p '{"data":{"a":"2"}}' --field-manager intruder >/dev/null
expect_exit 1 "$GITOPS" plan -o json
expect_line out '"cause": "drift"'
expect_line out '"manager": "intruder"'
expect_exit 1 "$GITOPS" plan
expect_line out '[drift by intruder]'
expect_line out 'all.yaml:31:6: error: ConfigMap states/conf: data.a: conflict with "intruder"'
kubectl -n states patch configmap conf --type merge -p '{"data":{"a":"1"}}' --field-manager intruder >/dev/null

# git loses an object: nobody prunes it
cp all.yaml saved
awk -v RS='---\n' -v ORS='---\n' '!/kind: ConfigMap/' saved >all.yaml
rm saved
commit three
expect_exit 0 "$GITOPS" plan
expect_line out "ConfigMap states/conf"
expect_line out "does not prune"

# status: is what is in git what runs?
kubectl apply --server-side --force-conflicts -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" status
kubectl -n states patch deployment web --type merge -p '{"spec":{"replicas":7}}' --field-manager hand >/dev/null
expect_exit 1 "$GITOPS" status
expect_line out "spec.replicas: 7 → 2"
expect_line out "[drift by hand, which last wrote 20"
kubectl -n states delete secret key >/dev/null
expect_exit 1 "$GITOPS" status -o json
expect_line out '"action": "create"'
expect_line out '"managerTime": "20'
expect_exit 3 "$GITOPS" status --server https://127.0.0.1:1
expect_exit 3 "$GITOPS" status --offline
