/*
 * What freeze.c writes, read again: nothing of the bytes is trusted, and all of them stay in use. A
 * render's objects that nobody learns from are read by a thread of their own.
 */
#include <pthread.h>
#include <string.h>
#include "render/apps.h"
#include "render/cache.h"
#include "render/pack.h"

struct thawer {
	struct run *run;
	struct arena *arena;
	const unsigned char *at, *end;
	bool bad;	 /* from here on all that is read is 0 */
	origin_id first; /* of the origins; 0: there was no room for them */
	size_t origin_count;
};

static uint64_t get_long_number(struct thawer *t)
{
	uint64_t n = 0;
	unsigned shift = 0;

	for (; t->at < t->end && shift < 63; shift += 7) {
		n |= (uint64_t)(*t->at & 127) << shift;
		if (!(*t->at++ & 128))
			return n;
	}
	t->bad = true;
	return 0;
}

static inline uint64_t get_number(struct thawer *t)
{
	return t->at < t->end && *t->at < 128 ? *t->at++ : get_long_number(t);
}

/* A count of things that each take `size` bytes at least. */
static inline size_t get_count(struct thawer *t, size_t size)
{
	uint64_t n = get_number(t);

	if (n > (uint64_t)(t->end - t->at) / size) {
		t->bad = true;
		return 0;
	}
	return (size_t)n;
}

static inline unsigned get_byte(struct thawer *t)
{
	if (t->at < t->end)
		return *t->at++;
	t->bad = true;
	return 0;
}

/* Texts stay where they are, with the NUL behind them. */
static const char *get_text(struct thawer *t, size_t *len)
{
	const char *text = NULL;

	*len = get_count(t, 1);
	if (!t->bad && *len < (size_t)(t->end - t->at) && !t->at[*len]) {
		text = (const char *)t->at;
		t->at += *len + 1;
		return text;
	}
	t->bad = true;
	*len = 0;
	return "";
}

static const char *get_string(struct thawer *t)
{
	size_t n = get_count(t, 1);
	const char *text = (const char *)t->at;

	if (!n)
		return NULL;
	t->at += n;
	if (!text[n - 1])
		return text;
	t->bad = true;
	return NULL;
}

static inline origin_id get_origin(struct thawer *t)
{
	uint64_t n = get_number(t);

	if (n > t->origin_count)
		t->bad = true;
	return !n || t->bad || !t->first ? 0 : t->first + (origin_id)n - 1;
}

static void thaw_origins(struct thawer *t)
{
	size_t file_count = get_count(t, 1);
	struct origin_file *files = arena_array(t->arena, file_count, struct origin_file);

	for (size_t i = 0; i < file_count && !t->bad; i++) {
		files[i].source = get_string(t);
		files[i].file = get_string(t);
		t->bad = t->bad || !files[i].file;
	}
	t->origin_count = get_count(t, sizeof(struct origin_kept));
	if (t->bad || !t->origin_count)
		return;
	t->first = origins_add_kept(t->run->origins, files, file_count, t->at, t->origin_count);
	t->at += t->origin_count * sizeof(struct origin_kept);
}

static void thaw_node(struct thawer *t, struct node *n, unsigned depth);

static struct node *new_nodes(struct thawer *t, size_t count)
{
	return arena_alloc(t->arena, count * sizeof(struct node));
}

/* A parent's children lie beside one another, its keys first: they are looked up one by one. */
static void thaw_items(struct thawer *t, struct node *n, unsigned depth)
{
	struct node *nodes;

	n->len = n->cap = (uint32_t)get_count(t, 3); /* type, origin and length of each */
	n->items = arena_alloc(t->arena, n->len * sizeof(*n->items));
	nodes = new_nodes(t, n->len);
	for (uint32_t i = 0; i < n->len; i++) {
		n->items[i] = &nodes[i];
		thaw_node(t, &nodes[i], depth + 1);
	}
}

