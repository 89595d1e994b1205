#include "validate/schema/crd_check.h"

#include <string.h>

#include "validate/rules/text.h"

/* What all versions share is judged once, as the server's internal form has it. */
enum shared { SHARED_SCHEMA, SHARED_SUBRESOURCES, SHARED_COLUMNS, SHARED_FIELDS, SHARED_COUNT };

struct definition {
	struct crd_checking *c;
	const struct node *root, *spec, *names, *versions;
	bool shared[SHARED_COUNT];
	struct path at; /* spec */
};

static const char *const shared_keys[SHARED_COUNT] = {
	[SHARED_SCHEMA] = "schema",
	[SHARED_SUBRESOURCES] = "subresources",
	[SHARED_COLUMNS] = "additionalPrinterColumns",
	[SHARED_FIELDS] = "selectableFields",
};

void crd_bad(struct crd_checking *c, const struct node *n, const struct path *at, const char *fmt,
	     ...)
{
	va_list args;

	c->failures++;
	if (!c->out)
		return;
	va_start(args, fmt);
	findings_add(c->out, SEVERITY_ERROR, "crd/definition", c->object,
		     path_text(c->out->arena, at), n ? n->origin : 0, "%s",
		     arena_vprintf(c->out->arena, fmt, args));
	va_end(args);
}

const struct node *crd_get(const struct node *n, const char *key)
{
	const struct node *value = node_get(n, key);

	return node_is_null(value) ? NULL : value;
}

static size_t count_of(const struct node *n)
{
	return n && !node_is_scalar(n) ? n->len : 0;
}

static void bad_at(struct definition *d, const struct node *s, const char *key,
		   const struct path *at, const char *text)
{
	struct path path = path_field(at, key, strlen(key));
	const struct node *n = node_get(s, key);

	crd_bad(d->c, n ? n : s ? s : d->root, &path, "%s", text);
}

/* A string that is there must be a DNS-1035 label; with `mixed`, in any case. */
static void check_label(struct definition *d, const struct node *n, const struct path *at,
			bool mixed)
{
	const char *text = node_string(n), *complaint;
	char lower[80];
	size_t i;

	if (!text || !*text)
		return;
	for (i = 0; mixed && text[i] && i < sizeof(lower) - 1; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
	lower[mixed ? i : 0] = 0;
	complaint = not_dns_1035_label(mixed && i < sizeof(lower) - 1 ? lower : text);
	if (complaint)
		crd_bad(d->c, n, at, "'%.80s': %s", text, complaint);
}

/* --- names --- */
static void check_name_list(struct definition *d, const char *key, const struct path *at)
{
	const struct node *list = crd_get(d->names, key);
	struct path path = path_field(at, key, strlen(key));

	for (size_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct path item = path_index(&path, i);

		if (!node_string(list->items[i]) || !list->items[i]->len)
			crd_bad(d->c, list->items[i], &item, "must not be empty");
		check_label(d, list->items[i], &item, false);
	}
}

static void check_names(struct definition *d)
{
	static const struct {
		const char *key;
		bool needed, mixed;
	} names[] = {
		{ "plural", true, false },
		{ "singular", false, false },
		{ "kind", true, true },
		{ "listKind", false, true },
	};
	struct path at = path_field(&d->at, "names", 5);
	const char *kind = node_string_at(d->names, "kind");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct path path = path_field(&at, names[i].key, strlen(names[i].key));
		const struct node *n = crd_get(d->names, names[i].key);

		if (names[i].needed && !*node_string_at(d->names, names[i].key))
			crd_bad(d->c, n ? n : d->names ? d->names : d->root, &path, "is needed");
		check_label(d, n, &path, names[i].mixed);
	}
	if (!*kind && !*node_string_at(d->names, "singular"))
		bad_at(d, d->names, "singular", &at, "is needed");
	if (!*kind && !*node_string_at(d->names, "listKind"))
		bad_at(d, d->names, "listKind", &at, "is needed");
	if (*kind && !strcmp(kind, node_string_at(d->names, "listKind")))
		bad_at(d, d->names, "listKind", &at, "must differ from kind");
	check_name_list(d, "shortNames", &at);
	check_name_list(d, "categories", &at);
}

