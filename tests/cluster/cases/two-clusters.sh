# One repository, two clusters, two servers, contexts whose names say the opposite: each cluster's own
# engine objects say which it is, and nothing is compared with the other.
. "$ASSERT"
new_repository
cluster=$(dirname "$ASSERT")
other=$PWD/../other
XDG_CACHE_HOME=$APISERVER_CACHE "$cluster/apiserver" start "$other" >/dev/null
trap '"$cluster/apiserver" stop "$other"' EXIT
# the context `staging` is the production cluster, and the other way about
cat >../both <<YAML
apiVersion: v1
kind: Config
current-context: staging
contexts:
- {name: staging, context: {cluster: production, user: admin}}
- {name: production, context: {cluster: staging, user: admin}}
clusters:
- name: production
  cluster: {server: "https://127.0.0.1:$(cat "$SERVER_DIR/port")", certificate-authority: $SERVER_DIR/ca.crt}
- name: staging
  cluster: {server: "https://127.0.0.1:$(cat "$other/port")", certificate-authority: $other/ca.crt}
users:
- {name: admin, user: {token: admin-token}}
YAML
export KUBECONFIG=$PWD/../both
context_of() { [ "$1" = production ] && echo staging || echo production; }
for where in production staging; do
	{
		crd kustomize.toolkit.fluxcd.io kustomizations Kustomization v1
		crd source.toolkit.fluxcd.io gitrepositories GitRepository v1
		crd argoproj.io applications Application v1alpha1
	} | kubectl --context "$(context_of $where)" apply -f - >/dev/null
	kubectl --context "$(context_of $where)" wait --for=condition=Established crd --all --timeout=30s >/dev/null
	for ns in flux-system argocd shop; do kubectl --context "$(context_of $where)" create namespace $ns >/dev/null 2>&1 || true; done
done

# --- Flux: the same names in both, and the same infrastructure ---
kustomization() { # kustomization NAME PATH
	cat <<-YAML
		---
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $1, namespace: flux-system}
		spec: {interval: 1m, path: ./$2, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
	YAML
}
conf() { # conf NAME VALUE
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: shop}\ndata: {value: %s}\n' "$1" "$2"
}
mkdir -p infrastructure
conf shared one >infrastructure/shared.yaml
for where in production staging; do
	mkdir -p clusters/$where/flux-system apps/$where
	{
		cat <<-YAML
			apiVersion: source.toolkit.fluxcd.io/v1
			kind: GitRepository
			metadata: {name: flux-system, namespace: flux-system}
			spec: {interval: 1m, url: "ssh://git@example.org/fleet", ref: {branch: main}}
		YAML
		kustomization flux-system clusters/$where
	} >clusters/$where/flux-system/gotk-sync.yaml
	printf 'resources: [gotk-sync.yaml]\n' >clusters/$where/flux-system/kustomization.yaml
	kustomization apps apps/$where >clusters/$where/apps.yaml
	kustomization infrastructure infrastructure >clusters/$where/infrastructure.yaml
	conf web $where >apps/$where/web.yaml
	conf only-$where own >apps/$where/only.yaml
done
commit one
reconcile() { # reconcile CLUSTER KUSTOMIZATION FILE...: as kustomize-controller applies it
	local where=$1 name=$2 file
	shift 2
	for file; do
		kubectl label --local -f "$file" -o json kustomize.toolkit.fluxcd.io/name=$name kustomize.toolkit.fluxcd.io/namespace=flux-system |
			kubectl --context "$(context_of $where)" apply --server-side --field-manager kustomize-controller -f - >/dev/null
	done
}
for where in production staging; do
	reconcile $where flux-system clusters/$where/flux-system/gotk-sync.yaml clusters/$where/apps.yaml clusters/$where/infrastructure.yaml
	reconcile $where apps apps/$where/web.yaml apps/$where/only.yaml
	reconcile $where infrastructure infrastructure/shared.yaml
done
# a change for each, one for both, an object that staging alone loses
for where in production staging; do conf web new-$where >apps/$where/web.yaml; done
conf shared two >infrastructure/shared.yaml
git rm -q apps/staging/only.yaml
commit two

# plan_is CONTEXT CLUSTER: what the context is asked about is that cluster's alone.
cat >../plan_is.py <<'PY'
import json, sys
plan, where, other = json.load(open("out")), sys.argv[1], sys.argv[2]
assert [t["id"] for t in plan["targets"] if "offline" not in t] == [sys.argv[3]], plan["targets"]
asked = {c["object"]["name"]: c for c in plan["changes"] if c["target"] == sys.argv[3]}
want = {"web": "update", "shared": "update"}
if where == "staging":
    want["only-staging"] = "delete"
