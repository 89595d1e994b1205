# Each cause of a refusal is found at its line, and each way of refusing is told from the others.
. "$ASSERT"
new_repository
kubectl create namespace refused >/dev/null
cat >all.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: refused
spec:
  replicas: -1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: other}
    spec:
      containers:
      - name: web
        image: nginx
        imagePullPolicy: Sometimes
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: typed
  namespace: refused
dat:
  a: b
---
apiVersion: v1
kind: Pod
metadata:
  name: twice
  namespace: refused
spec:
  containers:
  - name: a
    image: x
    ports:
    - containerPort: 80
    - containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: nowhere
  namespace: no-such-namespace
spec:
  ports:
  - port: 80
---
apiVersion: shop.example.org/v1
kind: Order
metadata:
  name: unknown
---
apiVersion: apps/v1beta1
kind: Deployment
metadata:
  name: old
  namespace: refused
YAML
commit one
expect_exit 1 "$GITOPS" plan
expect_line out "all.yaml:7:13: error: Deployment refused/web: spec.replicas:"
expect_line out "all.yaml:17:26: error: Deployment refused/web: spec.template.spec.containers[0].imagePullPolicy:"
expect_line out "all.yaml:12:15: error: Deployment refused/web: spec.template.metadata.labels:"
expect_line out "ConfigMap refused/typed: dat:"
expect_line out "Pod refused/twice: spec.containers"
expect_line out "namespace 'no-such-namespace' is neither in the cluster nor in this commit [cluster/no-namespace]"
expect_line out "the cluster serves no kind Order in shop.example.org/v1 [cluster/unknown-kind]"
expect_line out "the cluster serves Deployment in v1, not in apps/v1beta1 [cluster/unknown-kind]"

# immutable: an update with an error, and nothing else can be told
cat >all.yaml <<'YAML'
apiVersion: batch/v1
kind: Job
metadata:
  name: once
  namespace: refused
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: a
        image: x:1
YAML
commit two
kubectl apply --server-side -f all.yaml >/dev/null
sed -i s/x:1/x:2/ all.yaml
commit three
expect_exit 1 "$GITOPS" plan
expect_line out "field is immutable"
expect_line out "[cluster/immutable]"

# admission: a quota, and a policy
cat >setup.yaml <<'YAML'
apiVersion: v1
kind: ResourceQuota
metadata:
  name: none
  namespace: refused
spec:
  hard:
    count/configmaps: "1"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: no-latest
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [secrets]
  validations:
  - expression: "object.metadata.name != 'banned'"
    message: no secret may be banned
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: no-latest
spec:
  policyName: no-latest
  validationActions: [Deny]
  matchResources:
    namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: refused
YAML
kubectl apply -f setup.yaml >/dev/null
kubectl -n refused wait resourcequota none --for 'jsonpath={.status.hard}' --timeout 5s >/dev/null 2>&1 || true
rm setup.yaml
cat >all.yaml <<'YAML'
apiVersion: v1
kind: Secret
metadata:
  name: banned
  namespace: refused
stringData:
  a: swordfish22
YAML
commit four
for _ in {1..50}; do
	"$GITOPS" plan >out 2>err || break
	sleep 0.2
done
expect_exit 1 "$GITOPS" plan
expect_line out "no secret may be banned [cluster/admission]"
reject_line out swordfish22
kubectl delete validatingadmissionpolicybinding,validatingadmissionpolicy no-latest >/dev/null
