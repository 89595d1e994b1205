/* Stacks against the Compose schema, with the line to edit and the word that was meant. */
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/jsonschema.h"
#include "base/text.h"
#include "validate/swarm/internal.h"

struct checker {
	struct run *run;
	struct arena *arena;
	const struct stack_file *file;
	const struct node *schema;
	struct findings *out;
};

/* ---- what the schema's errors say ---- */

/* One line "- at '/a/b': text", indented by its depth. */
struct fault {
	const char *at, *text;
	size_t at_len, len;
	unsigned depth, steps;
};

static bool read_fault(const char *line, size_t len, struct fault *out)
{
	static const char head[] = "- at '", middle[] = "': ";
	const char *end = line + len, *mark;

	*out = (struct fault){ 0 };
	while (line < end && *line == ' ')
		line++, out->depth++;
	if ((size_t)(end - line) < sizeof(head) || memcmp(line, head, sizeof(head) - 1) != 0)
		return false;
	out->at = line + sizeof(head) - 1;
	mark = memmem(out->at, (size_t)(end - out->at), middle, sizeof(middle) - 1);
	if (!mark)
		return false;
	out->at_len = (size_t)(mark - out->at);
	out->text = mark + sizeof(middle) - 1;
	out->len = (size_t)(end - out->text);
	for (size_t i = 0; i < out->at_len; i++)
		out->steps += out->at[i] == '/';
	return true;
}

struct faults {
	VEC(struct fault);
};

static bool starts(const struct fault *f, const char *text)
{
	return f->len >= strlen(text) && !memcmp(f->text, text, strlen(text));
}

/* Any one of what stands below it would do. */
static bool is_choice(const struct fault *f)
{
	return starts(f, "oneOf failed") || starts(f, "anyOf failed");
}

/* Of several reasons the deepest says most, and a wrong type least. */
static bool says_more(const struct fault *a, const struct fault *b)
{
	if (a->steps != b->steps)
		return a->steps > b->steps;
	return !starts(a, "got ") && starts(b, "got ");
}

/* ---- places ---- */

/* A JSON pointer's value; *key gets the entry's key on the last step into a mapping. */
static const struct node *at_pointer(struct arena *a, const struct node *n, const char *at,
				     size_t len, struct buf *shown)
{
	const char *end = at + len;

	while (n && at < end) {
		size_t step = 1;
		const char *key;

		while (at + step < end && at[step] != '/')
			step++;
		key = json_pointer_key(a, at + 1, step - 1);
		if (n->type == NODE_SEQ) {
			size_t i = strtoul(key, NULL, 10);

			buf_printf(shown, "[%zu]", i);
			n = i < n->len ? n->items[i] : NULL;
		} else {
			buf_printf(shown, "%s%s", shown->len ? "." : "", key);
			n = node_get(n, key);
		}
		at += step;
	}
	return n;
}

/* ---- suggestions ---- */

static void try_names(struct nearest *near, const struct node *n)
{
	const struct node *properties = node_get(n, "properties");
	uint32_t i;

	for (i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const struct node *key = properties->entries[i].key;

		/* a word that is right elsewhere is no help */
		if (key->len != near->len || memcmp(key->text, near->word, near->len) != 0)
			nearest_try(near, key->text);
	}
	for (i = 0; n && (n->type == NODE_MAP || n->type == NODE_SEQ) && i < n->len; i++)
		try_names(near, n->type == NODE_MAP ? n->entries[i].value : n->items[i]);
}

static const char *suggestion(struct checker *k, const char *name, size_t len)
{
	struct nearest near = nearest_to(name, len);

	try_names(&near, k->schema);
	return near.best ? arena_printf(k->arena, ", did you mean '%s'?", near.best) : "";
}

/* ---- findings ---- */

