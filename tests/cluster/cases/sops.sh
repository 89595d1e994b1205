# Encrypted Secrets: a valid shape is sent, ciphertexts are compared.
. "$ASSERT"
new_repository
kubectl create namespace sops >/dev/null
secret() {
	cat <<-YAML
		apiVersion: v1
		kind: Secret
		metadata:
		  name: key
		  namespace: sops
		data:
		  password: ENC[AES256_GCM,data:$1,iv:$2,tag:AAAA,type:str]
		  other: ENC[AES256_GCM,data:same,iv:same,tag:AAAA,type:str]
		sops:
		  mac: ENC[AES256_GCM,data:$2,iv:x,tag:y,type:str]
		  version: 3.9.0
	YAML
}
secret one two >all.yaml
commit one
expect_exit 0 "$GITOPS" plan
expect_line out "Secret sops/key will be created"
kubectl apply --server-side -f - >/dev/null <<YAML
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"key","namespace":"sops"},"stringData":{"password":"swordfish","other":"o"}}
YAML
expect_exit 0 "$GITOPS" plan --detailed-exitcode
secret three four >all.yaml
commit two
for level in dry-run read; do
	expect_exit 2 "$GITOPS" plan --detailed-exitcode --level $level -o json
	expect_line out '"path": "data.password"'
	reject_line out '"path": "data.other"'
	reject_line out ENC
	reject_line out '"path": "sops'
done