static void thaw_entries(struct thawer *t, struct node *n, unsigned depth)
{
	struct node *keys, *values;

	n->len = n->cap = (uint32_t)get_count(t, 6);
	n->entries = arena_alloc(t->arena, n->len * sizeof(*n->entries));
	keys = new_nodes(t, (size_t)n->len * 2);
	values = keys + n->len;
	for (uint32_t i = 0; i < n->len; i++) {
		n->entries[i] = (struct node_entry){ &keys[i], &values[i] };
		thaw_node(t, &keys[i], depth + 1);
		thaw_node(t, &values[i], depth + 1);
		t->bad = t->bad || !node_is_scalar(&keys[i]);
	}
	if (!t->bad)
		node_index(t->arena, n);
}

/* When all is bad, nulls: whoever thaws throws them away. */
static void thaw_node(struct thawer *t, struct node *n, unsigned depth)
{
	unsigned type = get_byte(t);
	size_t len;

	*n = (struct node){ .type = type & 7,
			    .style = type >> 3 & 7,
			    .tagged = type >> 6 & 1,
			    .empty = type >> 7,
			    .origin = get_origin(t) };
	if (n->type > NODE_MAP || depth > LIMIT_DEPTH)
		t->bad = true;
	if (t->bad) {
		*n = (struct node){ .type = NODE_NULL, .text = "" };
	} else if (n->type == NODE_SEQ) {
		thaw_items(t, n, depth);
	} else if (n->type == NODE_MAP) {
		thaw_entries(t, n, depth);
	} else {
		n->text = get_text(t, &len);
		n->len = (uint32_t)len;
	}
}

static struct node *thaw_tree(struct thawer *t)
{
	struct node *root = new_nodes(t, 1);

	thaw_node(t, root, 0);
	return root;
}

/* A tree that stands at `at`, into the object that it is of. */
static bool thaw_root(struct thawer *t, struct object *o)
{
	struct err ignored = ERR_INIT;
	const struct node *root = thaw_tree(t);
	struct object read;

	if (t->bad || object_from_node(t->run, t->arena, root, &read, &ignored) < 0)
		return false;
	/* One by one: another thread may be asking whether it is there (`later`). */
	o->root = read.root;
	o->api_version = read.api_version;
	o->group = read.group;
	o->version = read.version;
	o->kind = read.kind;
	o->ns = read.ns;
	o->name = read.name;
	return true;
}

/* --- in a thread of its own --- */

struct late_object {
	struct object *object;
	const unsigned char *at, *end;
	origin_id first;
	size_t origin_count;
	const struct pack_text *checked; /* a whole text, instead of an object; NULL */
};

/* To wake the thread takes as long as reading some trees does. */
enum { WORTH_WAKING = 64 };

struct thawing {
	struct run *run;
	struct arena arena; /* the thread's, while it runs */
	struct arena *list; /* of `late` */
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_t thread;
	bool running, ending, bad;
	size_t done; /* of `late` */
	VEC(struct late_object);
};

struct thawing *thawing_new(struct run *run, struct arena *a)
{
	struct thawing *t = arena_new(a, struct thawing);

	t->run = run;
	t->list = a;
	arena_init(&t->arena, &run->budget);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->more, NULL);
	return t;
}

static void thaw_late(struct thawing *t, const struct late_object *late)
{
	struct thawer one = { .run = t->run,
			      .arena = &t->arena,
			      .at = late->at,
			      .end = late->end,
			      .first = late->first,
			      .origin_count = late->origin_count };

	if (late->checked ? !pack_text_is_sound(late->checked)
			  : !thaw_root(&one, late->object) || one.at != one.end)
		t->bad = true;
}

