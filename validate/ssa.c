#include "validate/ssa.h"
#include "base/base64.h"
#include "base/json.h"
#include "validate/diff.h"
#include "validate/managed.h"
#include "validate/rules/quantity.h"
#include "validate/schema/schema.h"

enum { MANAGERS_MAX = 64 };

/* The field sets of the other managers, narrowed to one place. */
struct others {
	const struct node *sets[MANAGERS_MAX];
	size_t count;
};

/* --- setting what the configuration says --------------------------------------------------- */

static bool same_scalar(struct topology t, const struct node *a, const struct node *b)
{
	struct quantity x, y;

	if (node_equal(a, b))
		return true;
	if (!node_is_scalar(a) || !node_is_scalar(b) || !t.type)
		return false;
	return schema_what(t.type) == SCHEMA_QUANTITY && quantity_read(a->text, &x) &&
	       quantity_read(b->text, &y) && !quantity_cmp(&x, &y);
}

static struct node *set_in(struct arena *a, struct topology t, struct node *live,
			   const struct node *config);

/* A copy without what is null: that is not set. */
static struct node *copy_set(struct arena *a, const struct node *config)
{
	struct node *out;
	uint32_t i;

	if (!node_is(config, NODE_MAP) && !node_is(config, NODE_SEQ))
		return node_copy(a, config);
	out = node_at(config->type == NODE_MAP ? node_map(a) : node_seq(a), config->origin);
	for (i = 0; i < config->len; i++) {
		if (config->type == NODE_SEQ)
			node_append(a, out, copy_set(a, config->items[i]));
		else if (!node_is_null(config->entries[i].value))
			node_set_n(a, out, config->entries[i].key->text,
				   config->entries[i].key->len,
				   copy_set(a, config->entries[i].value));
	}
	return out;
}

/* Defaults in what is replaced whole, which the server writes again. */
static const struct {
	const char *in, *field, *value;
} defaults[] = {
	/* by what they are in */
	{ "fieldRef", "apiVersion", "v1" },
	{ "ports", "protocol", "TCP" },
	{ "resourceFieldRef", "divisor", "0" },
	{ "roleRef", "apiGroup", "rbac.authorization.k8s.io" },
	{ "subjects", "apiGroup", "rbac.authorization.k8s.io" },
};

static void keep_defaults(struct arena *a, const char *name, struct node *new,
			  const struct node *live)
{
	uint32_t i;

	for (i = 0; node_is(new, NODE_SEQ) && node_is(live, NODE_SEQ) &&
		    new->len == live->len &&i < new->len;
	     i++)
		keep_defaults(a, name, new->items[i], live->items[i]);
	if (!node_is(new, NODE_MAP) || !node_is(live, NODE_MAP))
		return;
	for (i = 0; i < new->len; i++)
		keep_defaults(
			a, new->entries[i].key->text, new->entries[i].value,
			node_get_n(live, new->entries[i].key->text, new->entries[i].key->len));
	for (i = 0; i < ARRAY_SIZE(defaults); i++) {
		const char *was = node_get_string(live, defaults[i].field);

		if (!strcmp(name, defaults[i].in) && was && !strcmp(was, defaults[i].value) &&
		    !node_get(new, defaults[i].field))
			node_set(a, new, defaults[i].field, node_str(a, was));
	}
}

static void set_map(struct arena *a, struct topology t, struct node *live,
		    const struct node *config)
{
	uint32_t i;

	for (i = 0; i < config->len; i++) {
		const struct node *key = config->entries[i].key, *value = config->entries[i].value;

		struct node *was = node_get_n(live, key->text, key->len), *now;

		if (node_is_null(value)) {
			node_remove(live, key->text);
			continue;
		}
		now = set_in(a, topology_field(t, key->text, key->len), was, value);
		if (was && now != was)
			keep_defaults(a, key->text, now, was);
		node_set_n(a, live, key->text, key->len, now);
	}
}

static struct node *find_entry(const struct list_keys *keys, const struct node *list,
			       const struct node *entry, uint32_t *at)
{
	for (*at = 0; *at < list->len; ++*at)
		if (list_same_entry(keys, list->items[*at], entry))
			return list->items[*at];
	return NULL;
}

static struct node *set_list(struct arena *a, struct topology t, const struct list_keys *keys,
			     struct node *live, const struct node *config)
{
	struct node *out = node_seq(a), *entry;
	uint32_t i, k = 0, at, ignored;

	for (i = 0; i < config->len; i++) {
		entry = find_entry(keys, live, config->items[i], &at);
		for (; entry && k < at; k++)
			if (!find_entry(keys, config, live->items[k], &ignored))
				node_append(a, out, live->items[k]);
		if (entry && k == at)
			k++;
		node_append(a, out, set_in(a, topology_item(t), entry, config->items[i]));
	}
	for (; k < live->len; k++)
		if (!find_entry(keys, config, live->items[k], &ignored))
			node_append(a, out, live->items[k]);
	return out;
}

