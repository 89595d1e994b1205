#include "validate/pairs.h"
#include <string.h>

struct sighting {
	struct pair_object seen;
	struct sighting *partner; /* of head: what it was */
	bool taken;		  /* of base: a head was it */
};

struct identity {
	const char *key;
	struct {
		VEC(struct sighting *);
	} heads, bases;
};

void pairs_init(struct pairs *p, struct arena *a)
{
	*p = (struct pairs){ .arena = a };
	map_init(&p->groups, a);
}

static struct identity *identity_of(struct pairs *p, const struct pair_object *o)
{
	const struct object *seen = o->object;
	const char *key = arena_printf(p->arena, "%s/%s/%s/%s:%s", seen->group, seen->kind,
				       seen->ns, seen->name, o->cluster);
	void **at = map_at(&p->groups, key);
	struct identity *id = *at;

	if (!id) {
		id = *at = arena_new(p->arena, struct identity);
		id->key = arena_memdup(p->arena, key, strlen(key) - strlen(o->cluster) - 1);
	}
	return id;
}

void pairs_add_as(struct pairs *p, struct identity *id, const struct pair_object *o)
{
	struct sighting *s = arena_new(p->arena, struct sighting);

	s->seen = *o;
	if (o->is_head)
		*vec_push(p->arena, &id->heads) = s;
	else
		*vec_push(p->arena, &id->bases) = s;
}

struct identity *pairs_add(struct pairs *p, const struct pair_object *o)
{
	struct identity *id = identity_of(p, o);

	pairs_add_as(p, id, o);
	return id;
}

typedef bool match_fn(const struct sighting *head, const struct sighting *base);

static bool in_one_file(const struct sighting *head, const struct sighting *base)
{
	const char *a = head->seen.object->file, *b = base->seen.object->file;

	return head->seen.app == base->seen.app && a && b && !strcmp(a, b);
}

static bool in_one_app(const struct sighting *head, const struct sighting *base)
{
	return head->seen.app == base->seen.app;
}

static bool anywhere(const struct sighting *head, const struct sighting *base)
{
	(void)head;
	(void)base;
	return true;
}

/* The first of base that nobody has, and that fits. */
static struct sighting *free_base(const struct identity *id, const struct sighting *head,
				  match_fn *fits)
{
	for (size_t k = 0; k < id->bases.count; k++)
		if (!id->bases.items[k]->taken && fits(head, id->bases.items[k]))
			return id->bases.items[k];
	return NULL;
}

static void match(const struct identity *id, match_fn *fits)
{
	for (size_t i = 0; i < id->heads.count; i++) {
		struct sighting *head = id->heads.items[i];

		if (head->partner)
			continue;
		head->partner = free_base(id, head, fits);
		if (head->partner)
			head->partner->taken = true;
	}
}

/* What an engine applies is in the cluster already, whichever app brings it now. */
static struct sighting *applied(const struct identity *id, const struct sighting *head)
{
	for (size_t k = id->bases.count; k-- > 0;)
		if (head->seen.owned || id->bases.items[k]->seen.owned)
			return id->bases.items[k];
	return NULL;
}

static void push(struct pairs *p, const struct identity *id, size_t first, bool first_owned,
		 const struct sighting *head, const struct sighting *base)
{
	const struct sighting *one = head ? head : base;
	size_t app = one->seen.app;
	bool is_first = p->count == first, several = false;

	for (size_t i = 0; i < id->heads.count; i++)
		several |= id->heads.items[i]->seen.app != app;
	for (size_t i = 0; i < id->bases.count && !head; i++)
		several |= id->bases.items[i]->seen.app != app;
	*vec_push(p->arena, p) = (struct pair){
		.key = id->key,
		.base = base ? base->seen.object : NULL,
		.head = head ? head->seen.object : NULL,
		.base_app = base ? base->seen.app : 0,
		.head_app = head ? head->seen.app : 0,
		.several = several,
		.further = !is_first && !first_owned && !one->seen.owned,
		.repeated = !is_first && (first_owned || one->seen.owned),
	};
}

static void make(struct pairs *p, const struct identity *id)
{
	const struct sighting *head;
	size_t first = p->count;
	bool owned = id->heads.count   ? id->heads.items[0]->seen.owned
		     : id->bases.count ? id->bases.items[0]->seen.owned
				       : false;

	match(id, in_one_file);
	match(id, in_one_app);
	match(id, anywhere);
	for (size_t i = 0; i < id->heads.count; i++) {
		head = id->heads.items[i];
		push(p, id, first, owned, head, head->partner ? head->partner : applied(id, head));
	}
	for (size_t i = 0; i < id->bases.count; i++)
		if (!id->bases.items[i]->taken)
			push(p, id, first, owned, NULL, id->bases.items[i]);
}

void pairs_make(struct pairs *p)
{
	for (size_t i = 0; i < p->groups.count; i++)
		make(p, p->groups.entries[i].value);
}
