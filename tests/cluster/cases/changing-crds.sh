# A CRD that the same plan changes: its resources are judged by the new schema, and say so; an
# aggregated API that is down: its kinds fall back, all others go on.
. "$ASSERT"
new_repository
crd() { # crd FIELD [VERSION]: a CRD with that field, and one more version with the same schema
	local schema="{openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {old: {type: integer}, $1: {type: integer}}}}}}"
	cat <<-YAML
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: tins.change.example.org}
		spec:
		  group: change.example.org
		  scope: Namespaced
		  names: {kind: Tin, plural: tins, singular: tin, listKind: TinList}
		  versions:
		  - {name: v1, served: true, storage: true, schema: $schema}
	YAML
	[ -z "${2:-}" ] || echo "  - {name: $2, served: true, storage: false, schema: $schema}"
}
tin() { # tin VERSION FIELD VALUE
	printf -- '---\napiVersion: change.example.org/%s\nkind: Tin\nmetadata: {name: tin, namespace: default}\nspec: {old: 1, %s: %s}\n' "$@"
}
{ crd first; tin v1 first 1; } >all.yaml
commit one
kubectl apply --server-side -f all.yaml >/dev/null 2>&1 || true
kubectl wait --for condition=established crd/tins.change.example.org --timeout 20s >/dev/null
for _ in {1..50}; do
	kubectl apply --server-side -f all.yaml >/dev/null 2>&1 && break
	sleep 0.2
done
expect_exit 0 "$GITOPS" plan --detailed-exitcode
{ crd second; tin v1 second 2; } >all.yaml
commit two
expect_exit 0 "$GITOPS" plan
expect_line out "Tin default/tin will be changed (simulated)"
expect_line out "simulated: its CustomResourceDefinition changes in the same plan"
expect_line out "spec.second: 2"
{ crd second; tin v1 second '"two"'; } >all.yaml
commit bad
expect_exit 1 "$GITOPS" plan
expect_line out "Tin default/tin: spec.second"
# a version that starts to be served
{ crd first v2; tin v2 first 3; } >all.yaml
commit three
expect_exit 0 "$GITOPS" plan
expect_line out "starts to serve v2 in the same plan"
expect_line out "spec.first: 1 → 3"

# an API whose server is not there
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.down.example.org}
spec:
  group: down.example.org
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: nobody, namespace: default}
YAML
trap 'kubectl delete apiservice v1.down.example.org >/dev/null' EXIT
{ crd first; tin v1 first 4; printf -- '---\napiVersion: down.example.org/v1\nkind: Thing\nmetadata: {name: x, namespace: default}\n'; } >all.yaml
commit four
for _ in {1..50}; do
	expect_exit 0 "$GITOPS" plan -o json --fail-on error || true
	grep -q 'APIService v1.down.example.org does not answer' out && break
	sleep 0.3
done
expect_exit 0 "$GITOPS" plan
expect_line out "the server behind APIService v1.down.example.org does not answer"
expect_line out "spec.first: 1 → 4"
expect_line out "Checked: 2 by dry-run on the cluster, 1 offline."
expect_exit 3 "$GITOPS" plan --min-level dry-run
