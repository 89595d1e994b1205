/* Containers: names, images, ports, restart rules, mounts and devices. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool is_spaced(const char *s)
{
	size_t len = strlen(s);

	return len && (strchr(" \t\r\n\v\f", *s) || strchr(" \t\r\n\v\f", s[len - 1]));
}

static void check_basics(struct val *v)
{
	struct val *name = v_at(v, "name"), *image = v_at(v, "image");

	if (need(name))
		ok(name, not_dns_label(v_str(name)));
	need(image);
	if (!v->c->pod_template && is_spaced(v_str(image)))
		bad(image, "must not have leading or trailing whitespace");
	one_of(v_at(v, "terminationMessagePolicy"), "File FallbackToLogsOnError");
	one_of(v_at(v, "imagePullPolicy"), "Always Never IfNotPresent");
}

static void check_names(struct val *spec)
{
	static const char *const lists[] = { "containers", "initContainers",
					     "ephemeralContainers" };

	if (!v_count(v_at(spec, "containers")))
		missing(v_at(spec, "containers"), "a pod has at least one container");
	for (size_t l = 0; l < ARRAY_SIZE(lists); l++) {
		V_EACH (e, v_at(spec, lists[l])) {
			struct val *name = v_at(e, "name");
			bool taken = false;

			for (size_t before = 0; before < l; before++)
				taken |= v_find(v_at(spec, lists[before]), "name", v_str(name)) !=
					 NULL;
			taken |=
				v_find(v_at(spec, lists[l]), "name", v_str(name))->index < e->index;
			if (taken && (l || !v_empty(name)))
				duplicate(name);
		}
	}
}

static void check_ports(struct val *v)
{
	struct val *ports = v_at(v, "ports");

	V_EACH (e, ports) {
		struct val *name = v_at(e, "name"), *port = v_at(e, "containerPort");

		if (!v_empty(name) && ok(name, not_port_name(v_str(name))) &&
		    v_find(ports, "name", v_str(name))->index < e->index)
			duplicate(name);
		if (!v_int(port, 0))
			missing(port, "a port from 1 to 65535");
		else
			in_range(port, 1, 65535);
		if (v_int(v_at(e, "hostPort"), 0))
			in_range(v_at(e, "hostPort"), 1, 65535);
		one_of(v_at(e, "protocol"), "TCP UDP SCTP");
	}
}

static int64_t host_port(struct val *port)
{
	int64_t p = v_int(v_at(port, "hostPort"), 0);

	/* defaulted on the host's network, in a Pod itself */
	if (!p && !port->c->pod_template && v_true(v_at(port->c->pod_spec, "hostNetwork"), false))
		return v_int(v_at(port, "containerPort"), 0);
	return p;
}

static bool same_host_port(struct val *a, struct val *b)
{
	return host_port(a) && host_port(a) == host_port(b) &&
	       !strcmp(v_str(v_at(a, "hostIP")), v_str(v_at(b, "hostIP"))) &&
	       !strcmp(v_str_or(v_at(a, "protocol"), "TCP"), v_str_or(v_at(b, "protocol"), "TCP"));
}

/* Whether a port before `port` in the containers from the first to the port's own takes the same.
 */
static bool host_port_taken(struct val *containers, struct val *port)
{
	V_EACH (c, containers) {
		V_EACH (p, v_at(c, "ports")) {
			if (p->n == port->n)
				return false;
			if (same_host_port(p, port))
				return true;
		}
	}
	return false;
}

static void check_host_ports(struct val *spec)
{
	bool host = v_true(v_at(spec, "hostNetwork"), false);
	struct val *init = v_at(spec, "initContainers");

	V_EACH (c, v_at(spec, "containers")) {
		V_EACH (p, v_at(c, "ports")) {
			if (host_port(p) && host_port_taken(c->up, p))
				duplicate(v_at(p, "hostPort"));
			if (host && v_int(v_at(p, "hostPort"), 0) &&
			    v_int(v_at(p, "hostPort"), 0) != v_int(v_at(p, "containerPort"), 0))
				bad(v_at(p, "hostPort"),
				    "must match containerPort when hostNetwork is true");
		}
	}
	/* The server counts each init container for itself, and names the first. */
	V_EACH (c, init) {
		V_EACH (p, v_at(c, "ports")) {
			V_EACH (q, v_at(c, "ports")) {
				if (q->index < p->index && same_host_port(p, q)) {
					duplicate(v_at(
						v_item(v_at(v_item(init, 0), "ports"), p->index),
						"hostPort"));
					break;
				}
			}
		}
	}
}

