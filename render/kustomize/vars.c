/* vars: values of fields that stand for $(NAME) in others. */
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "base/number.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"
#include "render/kustomize/path.h"
#include "render/yaml/yaml.h"

/* ---- collecting ---- */

static int add_var(struct kz *kz, struct accumulator *into, const struct var *v, struct err *err)
{
	size_t i;

	for (i = 0; i < into->vars.count; i++)
		if (!strcmp(into->vars.items[i].name, v->name))
			return kz_fail(kz, err, v->origin, "var '%s' already encountered", v->name);
	*vec_push(kz->a, &into->vars) = *v;
	return 0;
}

static struct var var_from(struct kz *kz, const struct node *n)
{
	const struct node *ref = node_get(n, "objref");
	const char *api_version = field_text(ref, "apiVersion"), *slash = strchr(api_version, '/');
	const char *path = field_text(node_get(n, "fieldref"), "fieldPath");
	struct var v = { .name = field_text(n, "name"), .origin = n->origin };

	v.field_path = *path ? path : "metadata.name";
	v.id.gvk = (struct gvk){ field_text(ref, "group"), field_text(ref, "version"),
				 field_text(ref, "kind") };
	if (*api_version && !(slash && strchr(slash + 1, '/'))) {
		struct gvk gvk = gvk_parse(kz->a, api_version, v.id.gvk.kind);

		v.id.gvk.version = gvk.version;
		if (slash)
			v.id.gvk.group = gvk.group;
	}
	v.id.name = field_text(ref, "name");
	v.id.ns = field_text(ref, "namespace");
	return v;
}

/* Without a namespace, that of the resource does not count. */
static bool refers_to(const struct var *v, const struct resid *id)
{
	if (*v->id.ns)
		return resid_equal(&v->id, id);
	return !strcmp(v->id.name, id->name) && gvk_equal(&v->id.gvk, &id->gvk);
}

static bool refers_to_resource(struct kz *kz, const struct var *v, struct resource *r)
{
	struct resid id = resource_id(kz, r);
	size_t i;

	if (refers_to(v, &id))
		return true;
	for (i = 0; i < r->prev.count; i++) {
		id = resource_prev_id(kz, r, i);
		if (refers_to(v, &id))
			return true;
	}
	return false;
}

static int bind(struct kz *kz, struct accumulator *into, const struct var *v, struct err *err)
{
	struct resource **named, *found = NULL;
	size_t count, i, matches = 0;

	named = resmap_named(kz, &into->resources, v->id.name, &count);
	for (i = 0; i < count; i++) {
		if (refers_to_resource(kz, v, named[i])) {
			found = named[i];
			matches++;
		}
	}
	if (matches > 1)
		return kz_fail(kz, err, v->origin,
			       "found %zu resId matches for var %s (unable to disambiguate)",
			       matches, v->name);
	if (found)
		*vec_push(kz->a, &found->vars) = v->name;
	return 0;
}

int vars_merge(struct target *t, struct accumulator *into, const struct node *list, struct err *err)
{
	uint32_t j;

	for (j = 0; list && j < list->len; j++) {
		struct var v = var_from(t->kz, list->items[j]);

		if (bind(t->kz, into, &v, err) < 0)
			return -1;
	}
	for (j = 0; list && j < list->len; j++) {
		struct var v = var_from(t->kz, list->items[j]);

		if (add_var(t->kz, into, &v, err) < 0)
			return -1;
	}
	return 0;
}

int vars_absorb(struct kz *kz, struct accumulator *into, const struct accumulator *other,
		struct err *err)
{
	size_t i;

	for (i = 0; i < other->vars.count; i++)
		if (add_var(kz, into, &other->vars.items[i], err) < 0)
			return -1;
	return 0;
}

/* ---- values ---- */

struct value {
	const struct var *var;
	struct node *node; /* a scalar; a mapping or list can't be put anywhere */
	bool used;
};
struct resolving {
	struct kz *kz;
	struct map values; /* by name */
	struct err *err;
};

/* "name[2]" is the name, then the index. */
static void path_parts(struct arena *a, const char *path, struct strings *out)
{
	struct strings raw = { 0 };
	size_t i;

	path_split(a, path, '.', &raw);
	for (i = 0; i < raw.count; i++) {
		const char *part = raw.items[i], *open = strrchr(part, '[');
		size_t digits = open ? strspn(open + 1, "0123456789") : 0;

		if (!digits || strcmp(open + 1 + digits, "]")) {
			*vec_push(a, out) = part;
			continue;
		}
		if (open > part)
			*vec_push(a, out) = arena_memdup(a, part, (size_t)(open - part));
		*vec_push(a, out) = arena_memdup(a, open + 1, digits);
	}
}

static bool has_var(const struct resource *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->vars.count; i++)
		if (!strcmp(r->vars.items[i], name))
			return true;
	return false;
}

static int find_value(struct resolving *x, struct accumulator *acc, const struct var *v,
		      struct node **out)
{
	struct strings parts = { 0 };
	struct err ignored = ERR_INIT;
	size_t i;

	for (i = 0; i < acc->resources.count; i++) {
		struct resource *r = acc->resources.items[i];

		if (!has_var(r, v->name))
			continue;
		path_parts(x->kz->a, v->field_path, &parts);
		if (path_lookup(x->kz, r->root, &parts, out, &ignored) < 0 || !*out)
			return kz_fail(x->kz, x->err, v->origin,
				       "field specified in var '%s' not found in corresponding "
				       "resource (%s)",
				       v->name, v->field_path);
		return 0;
	}
	return kz_fail(x->kz, x->err, v->origin,
		       "var '%s' cannot be mapped to a field in the set of known resources",
		       v->name);
}

