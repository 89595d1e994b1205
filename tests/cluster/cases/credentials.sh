# Wrong certificates, tokens and contexts: exit 3, a message that says where, never a credential.
. "$ASSERT"
new_repository
shop credentials
commit one
ca=$SERVER_DIR/ca.crt
server=https://127.0.0.1:$(cat "$SERVER_DIR/port")

expect_exit 0 "$GITOPS" plan --context admin-cert
expect_line out "(https://127.0.0.1"

# a certificate that another authority signed
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=other -keyout other.key -out other.crt 2>/dev/null
expect_exit 3 "$GITOPS" plan --certificate-authority other.crt
expect_line err "certificate"
expect_exit 3 "$GITOPS" plan --tls-server-name example.org
expect_exit 0 "$GITOPS" plan --insecure-skip-tls-verify

# a token that is not accepted
expect_exit 3 "$GITOPS" plan --token hunter2hunter2
expect_line err "401 Unauthorized"
reject_line err hunter2hunter2

# an encrypted key
openssl genrsa -aes128 -passout pass:x -out locked.key 2048 2>/dev/null
expect_exit 3 "$GITOPS" plan --client-certificate other.crt --client-key locked.key
expect_line err "is encrypted"

# names that are in no file
expect_exit 3 "$GITOPS" plan --context nowhere
expect_line err "context 'nowhere' is in no kubeconfig"
expect_exit 3 "$GITOPS" plan --kubeconfig missing
expect_line err "kubeconfig missing: No such file or directory"

# where kubectl would turn to localhost:8080, and fail
KUBECONFIG=/nowhere/a:/nowhere/b expect_exit 3 "$GITOPS" plan
expect_line err "no file that KUBECONFIG names is there: /nowhere/a:/nowhere/b"
KUBECONFIG=/nowhere/a expect_exit 0 "$GITOPS" plan --offline
KUBECONFIG=/nowhere/a expect_exit 0 "$GITOPS" plan --server "$server" --certificate-authority "$ca" --token admin-token

# files are merged: the first that names something wins, missing files are skipped
token=$(awk -F, '/admin/ { print $1; exit }' "$SERVER_DIR/tokens.csv")
mkdir -p ../conf
cat >../conf/one <<YAML
apiVersion: v1
kind: Config
current-context: split
contexts:
- name: split
  context: {cluster: here, user: file, namespace: team}
YAML
cat >../conf/two <<YAML
current-context: other
clusters:
- name: here
  cluster: {server: "$server", certificate-authority: ca.crt}
users:
- name: file
  user: {tokenFile: token}
YAML
cp "$ca" ../conf/ca.crt
echo "$token" >../conf/token
KUBECONFIG=../conf/one:../conf/none:../conf/two expect_exit 0 "$GITOPS" plan
expect_line out "Cluster split"

# an exec plugin: asked once, its token used; v1 and v1beta1
cat >../conf/plugin <<SH
#!/bin/sh
echo run >>$PWD/../conf/runs
api=\$(echo "\$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')
echo '{"apiVersion":"'\$api'","kind":"ExecCredential","status":{"token":"$token"}}'
SH
chmod +x ../conf/plugin
for api in v1 v1beta1; do
	cat >../conf/exec <<YAML
current-context: exec
contexts:
- {name: exec, context: {cluster: here, user: exec}}
clusters:
- {name: here, cluster: {server: "$server", certificate-authority: ca.crt}}
users:
- name: exec
  user:
    exec: {apiVersion: client.authentication.k8s.io/$api, command: ./plugin, interactiveMode: Never}
YAML
	rm -f ../conf/runs
	KUBECONFIG=../conf/exec expect_exit 0 "$GITOPS" plan
	[ "$(wc -l <../conf/runs)" = 1 ] || fail "the plugin ran more than once"
done

# the shapes that minikube and kind write: extensions, keys in files or in the file itself
cat >../conf/minikube <<YAML
apiVersion: v1
clusters:
- cluster:
    certificate-authority: $ca
    extensions:
    - extension: {last-update: "Mon, 23 Nov 2026 09:00:00 UTC", provider: minikube.sigs.k8s.io, version: v1.37.0}
      name: cluster_info
    server: $server
  name: minikube
contexts:
- context:
    cluster: minikube
    extensions:
    - extension: {last-update: "Mon, 23 Nov 2026 09:00:00 UTC", provider: minikube.sigs.k8s.io, version: v1.37.0}
      name: context_info
    namespace: default
    user: minikube
  name: minikube
current-context: minikube
kind: Config
preferences: {}
users:
- name: minikube
  user: {client-certificate: $SERVER_DIR/client.crt, client-key: $SERVER_DIR/client.key}
YAML
cat >../conf/kind <<YAML
apiVersion: v1
clusters:
- cluster: {certificate-authority-data: $(base64 -w0 <"$ca"), server: "$server"}
  name: kind-kind
contexts:
- context: {cluster: kind-kind, user: kind-kind}
  name: kind-kind
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: kind-kind
  user: {client-certificate-data: $(base64 -w0 <"$SERVER_DIR/client.crt"), client-key-data: $(base64 -w0 <"$SERVER_DIR/client.key")}
YAML
for shape in minikube kind; do
	KUBECONFIG=../conf/$shape expect_exit 0 "$GITOPS" plan
	expect_line out "by dry-run"
done

# none from inside the work tree: by its path, by --kubeconfig, by a link that leads there, and
# neither with a plugin that lies outside
cp -r ../conf conf
for config in conf/exec ../conf/inward "$PWD/conf/../conf/exec"; do
	ln -sf "$PWD/conf/exec" ../conf/inward
	rm -f ../conf/runs
	KUBECONFIG=$config expect_exit 3 "$GITOPS" plan
	expect_line err "what a repository holds runs nothing"
	expect_exit 3 "$GITOPS" plan --kubeconfig "$config"
	[ ! -e ../conf/runs ] || fail "the plugin ran for $config"
done

# a plugin that fails says so, in its words
printf '#!/bin/sh\necho "log in first" >&2\nexit 1\n' >../conf/plugin
KUBECONFIG=../conf/exec expect_exit 3 "$GITOPS" plan
expect_line err "log in first"

# impersonation: the user, groups, uid and extras reach the server, of the flags and of the file
expect_exit 0 "$GITOPS" plan --as root --as-group system:masters
expect_exit 0 "$GITOPS" plan --as root --as-group other --as-group system:masters --as-uid 7 --as-user-extra "example.org/Why=a b"
expect_exit 3 "$GITOPS" plan --as-group system:masters
expect_line err "impersonat"
cat >../conf/acting <<YAML
current-context: acting
contexts: [{name: acting, context: {cluster: here, user: acting}}]
clusters: [{name: here, cluster: {server: "$server", certificate-authority: ca.crt}}]
users:
- name: acting
  user: {token: $token, as: root, as-groups: [other, "system:masters"], as-uid: "7", as-user-extra: {example.org/why: [a, b]}}
YAML
KUBECONFIG=../conf/acting expect_exit 0 "$GITOPS" plan
sed -i 's/, "system:masters"//' ../conf/acting
KUBECONFIG=../conf/acting expect_exit 0 "$GITOPS" plan
expect_line out "the credential may not get"

# no rights: a lower level, with the reason, and undecided where that is not enough
expect_exit 0 "$GITOPS" plan --as nobody
expect_line out "the credential may not get deployments.apps in namespace credentials [cluster/fallback]"
expect_line out "Checked: 4 offline."
expect_exit 3 "$GITOPS" plan --as nobody --min-level dry-run
expect_line out "could not be decided"
