# What a live HelmRelease has become: its next revision, what its chart lost, the controller's version.
. "$ASSERT"
new_repository
crds=()
for kind in GitRepository:source:v1 HelmChart:source:v1 Kustomization:kustomize:v1 HelmRelease:helm:v2; do
	IFS=: read -r name group version <<<"$kind"
	group=$group.toolkit.fluxcd.io plural=${name,,}s
	plural=${plural/repositorys/repositories}
	crds+=("$plural.$group")
	kubectl apply -f - >/dev/null <<-YAML
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: $plural.$group}
		spec:
		  group: $group
		  scope: Namespaced
		  names: {kind: $name, plural: $plural, singular: ${name,,}, listKind: ${name}List}
		  versions:
		  - name: $version
		    served: true
		    storage: true
		    subresources: {status: {}}
		    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
	YAML
done
trap 'kubectl delete crd "${crds[@]}" >/dev/null' EXIT
for crd in "${crds[@]}"; do
	kubectl wait --for condition=established "crd/$crd" --timeout 20s >/dev/null
done
kubectl create namespace rel >/dev/null
mkdir -p clusters/prod charts/web/templates
cat >clusters/prod/sync.yaml <<'YAML'
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux, namespace: rel}
spec: {interval: 1h, path: ./clusters/prod, prune: true, sourceRef: {kind: GitRepository, name: flux}}
YAML
release() { # release SIZE
	cat >clusters/prod/web.yaml <<-YAML
		apiVersion: helm.toolkit.fluxcd.io/v2
		kind: HelmRelease
		metadata: {name: web, namespace: rel}
		spec:
		  interval: 1h
		  chart:
		    spec: {chart: charts/web, sourceRef: {kind: GitRepository, name: flux}}
		  values: {size: $1, b: {list: [1, "2", 3.5, true], z10: x, z9: ""}}
	YAML
}
printf 'apiVersion: v2\nname: web\nversion: 1.0.0\n' >charts/web/Chart.yaml
cat >charts/web/templates/map.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: rel}
data:
  size: "{{ .Values.size }}"
  release: "{{ .Release.Revision }} {{ .Release.IsUpgrade }} {{ .Release.IsInstall }}"
  crd: "{{ .Capabilities.APIVersions.Has "helm.toolkit.fluxcd.io/v2/HelmRelease" }}"
  old: "{{ .Capabilities.APIVersions.Has "extensions/v1beta1" }}"
YAML
release 1
commit one
for _ in {1..50}; do
	kubectl apply --server-side -f clusters/prod >/dev/null 2>&1 && break
	sleep 0.2
done
apply() { # apply REVISION FACTS: what a release of that revision left
	kubectl apply --server-side --field-manager helm-controller --force-conflicts -f - >/dev/null <<-YAML
		apiVersion: v1
		kind: ConfigMap
		metadata:
		  name: web
		  namespace: rel
		  labels: {app.kubernetes.io/managed-by: Helm, helm.toolkit.fluxcd.io/name: web, helm.toolkit.fluxcd.io/namespace: rel}
		  annotations: {meta.helm.sh/release-name: web, meta.helm.sh/release-namespace: rel}
		data: {size: "1", release: "$2", crd: "true", old: "false"}
	YAML
	kubectl -n rel patch helmrelease web --subresource=status --type merge -p "{\"status\":
		{\"history\": [{\"name\": \"web\", \"namespace\": \"rel\", \"version\": $1, \"status\": \"deployed\",
		\"chartName\": \"web\", \"chartVersion\": \"1.0.0\", \"configDigest\": \"$3\"}],
		\"inventory\": {\"entries\": [{\"id\": \"rel_web__ConfigMap\", \"v\": \"v1\"},
		{\"id\": \"rel_lost__ConfigMap\", \"v\": \"v1\"}]}}}" >/dev/null
}
# the controller's sum of {b: {list: [1, "2", 3.5, true], z10: x, z9: ""}, size: 1}
digest=sha256:$(printf 'b:\n  list:\n  - 1\n  - "2"\n  - 3.5\n  - true\n  z10: x\n  z9: ""\nsize: 1\n' | sha256sum | cut -d' ' -f1)
apply 4 "4 true false" "$digest"
kubectl -n rel create configmap lost >/dev/null
# nothing to do: the release stays what it is, and what it has lost stays too
expect_exit 2 "$GITOPS" plan --detailed-exitcode
reject_line out ConfigMap
# an upgrade: the next revision, and what the chart lost goes
release 2
commit two
expect_exit 2 "$GITOPS" plan --detailed-exitcode
expect_line out 'data.size: "1" → "2"'
expect_line out 'data.release: "4 true false" → "5 true false"'
reject_line out data.crd
reject_line out data.old
expect_line out 'ConfigMap rel/lost will be deleted'
# the first upgrade of what was installed
apply 1 "1 false true" "$digest"
expect_exit 2 "$GITOPS" plan --detailed-exitcode
expect_line out 'data.release: "1 false true" → "2 true false"'
# under another name it is installed
sed -i 's/  interval: 1h/&\n  releaseName: other/' clusters/prod/web.yaml
commit three
expect_exit 2 "$GITOPS" plan --detailed-exitcode
reject_line out data.release
# a controller that runs there, older than server-side apply: what nobody asked for stays
kubectl -n rel create deployment helm-controller --image ghcr.io/fluxcd/helm-controller:v1.4.5 >/dev/null
sed -i '/releaseName/d' clusters/prod/web.yaml
commit four
expect_exit 2 "$GITOPS" plan --detailed-exitcode -o json
python3 - <<'PY'
import json
changes = [c for c in json.load(open("out"))["changes"] if c["object"]["name"] == "web" and c["object"]["kind"] == "ConfigMap"]
assert changes and changes[0]["fields"], changes
PY
# what is there already and not of the release is taken over, or stops it
kubectl -n rel create configmap taken >/dev/null
cat >charts/web/templates/taken.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: taken, namespace: rel}
data: {a: b}
YAML
sed -i 's/1.0.0/1.1.0/' charts/web/Chart.yaml
commit five
expect_exit 2 "$GITOPS" plan --detailed-exitcode
reject_line out not-adopted
sed -i 's/  interval: 1h/&\n  upgrade: {disableTakeOwnership: true}/' clusters/prod/web.yaml
git add -A && git commit -q --amend -m six
expect_exit 1 "$GITOPS" plan
expect_line out 'disableTakeOwnership forbids it to take it over [cluster/not-adopted]'
# a namespace that the release makes itself
sed -i 's/  upgrade: .*/  targetNamespace: made\n  install: {createNamespace: true}/' clusters/prod/web.yaml
sed -i 's/, namespace: rel//' charts/web/templates/*.yaml
git add -A && git commit -q --amend -m seven
expect_exit 0 "$GITOPS" plan
expect_line out 'Namespace made will be created'
expect_line out 'ConfigMap made/taken will be created'
