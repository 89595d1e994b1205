#include "render/helm/helm.h"
#include "render/helm/strvals.h"

struct helm_merge {
	struct arena *arena;
	struct value values;
};

struct helm_merge *helm_merge_new(struct arena *a)
{
	return helm_merge_of(a, node_map(a));
}

struct helm_merge *helm_merge_of(struct arena *a, const struct node *tree)
{
	struct helm_merge *m = arena_new(a, struct helm_merge);

	m->arena = a;
	m->values = value_from_node(a, tree);
	return m;
}

static void put_over(struct arena *a, struct value into, struct value over);

/* Two maps as a new one, whose entries are theirs. */
static struct value both(struct arena *a, struct value one, struct value other)
{
	struct value out = value_map(a, one.type);

	out.origin = one.origin;
	put_over(a, out, one);
	put_over(a, out, other);
	return out;
}

static void put_over(struct arena *a, struct value into, struct value over)
{
	size_t i;

	for (i = 0; over.map && i < over.map->count; i++) {
		const struct go_entry *e = &over.map->entries[i];
		struct go_entry *old = value_entry(&into, e->key, e->len);
		struct value item = e->value;

		if (old && value_kind(old->value) == GO_MAP && value_kind(item) == GO_MAP)
			item = both(a, old->value, item);
		value_set_n(a, into, e->key, e->len, item);
		value_entry(&into, e->key, e->len)->origin = e->origin;
	}
}

void helm_merge_over(struct helm_merge *m, const struct helm_merge *other)
{
	m->values = both(m->arena, m->values, other->values);
}

const char *helm_merge_set(struct helm_merge *m, const char *text, bool string, origin_id origin)
{
	const struct strvals_options how = { .kind = string ? STRVALS_STRING : STRVALS_TYPED,
					     .origin = origin };

	return strvals_parse(m->arena, text, &how, m->values);
}

struct node *helm_merge_tree(const struct helm_merge *m)
{
	return value_to_node(m->arena, m->values);
}
