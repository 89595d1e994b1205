# What must be deleted and created again: the new object is tried under another name.
. "$ASSERT"
new_repository
kubectl create namespace replace >/dev/null
web() { # web LABEL REPLICAS
	cat <<-YAML
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: web, namespace: replace}
		spec:
		  replicas: $2
		  selector: {matchLabels: {app: $1}}
		  template:
		    metadata: {labels: {app: $1}}
		    spec: {containers: [{name: web, image: "nginx:1"}]}
	YAML
}
web one 1 >all.yaml
commit one
kubectl apply -f all.yaml >/dev/null
web two 1 >all.yaml
commit two
expect_exit 1 "$GITOPS" plan
expect_line out "field is immutable; 'kubectl replace --force' would delete and create it [cluster/immutable]"
expect_exit 0 "$GITOPS" plan --force
expect_line out "Deployment replace/web will be deleted and created again (simulated)"
expect_line out "the new one was tried under another name"
expect_line out 'spec.selector.matchLabels.app: "one" → "two"'
expect_line out "[risk/interrupts]"
[ -z "$(kubectl -n replace get deployments -o name | grep -v '/web$')" ] || fail "planning made something"
# the new one would be refused: then the old one is gone
cat >>all.yaml <<'YAML'
  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}
YAML
commit three
expect_exit 1 "$GITOPS" plan --force
expect_line out "a forced apply deletes the live object before the new one is refused"
expect_line out "[risk/force-deletes]"
# refused for another reason than an immutable field: forcing deletes first all the same
web one 1 >all.yaml
echo "  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}" >>all.yaml
commit four
expect_exit 1 "$GITOPS" plan --force --base HEAD~3
expect_line out "[risk/force-deletes]"
expect_exit 1 "$GITOPS" plan --base HEAD~3
reject_line out "[risk/force-deletes]"
