# What an Application still tracks in the cluster and git lost before base: its next sync prunes it,
# unless the object's own mark keeps it.
. "$ASSERT"
new_repository
git remote add origin https://example.test/r
crd argoproj.io applications Application v1alpha1 | kubectl apply -f - >/dev/null
kubectl wait --for=condition=Established crd --all --timeout=30s >/dev/null
for ns in argocd argo-tracked; do kubectl create namespace $ns >/dev/null 2>&1 || true; done

mkdir -p apps shop
cat >apps/shop.yaml <<-YAML
	apiVersion: argoproj.io/v1alpha1
	kind: Application
	metadata: {name: shop, namespace: argocd}
	spec:
	  project: default
	  source: {repoURL: https://example.test/r, path: shop, targetRevision: main}
	  destination: {server: https://kubernetes.default.svc, namespace: argo-tracked}
	  syncPolicy: {syncOptions: [CreateNamespace=true], automated: {prune: true}}
YAML
config() { # config NAME VALUE [ANNOTATIONS]
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, annotations: {%s}}\ndata: {v: "%s"}\n' "$1" "${3:-}" "$2"
}
config web 1 >shop/web.yaml
commit one
applied=$(git rev-parse HEAD)
config web 2 >shop/web.yaml
commit two

tracked() { printf '{"version": "v1", "kind": "ConfigMap", "namespace": "argo-tracked", "name": "%s"}' "$1"; }
kubectl apply -f apps/shop.yaml >/dev/null
kubectl patch -n argocd application shop --type merge -p "{\"status\": {
	\"sync\": {\"status\": \"OutOfSync\", \"revision\": \"$applied\"},
	\"operationState\": {\"phase\": \"Succeeded\"},
	\"resources\": [$(tracked web), $(tracked left), $(tracked kept), $(tracked gone)]}}" >/dev/null
for o in "web 1" "left 1" "kept 1 argocd.argoproj.io/sync-options: Prune=false"; do
	# shellcheck disable=SC2086
	set -- $o
	config "$1" "$2" "${*:3}" | kubectl apply -n argo-tracked -f - >/dev/null
done

expect_exit 0 "$GITOPS" plan
expect_line out "-   ConfigMap argo-tracked/left will be deleted"
expect_line out "git lost it before base, and its Application still tracks it"
reject_line out "argo-tracked/kept"
reject_line out "argo-tracked/gone"

# an Application that does not prune leaves it
sed -i 's/{prune: true}/{}/' apps/shop.yaml
commit three
expect_exit 0 "$GITOPS" plan
reject_line out "argo-tracked/left"
kubectl delete crd applications.argoproj.io >/dev/null
