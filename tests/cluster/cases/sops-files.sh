# Files that SOPS encrypted, as a generator's: their values are opaque, and a placeholder is sent.
. "$ASSERT"
new_repository
git remote add origin https://git.example.org/fleet.git
kubectl create namespace sopsfiles >/dev/null
mkdir -p clusters/a apps
cat >clusters/a/sync.yaml <<'YAML'
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: sopsfiles}
spec: {interval: 1h, url: "https://git.example.org/fleet.git"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: sopsfiles}
spec:
  interval: 1h
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: fleet}
  decryption: {provider: sops}
YAML
cat >apps/kustomization.yaml <<'YAML'
namespace: sopsfiles
generatorOptions: {disableNameSuffixHash: true}
secretGenerator:
  - name: env
    envs: [secret.env]
  - name: file
    files: [config.yaml, binary.json, plain.txt]
YAML
encrypt() {
	printf 'TOKEN=ENC[AES256_GCM,data:%s,iv:b,tag:c,type:str]\nsops_version=3.9.0\nsops_mac=ENC[AES256_GCM,data:d,iv:e,tag:f,type:str]\n' "$1" >apps/secret.env
	printf 'user: ENC[AES256_GCM,data:%s,iv:b,tag:c,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:d,iv:e,tag:f,type:str]\n' "$1" >apps/config.yaml
	printf '{"data": "ENC[AES256_GCM,data:%s,iv:b,tag:c,type:str]", "sops": {"mac": "ENC[AES256_GCM,data:d,iv:e,tag:f,type:str]"}}\n' "$2" >apps/binary.json
}
encrypt one two
echo plain >apps/plain.txt
commit one
expect_exit 0 "$GITOPS" plan -l kustomize.toolkit.fluxcd.io/name=apps
expect_line out "Secret sopsfiles/env will be created"
expect_line out "Secret sopsfiles/file will be created"
kubectl apply --server-side --field-manager=kustomize-controller -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Secret
metadata:
  name: env
  namespace: sopsfiles
  labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: sopsfiles}
  annotations: {config.kubernetes.io/origin: "configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: SecretGenerator\n"}
stringData: {TOKEN: swordfish}
---
apiVersion: v1
kind: Secret
metadata:
  name: file
  namespace: sopsfiles
  labels: {kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: sopsfiles}
  annotations: {config.kubernetes.io/origin: "configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: SecretGenerator\n"}
stringData: {config.yaml: "user: me", binary.json: xyz, plain.txt: "plain\n"}
YAML
expect_exit 0 "$GITOPS" plan --detailed-exitcode -l kustomize.toolkit.fluxcd.io/name=apps
encrypt three two
commit two
expect_exit 2 "$GITOPS" plan --detailed-exitcode -l kustomize.toolkit.fluxcd.io/name=apps -o json
expect_line out '"path": "data.TOKEN"'
expect_line out 'config.yaml'
reject_line out 'binary.json"'
reject_line out ENC
reject_line out swordfish
reject_line out sops_