static void check_identity(struct definition *d)
{
	const struct node *metadata = node_get(d->root, "metadata"),
			  *group = crd_get(d->spec, "group");
	const char *name = node_string_at(metadata, "name"),
		   *text = node_string_at(d->spec, "group");
	const char *plural = node_string_at(d->names, "plural"),
		   *scope = node_string_at(d->spec, "scope");
	struct path top = PATH_INIT, at = path_field(&top, "metadata", 8);
	struct path path = path_field(&at, "name", 4);
	size_t len = strlen(plural);

	if (strncmp(name, plural, len) || name[len] != '.' || strcmp(name + len + 1, text))
		crd_bad(d->c, node_get(metadata, "name"), &path,
			"must be spec.names.plural, a dot and spec.group: '%s.%s'", plural, text);
	path = path_field(&at, "generateName", 12);
	if (*node_string_at(metadata, "generateName"))
		crd_bad(d->c, node_get(metadata, "generateName"), &path,
			"the name cannot be generated: it is '%s.%s'", plural, text);
	path = path_field(&d->at, "group", 5);
	if (!*text)
		crd_bad(d->c, group ? group : d->spec, &path, "is needed");
	else if (not_dns_subdomain(text))
		crd_bad(d->c, group, &path, "'%.80s': %s", text, not_dns_subdomain(text));
	else if (!strchr(text, '.'))
		crd_bad(d->c, group, &path, "must be a domain with at least one dot");
	if (!*scope)
		bad_at(d, d->spec, "scope", &d->at, "is needed: Cluster or Namespaced");
	else if (strcmp(scope, "Cluster") && strcmp(scope, "Namespaced"))
		bad_at(d, d->spec, "scope", &d->at, "must be Cluster or Namespaced");
}

static bool is_community_group(const char *group)
{
	static const char *const owners[] = { "k8s.io", "kubernetes.io" };
	size_t len = strlen(group);

	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		size_t n = strlen(owners[i]);

		if (len >= n && !strcmp(group + len - n, owners[i]) &&
		    (len == n || group[len - n - 1] == '.'))
			return true;
	}
	return false;
}

/* Groups of the Kubernetes project itself name the review that approved them. */
static void check_approval(struct definition *d)
{
	static const char key[] = "api-approved.kubernetes.io";
	const struct node *annotations = node_path(d->root, "metadata", "annotations", NULL);
	const char *text = node_string_at(annotations, key);
	struct path top = PATH_INIT, at = path_field(&top, "metadata", 8);
	struct path list = path_field(&at, "annotations", 11),
		    path = path_key(&list, key, strlen(key));
	struct go_url url;

	if (!is_community_group(node_string_at(d->spec, "group")) ||
	    !strncmp(text, "unapproved", 10))
		return;
	if (!*text)
		crd_bad(d->c, annotations ? annotations : d->root, &path,
			"groups of k8s.io and kubernetes.io need this annotation, with the URL of "
			"the "
			"review that approved the API");
	else if (!go_url_split(text, &url) || !url.scheme_len || !url.host_len)
		crd_bad(d->c, node_get(annotations, key), &path,
			"must be a URL, or a reason that starts with 'unapproved'");
}

/* --- versions --- */
static void find_shared(struct definition *d)
{
	for (int k = 0; k < SHARED_COUNT; k++) {
		d->shared[k] = count_of(d->versions) > 0;
		for (size_t i = 1; d->shared[k] && i < count_of(d->versions); i++) {
			const struct node *a = crd_get(d->versions->items[0], shared_keys[k]);
			const struct node *b = crd_get(d->versions->items[i], shared_keys[k]);

			d->shared[k] = a && b ? node_equal(a, b) : a == b;
		}
	}
}

/* A path inside of a resource: ".spec.replicas". */
static void check_json_path(struct definition *d, const struct node *n, const char *key,
			    const char *shown, const char *under, const struct path *at)
{
	const char *text = node_string_at(n, key);
	struct path path = path_field(at, shown, strlen(shown));

	if (!*text)
		crd_bad(d->c, n, &path, "is needed");
	else if (*text != '.')
		crd_bad(d->c, node_get(n, key), &path, "'%s' must start with a '.'", text);
	else if (under && strncmp(text, under, strlen(under)))
		crd_bad(d->c, node_get(n, key), &path, "'%s' must lie below %s", text, under);
}

static void check_subresources(struct definition *d, const struct node *n, const struct path *at)
{
	const struct node *scale = crd_get(n, "scale");
	const char *selector = node_string_at(scale, "labelSelectorPath");
	struct path path = path_field(at, "scale", 5);

	if (!scale)
		return;
	check_json_path(d, scale, "specReplicasPath", "specReplicasPath", ".spec.", &path);
	check_json_path(d, scale, "statusReplicasPath", "statusReplicasPath", ".status.", &path);
	if (*selector && *selector != '.')
		bad_at(d, scale, "labelSelectorPath", &path, "must start with a '.'");
	else if (*selector && strncmp(selector, ".spec.", 6) && strncmp(selector, ".status.", 8))
		bad_at(d, scale, "labelSelectorPath", &path, "must lie below .spec. or .status.");
}

