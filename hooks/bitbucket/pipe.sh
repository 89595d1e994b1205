#!/bin/sh
# What the pipe's image runs, and the step without an image: plan the pull request. Variables:
# pipe.yml's. A fork's pipeline has no token: it is planned, and nothing is posted.
set -eu

if [ -n "${BITBUCKET_PR_DESTINATION_BRANCH:-}" ]; then
	git fetch -q --depth=50 origin \
		"+refs/heads/$BITBUCKET_PR_DESTINATION_BRANCH:refs/remotes/origin/$BITBUCKET_PR_DESTINATION_BRANCH"
fi
set -- -o text -o json=kubectl-gitops.json -o html=kubectl-gitops.html -o junit=test-results/kubectl-gitops.xml
mkdir -p test-results
if [ -n "${BITBUCKET_TOKEN:-}" ] && [ -n "${BITBUCKET_PR_ID:-}" ]; then
	[ "${COMMENT:-true}" != true ] || set -- "$@" --comment
	[ "${STATUS:-true}" != true ] || set -- "$@" --status
	[ "${INSIGHTS:-true}" != true ] || set -- "$@" --insights
fi
# shellcheck disable=SC2086
exec kubectl-gitops gate "$@" ${ARGUMENTS:-}
