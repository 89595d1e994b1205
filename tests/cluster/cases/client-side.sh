# What kubectl apply without --server-side manages: the merge that it would send.
. "$ASSERT"
new_repository
kubectl create namespace csa >/dev/null
cat >all.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: csa
  annotations: {note: one, keep: me}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      volumes:
      - name: data
        emptyDir: {}
      containers:
      - name: web
        image: nginx:1.27
        env:
        - {name: A, value: "1"}
        - {name: B, value: "2"}
        volumeMounts:
        - {name: data, mountPath: /data}
      - name: side
        image: side:1
YAML
commit one
for owner in kubectl plain; do
	expect_exit 0 "$GITOPS" plan --owner $owner
	expect_line out "Plan: 1 to create"
done
kubectl apply -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" plan --detailed-exitcode
expect_line out "Nothing changes."

# removed: an annotation, a container, a variable; changed: an image; another volume type
kubectl -n csa annotate deployment web other=stays >/dev/null
cp all.yaml before.yaml
sed -i 's/note: one, //; s/1.27/1.28/; /name: side/d; /side:1/d; /name: A/d; s/emptyDir: {}/hostPath: {path: \/x}/' all.yaml
rm before.yaml
commit two
expect_exit 0 "$GITOPS" plan -o json
python3 - <<'PY'
import json
fields = json.load(open("out"))["changes"][0]["fields"]
got = {(f["path"], json.dumps(f.get("after"))) for f in fields}
web = 'spec.template.spec.containers[name="web"]'
want = {
    ("metadata.annotations.note", "null"),
    (web + ".image", '"nginx:1.28"'),
    (web + '.env[name="A"]', "null"),
    ('spec.template.spec.containers[name="side"]', "null"),
    ('spec.template.spec.volumes[name="data"].emptyDir', "null"),
}
assert want <= got, (want - got, got)
assert all(f["cause"] in ("commit", "server") for f in fields), fields
PY

# and that is what happens
"$GITOPS" plan -o json >plan.json
kubectl apply -f all.yaml >/dev/null
expect_exit 0 "$GITOPS" plan --detailed-exitcode
rm plan.json out err
[ "$(kubectl -n csa get deployment web -o 'jsonpath={.metadata.annotations.other}')" = stays ]
kubectl -n csa get deployment web -o 'jsonpath={.spec.template.spec.containers[*].name}' | grep -qx web