static bool word_in_list(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(words[i], text))
			return true;
	}
	return false;
}

static void check_column(struct definition *d, const struct node *n, const struct path *at)
{
	static const char *const types[] = { "boolean", "date", "integer", "number", "string" };
	static const char *const formats[] = { "byte",	"date",	 "date-time", "double",
					       "float", "int32", "int64",     "password" };
	const char *type = node_string_at(n, "type"), *format = node_string_at(n, "format");

	if (!*node_string_at(n, "name"))
		bad_at(d, n, "name", at, "is needed");
	if (!word_in_list(type, types, ARRAY_SIZE(types)))
		bad_at(d, n, "type", at, "must be boolean, date, integer, number or string");
	if (*format && !word_in_list(format, formats, ARRAY_SIZE(formats)))
		bad_at(d, n, "format", at,
		       "must be byte, date, date-time, double, float, int32, int64 or password");
	check_json_path(d, n, "jsonPath", "JSONPath", NULL, at);
}

static void check_columns(struct definition *d, const struct node *list, const struct path *at)
{
	for (size_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct path item = path_index(at, i);

		check_column(d, list->items[i], &item);
	}
}

static void check_selectable(struct definition *d, const struct node *list, size_t i,
			     const struct node *schema, const struct path *at)
{
	const struct node *n = list->items[i];
	const char *text = node_string_at(n, "jsonPath"), *why = "", *type;
	struct path item = path_index(at, i), path = path_field(&item, "jsonPath", 8);
	const struct node *found;

	if (!*text) {
		crd_bad(d->c, n, &path, "is needed");
		return;
	}
	found = crd_follow(schema, text, false, &why);
	if (!found) {
		crd_bad(d->c, node_get(n, "jsonPath"), &path, "'%s' %s", text, why);
		return;
	}
	type = node_string_at(found, "type");
	if (!strncmp(text, ".metadata.", 10))
		crd_bad(d->c, node_get(n, "jsonPath"), &path, "must not point into metadata");
	if (strcmp(type, "string") && strcmp(type, "boolean") && strcmp(type, "integer"))
		crd_bad(d->c, node_get(n, "jsonPath"), &path,
			"must point to a string, boolean or integer, '%s' is %s", text,
			*type ? type : "of no type");
	for (size_t k = 0; k < i; k++) {
		if (!strcmp(node_string_at(list->items[k], "jsonPath"), text)) {
			crd_bad(d->c, node_get(n, "jsonPath"), &path, "'%s' stands here twice",
				text);
			break;
		}
	}
}

static void check_selectables(struct definition *d, const struct node *version,
			      const struct path *at)
{
	const struct node *list = crd_get(version, "selectableFields");
	const struct node *schema = crd_get(crd_get(version, "schema"), "openAPIV3Schema");

	if (!count_of(list) ||
	    schema_release_minor(d->c->release) < 31) /* dropped: a gate is off */
		return;
	if (!schema)
		crd_bad(d->c, list, at, "needs a schema in the same version");
	for (size_t i = 0; schema && node_is(list, NODE_SEQ) && i < list->len; i++)
		check_selectable(d, list, i, schema, at);
	if (count_of(list) > 8)
		crd_bad(d->c, list, at, "%zu fields, at most 8 are allowed", count_of(list));
}

static bool has_status(const struct node *version)
{
	return crd_get(crd_get(version, "subresources"), "status") != NULL;
}

/* The parts of one version, at its own path or at that of what all versions share. */
static void check_part(struct definition *d, const struct node *version, enum shared part,
		       const struct path *at, bool status)
{
	const struct node *n = crd_get(version, shared_keys[part]);
	const struct node *schema = crd_get(n, "openAPIV3Schema");
	const char *key =
		part == SHARED_SCHEMA && d->shared[part] ? "validation" : shared_keys[part];
	struct path path = path_field(at, key, strlen(key));

	if (!n)
		return;
	if (part == SHARED_SUBRESOURCES) {
		check_subresources(d, n, &path);
	} else if (part == SHARED_COLUMNS) {
		check_columns(d, n, &path);
	} else if (part == SHARED_FIELDS) {
		check_selectables(d, version, &path);
	} else if (node_is(schema, NODE_MAP)) {
		struct path below = path_field(&path, "openAPIV3Schema", 15);

		crd_check_schema(d->c, schema, &below, status);
	}
}

