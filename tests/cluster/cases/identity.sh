# Which of a repository's clusters a context is: the cluster's own Flux and Argo CD objects say it;
# nothing is ever compared with another cluster.
. "$ASSERT"
new_repository
{
	crd kustomize.toolkit.fluxcd.io kustomizations Kustomization v1
	crd source.toolkit.fluxcd.io gitrepositories GitRepository v1
	crd argoproj.io applications Application v1alpha1
} | kubectl apply -f - >/dev/null
kubectl wait --for=condition=Established crd --all --timeout=30s >/dev/null
for ns in flux-system argocd shop; do kubectl create namespace $ns >/dev/null 2>&1 || true; done

sync() { # sync PATH [URL]
	cat <<-YAML
		apiVersion: source.toolkit.fluxcd.io/v1
		kind: GitRepository
		metadata: {name: flux-system, namespace: flux-system}
		spec: {interval: 1m, url: "${2:-ssh://git@example.org/fleet}", ref: {branch: main}}
		---
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: flux-system, namespace: flux-system}
		spec: {interval: 1m, path: ./$1, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
	YAML
}
for c in prod staging; do
	mkdir -p clusters/$c/flux-system
	sync clusters/$c >clusters/$c/flux-system/gotk-sync.yaml
	printf 'resources: [gotk-sync.yaml]\n' >clusters/$c/flux-system/kustomization.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: shop}\ndata: {where: %s}\n' $c >clusters/$c/conf.yaml
done
commit one
sed -i 's/where: /where: new-/' clusters/*/conf.yaml
commit two

# it has no such objects yet: nobody knows, and --target says it
expect_exit 0 "$GITOPS" plan
expect_line out "it has none of the engines' objects that would say it"
expect_line out "clusters/prod: Offline"
expect_line out "clusters/staging: Offline"
expect_exit 0 "$GITOPS" plan --target clusters/prod
reject_line out "Offline"
expect_exit 3 "$GITOPS" status
expect_line err "--target NAME says which one the context is"

# it is staging, and says so
sync clusters/staging | kubectl apply --server-side -f - >/dev/null
git show HEAD~1:clusters/staging/conf.yaml | kubectl apply --server-side --field-manager kustomize-controller -f - >/dev/null
expect_exit 0 "$GITOPS" plan
expect_line out "clusters/staging: Cluster admin"
expect_line out "clusters/prod: Offline: context 'admin' is clusters/staging, as its own objects say"
expect_line out 'data.where: "staging" → "new-staging"'
expect_exit 3 "$GITOPS" plan --target clusters/prod
expect_line err "context 'admin' is another cluster than clusters/prod: its own objects say that it is clusters/staging; nothing was compared"
expect_exit 1 "$GITOPS" status
expect_line out "clusters/staging"
reject_line out "clusters/prod"

# two contexts of one cluster are both it
expect_exit 0 "$GITOPS" plan --context admin --context admin-cert -o json
python3 - <<'PY'
import json
plan = json.load(open("out"))
asked = sorted(t["id"] for t in plan["targets"] if "offline" not in t)
assert asked == ["admin", "admin-cert"], plan["targets"]
PY

# a file that gives the context to the other is not believed
cat >.gitops.yaml <<'YAML'
apiVersion: kubectl-gitops/v1
kind: Config
targets:
- {name: production, paths: [clusters/prod], context: admin}
- {name: staging, paths: [clusters/staging]}
YAML
commit settings && git commit -q --allow-empty -m base
expect_exit 3 "$GITOPS" plan
expect_line err "another cluster than clusters/prod"
sed -i 's/, context: admin//; s|clusters/staging\]|&, context: admin|' .gitops.yaml
commit mended && git commit -q --allow-empty -m base
expect_exit 0 "$GITOPS" plan --base HEAD~5
expect_line out 'data.where: "staging" → "new-staging"'
git rm -q .gitops.yaml && commit gone

# a repository of one cluster, and the context is another's
git rm -q -r clusters/staging && commit alone && git commit -q --allow-empty -m base
expect_exit 3 "$GITOPS" plan
expect_line err "context 'admin' is another cluster than clusters/prod: its Kustomization flux-system/flux-system applies clusters/staging of ssh://git@example.org/fleet; nothing was compared"

# the same path of another repository
sync clusters/prod https://example.org/stranger.git | kubectl apply --server-side --force-conflicts -f - >/dev/null
expect_exit 3 "$GITOPS" plan
expect_line err "applies clusters/prod of https://example.org/stranger.git"
# which this clone is of after all, under another name
git remote add origin git@example.org:Stranger
expect_exit 0 "$GITOPS" plan --base HEAD~1
reject_line out Offline
git remote remove origin

# who may not read them is told so
git checkout -q HEAD~2 -- clusters && commit both
expect_exit 0 "$GITOPS" plan --as nobody
expect_line out "the credential may not read the engines' objects that would say it"

# Argo CD: the Applications' repository and paths
git rm -q -r clusters && commit argo
application() { # application PATH
	cat <<-YAML
		apiVersion: argoproj.io/v1alpha1
		kind: Application
		metadata: {name: root, namespace: argocd}
		spec:
		  project: default
		  source: {repoURL: https://example.org/fleet.git, path: $1, targetRevision: HEAD}
		  destination: {server: https://kubernetes.default.svc, namespace: shop}
	YAML
}
git remote add origin https://example.org/fleet
for c in east west; do
	mkdir -p $c/apps
	application $c/apps >$c/root.yaml
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argo, namespace: shop}\ndata: {where: %s}\n' $c >$c/apps/conf.yaml
done
commit argo-cd
expect_exit 0 "$GITOPS" plan
expect_line out "west: Offline: the repository describes several clusters"
application west/apps | kubectl apply -f - >/dev/null
expect_exit 0 "$GITOPS" plan
expect_line out "west: Cluster admin"
expect_line out "east: Offline: context 'admin' is west, as its own objects say"
expect_exit 3 "$GITOPS" plan --target east
expect_line err "another cluster than east"
kubectl delete crd kustomizations.kustomize.toolkit.fluxcd.io gitrepositories.source.toolkit.fluxcd.io applications.argoproj.io >/dev/null
echo "identity: Flux's and Argo CD's objects say which cluster a context is"