static void check_resize(struct val *v)
{
	struct val *list = v_at(v, "resizePolicy");
	bool never = v_is(v_at(v->c->pod_spec, "restartPolicy"), "Never");
	bool sidecar = v_is(v_at(v, "restartPolicy"), "Always");

	V_EACH (e, list) {
		struct val *name = v_at(e, "resourceName"), *policy = v_at(e, "restartPolicy");

		if (v_find(list, "resourceName", v_str(name))->index < e->index)
			duplicate(e);
		if (!word_in(v_str(name), "cpu memory"))
			bad(list, "resourceName must be cpu or memory, not '%s'", v_str(name));
		if (!word_in(v_str(policy), "NotRequired RestartContainer"))
			bad(list, "restartPolicy must be NotRequired or RestartContainer, not '%s'",
			    v_str(policy));
		if (never && !v_is(policy, "NotRequired"))
			bad(list, "must be NotRequired when the pod's restartPolicy is Never");
		if (v->c->container_init && !sidecar && v_is(policy, "RestartContainer"))
			bad(policy, "RestartContainer is for containers that keep running: not for "
				    "an init container without restartPolicy: Always");
	}
}

static void check_restart_rules(struct val *v)
{
	struct val *policy = v_at(v, "restartPolicy"), *rules = v_at(v, "restartPolicyRules");

	if (v_count(rules) && !v_has(policy))
		missing(policy, "restartPolicyRules need a restartPolicy");
	if (v_count(rules) > 20)
		bad(rules, "%zu rules; at most 20 are taken", v_count(rules));
	V_EACH (e, rules) {
		struct val *codes = v_at(e, "exitCodes");

		if (!word_in(v_str(v_at(e, "action")),
			     v->c->minor >= 35 ? "Restart RestartAllContainers" : "Restart"))
			bad(v_at(e, "action"), "must be Restart");
		if (!v_has(codes))
			missing(codes, "a rule says which exit codes it is for");
		else if (!word_in(v_str(v_at(codes, "operator")), "In NotIn"))
			bad(v_at(codes, "operator"), "must be In or NotIn");
		if (v_count(v_at(codes, "values")) > 255)
			bad(v_at(codes, "values"), "at most 255 exit codes are taken");
	}
}

/*
 * Rules for each container's restart came with 1.35; before, only init containers say Always. 1.34
 * knows the fields and drops them.
 */
static void check_restart(struct val *v)
{
	struct val *policy = v_at(v, "restartPolicy");

	if (v->c->container_ephemeral) {
		if (v_has(policy))
			forbidden(policy, "cannot be set for an ephemeral container");
	} else if (v->c->minor >= 35) {
		if (v_has(policy) && !word_in(v_str(policy), "Always Never OnFailure"))
			bad(policy, "not one of Always, Never, OnFailure");
		check_restart_rules(v);
	} else if (v->c->container_init && v_has(policy) && !v_is(policy, "Always")) {
		bad(policy, "an init container's restartPolicy can only be Always");
	} else if (!v->c->container_init && v_has(policy) && v->c->minor < 34) {
		forbidden(policy, "may not be set for non-init containers");
	}
}

static void check_propagation(struct val *v, struct val *mount)
{
	struct val *mode = v_at(mount, "mountPropagation"), *at = v_as(mode, "mountPropagation");
	struct val *recursive = v_at(mount, "recursiveReadOnly");

	at->up = mount->up;
	if (v_has(mode) && !word_in(v_str(mode), "Bidirectional HostToContainer None"))
		bad(at, "not one of Bidirectional, HostToContainer, None");
	if (v_is(mode, "Bidirectional") && !v_true(v_at(v, "securityContext.privileged"), false))
		forbidden(at, "Bidirectional is for privileged containers only");
	if (!v_has(recursive) || v_is(recursive, "Disabled") || v->c->minor < 31)
		return; /* before 1.31 a gate is off, and the server drops it */
	at = v_as(recursive, "recursiveReadOnly");
	at->up = mount->up;
	if (!word_in(v_str(recursive), "Enabled IfPossible")) {
		bad(at, "not one of Disabled, Enabled, IfPossible");
		return;
	}
	if (!v_true(v_at(mount, "readOnly"), false))
		forbidden(at, "may only be specified when readOnly is true");
	if (v_has(mode) && !v_is(mode, "None"))
		forbidden(at, "may only be specified when mountPropagation is None or absent");
}

static void check_sub_path(struct val *mount, const char *field)
{
	struct val *path = v_under(mount->up, mount, field);

	if (!v_empty(path))
		ok(path, not_backstep_path(v_str(path)));
	if (mount->c->container_ephemeral && !v_empty(path))
		forbidden(v_at(mount, field), "cannot be set for an ephemeral container");
}

