# The credential that rbac prints can plan everything and change nothing.
. "$ASSERT"
new_repository
kubectl create namespace ci >/dev/null
"$GITOPS" rbac -n ci --part policy | kubectl apply -f - >/dev/null
expect_exit 0 "$GITOPS" rbac -n ci --probe
"$GITOPS" rbac -n ci --part role | kubectl apply -f - >/dev/null
token=$(kubectl -n ci create token gitops-plan)

shop rbacs
cat >>all.yaml <<'YAML'
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: rbacs-all
rules:
- apiGroups: ["*"]
  resources: ["*"]
  verbs: ["*"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: rbacs-all
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: User, name: x, apiGroup: rbac.authorization.k8s.io}
YAML
commit one
expect_exit 0 "$GITOPS" plan --token "$token" --min-level dry-run
expect_line out "Checked: 6 by dry-run on the cluster"
kubectl apply --server-side -f all.yaml >/dev/null
sed -i 's/1.27/1.28/' all.yaml
commit two
expect_exit 0 "$GITOPS" plan --token "$token" --min-level dry-run
expect_line out "Plan: 0 to create, 1 to change"

# nothing else
ca=$SERVER_DIR/ca.crt
server=https://127.0.0.1:$(cat "$SERVER_DIR/port")
unset KUBECONFIG
k() {
	kubectl --server "$server" --certificate-authority "$ca" --token "$token" -n rbacs "$@"
}
refused() {
	if k "$@" >out 2>&1 </dev/null; then
		cat out
		fail "'kubectl $*' was let through"
	fi
	grep -qiE 'only dry-run|forbidden|cannot' out || { cat out && fail "'kubectl $*' failed for another reason"; }
}
k get deployment web >/dev/null
refused create configmap new
refused apply -f all.yaml
refused apply --server-side -f all.yaml
refused patch deployment web -p '{"spec":{"replicas":9}}'
refused replace -f all.yaml
refused delete deployment web
refused delete configmaps --all
refused scale deployment web --replicas 3
refused patch deployment web --subresource status --type merge -p '{"status":{"replicas":9}}'
refused create token default
refused create clusterrolebinding own --clusterrole cluster-admin --user x
refused get --raw "/api/v1/namespaces/rbacs/services/x:80/proxy/"
refused --as system:admin get pods
for path in pods/x/eviction pods/x/binding; do
	refused create --raw "/api/v1/namespaces/rbacs/$path" -f all.yaml
done
refused create --raw "/api/v1/namespaces/rbacs/pods/x/exec?command=true" -f all.yaml
refused delete --raw /api/v1/namespaces/rbacs/configmaps
refused create -f <(printf 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: x}\n')