static struct node *set_in(struct arena *a, struct topology t, struct node *live,
			   const struct node *config)
{
	struct list_keys keys;

	if (node_is(config, NODE_MAP) && node_is(live, NODE_MAP) && !topology_atomic(t)) {
		set_map(a, t, live, config);
		return live;
	}
	if (node_is(config, NODE_SEQ) && node_is(live, NODE_SEQ)) {
		keys = topology_list(t, live, config);
		if (keys.kind != LIST_ATOMIC && !keys.guessed)
			return set_list(a, t, &keys, live, config);
	}
	if (live && node_is_scalar(config) && same_scalar(t, live, config))
		return live;
	return copy_set(a, config);
}

/* --- taking away what it said last time and says no more ------------------------------------ */

static struct others narrow(const struct others *o, const struct node *key)
{
	struct others next = { .count = 0 };
	size_t i;

	for (i = 0; i < o->count; i++) {
		const struct node *child = node_get_n(o->sets[i], key->text, key->len);

		if (child)
			next.sets[next.count++] = child;
	}
	return next;
}

/* The place in `tree` that a field set's key names: a field's value, or a list's entry. */
static struct node *child_of(struct arena *a, const struct node *tree, const struct node *key,
			     uint32_t *at)
{
	struct err err = ERR_INIT;
	const struct node *wanted;
	uint32_t i, k;

	*at = 0;
	if (key->len > 2 && !memcmp(key->text, "f:", 2))
		return node_get_n(tree, key->text + 2, key->len - 2);
	if (!node_is(tree, NODE_SEQ) || key->len < 3)
		return NULL;
	wanted = json_read(a, key->text + 2, key->len - 2, NULL, &err);
	for (; wanted && *at < tree->len; ++*at) {
		const struct node *entry = tree->items[*at];

		if (*key->text == 'v' && node_equal(entry, wanted))
			return tree->items[*at];
		if (*key->text != 'k' || !node_is(entry, NODE_MAP) || !node_is(wanted, NODE_MAP))
			continue;
		for (i = 0, k = 0; i < wanted->len; i++) {
			const struct node *have = node_get_n(entry, wanted->entries[i].key->text,
							     wanted->entries[i].key->len);

			k += !have ||
			     node_equal(have, wanted->entries[i].value); /* absent: a default */
		}
		if (k == wanted->len)
			return tree->items[*at];
	}
	return NULL;
}

static void take(struct node *tree, const struct node *key, uint32_t at)
{
	if (tree->type == NODE_SEQ)
		node_remove_at(tree, at);
	else
		node_remove(tree, key->text + 2);
}

/* Structs of the built-in types that are written even when nothing is in them. */
static bool stays_empty(const struct node *key)
{
	static const char *const names[] = { "f:resources", "f:strategy", "f:updateStrategy" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(key->text, names[i]))
			return true;
	return false;
}

/* Whether a field is one of those by which its list entry is known. */
static bool is_key_of(const char *entry, const struct node *key)
{
	const char *at = entry && !strncmp(entry, "k:", 2) ? strstr(entry, key->text + 2) : NULL;

	return at && at[-1] == '"' && at[key->len - 2] == '"';
}

/* `entry`: the key in the set that led here; NULL at the root. */
static void prune(struct arena *a, struct node *tree, const struct node *set,
		  const struct node *config, const struct others *others, const char *entry)
{
	uint32_t i, at, ignored;

	for (i = 0; node_is(set, NODE_MAP) && i < set->len; i++) {
		const struct node *key = set->entries[i].key, *deeper = set->entries[i].value;
		struct others held = narrow(others, key);
		struct node *child = child_of(a, tree, key, &at);
		const struct node *kept = config ? child_of(a, config, key, &ignored) : NULL;

		if (!child || (!kept && is_key_of(entry, key)))
			continue;
		if (!kept && !held.count) {
			if (stays_empty(key) && child->type == NODE_MAP)
				child->len = 0;
			else
				take(tree, key, at);
			continue;
		}
		prune(a, child, deeper, kept, &held, key->text);
		if (!kept && (child->type == NODE_MAP || child->type == NODE_SEQ) && !child->len &&
		    !stays_empty(key))
			take(tree, key, at);
	}
}

/* What the manager no longer says is no longer its own. */
static void disown(struct arena *a, struct node *set, const struct node *config)
{
	uint32_t i = 0, ignored;

	while (node_is(set, NODE_MAP) && i < set->len) {
		const struct node *key = set->entries[i].key, *said;

		said = strcmp(key->text, ".") ? child_of(a, config, key, &ignored) : config;
		if (!said) {
			node_remove(set, key->text);
			continue;
		}
		disown(a, set->entries[i].value, said);
		i++;
	}
}

