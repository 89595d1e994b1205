# Ways to the server: proxies, credentials that rotate and expire, lines that are slow, cut and
# corrupted at any byte.
. "$ASSERT"
new_repository
shop connections
commit one
kubectl apply --server-side -f all.yaml >/dev/null
sed -i 's/nginx:1.27/nginx:1.28/' all.yaml
commit two
upstream=$(cat "$SERVER_DIR/port")
start_relay() { # start_relay KIND ARG...: $PORT
	stop_relay
	rm -f ../relay
	python3 "$(dirname "$ASSERT")/relay.py" "$1" ../relay "${@:2}" >&2 &
	relay_pid=$!
	for _ in {1..100}; do [ -s ../relay ] && break; sleep 0.1; done
	PORT=$(head -n 1 ../relay)
}
stop_relay() {
	[ -z "${relay_pid:-}" ] || kill "$relay_pid" 2>/dev/null || true
	relay_pid=
}
trap 'stop_relay; stop_proxy' EXIT

# proxies: by flag, by the kubeconfig, by the environment (never for loopback), with what they saw
expect_exit 0 "$GITOPS" plan
mv out ../direct
for kind in http socks; do
	start_relay $kind
	scheme=http
	[ $kind = http ] || scheme=socks5
	expect_exit 0 "$GITOPS" plan --proxy-url $scheme://127.0.0.1:$PORT
	expect_line ../relay "127.0.0.1:$upstream"
	diff out ../direct || fail "the plan through a proxy is another"
	sed "s|^  cluster:|&\n    proxy-url: $scheme://127.0.0.1:$PORT|" "$KUBECONFIG" >../proxied
	KUBECONFIG=../proxied expect_exit 0 "$GITOPS" plan
	[ "$(wc -l <../relay)" -ge 3 ] || fail "the kubeconfig's proxy was not used"
done
expect_exit 3 "$GITOPS" plan --proxy-url http://127.0.0.1:1
expect_line err "context 'admin'"

# a token that rotates in its file while we look: the first reading is stale, the next is not
mkfifo ../token
(echo stale >../token; sleep 1; echo admin-token >../token) &
writer=$!
cat >../rotating <<YAML
current-context: r
contexts: [{name: r, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:$upstream", certificate-authority: $SERVER_DIR/ca.crt}}]
users: [{name: u, user: {tokenFile: token}}]
YAML
KUBECONFIG=../rotating expect_exit 0 timeout 30 "$GITOPS" plan
wait $writer

# a plugin's credential is kept until it expires; one that has expired is asked for again, not for
# each request
cat >../plugin <<SH
#!/bin/sh
echo run >>$PWD/../runs
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"admin-token","expirationTimestamp":"'\$(cat $PWD/../expires)'"}}'
SH
chmod +x ../plugin
sed 's|user: {tokenFile: token}|user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}}|' ../rotating >../plugged
date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ >../expires
KUBECONFIG=../plugged expect_exit 0 "$GITOPS" plan
[ "$(wc -l <../runs)" = 1 ] || fail "kept until it expires: $(wc -l <../runs) runs"
date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ >../expires
KUBECONFIG=../plugged expect_exit 0 "$GITOPS" plan
[ "$(wc -l <../runs)" -le 4 ] || fail "asked for each request: $(wc -l <../runs) runs"

# far away and slow: the same plan
start_proxy --delay 60
expect_exit 0 "$GITOPS" plan --server "$PROXY" --tls-server-name localhost
grep -v '^Cluster' out >../far
grep -v '^Cluster' ../direct | diff - ../far || fail "the plan from afar is another"
stop_proxy
start_relay slow --upstream "$upstream" --slow 60000
expect_exit 0 "$GITOPS" plan --server "https://127.0.0.1:$PORT" --tls-server-name localhost
grep -v '^Cluster' out | diff - ../far || fail "the plan over a slow line is another"

# each connection is cut, or one bit is turned, at some byte: either it is tried again and the plan
# is the same, or it is undecided; never anything else
tried=0 undecided=0
for kind in cut corrupt; do
	for at in 1 500 2500 8000 11000 14000 20000; do
		start_relay $kind --upstream "$upstream" --at $at
		status=0
		timeout 60 "$GITOPS" plan --server "https://127.0.0.1:$PORT" --tls-server-name localhost \
			--request-timeout 5s >out 2>err || status=$?
		case $status in
		0) grep -v '^Cluster' out | diff - ../far || fail "$kind at $at: another plan, and exit 0" ;;
		3) undecided=$((undecided + 1)) ;;
		*) cat out err && fail "$kind at $at: exit $status" ;;
		esac
		tried=$((tried + 1))
	done
done
[ $undecided -gt 4 ] || fail "only $undecided of $tried were spoiled"
echo "connections: $tried spoiled lines, $undecided undecided, the rest as without"
