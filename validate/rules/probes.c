/* Probes and lifecycle handlers of containers. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

void check_port_or_name(struct val *port)
{
	int64_t n = v_int(port, 0);

	if (v_has(port) && port->n->type == NODE_STR)
		ok(port, not_port_name(v_str(port)));
	else if (n < 1 || n > 65535)
		bad(port, "must be a port from 1 to 65535, or the name of one");
}

static void check_exec(struct val *v)
{
	if (!v_count(v_at(v, "command")))
		missing(v_at(v, "command"), "what to run");
}

static void check_http(struct val *v)
{
	struct val *headers = v_at(v, "httpHeaders");

	check_port_or_name(v_at(v, "port"));
	one_of(v_at(v, "scheme"), "HTTP HTTPS");
	V_EACH (e, headers) {
		const char *complaint = not_header_name(v_str(v_at(e, "name")));

		if (complaint)
			bad(headers, "'%s': %s", v_str(v_at(e, "name")), complaint);
	}
}

static void check_tcp(struct val *v)
{
	check_port_or_name(v_at(v, "port"));
}

static int64_t grace_period(struct val *v)
{
	return v_int(v_at(v->c->pod_spec, "terminationGracePeriodSeconds"), 30);
}

static void check_sleep(struct val *v)
{
	int64_t seconds = v_int(v_at(v, "seconds"), 0);
	int least = v->c->minor >= 33 ? 0 : 1;

	if (seconds < least || seconds > grace_period(v))
		bad(v,
		    "%lld seconds; must be at least %d and at most the pod's "
		    "terminationGracePeriodSeconds (%lld)",
		    (long long)seconds, least, (long long)grace_period(v));
}

static const struct handler {
	const char *field;
	void (*check)(struct val *v);
	enum { IN_PROBE = 1, IN_LIFECYCLE = 2 } where;
} handlers[] = {
	{ "exec", check_exec, IN_PROBE | IN_LIFECYCLE },
	{ "httpGet", check_http, IN_PROBE | IN_LIFECYCLE },
	{ "tcpSocket", check_tcp, IN_PROBE | IN_LIFECYCLE },
	{ "grpc", check_tcp, IN_PROBE },
	{ "sleep", check_sleep, IN_LIFECYCLE },
};

static void check_handler(struct val *v, int where)
{
	int count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++) {
		struct val *f = v_at(v, handlers[i].field);

		if (!(handlers[i].where & where) || !v_has(f))
			continue;
		if (count++)
			forbidden(f, "may not specify more than 1 handler type");
		else
			handlers[i].check(f);
	}
	if (!count)
		missing(v, "must specify a handler type: exec, httpGet, tcpSocket or %s",
			where == IN_PROBE ? "grpc" : "sleep");
}

static void check_probe(struct val *container, const char *name)
{
	static const char *const counts[] = { "initialDelaySeconds", "timeoutSeconds",
					      "periodSeconds", "successThreshold",
					      "failureThreshold" };
	struct val *v = v_at(container, name), *grace = v_at(v, "terminationGracePeriodSeconds");
	struct val *success = v_at(v, "successThreshold");
	bool readiness = !strcmp(name, "readinessProbe");

	if (!v_has(v))
		return;
	check_handler(v, IN_PROBE);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		not_negative(v_at(v, counts[i]));
	if (v_has(grace) && readiness)
		bad(grace, "must not be set for readiness probes");
	else if (v_has(grace) && v_int(grace, 1) <= 0)
		bad(grace, "must be greater than 0");
	if (!readiness && v_int(success, 1) != 1 && v_int(success, 1) != 0)
		bad(success, "must be 1 for a %s", name);
}

static void check_probes(struct val *v)
{
	static const char *const names[] = { "livenessProbe", "readinessProbe", "startupProbe" };
	struct check *c = v->c;
	bool sidecar = v_is(v_at(v, "restartPolicy"), "Always");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct val *probe = v_at(v, names[i]);

		if (c->container_ephemeral)
			continue;
		if (c->container_init && !sidecar && v_has(probe))
			forbidden(probe, "may not be set for init containers without "
					 "restartPolicy: Always");
		else
			check_probe(v, names[i]);
	}
}

static void check_lifecycle(struct val *v)
{
	static const char *const hooks[] = { "postStart", "preStop" };
	struct val *lifecycle = v_at(v, "lifecycle");
	bool sidecar = v_is(v_at(v, "restartPolicy"), "Always");

	if (!v_has(lifecycle) || v->c->container_ephemeral)
		return;
	if (v->c->container_init && !sidecar) {
		forbidden(lifecycle,
			  "may not be set for init containers without restartPolicy: Always");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (v_has(v_at(lifecycle, hooks[i])))
			check_handler(v_at(lifecycle, hooks[i]), IN_LIFECYCLE);
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_probes[] = {
	{ "container/probes", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "a probe has one complete handler and sensible counts", CORE "validateProbe",
	  check_probes },
	{ "container/lifecycle", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "a lifecycle hook has one complete handler", CORE "validateLifecycle", check_lifecycle },
	{ 0 },
};
