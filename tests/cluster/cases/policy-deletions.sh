# Policies for DELETE: a plan's deletions are refused where the API server refuses them, in the
# same words; parameters that only the cluster has are read from it.
. "$ASSERT"
kubectl create namespace held >/dev/null
cat >policies.yaml <<'YAML'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: kept}
spec:
  paramKind: {apiVersion: v1, kind: ServiceAccount}
  matchConstraints:
    objectSelector: {matchExpressions: [{key: keep, operator: Exists}]}
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [DELETE], resources: [configmaps]}
  validations:
  - expression: 'object == null && oldObject.metadata.labels.keep != params.metadata.labels.always'
    messageExpression: 'request.operation + " of " + oldObject.metadata.name + ": kept " + params.metadata.labels.always'
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: kept-in-held}
spec:
  policyName: kept
  validationActions: [Deny]
  paramRef: {name: words, namespace: default, parameterNotFoundAction: Deny}
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: held}}}
YAML
kubectl create serviceaccount words -n default >/dev/null
kubectl label serviceaccount words -n default always=forever >/dev/null
new_repository
cp ../policies.yaml .
for keep in forever sometimes; do
	printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: held, labels: {keep: %s}}\n' "$keep" "$keep"
done >all.yaml
printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain, namespace: held}\n' >>all.yaml
commit one
kubectl apply -f all.yaml >/dev/null
kubectl apply -f policies.yaml >/dev/null
trap 'kubectl delete -f policies.yaml --wait=false >/dev/null 2>&1' EXIT
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: held}\n' >all.yaml
commit two
for _ in {1..60}; do # until the admission plugin knows the policy and its parameters
	kubectl delete configmap -n held forever --dry-run=server >server 2>&1 || true
	[ "$(grep -c 'kept forever' server)" = 1 ] &&
		kubectl delete configmap -n held sometimes plain --dry-run=server >/dev/null 2>&1 && break
	sleep 0.5
done
refused=$(grep -o "ValidatingAdmissionPolicy .*" server)
expect_line server "kept forever"
kubectl delete configmap -n held sometimes plain --dry-run=server >/dev/null

for level in dry-run read; do
	expect_exit 1 "$GITOPS" plan --prune --owner kubectl --level "$level"
	expect_line out "ConfigMap held/forever: $refused [policy/denied]"
	[ "$(grep -c 'policy/denied' out)" = 1 ] || fail "$level: more is refused than the server refuses"
done
# without the cluster nobody knows the parameters, and that is said
expect_exit 0 "$GITOPS" plan --prune --owner kubectl --offline
expect_line out "its parameters, the ServiceAccount 'words', are not in the commit: the cluster may have them"
# a parameter that is nowhere refuses, as the binding asks
kubectl delete serviceaccount words -n default >/dev/null
expect_exit 1 "$GITOPS" plan --prune --owner kubectl
expect_line out "no params found for policy binding with \`Deny\` parameterNotFoundAction"
echo "4 plans with deletions compared with the server's refusals"
