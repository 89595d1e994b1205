/* The inputs of a ResourceSet: its own and its providers', one after the other or all with all. */
#include <string.h>
#include "base/unicode.h"
#include "render/engines/flux_resourceset.h"
#include "render/selects.h"

static const char api_version[] = "fluxcd.controlplane.io/v1";
enum { MAX_PERMUTATIONS = 10000, ADLER_BASE = 65521 };

/* ---- the providers that a set names ---- */

static bool provider_is_ready(struct apps *apps, struct app *app, const struct node *provider,
			      struct node *list)
{
	const struct node *spec = node_get(provider, "spec");
	const struct node *given = node_get(spec, "defaultValues");
	const char *type = node_string_at(spec, "type");
	const char *name = node_string_at(node_get(provider, "metadata"), "name");
	struct arena *a = apps->arena;
	struct node *entry = node_map(a), *inputs = node_seq(a), *input;

	if (strcmp(type, "Static") != 0) {
		app->skipped =
			arena_printf(a,
				     "its inputs come from ResourceSetInputProvider %s/%s of "
				     "type %s, which asks outside of the repository",
				     app->ns, name, type);
		return true;
	}
	input = node_is(given, NODE_MAP) ? node_copy(a, given) : node_map(a);
	/* The operator makes it of the provider's uid, which only the cluster knows; 1 is what it
	   makes of none, as `flux-operator build` does. */
	if (!node_get(input, "id"))
		node_set(a, input, "id", node_str(a, "1"));
	node_append(a, inputs, input);
	node_set(a, entry, "name", node_str(a, name));
	node_set(a, entry, "inputs", inputs);
	node_append(a, list, entry);
	return true;
}

static bool selected(const struct node *provider, const struct node *selector)
{
	const struct node *labels = node_path(provider, "metadata", "labels", NULL);

	return selector_selects(selector, labels, true) == SELECTS_YES;
}

/* By name, as the operator takes them, each once. */
static void add_by_name(struct arena *a, struct node *into, const struct node *provider)
{
	const char *name = node_string_at(node_get(provider, "metadata"), "name");
	struct node *last = (struct node *)(uintptr_t)provider;
	uint32_t i;

	for (i = 0; i < into->len; i++) {
		struct node *other = into->items[i];
		int order = strcmp(node_string_at(node_get(other, "metadata"), "name"), name);

		if (!order)
			return;
		if (order > 0 || last != provider) {
			into->items[i] = last;
			last = other;
		}
	}
	node_append(a, into, last);
}

static void add_selected(struct apps *apps, const struct app *app, const struct node *selector,
			 struct node *into)
{
	const char *prefix =
		arena_printf(apps->arena, "%s ResourceSetInputProvider/%s/", app->home, app->ns);
	size_t i;

	for (i = 0; i < apps->objects.count; i++) {
		const struct map_entry *e = &apps->objects.entries[i];

		if (e->key && !strncmp(e->key, prefix, strlen(prefix)) &&
		    selected(e->value, selector))
			add_by_name(apps->arena, into, e->value);
	}
}

bool flux_resourceset_ready(struct apps *apps, struct app *app, bool last)
{
	const struct node *from = node_path(app->root, "spec", "inputsFrom", NULL);
	struct arena *a = apps->arena;
	struct node *inputs = node_map(a), *list = node_seq(a), *found = node_seq(a);
	uint32_t i;

	for (i = 0; node_is(from, NODE_SEQ) && i < from->len; i++) {
		const char *name = node_string_at(from->items[i], "name");
		const struct node *selector = node_get(from->items[i], "selector"), *provider;

		if (!*name && !last) /* one that it selects may still come */
			return false;
		if (!*name) {
			add_selected(apps, app, selector, found);
			continue;
		}
		provider = apps_object(apps, app->home, "ResourceSetInputProvider", app->ns, name);
		if (!provider && !last)
			return false;
		if (!provider) {
			app->skipped = arena_printf(
				a, "its ResourceSetInputProvider %s/%s is not in the commit",
				app->ns, name);
			return true;
		}
		add_by_name(a, found, provider);
	}
	for (i = 0; !app->skipped && i < found->len; i++)
		provider_is_ready(apps, app, found->items[i], list);
	node_set(a, inputs, "providers", list);
	app->inputs = inputs;
	return true;
}

/* ---- combining ---- */

struct combine {
	struct run *run;
	struct arena *arena;
	const struct app *app;
	struct rset_inputs *out;
	bool permute, keep_empty;
	struct {
		VEC(const struct node *); /* lists of inputs */
	} lists;
	struct {
		VEC(const char *);
	} keys; /* what each list's inputs stand under */
	size_t expected;
};