/* A number as Go's %v prints what the text was read as. */
static const char *printed(struct arena *a, const struct node *n, bool alone)
{
	char text[NUMBER_TEXT];
	double value;

	if (n->type == NODE_FLOAT && number_parse_float(n->text, n->len, &value)) {
		number_format(text, value, alone ? 'f' : 'g');
		return arena_strdup(a, text);
	}
	return n->text;
}

/* ---- replacing ---- */

static origin_id derived(struct resolving *x, const struct node *field, const struct node *value)
{
	return origins_derive(x->kz->run->origins, field->origin, VIA_REPLACEMENT, value->origin);
}

/* The value of a name that can be put into text. */
static struct value *usable(struct resolving *x, const char *name, size_t len)
{
	struct value *v = map_get_n(&x->values, name, len);

	if (!v || v->node->type >= NODE_SEQ)
		return NULL;
	v->used = true;
	return v;
}

/* The whole text is one name: the field takes the value's type too. */
static bool replace_whole(struct resolving *x, struct node *field)
{
	struct value *v;

	if (field->len < 3 || strncmp(field->text, "$(", 2) ||
	    memchr(field->text, ')', field->len) != field->text + field->len - 1)
		return false;
	v = usable(x, field->text + 2, field->len - 3);
	if (!v)
		return false;
	field->origin = derived(x, field, v->node);
	field->text = printed(x->kz->a, v->node, true);
	field->len = (uint32_t)strlen(field->text);
	field->type = v->node->type == NODE_NULL ? NODE_STR : v->node->type;
	field->style = STYLE_ANY;
	return true;
}

static void replace_in(struct resolving *x, struct node *field)
{
	const char *at = field->text, *end = at + field->len, *close;
	struct buf out;
	struct value *v;

	if (field->style == STYLE_PLAIN && !field->tagged &&
	    yaml_is_timestamp(field->text, field->len))
		return; /* not a string to kyaml */
	if (!memchr(at, '$', field->len) || replace_whole(x, field)) {
		if (field->style == STYLE_PLAIN)
			field->style = STYLE_ANY;
		return;
	}
	buf_init(&out, LIMIT_FILE_BYTES);
	for (; at < end; at++) {
		if (*at != '$' || at + 1 == end) {
			buf_char(&out, *at);
			continue;
		}
		at++;
		close = *at == '(' ? memchr(at, ')', (size_t)(end - at)) : NULL;
		if (*at == '$') {
			buf_char(&out, '$');
		} else if (!close) {
			buf_char(&out, '$');
			buf_char(&out, *at);
		} else {
			v = usable(x, at + 1, (size_t)(close - at - 1));
			if (v) {
				buf_str(&out, printed(x->kz->a, v->node, false));
				field->origin = derived(x, field, v->node);
			} else {
				buf_add(&out, at - 1, (size_t)(close - at + 2));
			}
			at = close;
		}
	}
	field->text = buf_dup(&out, x->kz->a);
	field->len = (uint32_t)out.len;
	field->style = STYLE_ANY;
	buf_release(&out);
}

static int replace_items(struct resolving *x, struct node *field, struct err *err)
{
	uint32_t i;

	for (i = 0; field->type == NODE_SEQ && i < field->len; i++) {
		if (field->items[i]->type != NODE_STR)
			return kz_fail(x->kz, err, field->items[i]->origin,
				       "invalid value type expect a string");
		replace_in(x, field->items[i]);
	}
	for (i = 0; field->type == NODE_MAP && i < field->len; i++) {
		if (field->entries[i].key->type != NODE_STR)
			return kz_fail(x->kz, err, field->entries[i].key->origin,
				       "invalid map key: value='%s'", field->entries[i].key->text);
		if (field->entries[i].value->type == NODE_STR)
			replace_in(x, field->entries[i].value);
	}
	return 0;
}

static int replace_field(void *data, struct node *field, struct err *err)
{
	struct resolving *x = data;

	if (field->type == NODE_STR)
		replace_in(x, field);
	return replace_items(x, field, err);
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct var *)x)->name, ((const struct var *)y)->name);
}

static void note_unused(struct resolving *x, const struct accumulator *acc)
{
	const char *names = NULL;
	size_t i;

	for (i = 0; i < acc->vars.count; i++) {
		const struct value *v = map_get(&x->values, acc->vars.items[i].name);

		if (v && !v->used)
			names = names ? arena_printf(x->kz->a, "%s,%s", names, v->var->name)
				      : v->var->name;
	}
	if (names)
		kz_note(x->kz, acc->vars.items[0].origin,
			"well-defined vars that were never replaced: %s", names);
}

int vars_resolve(struct kz *kz, struct accumulator *acc, struct err *err)
{
	struct resolving x = { .kz = kz, .err = err };
	struct field_walk walk = { kz, replace_field, &x, NODE_NULL };
	size_t i;

	if (!acc->vars.count)
		return 0;
	map_init(&x.values, kz->a);
	qsort(acc->vars.items, acc->vars.count, sizeof(*acc->vars.items), by_name);
	for (i = 0; i < acc->vars.count; i++) {
		struct value *v = arena_new(kz->a, struct value);
		struct node *found = NULL;

		if (find_value(&x, acc, &acc->vars.items[i], &found) < 0)
			return -1;
		v->var = &acc->vars.items[i];
		v->node = node_copy(kz->a, found);
		map_set(&x.values, v->var->name, v);
	}
	for (i = 0; i < acc->resources.count; i++) {
		struct gvk gvk = resource_gvk(kz, acc->resources.items[i]);

		if (fieldspecs_apply(&walk, &acc->config->lists[CONFIG_VAR_REFERENCE],
				     acc->resources.items[i]->root, &gvk, err) < 0)
			return -1;
	}
	note_unused(&x, acc);
	return 0;
}
