#include "validate/across/across.h"

#include <string.h>

#include "base/text.h"
#include "validate/across/internal.h"

struct across *across_new(struct run *run, struct arena *a)
{
	struct across *x = arena_new(a, struct across);

	x->run = run;
	x->arena = a;
	map_init(&x->members, a);
	map_init(&x->by_name, a);
	map_init(&x->of_kind, a);
	map_init(&x->crds, a);
	map_init(&x->kinds_used, a);
	map_init(&x->namespaces_used, a);
	map_init(&x->releases, a);
	map_init(&x->rendered, a);
	map_init(&x->absent, a);
	map_init(&x->texts, a);
	return x;
}

const char *across_copy(struct across *x, const char *text)
{
	return *text ? arena_strdup(x->arena, text) : "";
}

const char *across_intern(struct across *x, const char *text)
{
	size_t len = strlen(text);
	const char *known = map_get_n(&x->texts, text, len);

	if (known || !len)
		return known ? known : "";
	known = arena_memdup(x->arena, text, len);
	*map_at_n(&x->texts, known, len) = (void *)(uintptr_t)known;
	return known;
}

const struct node *across_at(const struct node *n, const char *path)
{
	while (n && *path) {
		size_t len = (size_t)(strchrnul(path, '.') - path);

		n = node_get_n(n, path, len);
		path += len + (path[len] == '.');
	}
	return n;
}

/* "Kind/name", whose parts the set has already; the namespace too. */
static void note_key(struct across *x, const char *key, const char *kind, const char *ns)
{
	struct provided *p = arena_new(x->arena, struct provided);
	size_t known = x->by_name.count;
	void **slot = map_at(&x->by_name, key), **names;

	if (x->by_name.count > known) {
		names = map_at(&x->of_kind, kind);
		if (!*names)
			*names = arena_new(x->arena, struct names);
		*vec_push(x->arena, (struct names *)*names) = known;
	}
	*p = (struct provided){ kind, ns, key + strlen(kind) + 1, *slot };
	*slot = p;
}

void across_note(struct across *x, const char *kind, const char *ns, const char *name)
{
	if (name && *name)
		note_key(x, arena_printf(x->arena, "%s/%s", kind, name), kind,
			 across_intern(x, ns));
}

static const struct provided *named(const struct across *x, const char *kind, const char *name)
{
	char key[512];
	size_t k = strlen(kind), n = strlen(name);

	if (k + n + 2 > sizeof(key))
		return NULL;
	memcpy(key, kind, k);
	key[k] = '/';
	memcpy(key + k + 1, name, n + 1);
	return map_get_n(&x->by_name, key, k + n + 1);
}

/* A HelmRelease whose chart is out of reach may bring anything to its namespace. */
static bool may_be_released(const struct across *x, const char *ns)
{
	size_t i;

	for (i = 0; i < x->releases.count; i++)
		if (!strcmp(x->releases.entries[i].value, ns) &&
		    !map_get(&x->rendered, x->releases.entries[i].key))
			return true;
	return false;
}

static void see_release(struct across *x, const struct object *o)
{
	const struct node *labels = node_path(o->root, "metadata", "labels", NULL);
	const char *name = node_get_string(labels, "helm.toolkit.fluxcd.io/name");
	const char *ns = node_get_string(labels, "helm.toolkit.fluxcd.io/namespace"), *target;

	if (name && ns)
		map_set(&x->rendered, arena_printf(x->arena, "%s/%s", ns, name), x);
	if (strcmp(o->kind, "HelmRelease") || strcmp(o->group, "helm.toolkit.fluxcd.io"))
		return;
	target = node_get_string(node_get(o->root, "spec"), "targetNamespace");
	map_set(&x->releases, arena_printf(x->arena, "%s/%s", o->ns, o->name),
		(void *)(uintptr_t)across_copy(x, target ? target : o->ns));
}

/* An object without a namespace lands wherever it is applied: it may meet any other. */
bool across_has(const struct across *x, const char *kind, const char *ns, const char *name)
{
	const struct provided *p;

	for (p = named(x, kind, name); p; p = p->next) {
		if (!*ns || !*p->ns || !strcmp(ns, p->ns))
			return true;
	}
	return *ns && strcmp(kind, "Namespace") != 0 && may_be_released(x, ns);
}

static const char *absent_key(struct arena *a, const char *kind, const char *ns, const char *name)
{
	return arena_printf(a, "%s/%s/%s", kind, ns, name);
}