/* docker stack's own advice for keys of Compose file 2. */
static const struct {
	const char *key, *advice;
} moved[] = {
	{ "cpu_quota", "set deploy.resources.limits.cpus" },
	{ "cpu_shares", "set deploy.resources" },
	{ "cpus", "set deploy.resources.limits.cpus" },
	{ "cpuset", "set deploy.resources" },
	{ "mem_limit", "set deploy.resources.limits.memory" },
	{ "mem_reservation", "set deploy.resources.reservations.memory" },
	{ "memswap_limit", "set deploy.resources" },
	{ "scale", "set deploy.replicas" },
	{ "volume_driver", "define a volume with a driver under volumes:" },
	{ "volumes_from", "define a volume under volumes: and mount it in each service" },
};

static void unknown_key(struct checker *k, const struct node *map, const char *path,
			const char *name, size_t len)
{
	const struct node *key = NULL;
	const char *more = suggestion(k, name, len);
	bool extends = len == strlen("extends") && !memcmp(name, "extends", len);
	uint32_t i;

	for (i = 0; node_is(map, NODE_MAP) && i < map->len; i++)
		if (map->entries[i].key->len == len &&
		    !memcmp(map->entries[i].key->text, name, len))
			key = map->entries[i].key;
	for (i = 0; i < ARRAY_SIZE(moved); i++)
		if (strlen(moved[i].key) == len && !memcmp(moved[i].key, name, len))
			more = arena_printf(k->arena, "; %s", moved[i].advice);
	if (extends)
		findings_add(k->out, SEVERITY_ERROR, "swarm/schema", NULL, path,
			     key ? key->origin : 0,
			     "docker stack deploy refuses 'extends': write out what it takes, or "
			     "deploy what 'docker compose config' prints (stacks: composed: true "
			     "in .gitops.yaml)");
	else
		findings_add(k->out, SEVERITY_ERROR, "swarm/schema", NULL, path,
			     key ? key->origin : 0, "unknown key '%.*s'%s", (int)len, name, more);
}

static void report(struct checker *k, const struct fault *f)
{
	static const char unknown[] = "additional properties ";
	struct buf shown;
	const struct node *n;
	const char *path, *at = f->text, *end = f->text + f->len, *stop;

	buf_init(&shown, 0);
	n = at_pointer(k->arena, k->file->root, f->at, f->at_len, &shown);
	path = buf_dup(&shown, k->arena);
	buf_release(&shown);
	if (f->len < sizeof(unknown) || memcmp(at, unknown, sizeof(unknown) - 1) != 0) {
		findings_add(k->out, SEVERITY_ERROR, "swarm/schema", NULL, path,
			     n ? n->origin : k->file->root->origin, "%.*s", (int)f->len, f->text);
		return;
	}
	while ((at = memchr(at, '\'', (size_t)(end - at)))) {
		stop = memchr(at + 1, '\'', (size_t)(end - at) - 1);
		if (!stop)
			return;
		unknown_key(k, n, path, at + 1, (size_t)(stop - at) - 1);
		at = stop + 1;
	}
}

/* Where what stands below a fault ends. */
static size_t end_of(const struct faults *all, size_t i)
{
	size_t end = i + 1;

	while (end < all->count && all->items[end].depth > all->items[i].depth)
		end++;
	return end;
}

static void report_best(struct checker *k, const struct faults *all, size_t from, size_t end)
{
	const struct fault *best = NULL;
	size_t i;

	for (i = from; i < end; i++)
		if (end_of(all, i) == i + 1 && (!best || says_more(&all->items[i], best)))
			best = &all->items[i];
	if (best)
		report(k, best);
}

static void report_all(struct checker *k, const char *text)
{
	const char *line = strchr(text, '\n');
	struct faults all = { 0 };
	size_t i, end;

	while (line && *++line) {
		const char *next = strchr(line, '\n');
		struct fault f;

		if (read_fault(line, next ? (size_t)(next - line) : strlen(line), &f))
			*vec_push(k->arena, &all) = f;
		line = next;
	}
	for (i = 0; i < all.count; i = is_choice(&all.items[i]) ? end : i + 1) {
		end = end_of(&all, i);
		if (is_choice(&all.items[i]))
			report_best(k, &all, i + 1, end);
		else if (end == i + 1)
			report(k, &all.items[i]);
	}
}

