#include "validate/diff.h"
#include <string.h>
#include "base/json.h"
#include "base/limits.h"

struct walk {
	struct arena *arena;
	struct differences *out;
	struct step steps[LIMIT_DEPTH + 8];
	size_t depth, atomic; /* atomic: SIZE_MAX outside one */
};

static void walk(struct walk *w, struct topology t, const struct node *a, const struct node *b);

static void report(struct walk *w, struct topology t, const struct node *a, const struct node *b)
{
	struct step *steps = arena_alloc(w->arena, (w->depth + 1) * sizeof(*steps));

	memcpy(steps, w->steps, w->depth * sizeof(*steps));
	*vec_push(w->arena, w->out) = (struct difference){
		.steps = steps,
		.count = w->depth,
		.atomic = w->atomic < w->depth ? w->atomic : w->depth,
		.a = a,
		.b = b,
		.topology = t,
	};
}

static void down(struct walk *w, struct step step, struct topology t, const struct node *a,
		 const struct node *b)
{
	if (w->depth == ARRAY_SIZE(w->steps)) {
		report(w, t, a, b);
		return;
	}
	w->steps[w->depth++] = step;
	walk(w, t, a, b);
	w->depth--;
}

static void walk_map(struct walk *w, struct topology t, const struct node *a, const struct node *b)
{
	uint32_t i;

	for (i = 0; i < b->len; i++) {
		const struct node *key = b->entries[i].key;

		down(w, (struct step){ .key = key->text, .len = key->len },
		     topology_field(t, key->text, key->len), node_get_n(a, key->text, key->len),
		     b->entries[i].value);
	}
	for (i = 0; i < a->len; i++) {
		const struct node *key = a->entries[i].key;

		if (!node_get_n(b, key->text, key->len))
			down(w, (struct step){ .key = key->text, .len = key->len },
			     topology_field(t, key->text, key->len), a->entries[i].value, NULL);
	}
}

static uint32_t find_entry(const struct list_keys *keys, const struct node *list,
			   const struct node *entry, uint32_t hint)
{
	uint32_t i;

	if (hint < list->len && list_same_entry(keys, list->items[hint], entry))
		return hint;
	for (i = 0; i < list->len; i++)
		if (list_same_entry(keys, list->items[i], entry))
			return i;
	return STEP_NOWHERE;
}

static void walk_keyed(struct walk *w, struct topology t, const struct list_keys *keys,
		       const struct node *a, const struct node *b)
{
	struct list_keys *kept = arena_new(w->arena, struct list_keys);
	struct topology item = topology_item(t);
	struct step step = { .keys = kept };
	uint32_t i;

	*kept = *keys;
	for (i = 0; i < b->len; i++) {
		step.in_b = i;
		step.in_a = find_entry(keys, a, b->items[i], i);
		step.entry = b->items[i];
		down(w, step, item, step.in_a == STEP_NOWHERE ? NULL : a->items[step.in_a],
		     b->items[i]);
	}
	for (i = 0; i < a->len; i++) {
		if (find_entry(keys, b, a->items[i], i) != STEP_NOWHERE)
			continue;
		step.in_a = i;
		step.in_b = STEP_NOWHERE;
		step.entry = a->items[i];
		down(w, step, item, a->items[i], NULL);
	}
}

/* By place, without what both begin and end with. */
static void walk_places(struct walk *w, struct topology t, const struct node *a,
			const struct node *b)
{
	struct topology item = topology_item(t);
	uint32_t head = 0, tail = 0, i;
	uint32_t less = a->len < b->len ? a->len : b->len;

	while (head < less && node_equal(a->items[head], b->items[head]))
		head++;
	while (tail < less - head &&
	       node_equal(a->items[a->len - 1 - tail], b->items[b->len - 1 - tail]))
		tail++;
	for (i = head; i < b->len - tail; i++) {
		bool paired = i < a->len - tail;

		down(w,
		     (struct step){
			     .in_a = paired ? i : STEP_NOWHERE, .in_b = i, .entry = b->items[i] },
		     item, paired ? a->items[i] : NULL, b->items[i]);
	}
	for (; i < a->len - tail; i++)
		down(w, (struct step){ .in_a = i, .in_b = STEP_NOWHERE, .entry = a->items[i] },
		     item, a->items[i], NULL);
}

static void walk_list(struct walk *w, struct topology t, const struct node *a, const struct node *b)
{
	struct list_keys keys = topology_list(t, a, b);
	size_t outer = w->atomic;

	if (keys.kind != LIST_ATOMIC && !keys.guessed) {
		walk_keyed(w, t, &keys, a, b);
		return;
	}
	if (w->atomic == SIZE_MAX)
		w->atomic = w->depth;
	if (keys.kind == LIST_MAP)
		walk_keyed(w, t, &keys, a, b);
	else
		walk_places(w, t, a, b);
	w->atomic = outer;
}

