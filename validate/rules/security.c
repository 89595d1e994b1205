/* Security contexts of pods and containers. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

enum { ID_MAX = 2147483647, GMSA_MAX = 64 << 10, PROFILE_MAX = 4095 };

static void check_ids(struct val *v)
{
	static const char *const ids[] = { "runAsUser", "runAsGroup", "fsGroup" };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		in_range(v_at(v, ids[i]), 0, ID_MAX);
	V_EACH (e, v_at(v, "supplementalGroups"))
		in_range(e, 0, ID_MAX);
}

static void check_seccomp(struct val *v)
{
	struct val *type = v_at(v, "type"), *profile = v_at(v, "localhostProfile");

	if (!v_has(v))
		return;
	need_one_of(type, "Localhost RuntimeDefault Unconfined");
	if (!v_is(type, "Localhost")) {
		if (v_has(profile))
			bad(profile, "can only be set when the type is Localhost");
	} else if (!v_has(profile)) {
		missing(profile, "must be set when the type is Localhost");
	} else {
		ok(profile, not_backstep_path(v_str(profile)));
	}
}

static void check_apparmor(struct val *v)
{
	struct val *type = v_at(v, "type"), *profile = v_at(v, "localhostProfile");
	const char *s = v_str(profile);
	size_t len = strlen(s);

	if (!v_has(v))
		return;
	need_one_of(type, "Localhost RuntimeDefault Unconfined");
	if (word_in(v_str(type), "RuntimeDefault Unconfined") && v_has(profile))
		bad(profile, "can only be set when the type is Localhost");
	if (!v_is(type, "Localhost"))
		return;
	if (!len)
		missing(profile, "must be set when the type is Localhost");
	else if (strchr(" \t\r\n\v\f", *s) || strchr(" \t\r\n\v\f", s[len - 1]))
		bad(profile, "must not be padded with whitespace");
	if (len > PROFILE_MAX)
		bad(profile, "must be no more than %d bytes", PROFILE_MAX);
}

static bool is_netbios(const char *s, size_t len)
{
	if (!len || len > 15 || *s == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (strchr("\\/:*?\"<>|", s[i]))
			return false;
	}
	return true;
}

static bool is_windows_domain(struct val *v, const char *s, size_t len)
{
	char *folded = arena_memdup(v->c->scratch, s, len);

	for (char *p = folded; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	for (char *p = folded; *p; p += strcspn(p, ".") + (p[strcspn(p, ".")] == '.')) {
		if (strcspn(p, ".") > 63)
			return false;
	}
	return !not_dns_subdomain(folded);
}

static void check_windows_user(struct val *v)
{
	const char *s = v_str(v), *slash = strchr(s, '\\'), *user = slash ? slash + 1 : s;

	for (const char *p = s; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			bad(v, "cannot contain control characters");
			return;
		}
	}
	if (!*s) {
		bad(v, "cannot be an empty string");
		return;
	}
	if (slash && strchr(slash + 1, '\\')) {
		bad(v, "cannot contain more than one backslash");
		return;
	}
	if (slash && slash - s >= 256)
		bad(v, "the domain must be under 256 characters");
	if (slash && !is_netbios(s, (size_t)(slash - s)) &&
	    !is_windows_domain(v, s, (size_t)(slash - s)))
		bad(v, "the domain is neither a NetBIOS nor a DNS name");
	if (!*user)
		bad(v, "the user cannot be empty");
	else if (strlen(user) > 104)
		bad(v, "the user must not be longer than 104 characters");
	if (*user && !user[strspn(user, ". ")])
		bad(v, "the user cannot contain only periods or spaces");
	if (strpbrk(user, "\"/\\:;|=,+*?<>@[]"))
		bad(v, "the user cannot contain any of \"/\\:;|=,+*?<>@[]");
}

static void check_windows(struct val *v)
{
	struct val *name = v_at(v, "gmsaCredentialSpecName"), *spec = v_at(v, "gmsaCredentialSpec");

	if (v_has(name))
		ok(name, not_dns_subdomain(v_str(name)));
	if (v_has(spec) && v_empty(spec))
		bad(spec, "cannot be an empty string");
	if (strlen(v_str(spec)) > GMSA_MAX)
		bad(spec, "must be at most 64 KiB");
	if (v_has(v_at(v, "runAsUserName")))
		check_windows_user(v_at(v, "runAsUserName"));
}

static bool is_sysctl(const char *s)
{
	size_t start = 0;

	if (strlen(s) > 253)
		return false;
	for (size_t i = 0;; i++) {
		if (s[i] && s[i] != '.' && s[i] != '/') {
			bool edge = i == start || !s[i + 1] || s[i + 1] == '.' || s[i + 1] == '/';

			if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') ||
			      (!edge && (s[i] == '-' || s[i] == '_'))))
				return false;
			continue;
		}
		if (i == start)
			return false;
		if (!s[i])
			return true;
		start = i + 1;
	}
}

static bool starts_dotted(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return !strncmp(s, prefix, n) && (!s[n] || s[n] == '.' || s[n] == '/');
}

static void check_sysctls(struct val *spec, struct val *list)
{
	static const char *const ipc[] = { "kernel.sem",
					   "kernel.shm",
					   "kernel.msg",
					   "kernel.shmall",
					   "kernel.shmmax",
					   "kernel.shmmni",
					   "kernel.shm_rmid_forced",
					   "kernel.msgmax",
					   "kernel.msgmnb",
					   "kernel.msgmni",
					   "fs.mqueue" };

	V_EACH (e, list) {
		struct val *name = v_at(e, "name");
		const char *s = v_str(name);

		if (need(name) && !is_sysctl(s))
			bad(name, "must be segments of lower case letters, digits, '-' and '_' "
				  "separated by '.' or '/', at most 253 characters");
		else if (*s && v_find(list, "name", s)->index < e->index)
			duplicate(name);
		if (v_true(v_at(spec, "hostNetwork"), false) && starts_dotted(s, "net"))
			bad(name, "may not be specified when hostNetwork is true");
		for (size_t i = 0; i < ARRAY_SIZE(ipc); i++) {
			if (v_true(v_at(spec, "hostIPC"), false) && starts_dotted(s, ipc[i])) {
				bad(name, "may not be specified when hostIPC is true");
				break;
			}
		}
	}
}

static void check_pod(struct val *spec)
{
	struct val *v = v_at(spec, "securityContext"), *share = v_at(spec, "shareProcessNamespace");

	check_ids(v);
	if (v_true(share, false) && v_true(v_at(spec, "hostPID"), false))
		bad(v_at(v, "shareProcessNamespace"),
		    "shareProcessNamespace and hostPID cannot both be enabled");
	check_sysctls(spec, v_at(v, "sysctls"));
	given_one_of(v_at(v, "fsGroupChangePolicy"), "OnRootMismatch Always");
	given_one_of(v_at(v, "supplementalGroupsPolicy"), "Merge Strict");
	if (v->c->minor >= 33)
		given_one_of(v_at(v, "seLinuxChangePolicy"), "MountOption Recursive");
	check_seccomp(v_at(v, "seccompProfile"));
	check_windows(v_at(v, "windowsOptions"));
	check_apparmor(v_at(v, "appArmorProfile"));
}

static void check_container(struct val *container)
{
	struct val *v = v_at(container, "securityContext"), *mount = v_at(v, "procMount");
	bool privileged = v_true(v_at(v, "privileged"), false);
	bool host_users = v_true(v_at(v->c->pod_spec, "hostUsers"), true);

	check_ids(v);
	if (v->c->minor >= 33)
		given_one_of(mount, "Default Unmasked");
	if (v->c->minor >= 33 && host_users && v_is(mount, "Unmasked"))
		bad(mount, "hostUsers must be false to use Unmasked");
	check_seccomp(v_at(v, "seccompProfile"));
	check_windows(v_at(v, "windowsOptions"));
	check_apparmor(v_at(v, "appArmorProfile"));
	if (v_true(v_at(v, "allowPrivilegeEscalation"), true))
		return;
	if (privileged)
		bad(v, "allowPrivilegeEscalation cannot be false when privileged is true");
	V_EACH (e, v_at(v, "capabilities.add")) {
		if (v_is(e, "CAP_SYS_ADMIN"))
			bad(v,
			    "allowPrivilegeEscalation cannot be false when CAP_SYS_ADMIN is added");
	}
}

static void check_host_users(struct val *spec)
{
	static const char *const lists[] = { "initContainers", "containers",
					     "ephemeralContainers" };

	if (v_true(v_at(spec, "hostUsers"), true))
		return;
	if (v_true(v_at(spec, "hostNetwork"), false))
		forbidden(v_at(spec, "hostNetwork"), "when hostUsers is false");
	if (v_true(v_at(spec, "hostPID"), false))
		forbidden(v_at(spec, "HostPID"), "hostPID is, when hostUsers is false");
	if (v_true(v_at(spec, "hostIPC"), false))
		forbidden(v_at(spec, "HostIPC"), "hostIPC is, when hostUsers is false");
	if (spec->c->minor < 35)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		V_EACH (e, v_at(spec, lists[i])) {
			if (v_count(v_at(e, "volumeDevices")))
				forbidden(v_at(e, "volumeDevices"), "when hostUsers is false");
		}
	}
}

/* Host process containers of Windows come all or none. */
static void check_host_process(struct val *spec)
{
	static const char *const lists[] = { "initContainers", "containers",
					     "ephemeralContainers" };
	struct val *pod = v_at(spec, "securityContext.windowsOptions.hostProcess");
	int all = 0, host = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		V_EACH (e, v_at(spec, lists[i])) {
			struct val *v = v_at(e, "securityContext.windowsOptions.hostProcess");

			all++;
			host += v_true(v, v_true(pod, false));
			if (v_has(v) && v_has(pod) && v_true(v, false) != v_true(pod, false))
				bad(v,
				    "must be what the pod's hostProcess is, when both are given");
		}
	}
	if (host && host != all)
		bad(spec, "all containers must be hostProcess containers, or none");
	if (host && !v_true(v_at(spec, "hostNetwork"), false))
		bad(v_at(spec, "hostNetwork"), "must be true for hostProcess containers");
}