static void check_deprecation(struct definition *d, const struct node *version,
			      const struct path *at)
{
	const struct node *n = crd_get(version, "deprecationWarning");
	struct path path = path_field(at, "deprecationWarning", 18);

	if (!n)
		return;
	if (!node_true(node_get(version, "deprecated")))
		crd_bad(d->c, n, &path, "can only be set for deprecated versions");
	if (!n->len)
		crd_bad(d->c, n, &path, "must not be empty");
	if (n->len > 256)
		crd_bad(d->c, n, &path, "must have at most 256 bytes");
	for (uint32_t i = 0; node_is(n, NODE_STR) && i < n->len; i++) {
		if ((unsigned char)n->text[i] < ' ' || n->text[i] == 127) {
			crd_bad(d->c, n, &path, "must have printable characters only");
			break;
		}
	}
}

static void check_version(struct definition *d, size_t i, const struct path *list)
{
	const struct node *version = d->versions->items[i];
	struct path at = path_index(list, i), path = path_field(&at, "name", 4);
	const struct node *name = crd_get(version, "name");

	if (!name || !name->len)
		crd_bad(d->c, name ? name : version, &path, "is needed");
	check_label(d, name, &path, false);
	check_deprecation(d, version, &at);
	if (!crd_get(crd_get(version, "schema"), "openAPIV3Schema")) {
		struct path schema = path_field(&at, "schema", 6);

		path = path_field(&schema, "openAPIV3Schema", 15);
		crd_bad(d->c, version, &path, "each version needs a schema");
	}
	for (int k = 0; k < SHARED_COUNT; k++) {
		if (!d->shared[k])
			check_part(d, version, (enum shared)k, &at, has_status(version));
	}
}

static void check_versions(struct definition *d)
{
	struct path list = path_field(&d->at, "versions", 8);
	size_t storage = 0, count = count_of(d->versions);
	bool repeated = false, status = false;

	for (size_t i = 0; i < count; i++) {
		const struct node *v = d->versions->items[i];

		storage += node_true(node_get(v, "storage"));
		status = status || has_status(v);
		for (size_t k = 0; k < i; k++)
			repeated =
				repeated || !strcmp(node_string_at(v, "name"),
						    node_string_at(d->versions->items[k], "name"));
		check_version(d, i, &list);
	}
	if (repeated)
		crd_bad(d->c, d->versions, &list, "two versions have the same name");
	if (storage != 1)
		crd_bad(d->c, d->versions ? d->versions : d->spec, &list,
			"exactly one version must have storage: true, found %zu", storage);
	for (int k = 0; k < SHARED_COUNT && count; k++) {
		if (d->shared[k])
			check_part(d, d->versions->items[0], (enum shared)k, &d->at, status);
	}
}

/* --- conversion --- */
static void check_service(struct definition *d, const struct node *service, const struct path *at)
{
	int64_t port;
	const char *path = node_string_at(service, "path");

	if (!*node_string_at(service, "name"))
		bad_at(d, service, "name", at, "is needed");
	if (!*node_string_at(service, "namespace"))
		bad_at(d, service, "namespace", at, "is needed");
	if (node_integer(node_get(service, "port"), &port) && (port < 1 || port > 65535))
		bad_at(d, service, "port", at, "must be a port, 1 to 65535");
	if (*path && *path != '/')
		bad_at(d, service, "path", at, "must start with a '/'");
}

static void check_client(struct definition *d, const struct node *config, const struct path *at)
{
	const struct node *service = crd_get(config, "service");
	const char *text = node_get_string(config, "url");
	struct path path = path_field(at, "service", 7);
	struct go_url url;

	if (!config) {
		crd_bad(d->c, d->spec, at, "is needed when the strategy is Webhook");
		return;
	}
	if (!text == !service) {
		crd_bad(d->c, config, at, "exactly one of url and service is needed");
		return;
	}
	if (service) {
		check_service(d, service, &path);
		return;
	}
	if (!go_url_split(text, &url) || url.scheme_len != 5 || strncmp(url.scheme, "https", 5))
		bad_at(d, config, "url", at, "must be a URL that starts with https://");
	else if (!url.host_len)
		bad_at(d, config, "url", at, "must name a host");
	else if (url.has_user || url.has_query || url.has_fragment)
		bad_at(d, config, "url", at, "must have no user, query or fragment");
}