/* Lower case letters and digits, words joined by '_'. */
static const char *key_of(struct arena *a, const char *name)
{
	size_t at = 0, len = strlen(name), n = 0;
	char *out = arena_alloc(a, len + 1);
	bool gap = false;
	uint32_t rune;

	while (at < len) {
		at += rune_decode(name + at, len - at, &rune);
		rune = rune_lower(rune);
		if (rune_is_space(rune) || rune_is_punct(rune)) {
			gap = n > 0;
		} else if ((rune >= 'a' && rune <= 'z') || (rune >= '0' && rune <= '9')) {
			if (gap)
				out[n++] = '_';
			gap = false;
			out[n++] = (char)rune;
		}
	}
	out[n] = '\0';
	return out;
}

static struct node *with_provider(struct combine *c, const struct node *input, const char *kind,
				  const char *name)
{
	struct arena *a = c->arena;
	struct node *out = node_is(input, NODE_MAP) ? node_copy(a, input) : node_map(a);
	struct node *provider = node_map(a);

	node_set(a, provider, "apiVersion", node_str(a, api_version));
	node_set(a, provider, "kind", node_str(a, kind));
	node_set(a, provider, "name", node_str(a, name));
	node_set(a, provider, "namespace", node_str(a, c->app->ns));
	node_set(a, out, "provider", provider);
	return out;
}

static int add_list(struct combine *c, const struct node *inputs, const char *kind,
		    const char *name, struct err *err)
{
	struct node *list = node_seq(c->arena);
	const char *key = key_of(c->arena, name);
	uint32_t i;

	for (i = 0; node_is(inputs, NODE_SEQ) && i < inputs->len; i++)
		node_append(c->arena, list, with_provider(c, inputs->items[i], kind, name));
	for (i = 0; !c->permute && i < list->len; i++)
		*vec_push(c->arena, c->out) = list->items[i];
	if (!c->permute || (!list->len && !c->keep_empty))
		return 0;
	c->expected = c->lists.count ? c->expected * list->len : list->len;
	if (c->expected > MAX_PERMUTATIONS)
		return err_raise(err, ERR_LIMIT, NO_POS,
				 "the inputs of %s '%s' make %zu permutations, more than %d", kind,
				 name, c->expected, MAX_PERMUTATIONS);
	if (!*key)
		return err_raise(err, ERR_INPUT, NO_POS,
				 "no letter or digit is in the provider's name '%s'", name);
	*vec_push(c->arena, &c->lists) = list;
	*vec_push(c->arena, &c->keys) = key;
	return 0;
}

static const char *checksum(struct arena *a, const char *text, size_t len)
{
	uint32_t low = 1, high = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		low = (low + (unsigned char)text[i]) % ADLER_BASE;
		high = (high + low) % ADLER_BASE;
	}
	return arena_printf(a, "%u", high << 16 | low);
}

static struct node *permutation(struct combine *c, const size_t *chosen)
{
	struct node *out = node_map(c->arena);
	struct buf id;
	size_t i;

	buf_init(&id, 0);
	for (i = 0; i < c->lists.count; i++) {
		node_set(c->arena, out, c->keys.items[i], c->lists.items[i]->items[chosen[i]]);
		buf_printf(&id, "%s%s=%zu", i ? "/" : "", c->keys.items[i], chosen[i]);
	}
	node_set(c->arena, out, "id", node_str(c->arena, checksum(c->arena, id.text, id.len)));
	buf_release(&id);
	return out;
}

/* All with all, the last provider's inputs turning fastest. */
static void permute(struct combine *c)
{
	size_t *chosen = arena_array(c->arena, c->lists.count + 1, size_t), i;

	for (i = 0; i < c->lists.count; i++) {
		if (!c->lists.items[i]->len)
			return;
		chosen[i] = 0;
	}
	while (c->lists.count) {
		*vec_push(c->arena, c->out) = permutation(c, chosen);
		for (i = c->lists.count; i; i--) {
			if (++chosen[i - 1] < c->lists.items[i - 1]->len)
				break;
			chosen[i - 1] = 0;
		}
		if (!i)
			return;
	}
}

int rset_combine(struct run *run, struct arena *a, const struct app *app, struct rset_inputs *out,
		 struct err *err)
{
	const struct node *spec = node_get(app->root, "spec");
	const struct node *how = node_get(spec, "inputStrategy");
	const struct node *providers = node_get(app->inputs, "providers");
	const char *name = node_string_at(how, "name");
	struct combine c = { .run = run, .arena = a, .app = app, .out = out };
	uint32_t i;

	c.permute = !strcmp(name, "Permute");
	c.keep_empty = c.permute && node_true(node_get(how, "includeEmptyProviders"));
	if (*name && !c.permute && strcmp(name, "Flatten") != 0)
		return err_raise(err, ERR_INPUT, origins_pos(run->origins, how->origin),
				 "inputStrategy is '%s', expected is Flatten or Permute", name);
	if (add_list(&c, node_get(spec, "inputs"), "ResourceSet", app->name, err) < 0)
		return -1;
	for (i = 0; node_is(providers, NODE_SEQ) && i < providers->len; i++)
		if (add_list(&c, node_get(providers->items[i], "inputs"),
			     "ResourceSetInputProvider",
			     node_string_at(providers->items[i], "name"), err) < 0)
			return -1;
	if (c.permute)
		permute(&c);
	return 0;
}
