# What an engine has not applied yet is pending: neither the commit's doing nor drift.
. "$ASSERT"
new_repository
for kind in GitRepository:source Kustomization:kustomize; do
	name=${kind%:*} group=${kind#*:}.toolkit.fluxcd.io
	plural=${name,,}s
	plural=${plural/repositorys/repositories}
	kubectl apply -f - >/dev/null <<-YAML
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: $plural.$group}
		spec:
		  group: $group
		  scope: Namespaced
		  names: {kind: $name, plural: $plural, singular: ${name,,}, listKind: ${name}List}
		  versions:
		  - name: v1
		    served: true
		    storage: true
		    subresources: {status: {}}
		    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
	YAML
	kubectl wait --for condition=established "crd/$plural.$group" --timeout 20s >/dev/null
done
trap 'kubectl delete crd gitrepositories.source.toolkit.fluxcd.io kustomizations.kustomize.toolkit.fluxcd.io >/dev/null' EXIT
kubectl create namespace pending >/dev/null
mkdir -p clusters/prod apps
cat >clusters/prod/sync.yaml <<'YAML'
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: pending}
spec: {interval: 1m, url: "https://example.org/x", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: pending}
spec: {interval: 10m, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
YAML
map() { # map A B
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: pending}\ndata: {a: "%s", b: "%s"}\n' "$@" >apps/m.yaml
}
map 1 1
commit one
applied=$(git rev-parse HEAD)
for _ in {1..50}; do
	kubectl apply --server-side -f clusters/prod/sync.yaml >/dev/null 2>&1 && break
	sleep 0.2
done
kubectl apply --server-side --field-manager kustomize-controller -f apps >/dev/null
kubectl -n pending patch kustomization apps --subresource=status --type merge \
	-p "{\"status\":{\"lastAppliedRevision\":\"main@sha1:$applied\"}}" >/dev/null
map 2 1
commit two
map 2 2
commit three
expect_exit 0 "$GITOPS" plan -o json
python3 - <<'PY'
import json
fields = [f for c in json.load(open("out"))["changes"] for f in c.get("fields", [])]
got = {(f["path"], f["before"], f["after"], f["cause"]) for f in fields if f["path"].startswith("data")}
assert got == {("data.a", "1", "2", "pending"), ("data.b", "1", "2", "commit")}, got
PY
# once it has applied base, the same difference is drift
kubectl -n pending patch kustomization apps --subresource=status --type merge \
	-p "{\"status\":{\"lastAppliedRevision\":\"main@sha1:$(git rev-parse HEAD~1)\"}}" >/dev/null
expect_exit 0 "$GITOPS" plan
expect_line out 'data.a: "1" → "2"'
expect_line out '[drift by kustomize-controller'
reject_line out pending]
