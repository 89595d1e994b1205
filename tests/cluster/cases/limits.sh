# What only the cluster knows: quotas, LimitRanges, policies, priority and fairness; and what other
# managers hold.
. "$ASSERT"
new_repository
kubectl create namespace limits >/dev/null
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: LimitRange
metadata: {name: pods, namespace: limits}
spec:
  limits:
  - type: Container
    default: {memory: 128Mi}
    max: {memory: 1Gi}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: limits-no-latest}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: limits}}
  validations:
  - {expression: "object.spec.containers.all(c, !c.image.endsWith(':latest'))", message: no latest images}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: limits-no-latest}
spec: {policyName: limits-no-latest, validationActions: [Deny]}
YAML
trap 'kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy limits-no-latest >/dev/null; stop_proxy' EXIT
pod() { # pod NAME IMAGE MEMORY
	printf -- '---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: limits}\nspec:\n  containers:\n  - name: a\n    image: %s\n    resources: {limits: {memory: %s}}\n' "$@"
}
{ pod good nginx:1 64Mi; pod big nginx:1 2Gi; pod latest nginx:latest 64Mi; } >all.yaml
commit one
for _ in {1..50}; do # policies take a moment to be seen
	kubectl apply --dry-run=server -f all.yaml >out 2>&1 || true
	grep -q 'no latest images' out && break
	sleep 0.2
done
expect_exit 1 "$GITOPS" plan
expect_line out "maximum memory usage per Container is 1Gi, but limit is 2Gi [cluster/admission]"
expect_line out "no latest images"
expect_line out "Checked: 3 by dry-run on the cluster."

# a quota that is used up
cat >all.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: over, namespace: limits}
YAML
commit two
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: ResourceQuota
metadata: {name: maps, namespace: limits}
spec: {hard: {configmaps: "0"}}
YAML
kubectl -n limits patch resourcequota maps --subresource=status --type merge \
	-p '{"status":{"hard":{"configmaps":"0"},"used":{"configmaps":"0"}}}' >/dev/null
for _ in {1..50}; do
	kubectl apply --dry-run=server -f all.yaml >out 2>&1 || true
	grep -q 'exceeded quota' out && break
	sleep 0.2
done
expect_exit 1 "$GITOPS" plan
expect_line out "exceeded quota: maps"
kubectl -n limits delete resourcequota maps >/dev/null

# what git gives up and another manager holds stays, and says who holds it; what nobody renders and
# the server sets is the server's
cat >all.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: limits
  labels: {a: "1", b: "2"}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
YAML
commit three
kubectl apply --server-side -f all.yaml >/dev/null
kubectl apply --server-side --field-manager autoscaler -f - >/dev/null <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: limits}
spec: {replicas: 3}
YAML
sed -i '/replicas/d; s/, b: "2"//' all.yaml
commit four
expect_exit 2 "$GITOPS" plan --detailed-exitcode
expect_line out 'metadata.labels.b: "2"'
expect_line out "spec.replicas: 3 → 3"
expect_line out "[stays by autoscaler]"
expect_exit 0 "$GITOPS" plan --level read
expect_line out "[stays by autoscaler]"
kubectl apply --server-side -f all.yaml >/dev/null
[ "$(kubectl -n limits get deployment web -o 'jsonpath={.spec.replicas}')" = 3 ] || fail "it stays"

# priority and fairness: a user with one seat, and no queue, still gets everything decided
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: narrow}
spec:
  type: Limited
  limited: {nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: narrow}
spec:
  priorityLevelConfiguration: {name: narrow}
  matchingPrecedence: 10
  rules:
  - subjects: [{kind: User, user: {name: bob}}]
    resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bob-is-admin}
subjects: [{kind: User, name: bob, apiGroup: rbac.authorization.k8s.io}]
roleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}
YAML
for i in $(seq 150); do
	printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d, namespace: limits}\ndata: {a: "%d"}\n' "$i" "$i"
done >all.yaml
commit five
for _ in {1..40}; do # until the server has seen the level
	metrics=$(kubectl get --raw /metrics | grep 'apiserver_flowcontrol_nominal_limit_seats{priority_level="narrow"}' || true)
	[ -z "$metrics" ] || break
	sleep 0.25
done
# rejected: how many requests the level has sent away.
rejected() {
	kubectl get --raw /metrics | sed -nE 's/^apiserver_flowcontrol_rejected_requests_total\{.*priority_level="narrow".*\} ([0-9]+)$/\1/p' | awk '{ n += $1 } END { print n + 0 }'
}
for _ in {1..6}; do # a busy machine may send no two requests at once
	expect_exit 0 "$GITOPS" plan --context bob
	expect_line out "Checked: 151 by dry-run on the cluster."
	rejected=$(rejected)
	[ "$rejected" = 0 ] || break
done
kubectl delete flowschema narrow >/dev/null
kubectl delete prioritylevelconfiguration narrow >/dev/null
kubectl delete clusterrolebinding bob-is-admin >/dev/null
[ "$rejected" -gt 0 ] || fail "nothing was throttled, so nothing was tested"
echo "limits: 150 objects decided through one seat, $rejected requests were sent away"