/* The formats are docker's own; the conversion checks what they stand for. */
static void drop_formats(struct node *n)
{
	uint32_t i;

	if (n->type == NODE_MAP && node_is(node_get(n, "format"), NODE_STR))
		node_remove(n, "format");
	for (i = 0; (n->type == NODE_MAP || n->type == NODE_SEQ) && i < n->len; i++)
		drop_formats(n->type == NODE_MAP ? n->entries[i].value : n->items[i]);
}

void check_schema(struct run *run, struct arena *a, const struct stack_file *file,
		  struct findings *out)
{
	struct checker k = { run, a, file, NULL, out };
	struct jsonschema_options how = { .url = "file:///compose.json" };
	const struct schema *schema;
	struct err err = ERR_INIT;
	const char *error = NULL, *text;
	struct node *tree;
	size_t len;

	text = file->compose ? compose_spec_schema(&len) : compose_schema(file->version, &len);
	if (!text) {
		findings_add(
			out, SEVERITY_ERROR, "swarm/schema", NULL, "version",
			node_get(file->root, "version")->origin,
			"unsupported Compose file version: '%s'; docker stack knows 3.0 to 3.13",
			file->version);
		return;
	}
	tree = json_read(a, text, len, NULL, &err);
	if (tree)
		drop_formats(tree);
	k.schema = tree;
	schema = k.schema ? jsonschema_compile(a, k.schema, &how, &error) : NULL;
	if (!schema) {
		findings_add(out, SEVERITY_ERROR, "swarm/schema", NULL, "", file->root->origin,
			     "the Compose schema can't be used: %s", error ? error : err.msg);
		return;
	}
	text = jsonschema_validate(a, schema, file->root);
	if (text)
		report_all(&k, text);
}

/* ---- what docker stack deploy does not do ---- */

static const char *const ignored[] = {
	"build",	  "cgroupns_mode", "cgroup_parent", "container_name",
	"depends_on",	  "devices",	   "domainname",    "expose",
	"external_links", "ipc",	   "links",	    "mac_address",
	"network_mode",	  "pid",	   "privileged",    "security_opt",
	"shm_size",	  "userns_mode",
};

static void check_ignored(const struct stack_file *file, struct findings *out)
{
	const struct node *services = node_get(file->root, "services");
	uint32_t i;
	size_t k;

	for (i = 0; node_is(services, NODE_MAP) && i < services->len; i++) {
		for (k = 0; k < ARRAY_SIZE(ignored); k++) {
			const struct node_entry *e =
				node_entry(services->entries[i].value, ignored[k]);

			if (e)
				findings_add(out, SEVERITY_WARNING, "swarm/ignored", NULL, "",
					     e->key->origin,
					     "docker stack deploy ignores '%s' of service '%s'",
					     ignored[k], services->entries[i].key->text);
		}
	}
}

/* Whether the schema refuses the same value already. */
static bool is_said(const struct findings *all, origin_id origin)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->items[i].origin == origin && origin &&
		    !strcmp(all->items[i].rule, "swarm/schema"))
			return true;
	return false;
}

void swarm_check(struct run *run, struct arena *a, struct view *v, const struct stack *stack,
		 struct findings *out)
{
	static const enum severity severities[] = { SEVERITY_INFO, SEVERITY_WARNING,
						    SEVERITY_ERROR };
	struct stack_model model = { 0 };
	struct objects objects = { 0 };
	struct err ignored_err = ERR_INIT; /* shows when it is rendered */
	size_t i;

	if (!stack_load(run, a, v, stack, &model, &ignored_err))
		stack_convert(run, a, v, stack, &model, &objects, &ignored_err);
	for (i = 0; i < model.files.count; i++) {
		check_schema(run, a, &model.files.items[i], out);
		check_ignored(&model.files.items[i], out);
	}
	for (i = 0; i < model.notes.count; i++) {
		if (is_said(out, model.notes.items[i].origin) &&
		    !strcmp(model.notes.items[i].rule, "swarm/invalid"))
			continue;
		findings_add(out, severities[model.notes.items[i].severity],
			     model.notes.items[i].rule, NULL, "", model.notes.items[i].origin, "%s",
			     model.notes.items[i].message);
	}
}
