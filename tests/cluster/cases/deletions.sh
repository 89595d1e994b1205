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

# what has no namespace: who still names it, what depends on it, which kinds go with it
cat >more.yaml <<'YAML'
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow}
provisioner: example.org/none
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: outer}
spec: {controller: example.org/none}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 10
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: unused}
rules: []
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.things.example.org, labels: {here: "1"}}
spec: {group: things.example.org, version: v1, groupPriorityMinimum: 10, versionPriority: 10}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: wholes.things.example.org}
spec:
  group: things.example.org
  scope: Cluster
  names: {plural: wholes, kind: Whole}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
YAML
printf 'apiVersion: things.example.org/v1\nkind: Whole\nmetadata: {name: all}\n' >whole.yaml
kubectl apply -f more.yaml >/dev/null
kubectl wait --for=condition=Established crd/wholes.things.example.org --timeout=30s >/dev/null
for _ in {1..50}; do kubectl apply -f whole.yaml >/dev/null 2>&1 && break || sleep 0.2; done
kubectl apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: slow-data, namespace: gone}
spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door, namespace: gone}
spec: {ingressClassName: outer, defaultBackend: {service: {name: x, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: gate, namespace: gone}
spec: {ingressClassName: outer, defaultBackend: {service: {name: x, port: {number: 80}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: gone}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: ann}]
YAML
kubectl -n gone create configmap part >/dev/null
kubectl -n gone patch configmap part --type merge -p \
	"{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"things.example.org/v1\",\"kind\":\"Whole\",\"name\":\"all\",\"uid\":\"$(kubectl get whole all -o 'jsonpath={.metadata.uid}')\"}]}}" >/dev/null
commit classes
sed '/kind: CustomResourceDefinition/,$d' more.yaml | sed '$d;$d' >less.yaml
awk -v RS='---\n' '/kind: CustomResourceDefinition/' more.yaml >kept.yaml
git rm -q --cached more.yaml whole.yaml && rm more.yaml whole.yaml less.yaml
commit fewer
allow=(--prune --owner kubectl)
for kind in storage.k8s.io/v1/StorageClass networking.k8s.io/v1/IngressClass scheduling.k8s.io/v1/PriorityClass \
	rbac.authorization.k8s.io/v1/ClusterRole apiregistration.k8s.io/v1/APIService things.example.org/v1/Whole; do
	allow+=(--prune-allowlist $kind)
done
expect_exit 0 "$GITOPS" plan "${allow[@]}"
expect_line out "1 live PersistentVolumeClaim names it (gone/slow-data): it gets no new volume"
expect_line out "2 live Ingresses name it (gone/door, gone/gate): each is served by nobody then"
expect_line out "1 live RoleBinding names it (gone/readers): it grants nothing then"
expect_line out "nothing serves things.example.org/v1 then: 1 kind (Whole)"
expect_line out "deleting it takes along 1 ConfigMap (part) [risk/takes-along]"
reject_line out "ClusterRole unused: "
kubectl delete --ignore-not-found storageclass/slow ingressclass/outer priorityclass/high clusterrole/reader clusterrole/unused crd/wholes.things.example.org >/dev/null
git rm -q kept.yaml && commit rid

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