static void check_mounts(struct val *v)
{
	struct val *mounts = v_at(v, "volumeMounts"), *devices = v_at(v, "volumeDevices");
	struct val *volumes = v_at(v->c->pod_spec, "volumes");

	V_EACH (e, mounts) {
		struct val *name = v_at(e, "name"), *path = v_at(e, "mountPath");

		need(name);
		if (!v_find(volumes, "name", v_str(name)))
			bad(name, "the pod has no volume of this name");
		need(path);
		if (v_find(mounts, "mountPath", v_str(path))->index < e->index)
			bad(path, "must be unique");
		if (v_find(devices, "name", v_str(name)))
			bad(name, "must not already exist in volumeDevices");
		if (v_find(devices, "devicePath", v_str(path)))
			bad(path, "must not already exist as a path in volumeDevices");
		check_sub_path(e, "subPath");
		check_sub_path(e, "subPathExpr");
		if (!v_empty(v_at(e, "subPath")) && !v_empty(v_at(e, "subPathExpr")))
			bad(v_at(e, "subPathExpr"), "subPathExpr and subPath exclude each other");
		check_propagation(v, e);
	}
}

static void check_devices(struct val *v)
{
	struct val *mounts = v_at(v, "volumeMounts"), *devices = v_at(v, "volumeDevices");

	V_EACH (e, devices) {
		struct val *name = v_at(e, "name"), *path = v_at(e, "devicePath");
		struct val *volume = v_find(v_at(v->c->pod_spec, "volumes"), "name", v_str(name));

		if (need(name) && v_find(devices, "name", v_str(name))->index < e->index)
			bad(name, "must be unique");
		if (!volume)
			bad(name, "the pod has no volume of this name");
		else if (!v_has(v_at(volume, "persistentVolumeClaim")) &&
			 !v_has(v_at(volume, "ephemeral")))
			bad(name, "a block device needs a persistentVolumeClaim or an ephemeral "
				  "volume");
		if (need(path) && v_find(devices, "devicePath", v_str(path))->index < e->index)
			bad(path, "must be unique");
		ok(path, has_backstep(v_str(path)));
		if (v_find(mounts, "name", v_str(name)))
			bad(name, "must not already exist in volumeMounts");
		if (v_find(mounts, "mountPath", v_str(path)))
			bad(path, "must not already exist as a path in volumeMounts");
	}
}

static void check_ephemeral(struct val *v)
{
	static const char *const refused[] = { "ports",		 "resources",	 "livenessProbe",
					       "readinessProbe", "startupProbe", "lifecycle",
					       "resizePolicy" };
	struct val *target = v_at(v, "targetContainerName"), *spec = v->c->pod_spec;

	if (!v->c->container_ephemeral)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct val *f = v_at(v, refused[i]);

		if (v_has(f) && (f->n->type != NODE_MAP || v_count(f)))
			forbidden(f, "cannot be set for an ephemeral container");
	}
	if (!v_empty(target) && !v_find(v_at(spec, "containers"), "name", v_str(target)) &&
	    !v_find(v_at(spec, "initContainers"), "name", v_str(target)))
		bad(target, "the pod has no container of this name");
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_containers[] = {
	{ "container/basics", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "a container has a DNS label as its name, an image, and known policies",
	  CORE "validateContainerCommon", check_basics },
	{ "container/names", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "a pod has a container, and the names of all its containers are unique",
	  CORE "validateContainers", check_names },
	{ "container/ports", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "container ports are numbers with unique IANA names", CORE "validateContainerPorts",
	  check_ports },
	{ "container/host-ports", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "no two containers take the same port of the host",
	  CORE "checkHostPortConflicts, validatePodHostNetworkDeps", check_host_ports },
	{ "container/env", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "variables have a name and one source, whose references are whole",
	  CORE "ValidateEnv, ValidateEnvFrom", check_container_env },
	{ "container/resize-policy", SEVERITY_ERROR, ON_CONTAINER, 0, 33, 0,
	  "resize policies are for cpu and memory", CORE "validateResizePolicy", check_resize },
	{ "container/restart-policy", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "a container's own restart policy and rules",
	  CORE "validateContainerRestartPolicy, validateInitContainerRestartPolicy",
	  check_restart },
	{ "container/volume-mounts", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "mounts name a volume of the pod, at a path of their own", CORE "ValidateVolumeMounts",
	  check_mounts },
	{ "container/volume-devices", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "block devices name a claim of the pod, at a path of their own",
	  CORE "ValidateVolumeDevices", check_devices },
	{ "container/ephemeral", SEVERITY_ERROR, ON_CONTAINER, K(POD), 0, 0,
	  "ephemeral containers have no ports, probes, resources or lifecycle",
	  CORE "validateEphemeralContainers", check_ephemeral },
	{ 0 },
};
