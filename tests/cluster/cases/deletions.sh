# What a deletion takes along: dependents, finalizers, volumes, all of a namespace, all of a kind.
. "$ASSERT"
new_repository
kubectl create namespace gone >/dev/null
cat >all.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: owner, namespace: gone, finalizers: [example.org/slow]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: gone}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  volumeName: gone-volume
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: kept, namespace: gone}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  volumeName: gone-kept
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: rest, namespace: gone}
YAML
for v in volume:Delete kept:Retain; do
	kubectl apply -f - >/dev/null <<-YAML
		apiVersion: v1
		kind: PersistentVolume
		metadata: {name: gone-${v%:*}}
		spec:
		  capacity: {storage: 1Gi}
		  accessModes: [ReadWriteOnce]
		  persistentVolumeReclaimPolicy: ${v#*:}
		  hostPath: {path: /tmp/x}
	YAML
done
commit one
kubectl apply -f all.yaml >/dev/null
uid() { kubectl -n gone get "$1" -o 'jsonpath={.metadata.uid}'; }
child() { # child NAME OWNER_KIND OWNER_NAME UID
	kubectl -n gone create secret generic "$1" >/dev/null
	kubectl -n gone patch secret "$1" --type merge -p \
		"{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"$2\",\"name\":\"$3\",\"uid\":\"$4\"}]}}" >/dev/null
}
child one ConfigMap owner "$(uid configmap/owner)"
child two Secret one "$(uid secret/one)"
child free ConfigMap rest "$(uid configmap/rest)"
awk -v RS='---\n' '/name: rest/' all.yaml >rest.yaml
mv rest.yaml all.yaml
commit two
prune=(--prune --owner kubectl)
expect_exit 0 "$GITOPS" plan "${prune[@]}"
expect_line out "deleting it takes along 2 Secrets (one, two) [risk/takes-along]"
expect_line out "it goes only when example.org/slow has finished [risk/finalizer]"
expect_line out "volume gone-volume goes with its data (Delete)"
expect_line out "volume gone-kept stays (Retain)"
reject_line out "free"

# a namespace takes along all that is in it
cat >all.yaml <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: gone-too}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: rest, namespace: gone}
YAML
commit three
kubectl apply -f all.yaml >/dev/null
kubectl -n gone-too create configmap a >/dev/null
kubectl -n gone-too create secret generic b >/dev/null
sed -i '1,/---/d' all.yaml
commit four
expect_exit 0 "$GITOPS" plan --prune --prune-allowlist core/v1/Namespace --owner kubectl
expect_line out "deleting it takes along everything in it: "
expect_line out "1 ConfigMap (a)"
expect_line out "1 Secret (b)"
kubectl -n gone patch configmap owner --type merge -p '{"metadata":{"finalizers":null}}' >/dev/null
