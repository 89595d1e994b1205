/* Environment variables of containers, and references to fields and resources of a pod. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static const char *not_strict_env_name(const char *s)
{
	bool fits = *s && !(*s >= '0' && *s <= '9');

	for (const char *p = s; *p; p++)
		fits = fits && ((*p >= '0' && *p <= '9') ||
				((*p | 32) >= 'a' && (*p | 32) <= 'z') || strchr("-._", *p));
	if (!fits)
		return "must consist of letters, digits, '_', '-' and '.', and not start with a "
		       "digit (MY_ENV.NAME)";
	return !strncmp(s, "..", 2) || !strcmp(s, ".") ? "must not be '.' or start with '..'"
						       : NULL;
}

/* Relaxed since 1.32 (RelaxedEnvironmentVariableValidation). */
static const char *env_name_complaint(struct val *v)
{
	return v->c->minor >= 32 ? not_env_name(v_str(v)) : not_strict_env_name(v_str(v));
}

/* "a.b['key']": the length of what is before the subscript, the key in *key; 0 without one. */
static size_t subscript(struct val *v, const char **key)
{
	const char *s = v_str(v), *open = strstr(s, "['");
	size_t len = strlen(s);

	if (len < 2 || strcmp(s + len - 2, "']") || !open || open == s || open + 2 > s + len - 2)
		return 0;
	*key = arena_memdup(v->c->scratch, open + 2, len - 2 - (size_t)(open + 2 - s));
	return (size_t)(open - s);
}

void check_field_ref(struct val *ref, const char *paths)
{
	struct val *path = v_at(ref, "fieldPath"), *version = v_at(ref, "apiVersion");
	const char *s = v_str(path), *key = NULL, *complaint = NULL;
	size_t len = subscript(path, &key);

	if (!need(path))
		return;
	if (strcmp(v_str_or(version, "v1"), "v1")) {
		bad(path, "apiVersion '%s' is not supported; write v1", v_str(version));
	} else if (len && (!strncmp(s, "metadata.labels", len) ||
			   !strncmp(s, "metadata.annotations", len))) {
		complaint = *s && s[9] == 'a' ? not_annotation_key(key) : not_qualified_name(key);
		if (complaint)
			bad(ref, "'%s': %s", key, complaint);
	} else if (len) {
		bad(path, "only metadata.labels and metadata.annotations take a subscript");
	} else if (!word_in(strcmp(s, "spec.host") ? s : "spec.nodeName", paths)) {
		bad(path, "not one of %s", paths);
	}
}

static bool is_power(const struct quantity *q)
{
	int64_t unit = q->format == QUANTITY_BINARY ? 1024 : 1000;
	int64_t value = quantity_value(q);

	if (q->format == QUANTITY_EXPONENT && value != 1)
		return false;
	while (value > 1 && value % unit == 0)
		value /= unit;
	return value == 1 && quantity_multiple(q, 1000000000);
}

static void check_divisor(struct val *ref, const char *resource)
{
	struct val *divisor = v_at(ref, "divisor");
	struct quantity q;
	bool cpu = strstr(resource, ".cpu") != NULL;

	if (!v_amount(divisor, &q) || !q.nano)
		return;
	if (cpu && q.nano != 1000000 && q.nano != 1000000000)
		bad(divisor, "the divisor of cpu must be 1m or 1");
	if (!cpu && !is_power(&q))
		bad(divisor, "must be one of 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, "
			     "1Ei");
}

void check_resource_ref(struct val *ref, bool volume)
{
	static const char names[] =
		"limits.cpu limits.memory limits.ephemeral-storage requests.cpu requests.memory "
		"requests.ephemeral-storage";
	struct val *resource = v_at(ref, "resource");
	const char *s = v_str(resource);
	bool huge = !strncmp(s, "limits.hugepages-", 17) || !strncmp(s, "requests.hugepages-", 19);

	if (volume && v_empty(v_at(ref, "containerName")))
		need(v_at(ref, "containerName"));
	else if (need(resource) && !huge && !word_in(s, names))
		bad(resource, "not one of %s", names);
	if (huge || word_in(s, names))
		check_divisor(ref, s);
}

static void check_key_ref(struct val *ref)
{
	struct val *name = v_at(ref, "name"), *key = v_at(ref, "key");

	if (!v_has(ref))
		return;
	ok(name, not_dns_subdomain(v_str(name)));
	if (need(key))
		ok(key, not_config_key(v_str(key)));
}

static void check_file_ref(struct val *ref)
{
	struct val *key = v_at(ref, "key"), *volume = v_at(ref, "volumeName"), *source;

	if (!v_has(ref))
		return;
	if (need(key))
		ok(key, not_env_name(v_str(key)));
	if (need(v_at(ref, "path")))
		ok(v_at(ref, "path"), has_backstep(v_str(v_at(ref, "path"))));
	if (!need(volume))
		return;
	ok(volume, not_dns_label(v_str(volume)));
	source = v_find(v_at(ref->c->pod_spec, "volumes"), "name", v_str(volume));
	if (!source)
		bad(volume, "the pod has no volume of this name");
	else if (!v_has(v_at(source, "emptyDir")))
		bad(volume, "the volume must be of type emptyDir");
}

static void check_value_from(struct val *env)
{
	static const char *const kinds[] = { "fieldRef", "resourceFieldRef", "configMapKeyRef",
					     "secretKeyRef", "fileKeyRef" };
	struct val *from = v_at(env, "valueFrom");
	int count = 0, known = env->c->minor >= 34 ? 5 : 4;

	if (!v_has(from))
		return;
	for (int i = 0; i < known; i++)
		count += v_has(v_at(from, kinds[i]));
	if (v_has(v_at(from, "fieldRef")))
		check_field_ref(v_at(from, "fieldRef"),
				"metadata.name metadata.namespace metadata.uid spec.nodeName "
				"spec.serviceAccountName status.hostIP status.hostIPs status.podIP "
				"status.podIPs");
	if (v_has(v_at(from, "resourceFieldRef")))
		check_resource_ref(v_at(from, "resourceFieldRef"), false);
	check_key_ref(v_at(from, "configMapKeyRef"));
	check_key_ref(v_at(from, "secretKeyRef"));
	if (known > 4)
		check_file_ref(v_at(from, "fileKeyRef"));
	if (!count)
		bad(from, "must specify one of fieldRef, resourceFieldRef, configMapKeyRef and "
			  "secretKeyRef");
	else if (!v_empty(v_at(env, "value")))
		bad(from, "may not be specified when 'value' is not empty");
	else if (count > 1)
		bad(from, "may not have more than one field specified at a time");
}

static void check_env_from(struct val *list)
{
	static const char *const kinds[] = { "configMapRef", "secretRef" };

	V_EACH (e, list) {
		struct val *prefix = v_at(e, "prefix");
		int count = 0;

		if (!v_empty(prefix))
			ok(prefix, env_name_complaint(prefix));
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			struct val *ref = v_at(e, kinds[i]), *name = v_at(ref, "name");

			count += v_has(ref);
			if (v_has(ref) && need(name))
				ok(name, v_prefix_complaint(name, not_dns_subdomain));
		}
		if (count != 1)
			bad(list, count ? "may not have more than one field specified at a time"
					: "must specify one of configMapRef and secretRef");
	}
}

void check_container_env(struct val *container)
{
	V_EACH (e, v_at(container, "env")) {
		struct val *name = v_at(e, "name");

		if (need(name))
			ok(name, env_name_complaint(name));
		check_value_from(e);
	}
	check_env_from(v_at(container, "envFrom"));
}
