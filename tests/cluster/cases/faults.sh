# Whatever is cut, throttled or corrupted: what it concerns is undecided, and the plan never says
# that all is well.
. "$ASSERT"
new_repository
shop faults
commit one
kubectl apply --server-side -f all.yaml >/dev/null
sed -i 's/nginx:1.27/nginx:1.28/' all.yaml
commit two
plan() {
	"$GITOPS" plan --server "$PROXY" --tls-server-name localhost --request-timeout "${TIMEOUT:-20s}" "$@"
}

# through the proxy, over HTTP/1.1, all is as without it
start_proxy --fault 500 --match nothing
expect_exit 0 plan
expect_line out "Checked: 4 by dry-run on the cluster."

# throttled: asked again
start_proxy --fault 429 --match PATCH --times 3
expect_exit 0 plan
expect_line out "Checked: 4 by dry-run on the cluster."
[ "$(wc -l <proxy.log)" = 4 ] || fail "three requests should have been throttled"

# a lost connection is asked again too
start_proxy --fault drop --match PATCH --times 2
expect_exit 0 plan
start_proxy --fault cut --match GET.*configmaps --times 1
expect_exit 0 plan

# for good: undecided, at every point of the exchange
for fault in 500 503 drop cut corrupt empty html; do
	for match in 'PATCH .*deployments' 'GET .*deployments' 'PATCH .*configmaps'; do
		start_proxy --fault $fault --match "$match"
		expect_exit 3 plan
		expect_line out "could not be decided"
		reject_line out "Nothing changes."
	done
	for match in 'GET /apis' 'GET /api$' 'GET'; do
		start_proxy --fault $fault --match "$match"
		expect_exit 3 plan
		reject_line out "Plan:"
	done
done
start_proxy --fault 429 --match 'PATCH .*deployments' --retry-after 1
TIMEOUT=3s expect_exit 3 plan
start_proxy --fault hang --match 'PATCH .*deployments'
TIMEOUT=2s expect_exit 3 plan
expect_line out "timed out"

# nobody listens
stop_proxy
expect_exit 3 plan
expect_line err "context 'admin' (user 'admin' of"
