# Overlays of one base that render the same object are not compared with one cluster.
. "$ASSERT"
new_repository
mkdir base dev prod other
cat >base/app.yaml <<YAML
apiVersion: v1
kind: ConfigMap
metadata: {name: app, namespace: default}
data: {a: b}
YAML
echo 'resources: [app.yaml]' >base/kustomization.yaml
for overlay in dev prod; do
	printf 'resources: [../base]\ncommonAnnotations: {env: %s}\n' $overlay >$overlay/kustomization.yaml
done
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared, namespace: default}\n' >other/shared.yaml
commit one
kubectl apply --server-side --field-manager kubectl -k prod >/dev/null
sed -i 's/a: b/a: c/' base/app.yaml
commit two

# Nobody says which of the two the cluster runs: what is no overlay is asked alone.
expect_exit 0 "$GITOPS" plan --base HEAD~1
expect_line out "dev: Offline: 2 overlays render the same objects"
expect_line out "prod: Offline: 2 overlays render the same objects"
expect_line out "--target prod does, or targets: in .gitops.yaml"
expect_line out "Checked: 1 by dry-run on the cluster, 2 offline"

# Told so, only that one is compared: nothing of the other shows as drift.
expect_exit 0 "$GITOPS" plan --base HEAD~1 --target prod
expect_line out "ConfigMap default/app will be changed"
reject_line out "annotations"
expect_line out "Plan: 0 to create, 1 to change"
expect_line out "Checked: 1 by dry-run on the cluster."
expect_exit 0 "$GITOPS" plan --base HEAD~1 -p prod
expect_line out "Plan: 0 to create, 1 to change"
expect_exit 3 "$GITOPS" plan --target nowhere
expect_line err "--target 'nowhere' is none of the 2 overlays"

# No cluster, no question.
expect_exit 0 "$GITOPS" plan --base HEAD~1 --offline
expect_line out "Plan: 0 to create, 2 to change"