static void refuse_all(struct val *v, const char *fields, const char *why)
{
	for (const char *p = fields; *p;) {
		size_t len = strcspn(p, " ");
		struct val *f = v_at(v, arena_memdup(v->c->scratch, p, len));

		if (v_has(f) &&
		    (f->n->type != NODE_SEQ || v_count(f) || strstr(v_name(f), "Groups")) &&
		    (f->n->type != NODE_BOOL || strncmp(p, "host", 4) || v_true(f, false) ||
		     !strncmp(p, "hostUsers", 9)))
			forbidden(f, "%s", why);
		p += len + (p[len] == ' ');
	}
}

static void check_os(struct val *spec)
{
	static const char *const lists[] = { "initContainers", "containers",
					     "ephemeralContainers" };
	static const char why[] = "cannot be set for a windows pod";
	struct val *os = v_at(spec, "os"), *name = v_at(os, "name");
	bool windows = v_is(name, "windows");

	if (!v_has(os) || !need(name))
		return;
	if (!word_in(v_str(name), "linux windows")) {
		bad(os, "the name must be linux or windows, not '%s'", v_str(name));
		return;
	}
	if (windows) {
		refuse_all(spec, "hostUsers hostPID hostIPC shareProcessNamespace", why);
		refuse_all(v_at(spec, "securityContext"),
			   "appArmorProfile seLinuxOptions seccompProfile fsGroup "
			   "fsGroupChangePolicy sysctls runAsUser runAsGroup supplementalGroups "
			   "supplementalGroupsPolicy seLinuxChangePolicy",
			   why);
	} else {
		refuse_all(v_at(spec, "securityContext"), "windowsOptions",
			   "cannot be set for a linux pod");
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		V_EACH (e, v_at(spec, lists[i]))
			refuse_all(
				v_at(e, "securityContext"),
				windows ? "appArmorProfile seLinuxOptions seccompProfile "
					  "capabilities readOnlyRootFilesystem privileged "
					  "allowPrivilegeEscalation procMount runAsUser runAsGroup"
					: "windowsOptions",
				windows ? why : "cannot be set for a linux pod");
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_security[] = {
	{ "pod/security-context", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "ids, sysctls, profiles and policies of a pod's security context",
	  CORE "validatePodSpecSecurityContext", check_pod },
	{ "container/security-context", SEVERITY_ERROR, ON_CONTAINER, 0, 0, 0,
	  "ids, profiles and privileges of a container's security context",
	  CORE "ValidateSecurityContext", check_container },
	{ "pod/host-users", SEVERITY_ERROR, ON_POD, 0, 33, 0,
	  "user namespaces exclude the host's namespaces", CORE "validateHostUsers",
	  check_host_users },
	{ "pod/host-process", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "host process containers come all or none", CORE "validateWindowsHostProcessPod",
	  check_host_process },
	{ "pod/os", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "a pod's os is known, and no field of the other system is set",
	  CORE "validateOS, validateLinux, validateWindows", check_os },
	{ 0 },
};