static void check_reviews(struct definition *d, const struct node *list, const struct path *at)
{
	bool known = false;

	if (!count_of(list)) {
		crd_bad(d->c, d->spec, at, "is needed when the strategy is Webhook");
		return;
	}
	for (size_t i = 0; i < count_of(list); i++) {
		struct path item = path_index(at, i);
		const char *text = node_string(list->items[i]);

		known = known || (text && (!strcmp(text, "v1") || !strcmp(text, "v1beta1")));
		for (size_t k = 0; k < i; k++) {
			if (node_equal(list->items[i], list->items[k]))
				crd_bad(d->c, list->items[i], &item, "stands here twice");
		}
		if (!text || !*text)
			crd_bad(d->c, list->items[i], &item, "must not be empty");
		check_label(d, list->items[i], &item, false);
	}
	if (!known)
		crd_bad(d->c, list, at, "must have v1 or v1beta1");
}

static void check_conversion(struct definition *d)
{
	const struct node *n = crd_get(d->spec, "conversion"), *webhook = crd_get(n, "webhook");
	const struct node *config = crd_get(webhook, "clientConfig");
	const struct node *reviews = crd_get(webhook, "conversionReviewVersions");
	const char *strategy = node_string_at(n, "strategy");
	struct path at = path_field(&d->at, "conversion", 10);
	struct path client = path_field(&at, "webhookClientConfig", 19);
	struct path versions = path_field(&at, "conversionReviewVersions", 24);

	if (!n)
		return;
	if (strcmp(strategy, "None") && strcmp(strategy, "Webhook"))
		bad_at(d, n, "strategy", &at, *strategy ? "must be None or Webhook" : "is needed");
	if (!strcmp(strategy, "Webhook")) {
		check_client(d, config, &client);
		check_reviews(d, reviews, &versions);
		return;
	}
	if (config)
		crd_bad(d->c, config, &client, "must not be set when the strategy is not Webhook");
	if (count_of(reviews))
		crd_bad(d->c, reviews, &versions,
			"must not be set when the strategy is not Webhook");
}

/* --- updates; an old definition counts as established --- */
static void same(struct definition *d, const struct node *old, const struct node *new,
		 const char *key, const struct path *at)
{
	struct path path = path_field(at, key, strlen(key));

	if (!strcmp(node_string_at(old, key), node_string_at(new, key)))
		return;
	crd_bad(d->c, node_get(new, key), &path, "'%s' cannot be changed to '%s'",
		node_string_at(old, key), node_string_at(new, key));
	if (d->c->out)
		d->c->out->items[d->c->out->count - 1].forces_replacement = true;
}

static void check_update(struct definition *d, const struct node *old)
{
	const struct node *spec = node_get(old, "spec"), *versions = node_get(spec, "versions");
	struct path top = PATH_INIT, status = path_field(&top, "status", 6);
	struct path list = path_field(&status, "storedVersions", 14), item = path_index(&list, 0);
	struct path names = path_field(&d->at, "names", 5);

	same(d, spec, d->spec, "group", &d->at);
	same(d, spec, d->spec, "scope", &d->at);
	same(d, node_get(spec, "names"), d->names, "kind", &names);
	same(d, node_get(spec, "names"), d->names, "plural", &names);
	for (size_t i = 0; i < count_of(versions); i++) {
		const char *name = node_string_at(versions->items[i], "name");
		bool there = false;

		if (!node_true(node_get(versions->items[i], "storage")))
			continue;
		for (size_t k = 0; k < count_of(d->versions); k++)
			there = there ||
				!strcmp(name, node_string_at(d->versions->items[k], "name"));
		if (!there)
			crd_bad(d->c, d->versions, &item,
				"objects may be stored as '%s': the version must stay in "
				"spec.versions",
				name);
	}
}

void crd_check(const struct schema_release *r, const struct object *object,
	       const struct object *old, struct findings *out)
{
	struct crd_checking c = { .release = r, .object = object, .out = out };
	struct definition d = { .c = &c,
				.root = object->root,
				.spec = crd_get(object->root, "spec") };
	struct path top = PATH_INIT;

	d.at = path_field(&top, "spec", 4);
	d.names = crd_get(d.spec, "names");
	d.versions = crd_get(d.spec, "versions");
	find_shared(&d);
	check_identity(&d);
	check_names(&d);
	check_approval(&d);
	check_versions(&d);
	check_conversion(&d);
	if (node_true(node_get(d.spec, "preserveUnknownFields")))
		bad_at(&d, d.spec, "preserveUnknownFields", &d.at,
		       "must be false; set x-kubernetes-preserve-unknown-fields in the schema "
		       "instead");
	if (old)
		check_update(&d, old->root);
}