/* --- what the server does not write ---------------------------------------------------------- */

static bool is_zero(const struct node *n)
{
	int64_t number = 0;

	if (n->type == NODE_MAP || n->type == NODE_SEQ)
		return !n->len;
	if (node_is(n, NODE_BOOL))
		return !node_true(n);
	return node_is(n, NODE_STR) ? !n->len : node_integer(n, &number) && !number;
}

/*
 * Of the built-in types the server leaves out some fields that are empty, false or 0. Which, no
 * schema says; but one that the manager applied before and that is not live is such a field.
 */
static void drop_zeros(struct arena *a, struct node *tree, const struct node *live,
		       const struct node *set)
{
	uint32_t i, at, ignored;

	for (i = 0; node_is(set, NODE_MAP) && i < set->len; i++) {
		const struct node *key = set->entries[i].key;
		struct node *child = child_of(a, tree, key, &at);
		const struct node *was = child ? child_of(a, live, key, &ignored) : NULL;

		if (child && was)
			drop_zeros(a, child, was, set->entries[i].value);
		else if (child && *key->text == 'f' && is_zero(child))
			take(tree, key, at);
	}
}

/* --- the whole ------------------------------------------------------------------------------ */

/* The set of the manager's own Apply entry, and those of everybody else. */
static struct node *sets_of(const struct node *live, const char *manager, struct others *others)
{
	const struct node *entries = node_path(live, "metadata", "managedFields", NULL);
	struct node *own = NULL;
	uint32_t i;

	others->count = 0;
	for (i = 0; node_is(entries, NODE_SEQ) && i < entries->len; i++) {
		const struct node *e = entries->items[i];

		if (managed_is_applier(e, manager))
			own = node_get(e, "fieldsV1");
		else if (others->count < MANAGERS_MAX)
			others->sets[others->count++] = node_get(e, "fieldsV1");
	}
	return own;
}

/* A Secret's stringData is written into data and never read back. */
static const struct node *encode_strings(struct arena *a, const struct node *config)
{
	const struct node *strings = node_get(config, "stringData");
	struct node *copy, *data;
	struct buf text;
	uint32_t i;

	if (!node_is(strings, NODE_MAP))
		return config;
	copy = node_copy_shallow(a, config);
	data = node_is(node_get(config, "data"), NODE_MAP)
		       ? node_copy_shallow(a, node_get(config, "data"))
		       : node_map(a);
	node_remove(copy, "stringData");
	node_set(a, copy, "data", data);
	buf_init(&text, 0);
	for (i = 0; i < strings->len; i++) {
		const struct node *value = strings->entries[i].value;

		if (!node_is_scalar(value))
			continue;
		buf_cut(&text, 0);
		base64_encode(&text, value->text, value->len);
		node_set(a, data, strings->entries[i].key->text,
			 node_at(node_str(a, text.text), value->origin));
	}
	buf_release(&text);
	return copy;
}

static void find_conflicts(struct arena *a, struct topology t, const struct node *live,
			   const struct node *config, const char *manager, struct ssa_result *out)
{
	struct differences found = { 0 };
	const struct node *value;
	size_t i;

	diff_nodes(a, t, live, out->object, &found);
	for (i = 0; i < found.count; i++) {
		struct difference *d = &found.items[i];
		const struct node *holder;

		value = steps_get(config, d->steps, d->count);
		if (!d->a || !value)
			continue;
		holder = managed_entry(a, live, d->steps, d->count, manager);
		if (!holder || managed_is_applier(holder, manager))
			continue;
		*vec_push(a, out) =
			(struct ssa_conflict){ arena_strdup(a, node_get_string(holder, "manager")),
					       steps_text(a, d->steps, d->count) };
	}
}

struct ssa_result ssa_apply(struct arena *a, struct topology t, const struct node *live,
			    const struct node *config, const char *manager)
{
	struct ssa_result out = { .object = node_copy(a, live) };
	const char *kind = node_get_string(config, "kind"),
		   *api = node_get_string(config, "apiVersion");
	struct others others;
	const struct node *own = sets_of(live, manager, &others);
	struct others ignored;

	if (kind && api && !strcmp(kind, "Secret") && !strcmp(api, "v1"))
		config = encode_strings(a, config);
	set_map(a, t, out.object, config);
	prune(a, out.object, own, config, &others, NULL);
	drop_zeros(a, out.object, live, own);
	disown(a, sets_of(out.object, manager, &ignored), config);
	find_conflicts(a, t, live, config, manager, &out);
	return out;
}
