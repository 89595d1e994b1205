# Admission policies: an API server that has them refuses, warns of and lets through the same
# objects as `validate` does without one, in the same words.
. "$ASSERT"
mkdir rules app

# rule NAME RESOURCES ACTION: the head of a policy (standard input: the rest) and its binding
rule() {
	cat >"rules/$1.yaml" <<-YAML
		apiVersion: admissionregistration.k8s.io/v1
		kind: ValidatingAdmissionPolicyBinding
		metadata: {name: $1-bound}
		spec:
		  policyName: $1
		  validationActions: [$3]
		  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: policed}}}
		  ${4:-}
		---
		apiVersion: admissionregistration.k8s.io/v1
		kind: ValidatingAdmissionPolicy
		metadata: {name: $1}
		spec:
		  matchConstraints:
		    resourceRules:
		    - {apiGroups: ["", apps, batch], apiVersions: ["*"], operations: [CREATE], resources: [$2]}
	YAML
	cat >>"rules/$1.yaml"
}
rule replicas 'deployments, statefulsets' Deny <<'YAML'
  variables:
  - {name: most, expression: 'object.metadata.name.startsWith("big") ? 50 : 5'}
  - {name: containers, expression: object.spec.template.spec.containers}
  validations:
  - {expression: object.spec.replicas <= variables.most, messageExpression: '"at most " + string(variables.most)'}
  - {expression: 'variables.containers.all(c, c.imagePullPolicy == "IfNotPresent")', message: pinned images only}
  - {expression: 'variables.containers.all(c, has(c.resources.limits) && quantity(c.resources.limits.memory).isLessThan(quantity("1Gi")))'}
YAML
rule types services Deny <<'YAML'
  matchConditions:
  - {name: not-free, expression: '!object.metadata.name.startsWith("free")'}
  validations:
  - {expression: 'object.spec.type != "NodePort" && object.spec.ports.all(p, p.protocol == "TCP")'}
YAML
rule keys configmaps Deny 'paramRef: {name: keys, namespace: default, parameterNotFoundAction: Deny}' <<'YAML'
  paramKind: {apiVersion: v1, kind: ConfigMap}
  matchConditions:
  - {name: not-root, expression: 'object.metadata.name != "kube-root-ca.crt"'}
  validations:
  - {expression: 'object.data.all(k, k in params.data.allowed.split(","))', messageExpression: '"only " + params.data.allowed'}
  - {expression: 'oldObject == null && request.operation == "CREATE" && request.namespace == "policed" && namespaceObject.metadata.name == "policed"'}
YAML
rule owners secrets Warn <<'YAML'
  validations:
  - {expression: '"owner" in object.metadata.labels', message: a Secret has an owner}
YAML
cat >rules/more.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: keys, namespace: default}
data: {allowed: "one,two"}
---
apiVersion: v1
kind: Namespace
metadata: {name: policed}
YAML

# workload KIND NAME LINE CONTAINER
workload() {
	cat >"app/$2.yaml" <<-YAML
		apiVersion: apps/v1
		kind: $1
		metadata: {name: $2, namespace: policed}
		spec:
		  $3
		  selector: {matchLabels: {app: x}}
		  template:
		    metadata: {labels: {app: x}}
		    spec: {containers: [$4]}
	YAML
}
fine='{name: c, image: "i:1", resources: {limits: {memory: 100Mi}}}'
workload Deployment unsaid 'minReadySeconds: 1' "$fine"
workload Deployment many 'replicas: 6' "$fine"
workload Deployment big-many 'replicas: 6' "$fine"
workload StatefulSet latest 'replicas: 2' '{name: c, image: "host:5000/i", resources: {limits: {memory: 1}}}'
workload StatefulSet unlimited 'replicas: 2' '{name: c, image: "i:2"}'
workload Deployment large 'replicas: 2' '{name: c, image: "i:2", resources: {limits: {memory: 2Gi}}}'
# small NAME KIND REST
small() { printf 'apiVersion: v1\nkind: %s\nmetadata: {name: %s, namespace: policed%s}\n%s\n' "$2" "$1" "${4:-}" "$3" >"app/$1.yaml"; }
small plain Service 'spec: {ports: [{port: 80}]}'
small udp Service 'spec: {ports: [{port: 80, protocol: UDP}]}'
small free-udp Service 'spec: {ports: [{port: 80, protocol: UDP}]}'
small node Service 'spec: {type: NodePort, ports: [{port: 80}]}'
small allowed ConfigMap 'data: {one: "1", two: "2"}'
small other ConfigMap 'data: {one: "1", three: "2"}'
small empty ConfigMap 'immutable: true'
small owned Secret 'stringData: {a: b}' ', labels: {owner: me}'
small stray Secret 'stringData: {a: b}' ', labels: {other: me}'
small bare Secret 'stringData: {a: b}'

kubectl apply -f rules >/dev/null 2>&1 || kubectl apply -f rules >/dev/null
trap 'kubectl delete -f rules --wait=false >/dev/null 2>&1' EXIT
for _ in {1..60}; do # until policies and parameters are known to the admission plugin
	kubectl create --dry-run=server -f app/many.yaml >/dev/null 2>said || true
	kubectl create --dry-run=server -f app/other.yaml >/dev/null 2>>said || true
	kubectl create --dry-run=server -f app/udp.yaml >/dev/null 2>>said || true
	kubectl create --dry-run=server -f app/stray.yaml >/dev/null 2>>said || true
	[ "$(grep -c 'at most 5\|only one,two\|denied request: failed expr\|has an owner' said)" = 4 ] && break
	sleep 0.5
done
# messages FILE: what is said of policies, one a line
messages() {
	grep -o "\(ValidatingAdmissionPolicy\|Validation failed for\) .*" "$1" | sed 's/ \[policy.*//' | sort -u || true
}
compared=0 refused=0
for file in app/*.yaml; do
	kubectl create --dry-run=server -f "$file" >/dev/null 2>server || true
	"$GITOPS" validate -f "$file" --policies rules >ours 2>&1 || true
	messages server >server.said
	messages ours >ours.said
	# a server gives one refusal's first message; of ours it must be one
	if [ -s server.said ]; then
		refused=$((refused + 1))
		grep -qxFf server.said ours.said || { cat server ours && fail "$file: not the server's message"; }
	else
		[ ! -s ours.said ] || { cat server ours && fail "$file: the server lets it through"; }
	fi
	compared=$((compared + 1))
done
[ "$compared $refused" = "16 10" ] || fail "$compared objects compared, $refused complained of"
