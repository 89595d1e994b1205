# Custom resources: of a CRD in the same commit, of one in the cluster, and their lists.
. "$ASSERT"
new_repository
crd() { # crd FIELD
	cat <<-YAML
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata:
		  name: orders.shop.example.org
		spec:
		  group: shop.example.org
		  scope: Namespaced
		  names: {kind: Order, plural: orders, singular: order, listKind: OrderList}
		  versions:
		  - name: v1
		    served: true
		    storage: true
		    schema:
		      openAPIV3Schema:
		        type: object
		        properties:
		          spec:
		            type: object
		            properties:
		              $1: {type: integer, minimum: 1}
		              lines:
		                type: array
		                x-kubernetes-list-type: map
		                x-kubernetes-list-map-keys: [sku]
		                items:
		                  type: object
		                  required: [sku]
		                  properties:
		                    sku: {type: string}
		                    amount: {type: integer}
	YAML
}
order() {
	cat <<-YAML
		---
		apiVersion: shop.example.org/v1
		kind: Order
		metadata:
		  name: one
		  namespace: default
		spec:
		  count: $1
		  lines:
		  - {sku: a, amount: 1}
		  - {sku: b, amount: $2}
	YAML
}
{ crd count; order 1 1; } >all.yaml
commit one
expect_exit 0 "$GITOPS" plan
expect_line out "Order default/one will be created (simulated)"
expect_line out "its CustomResourceDefinition arrives in the same plan"
{ crd count; order 0 1; } >all.yaml
commit bad
expect_exit 1 "$GITOPS" plan
expect_line out "all.yaml:38:10: error: Order default/one: spec.count"

{ crd count; order 1 1; } >all.yaml
commit good
kubectl apply --server-side -f all.yaml >/dev/null 2>&1 || true
kubectl wait --for condition=established crd/orders.shop.example.org --timeout 20s >/dev/null
for _ in {1..50}; do
	kubectl apply --server-side -f all.yaml >/dev/null 2>&1 && break
	sleep 0.2
done
expect_exit 0 "$GITOPS" plan --detailed-exitcode
{ crd count; order 1 2; } >all.yaml
commit two
for level in read dry-run; do
	expect_exit 2 "$GITOPS" plan --detailed-exitcode --level $level
	expect_line out 'spec.lines[sku="b"].amount: 1 → 2'
	expect_line out "Checked: 2"
done
{ crd count; order 0 2; } >all.yaml
commit three
expect_exit 1 "$GITOPS" plan
[ "$(grep -c 'all.yaml:38:10: error: Order default/one: spec.count' out)" = 1 ] || fail "said once"

kubectl delete crd orders.shop.example.org >/dev/null
