# Applications that are there already: what their ApplicationSet's policy, preserved and ignored fields
# leave of them, and what such an Application applies then.
. "$ASSERT"
new_repository
git remote add origin https://example.test/r
{ crd argoproj.io applications Application v1alpha1 && crd argoproj.io applicationsets ApplicationSet v1alpha1; } | kubectl apply -f - >/dev/null
kubectl wait --for=condition=Established crd --all --timeout=30s >/dev/null
for ns in argocd argo-sets; do kubectl create namespace $ns >/dev/null 2>&1 || true; done

set_of() { # set_of NAME SETTINGS
	cat <<-YAML
		---
		apiVersion: argoproj.io/v1alpha1
		kind: ApplicationSet
		metadata: {name: $1, namespace: argocd}
		spec:
		  $2
		  generators:
		  - list: {elements: [{name: $1}]}
		  template:
		    metadata: {name: '{{name}}', annotations: {made: "1"}}
		    spec:
		      project: default
		      source: {repoURL: https://example.test/r, path: 'sets/{{name}}', targetRevision: main}
		      destination: {server: https://kubernetes.default.svc, namespace: argo-sets}
	YAML
}
config() { printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {v: "%s"}\n' "$1" "$2"; }
mkdir -p apps sets/only sets/ignored sets/kept sets/plain sets/other
{
	set_of only 'syncPolicy: {applicationsSync: create-only}'
	set_of ignored 'ignoreApplicationDifferences: [{jsonPointers: [/spec/source/path]}]'
	set_of kept 'preservedFields: {annotations: [theirs], labels: [mine]}'
	set_of plain 'syncPolicy: {}'
} >apps/sets.yaml
for name in only ignored kept plain other; do config $name 1 >sets/$name/all.yaml; done
commit one

live() { # live NAME
	uid=$(kubectl get applicationset -n argocd "$1" -o 'jsonpath={.metadata.uid}')
	cat <<-YAML
		---
		apiVersion: argoproj.io/v1alpha1
		kind: Application
		metadata:
		  name: $1
		  namespace: argocd
		  labels: {mine: "yes"}
		  annotations: {made: "0", theirs: "yes"}
		  finalizers: [resources-finalizer.argocd.argoproj.io]
		  ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, name: $1, uid: $uid, controller: true}]
		spec:
		  project: default
		  source: {repoURL: https://example.test/r, path: sets/other, targetRevision: main}
		  destination: {server: https://kubernetes.default.svc, namespace: argo-sets}
	YAML
}
kubectl apply --server-side -f apps/sets.yaml >/dev/null
for name in only ignored kept plain; do live $name; done | kubectl apply --server-side -f - >/dev/null
expect_exit 0 "$GITOPS" plan -o json
python3 - <<'PY'
import json
plan = json.load(open("out"))
apps = {c["object"]["name"]: c for c in plan["changes"] if c["object"]["kind"] == "Application"}
told = {name: {f["path"]: f.get("after") for f in c.get("fields", [])} for name, c in apps.items()}
assert "only" not in told, told["only"]
assert told["ignored"] == {"metadata.annotations.made": "1", "metadata.annotations.theirs": None,
                           "metadata.labels": None}, told["ignored"]
assert told["kept"] == {"metadata.annotations.made": "1", "spec.source.path": "sets/kept"}, told["kept"]
assert told["plain"] == {"metadata.annotations.made": "1", "metadata.annotations.theirs": None,
                         "metadata.labels": None, "spec.source.path": "sets/plain"}, told["plain"]
made = {c["object"]["name"] for c in plan["changes"] if c["object"]["kind"] == "ConfigMap"}
assert made == {"other", "kept", "plain"}, made  # two are of the live Applications' own path
PY

# what its set makes no more, and may not delete, goes on
sed -i 's/elements: \[{name: only}\]/elements: []/; s/elements: \[{name: plain}\]/elements: []/' apps/sets.yaml
config other 2 >sets/other/all.yaml
commit two
expect_exit 0 "$GITOPS" plan
expect_line out "Application argocd/plain will be deleted"
reject_line out "Application argocd/only"
expect_line out "ConfigMap argo-sets/other"

# no controller here takes the finalizers away
for name in only ignored kept plain; do
	kubectl -n argocd patch application "$name" --type=json -p '[{"op": "remove", "path": "/metadata/finalizers"}]' >/dev/null
done
kubectl delete crd applications.argoproj.io applicationsets.argoproj.io >/dev/null