bool across_absent(const struct across *x, const char *kind, const char *ns, const char *name)
{
	return x->absent.count && map_get(&x->absent, absent_key(x->arena, kind, ns, name));
}

void across_answered(struct across *x, const struct across_name *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].there)
			across_note(x, arena_strdup(x->arena, names[i].kind), names[i].ns,
				    names[i].name);
		else if (names[i].absent)
			map_set(&x->absent,
				absent_key(x->arena, names[i].kind, names[i].ns, names[i].name), x);
	}
}

struct missing_names {
	struct map seen;
	VEC(struct across_name);
};

static void add_missing(struct missing_names *m, struct arena *a, const struct across_name *name)
{
	void **slot = map_at(&m->seen, absent_key(a, name->kind, name->ns, name->name));

	if (!*slot)
		*vec_push(a, m) = *name;
	*slot = m;
}

size_t across_missing(const struct across *x, struct arena *a, struct across_name **out)
{
	struct missing_names m = { 0 };

	map_init(&m.seen, a);
	for (size_t i = 0; i < x->wants.count; i++) {
		const struct want *w = &x->wants.items[i];

		if (!across_has(x, w->kind, w->ns, w->name))
			add_missing(&m, a,
				    &(struct across_name){ target_api(w->target), w->kind, w->ns,
							   w->name, false, false });
	}
	for (size_t i = 0; i < x->namespaces_used.count; i++) {
		const char *ns = x->namespaces_used.entries[i].key;

		if (!across_has(x, "Namespace", "", ns))
			add_missing(
				&m, a,
				&(struct across_name){ "v1", "Namespace", "", ns, false, false });
	}
	*out = m.items;
	return m.count;
}

/* The file's name, which the origins hold already. */
static const char *copy_file(struct across *x, const struct object *o)
{
	struct origin_pos pos;

	if (origins_resolve(x->run->origins, o->root->origin, &pos) && pos.file &&
	    !strcmp(pos.file, o->file))
		return pos.file;
	return across_copy(x, o->file);
}

/* "group/namespace/Kind/name": its end is the key of what is provided, and the name. */
static char *member_key(struct across *x, const struct object *o)
{
	const char *parts[] = { o->group, o->ns, o->kind, o->name };
	size_t len[ARRAY_SIZE(parts)], all = 0;
	char *key, *at;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		all += (len[i] = strlen(parts[i])) + 1;
	key = at = arena_alloc(x->arena, all);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		memcpy(at, parts[i], len[i] + 1);
		at[len[i]] = '/';
		at += len[i] + 1;
	}
	at[-1] = '\0';
	return key;
}

static struct member *copy_member(struct across *x, const struct object *o, const char *app,
				  const char *key)
{
	struct member *m = arena_new(x->arena, struct member);
	struct node *root = node_map(x->arena);

	root->origin = o->root->origin;
	/* `unchecked` is what others find out meanwhile. */
	m->object.hook = o->hook;
	m->object.implied = o->implied;
	m->object.random = o->random;
	m->object.root = root;
	m->object.api_version = across_intern(x, o->api_version);
	m->object.group = across_intern(x, o->group);
	m->object.version = across_intern(x, o->version);
	m->object.kind = across_intern(x, o->kind);
	m->object.ns = across_intern(x, o->ns);
	m->object.name = key + strlen(key) - strlen(o->name);
	m->object.file = copy_file(x, o);
	m->app = app ? across_intern(x, app) : NULL;
	return m;
}

static void note_crd(struct across *x, const struct node *root, struct member *m)
{
	const char *group = node_string(across_at(root, "spec.group"));
	const char *kind = node_string(across_at(root, "spec.names.kind"));

	if (group && kind)
		map_set(&x->crds, arena_printf(x->arena, "%s/%s", group, kind), m);
}

static void note_use(struct across *x, struct member *m)
{
	const struct object *o = &m->object;
	size_t group = strlen(o->group), kind = strlen(o->kind);
	char key[512];
	void **slot;

	if (group + kind + 2 <= sizeof(key)) {
		memcpy(key, o->group, group);
		key[group] = '/';
		memcpy(key + group + 1, o->kind, kind + 1);
		if (!map_get_n(&x->kinds_used, key, group + 1 + kind))
			map_set(&x->kinds_used, arena_strdup(x->arena, key), m);
	}
	if (!*o->ns)
		return;
	slot = map_at(&x->namespaces_used, o->ns);
	if (!*slot)
		*slot = m;
}