assert {n: c["action"] for n, c in asked.items()} == want, asked
web = asked["web"]["fields"][0]
assert (web["before"], web["after"], web["cause"]) == (where, "new-" + where, "commit"), web
assert all(c["checked"] == "dry-run" or c["action"] == "delete" for c in asked.values()), asked
assert not [c for c in plan["changes"] if c["checked"] != "offline" and c["object"]["name"] == "only-" + other]
PY
ids() { python3 -c 'import json; print("\n".join(t["id"] for t in json.load(open("out"))["targets"] if "offline" not in t))'; }
for where in production staging; do
	expect_exit 0 "$GITOPS" plan --context "$(context_of $where)"
	[ $where = production ] && away=staging || away=production
	expect_line out "clusters/$where: Cluster $(context_of $where)"
	expect_line out "clusters/$away: Offline: context '$(context_of $where)' is clusters/$where, as its own objects say"
	expect_exit 0 "$GITOPS" plan --context "$(context_of $where)" -o json
	python3 ../plan_is.py $where $away "$(ids)"
	expect_exit 3 "$GITOPS" plan --context "$(context_of $where)" --target clusters/$away
	expect_line err "another cluster than clusters/$away"
	expect_exit 3 "$GITOPS" status --context "$(context_of $where)" --target clusters/$away
	expect_exit 1 "$GITOPS" status --context "$(context_of $where)"
	expect_line out "\"$where\" → \"new-$where\""
	reject_line out "\"$away\""
done

# both at once: each with its own; what they share is said of both
expect_exit 0 "$GITOPS" plan --context staging --context production
reject_line out "Offline"
expect_line out '"production" → "new-production"'
expect_line out '"staging" → "new-staging"'
reject_line out '"production" → "new-staging"'
expect_exit 0 "$GITOPS" plan --context staging --context production -o json
python3 - <<'PY'
import json
plan = json.load(open("out"))
assert len([t for t in plan["targets"] if "offline" not in t]) == 2, plan["targets"]
deleted = [c for c in plan["changes"] if c["action"] == "delete"]
assert [c["object"]["name"] for c in deleted] == ["only-staging"], deleted
assert plan["summary"]["update"] == 4 and plan["summary"]["delete"] == 1, plan["summary"]
PY

# drift in one is no drift of the other
kubectl --context "$(context_of production)" -n shop patch configmap only-production --type merge -p '{"data":{"value":"hand"}}' --field-manager hand >/dev/null
expect_exit 0 "$GITOPS" plan --context "$(context_of staging)" -o json
python3 -c 'import json; p = json.load(open("out")); assert p["summary"]["drift"] == 0, p["summary"]'
expect_exit 1 "$GITOPS" status --context "$(context_of production)"
expect_line out "only-production"

# --- Argo CD: a root Application in each cluster ---
git rm -q -r clusters apps infrastructure && commit gone
git remote add origin https://example.org/fleet.git
application() { # application NAME PATH
	cat <<-YAML
		apiVersion: argoproj.io/v1alpha1
		kind: Application
		metadata: {name: $1, namespace: argocd}
		spec:
		  project: default
		  source: {repoURL: https://example.org/fleet.git, path: $2, targetRevision: HEAD}
		  destination: {server: https://kubernetes.default.svc, namespace: shop}
		  syncPolicy: {automated: {prune: true}}
	YAML
}
for where in production staging; do
	mkdir -p argo/$where/apps argo/$where/web
	application root argo/$where/apps >argo/$where/root.yaml
	application web argo/$where/web >argo/$where/apps/web.yaml
	conf argo $where >argo/$where/web/conf.yaml
	kubectl --context "$(context_of $where)" apply -f argo/$where/root.yaml -f argo/$where/apps/web.yaml -f argo/$where/web/conf.yaml >/dev/null
done
commit argo
for where in production staging; do conf argo new-$where >argo/$where/web/conf.yaml; done
commit changed
for where in production staging; do
	[ $where = production ] && away=staging || away=production
	expect_exit 0 "$GITOPS" plan --context "$(context_of $where)"
	expect_line out "Cluster $(context_of $where)"
	expect_line out "is argo/$where, as its own objects say"
	expect_line out "\"$where\" → \"new-$where\""
	expect_exit 3 "$GITOPS" plan --context "$(context_of $where)" --target argo/$away
	expect_line err "another cluster than argo/$away"
done
expect_exit 0 "$GITOPS" plan --context staging --context production
reject_line out "Offline"
reject_line out '"production" → "new-staging"'

# --- Argo CD in one cluster for both: the addresses of the destinations say which is which ---
git rm -q -r argo && commit gone
for where in production staging; do
	mkdir -p web/$where apps
	conf hub $where >web/$where/conf.yaml
	address=$(kubectl config view -o jsonpath="{.clusters[?(@.name=='$where')].cluster.server}")
	application web-$where web/$where | sed "s|https://kubernetes.default.svc|$address|" >apps/$where.yaml
	kubectl --context "$(context_of $where)" apply -f web/$where/conf.yaml >/dev/null
done
commit hub
for where in production staging; do conf hub new-$where >web/$where/conf.yaml; done
commit hub-changed
for where in production staging; do
	[ $where = production ] && away=staging || away=production
	expect_exit 0 "$GITOPS" plan --context "$(context_of $where)" -o json
	python3 - $where $away <<-'PY'
		import json, sys
		plan = json.load(open("out"))
		asked = [t["id"] for t in plan["targets"] if "offline" not in t]
		hub = [c for c in plan["changes"] if c["target"] in asked and c["object"]["name"] == "hub"]
		assert [(f["before"], f["after"]) for c in hub for f in c["fields"] if f["path"] == "data.value"] == [(sys.argv[1], "new-" + sys.argv[1])], plan["changes"]
	PY
done
kubectl --context "$(context_of production)" delete crd kustomizations.kustomize.toolkit.fluxcd.io gitrepositories.source.toolkit.fluxcd.io applications.argoproj.io >/dev/null
echo "two-clusters: each context is what its cluster says, by Flux, by Argo CD, and by the addresses of destinations"