static void walk(struct walk *w, struct topology t, const struct node *a, const struct node *b)
{
	size_t outer = w->atomic;

	if (node_equal(a, b))
		return;
	if (node_is(a, NODE_MAP) && node_is(b, NODE_MAP)) {
		if (w->atomic == SIZE_MAX && topology_atomic(t))
			w->atomic = w->depth;
		walk_map(w, t, a, b);
		w->atomic = outer;
	} else if (node_is(a, NODE_SEQ) && node_is(b, NODE_SEQ)) {
		walk_list(w, t, a, b);
	} else {
		report(w, t, a, b);
	}
}

void diff_nodes(struct arena *arena, struct topology t, const struct node *a, const struct node *b,
		struct differences *out)
{
	struct walk w;

	w.arena = arena;
	w.out = out;
	w.depth = 0;
	w.atomic = SIZE_MAX;
	walk(&w, t, a, b);
}

static const struct node *step_get(const struct node *n, const struct step *s)
{
	uint32_t at;

	if (s->key)
		return node_get_n(n, s->key, s->len);
	if (!node_is(n, NODE_SEQ))
		return NULL;
	if (s->keys) {
		at = find_entry(s->keys, n, s->entry, s->in_b);
		return at == STEP_NOWHERE ? NULL : n->items[at];
	}
	at = s->in_b != STEP_NOWHERE ? s->in_b : s->in_a;
	return at < n->len ? n->items[at] : NULL;
}

const struct node *steps_get(const struct node *root, const struct step *steps, size_t count)
{
	size_t i;

	for (i = 0; root && i < count; i++)
		root = step_get(root, &steps[i]);
	return root;
}

const struct node *steps_nearest(const struct node *root, const struct step *steps, size_t count)
{
	const struct node *next;
	size_t i;

	for (i = 0; i < count; i++) {
		next = step_get(root, &steps[i]);
		if (!next)
			break;
		root = next;
	}
	return root;
}

void path_add_key(struct buf *out, const char *key, size_t len)
{
	bool plain = len > 0;
	size_t i;

	for (i = 0; plain && i < len; i++)
		plain = (key[i] >= 'a' && key[i] <= 'z') || (key[i] >= 'A' && key[i] <= 'Z') ||
			(key[i] >= '0' && key[i] <= '9') || key[i] == '-' || key[i] == '_' ||
			key[i] == '$';
	if (!plain) {
		buf_char(out, '[');
		buf_add(out, key, len);
		buf_char(out, ']');
		return;
	}
	if (out->len)
		buf_char(out, '.');
	buf_add(out, key, len);
}

static void add_entry(struct arena *arena, struct buf *out, const struct step *s)
{
	size_t i;

	buf_char(out, '[');
	if (s->keys && s->keys->kind == LIST_MAP) {
		for (i = 0; i < s->keys->count; i++)
			buf_printf(out, "%s%.*s=%s", i ? "," : "", (int)s->keys->keys[i].len,
				   s->keys->keys[i].text,
				   list_key_text(arena, &s->keys->keys[i], s->entry));
	} else if (s->keys && node_is(s->entry, NODE_STR)) {
		buf_printf(out, "\"%s\"", s->entry->text);
	} else if (s->keys && node_is_scalar(s->entry)) {
		buf_str(out, s->entry->text);
	} else {
		buf_printf(out, "%u", s->in_b != STEP_NOWHERE ? s->in_b : s->in_a);
	}
	buf_char(out, ']');
}

const char *steps_text(struct arena *arena, const struct step *steps, size_t count)
{
	struct buf out;
	const char *text;
	size_t i;

	buf_init(&out, 0);
	for (i = 0; i < count; i++) {
		if (steps[i].key)
			path_add_key(&out, steps[i].key, steps[i].len);
		else
			add_entry(arena, &out, &steps[i]);
	}
	text = buf_dup(&out, arena);
	buf_release(&out);
	return text;
}

const char *steps_pointer(struct arena *arena, const struct step *steps, size_t count)
{
	struct buf out;
	const char *text;
	size_t i;

	buf_init(&out, 0);
	for (i = 0; i < count; i++) {
		buf_char(&out, '/');
		if (!steps[i].key)
			buf_printf(&out, "%u",
				   steps[i].in_b != STEP_NOWHERE ? steps[i].in_b : steps[i].in_a);
		else
			json_pointer_step(&out, steps[i].key, steps[i].len);
	}
	text = buf_dup(&out, arena);
	buf_release(&out);
	return text;
}