void across_add(struct across *x, const struct object *o, const char *app)
{
	const char *key = member_key(x, o);
	struct member *m = copy_member(x, o, app, key);
	const struct object *mine = &m->object;
	void **slot = map_at(&x->members, key);

	if (*slot && *mine->name &&
	    (o->implied || (*slot != m && ((struct member *)*slot)->object.implied)))
		return;
	if (*slot && *mine->name && !o->hook) {
		*vec_push(x->arena, &x->repeated) = m;
		*vec_push(x->arena, &x->repeated) = *slot;
		return;
	}
	*slot = m;
	see_release(x, o);
	if (*mine->name)
		note_key(x, mine->name - strlen(mine->kind) - 1, mine->kind, mine->ns);
	note_use(x, m);
	if (!strcmp(mine->kind, "CustomResourceDefinition"))
		note_crd(x, o->root, m);
	if (!strcmp(mine->kind, "Namespace") && !*mine->group)
		x->makes_namespaces = true;
	across_providers(x, mine, o->root);
	across_references(x, mine, o->root);
	across_selectors(x, mine, o->root);
	across_budgets(x, mine, o->root);
}

/* --- the whole --- */
/* Files of different folders are often different clusters' versions of the same. */
static bool same_folder(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
	size_t n = x ? (size_t)(x - a) : 0, m = y ? (size_t)(y - b) : 0;

	return n == m && !memcmp(a, b, n);
}

static void check_repeated(struct across *x, struct findings *out)
{
	for (size_t i = 0; i + 1 < x->repeated.count; i += 2) {
		const struct member *later = x->repeated.items[i],
				    *first = x->repeated.items[i + 1];
		struct origin_pos pos, here;

		origins_resolve(x->run->origins, first->object.root->origin, &pos);
		origins_resolve(x->run->origins, later->object.root->origin, &here);
		if (later->app && first->app && strcmp(later->app, first->app)) {
			findings_add(out, SEVERITY_WARNING, "across/two-owners", &later->object, "",
				     later->object.root->origin,
				     "'%s' renders this object too: each would undo what the other "
				     "applies",
				     first->app);
			continue;
		}
		if (pos.file && here.file && !strcmp(pos.file, here.file) && pos.line == here.line)
			continue; /* one base of two overlays */
		if (same_folder(later->object.file, first->object.file))
			findings_add(out, SEVERITY_WARNING, "across/declared-twice", &later->object,
				     "", later->object.root->origin,
				     "this object is declared at %s:%u already",
				     pos.file ? pos.file : first->object.file, pos.line);
	}
}

static bool is_given_namespace(const char *ns)
{
	return !strcmp(ns, "default") || !strncmp(ns, "kube-", 5) || !strcmp(ns, "flux-system") ||
	       !strcmp(ns, "argocd");
}

static void check_namespaces(struct across *x, struct findings *out)
{
	for (size_t i = 0; i < x->namespaces_used.count; i++) {
		const struct map_entry *e = &x->namespaces_used.entries[i];
		const struct member *m = e->value;

		if (across_has(x, "Namespace", "", e->key))
			continue;
		if (!x->makes_namespaces || is_given_namespace(e->key) ||
		    across_absent(x, "Namespace", "", e->key)) /* the dry-run says that */
			continue;
		findings_add(out, SEVERITY_INFO, "across/namespace", &m->object,
			     "metadata.namespace", m->object.root->origin,
			     "nothing here creates the namespace '%s'", e->key);
	}
}

/* Deleting a definition deletes every resource of its kind. */
static void check_removed_crds(struct across *x, const struct across *before, struct findings *out)
{
	for (size_t i = 0; i < before->crds.count; i++) {
		const struct map_entry *e = &before->crds.entries[i];
		const struct member *user = map_get_n(&x->kinds_used, e->key, e->len);
		const struct member *crd = e->value;

		if (map_get_n(&x->crds, e->key, e->len) || !user)
			continue;
		findings_add(out, SEVERITY_ERROR, "across/crd-removed", &user->object, "apiVersion",
			     user->object.root->origin,
			     "its CustomResourceDefinition '%s' is removed: that deletes all "
			     "resources of "
			     "its kind",
			     crd->object.name);
	}
}

void across_check(struct across *x, const struct across *before, struct findings *out)
{
	check_repeated(x, out);
	check_namespaces(x, out);
	across_check_wants(x, out);
	across_check_selectors(x, out);
	across_check_budgets(x, out);
	if (before)
		check_removed_crds(x, before, out);
}