static void *thaw_all(void *data)
{
	struct thawing *t = data;
	struct late_object next;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		while (t->done == t->count && !t->ending)
			pthread_cond_wait(&t->more, &t->lock);
		if (t->done == t->count)
			break;
		next = t->items[t->done++];
		pthread_mutex_unlock(&t->lock);
		thaw_late(t, &next);
		pthread_mutex_lock(&t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

bool thawing_settle(struct thawing *t, struct arena *a)
{
	bool ok;

	if (t->running) {
		pthread_mutex_lock(&t->lock);
		t->ending = true;
		pthread_cond_signal(&t->more);
		pthread_mutex_unlock(&t->lock);
		pthread_join(t->thread, NULL);
	}
	arena_adopt(a, &t->arena);
	ok = !t->bad;
	t->running = t->ending = t->bad = false;
	t->count = t->done = 0;
	return ok;
}

/* Those of a render at once; without a thread they are read here and now. */
static void leave(struct thawing *t, const struct late_object *late, size_t count)
{
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < count; i++)
		*vec_push(t->list, t) = late[i];
	if (count && !t->running)
		t->running = !pthread_create(&t->thread, NULL, thaw_all, t);
	for (size_t i = 0; i < count && !t->running; i++)
		thaw_late(t, &late[i]);
	if (!t->running)
		t->count = 0;
	if (t->count - t->done >= WORTH_WAKING)
		pthread_cond_signal(&t->more);
	pthread_mutex_unlock(&t->lock);
}

void thawing_check(struct thawing *t, const struct pack_text *text)
{
	struct pack_text *checked = arena_new(t->list, struct pack_text);

	*checked = *text;
	leave(t, &(struct late_object){ .checked = checked }, 1);
}

/* --- a render --- */

struct late_objects {
	VEC(struct late_object);
};

static void thaw_object(struct thawer *t, struct object *o, struct late_objects *late)
{
	const unsigned char *end;
	unsigned flags;
	uint32_t len = 0;

	*o = (struct object){ .file = get_string(t), .digest = get_string(t) };
	flags = get_byte(t);
	o->hook = flags & 1;
	o->random = flags >> 1 & 1;
	o->implied = flags >> 2 & 1;
	if ((size_t)(t->end - t->at) < sizeof(len)) {
		t->bad = true;
		return;
	}
	memcpy(&len, t->at, sizeof(len));
	t->at += sizeof(len);
	if (len > (size_t)(t->end - t->at)) {
		t->bad = true;
		return;
	}
	end = t->at + len;
	if (late && !o->digest) {
		o->later = true;
		*vec_push(t->arena, late) =
			(struct late_object){ o, t->at, end, t->first, t->origin_count, NULL };
		t->at = end;
	} else {
		t->bad = t->bad || !thaw_root(t, o) || t->at != end;
	}
}

bool thaw(struct run *run, struct arena *a, const char *bytes, size_t len, struct rendered *out,
	  struct thawing *later)
{
	const unsigned char *start = (const unsigned char *)bytes;
	struct thawer t = { .run = run, .arena = a, .at = start, .end = start + len };
	struct late_objects late = { 0 };
	struct note *note;
	size_t count;

	*out = (struct rendered){ 0 };
	thaw_origins(&t);
	out->renderer = get_string(&t);
	for (count = get_count(&t, 1); count && !t.bad; count--) {
		note = vec_push(a, &out->notes);
		note->text = get_string(&t);
		note->origin = get_origin(&t);
		note->kind = (enum note_kind)get_count(&t, 1);
		t.bad = t.bad || note->kind > NOTE_TWICE;
	}
	count = get_count(&t, 7);
	out->objects.items = arena_array(a, count, struct object);
	for (; out->objects.count < count && !t.bad; out->objects.count++)
		thaw_object(&t, &out->objects.items[out->objects.count], later ? &late : NULL);
	out->objects.cap = out->objects.count;
	if (t.bad || t.at != t.end)
		return false;
	if (late.count)
		leave(later, late.items, late.count);
	return true;
}

bool thaw_trees(struct run *run, struct arena *a, const char *bytes, size_t len, struct trees *out)
{
	const unsigned char *start = (const unsigned char *)bytes;
	struct thawer t = { .run = run, .arena = a, .at = start, .end = start + len };

	*out = (struct trees){ 0 };
	thaw_origins(&t);
	for (size_t count = get_count(&t, 1); count && !t.bad; count--)
		*vec_push(a, out) = get_byte(&t) ? thaw_tree(&t) : NULL;
	return !t.bad && t.at == t.end;
}
