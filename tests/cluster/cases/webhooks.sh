# Webhooks that mutate, deny, hang and crash: a verdict where there is one, undecided where not.
. "$ASSERT"
new_repository
python3 "$(dirname "$ASSERT")/webhook.py" "$SERVER_DIR" "$PWD/../port" &
webhook=$!
trap 'kill $webhook; kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration --all >/dev/null' EXIT
for _ in {1..100}; do [ -s ../port ] && break; sleep 0.1; done
ca=$(base64 -w0 "$SERVER_DIR/ca.crt")
hook() { # hook KIND PATH
	kubectl apply -f - >/dev/null <<-YAML
		apiVersion: admissionregistration.k8s.io/v1
		kind: $1WebhookConfiguration
		metadata: {name: $2}
		webhooks:
		- name: $2.example.org
		  clientConfig: {url: "https://localhost:$(cat ../port)/$2", caBundle: $ca}
		  rules:
		  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}
		  objectSelector: {matchLabels: {hook: $2}}
		  sideEffects: None
		  timeoutSeconds: 2
		  failurePolicy: Fail
		  admissionReviewVersions: [v1]
	YAML
}
hook Mutating good
for path in deny deny-dry-run slow crash garbage; do
	hook Validating $path
done
kubectl create namespace hooks >/dev/null
for path in good deny deny-dry-run slow crash garbage; do
	cat >>all.yaml <<-YAML
		---
		apiVersion: v1
		kind: ConfigMap
		metadata:
		  name: $path
		  namespace: hooks
		  labels:
		    hook: $path
		data: {a: "1"}
	YAML
done
commit one
# configurations take a moment to be seen
for _ in {1..50}; do
	kubectl apply --dry-run=server --server-side -f all.yaml >out 2>&1 || true
	[ "$(grep -c 'failed calling webhook\|denied the request' out)" = 5 ] && break
	sleep 0.2
done

expect_exit 1 "$GITOPS" plan
expect_line out "deny says no [cluster/admission]"
expect_line out "deny-dry-run says no [cluster/admission]"
expect_line out "warning: ConfigMap hooks/good: hooked by the good webhook [cluster/warning]"
expect_line out "ConfigMap hooks/slow could not be decided"
expect_line out "ConfigMap hooks/crash could not be decided"
expect_line out "ConfigMap hooks/garbage could not be decided"

# one of which the user knows that it can't dry-run is no verdict: the object is only read
expect_exit 1 "$GITOPS" plan --no-dry-run-webhook deny-dry-run.example.org
expect_line out "webhook 'deny-dry-run.example.org' is said to be unable to dry-run [cluster/fallback]"
reject_line out "deny-dry-run says no"
expect_line out "deny says no [cluster/admission]"

# the same said once for all, in the file of the base
printf 'apiVersion: kubectl-gitops/v1\nkind: Config\nnoDryRunWebhooks: [deny-dry-run.example.org]\n' >.gitops.yaml
commit settings
touch again
commit again
expect_exit 1 "$GITOPS" plan
expect_line out "webhook 'deny-dry-run.example.org' is said to be unable to dry-run [cluster/fallback]"
reject_line out "deny-dry-run says no"
rm again .gitops.yaml

# what a webhook sets is the server's: it is in no render and in no manager's fields
awk -v RS='---\n' '/name: good/ { printf "---\n%s", $0 }' all.yaml >good.yaml
mv good.yaml all.yaml
commit two
expect_exit 0 "$GITOPS" plan
kubectl apply --server-side -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" plan --detailed-exitcode
kubectl -n hooks annotate configmap good hooked- --field-manager kubectl-annotate >/dev/null
expect_exit 0 "$GITOPS" plan

# only undecided: exit 3
sed -i 's/good/slow/' all.yaml
commit three
expect_exit 3 "$GITOPS" plan
expect_line out "could not be decided"
reject_line out "Nothing changes."
