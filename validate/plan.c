#include "validate/plan.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "validate/plan_internal.h"

enum { VIA_MAX = 16 };

void plan_init(struct plan *p, struct run *run, struct arena *a)
{
	*p = (struct plan){ .run = run, .arena = a, .masks = masks_new() };
}

void plan_release(struct plan *p)
{
	masks_free(p->masks);
	p->masks = NULL;
}

const char *plan_action_name(enum plan_action action)
{
	static const char *const names[PLAN_ACTIONS] = {
		[PLAN_UNCHANGED] = "unchanged", [PLAN_CREATE] = "create",
		[PLAN_UPDATE] = "update",	[PLAN_REPLACE] = "replace",
		[PLAN_DELETE] = "delete",	[PLAN_ORPHAN] = "orphan",
		[PLAN_MOVE] = "move",		[PLAN_UNDECIDED] = "undecided",
	};

	return names[action];
}

const char *plan_cause_name(enum plan_cause cause)
{
	static const char *const names[PLAN_CAUSES] = {
		[CAUSE_NONE] = "none",	 [CAUSE_COMMIT] = "commit",   [CAUSE_DRIFT] = "drift",
		[CAUSE_BOTH] = "both",	 [CAUSE_PENDING] = "pending", [CAUSE_SERVER] = "server",
		[CAUSE_STAYS] = "stays", [CAUSE_RANDOM] = "random",
	};

	return names[cause];
}

const char *plan_level_name(enum plan_level level)
{
	static const char *const names[PLAN_LEVELS] = {
		[LEVEL_UNCHECKED] = "unchecked",
		[LEVEL_OFFLINE] = "offline",
		[LEVEL_READ] = "read",
		[LEVEL_DRY_RUN] = "dry-run",
	};

	return names[level];
}

struct plan_place plan_place(struct plan *p, origin_id origin, enum view_side side)
{
	struct plan_place place = { .at = { .side = side } };
	struct plan_via vias[VIA_MAX];
	struct origin_pos pos;
	enum origin_via via;

	if (origins_resolve(p->run->origins, origin, &pos) && pos.file)
		place.at = (struct plan_source){ side, pos.source, pos.file, pos.line, pos.column };
	while (place.via_count < VIA_MAX &&
	       (origin = origins_parent(p->run->origins, origin, &via))) {
		if (!origins_resolve(p->run->origins, origin, &pos) || !pos.file)
			continue;
		vias[place.via_count++] = (struct plan_via){ pos.source, pos.file, pos.line,
							     pos.column, origin_via_name(via) };
	}
	if (place.via_count) {
		place.via = arena_array(p->arena, place.via_count, struct plan_via);
		memcpy(place.via, vias, place.via_count * sizeof(*vias));
	}
	return place;
}

/* Changes of one kind, and of one namespace, follow each other. */
static const char *copy_again(struct arena *a, const char *text, const char *before)
{
	return before && !strcmp(text, before) ? before : arena_strdup(a, text);
}

static struct plan_ref ref_of(const struct plan *p, const struct object *o)
{
	static const struct plan_ref none;
	const struct plan_ref *before =
		p->changes.count ? &p->changes.items[p->changes.count - 1].object : &none;
	struct arena *a = p->arena;

	return (struct plan_ref){ copy_again(a, o->api_version, before->api_version),
				  copy_again(a, o->kind, before->kind),
				  copy_again(a, o->ns, before->ns),
				  arena_strdup(a, masks_name(p->masks, a, o->name)) };
}

const char *plan_object_name(struct arena *a, const struct object *o)
{
	return arena_printf(a, "%s %s%s%s", o->kind, o->ns, *o->ns ? "/" : "", o->name);
}

struct plan_change *plan_new_change(struct plan *p, const struct plan_options *options,
				    const struct plan_item *item)
{
	const struct object *o = item->head ? item->head : item->base;
	const struct plan_app *app = item->head ? item->head_app : item->base_app;
	const struct owner *owner = app->owner;
	struct plan_ref object = ref_of(p, o);
	struct plan_change *c = vec_push(p->arena, &p->changes);

	*c = (struct plan_change){
		.target = options->target,
		.app = item->several && !*owner->name ? arena_strdup(p->arena, app->path) : NULL,
		.object = object,
		.engine = owner->engine,
		.by = owner,
		.owner = { "", owner->kind, owner->ns, owner->name },
		.place = plan_place(p, o->root->origin, item->head ? SIDE_HEAD : SIDE_BASE),
	};
	return c;
}

/* --- findings ------------------------------------------------------------------------------ */

/* The length of the commit's id that a view's name has at `text`, which the next commit has not. */
static size_t commit_id(const char *text)
{
	static const char word[] = "commit ";
	size_t n;

	if (*text != *word || strncmp(text, word, sizeof(word) - 1) != 0)
		return 0;
	n = strspn(text + sizeof(word) - 1, "0123456789abcdef");
	return n >= 7 ? sizeof(word) - 1 + n : 0;
}

/*
 * A path or a message without places in lists and the commit's id, so that an entry added before it
 * and the next commit do not make it another.
 */
static void hash_lasting(uint64_t *hash, const char *text)
{
	for (; *text; text++) {
		text += commit_id(text);
		if (*text == '[' && text[1] >= '0' && text[1] <= '9') {
			text += strcspn(text, "]");
			if (!*text)
				return;
			continue;
		}
		if (!*text)
			return;
		*hash = (*hash ^ (unsigned char)*text) * 0x100000001b3u;
	}
}

static void hash_text(uint64_t *hash, const char *text)
{
	for (; *text; text++)
		*hash = (*hash ^ (unsigned char)*text) * 0x100000001b3u;
	*hash = (*hash ^ 0xff) * 0x100000001b3u;
}

static const char *fingerprint(struct arena *a, const char *rule, const struct object *o,
			       const char *path, const char *message)
{
	uint64_t hash = 0xcbf29ce484222325u;

	hash_text(&hash, rule);
	if (o) {
		hash_text(&hash, o->group);
		hash_text(&hash, o->kind);
		hash_text(&hash, o->ns);
		hash_text(&hash, o->name);
	}
	hash_lasting(&hash, path);
	hash_lasting(&hash, message);
	return arena_printf(a, "%016llx", (unsigned long long)hash);
}

static struct plan_finding *push_finding(struct plan *p, const char *target,
					 const struct finding *f, enum view_side side)
{
	const char *message = masks_text(p->masks, p->arena, f->message);
	origin_id origin = f->origin;

	if (!origin && f->object)
		origin = f->object->root->origin;
	*vec_push(p->arena, &p->findings) = (struct plan_finding){
		.severity = f->severity,
		.rule = arena_strdup(p->arena, f->rule),
		.message = arena_strdup(p->arena, message),
		.target = target,
		.has_object = f->object != NULL,
		.object = f->object ? ref_of(p, f->object) : (struct plan_ref){ "", "", "", "" },
		.path = arena_strdup(p->arena, masks_text(p->masks, p->arena, f->path)),
		.fingerprint = fingerprint(p->arena, f->rule, f->object, f->path, message),
		.is_new = true,
		.place = plan_place(p, origin, side),
	};
	if (!origin && f->file)
		p->findings.items[p->findings.count - 1].place.at =
			(struct plan_source){ side, NULL, arena_strdup(p->arena, f->file), f->line,
					      f->column };
	return &p->findings.items[p->findings.count - 1];
}

struct plan_finding *plan_add_finding(struct plan *p, const char *target, enum severity severity,
				      const char *rule, const struct object *o, const char *path,
				      origin_id origin, const char *fmt, ...)
{
	struct finding f = { .severity = severity,
			     .rule = rule,
			     .object = o,
			     .path = path ? path : "",
			     .origin = origin };
	va_list args;

	va_start(args, fmt);
	f.message = arena_vprintf(p->arena, fmt, args);
	va_end(args);
	return push_finding(p, target, &f, SIDE_HEAD);
}

/* By this both sides' findings of what they share are the same: they are copies. */
struct shared_key {
	const char *message, *path;
	const struct object *object;
};

/* A finding of head's, and whether base has this very one. */
struct head_finding {
	struct shared_key key;
	bool in_base;
};

static struct shared_key shared_key(const struct finding *f)
{
	return (struct shared_key){ f->message, f->path, f->object };
}

static struct head_finding *note_head(struct map *by_key, const struct findings *head)
{
	struct head_finding *all = arena_array(by_key->arena, head->count, struct head_finding);

	for (size_t i = 0; i < head->count; i++) {
		all[i].key = shared_key(&head->items[i]);
		*map_at_n(by_key, (const char *)&all[i].key, sizeof(all[i].key)) = &all[i];
	}
	return all;
}

/* What base has and head does not share goes to `fingerprints`. */
static void note_base(struct plan *p, const struct map *by_key, const struct findings *base,
		      struct map *fingerprints)
{
	struct arena *a = fingerprints->arena;

	for (size_t i = 0; i < base->count; i++) {
		const struct finding *f = &base->items[i];
		struct shared_key key = shared_key(f);
		struct head_finding *same = map_get_n(by_key, (const char *)&key, sizeof(key));

		if (same)
			same->in_base = true;
		else
			map_set(fingerprints,
				fingerprint(a, f->rule, f->object, f->path,
					    masks_text(p->masks, a, f->message)),
				p);
	}
}

void plan_add_findings(struct plan *p, const char *target, const struct findings *head,
		       const struct findings *base)
{
	struct arena scratch = ARENA_INIT;
	size_t from = p->findings.count, i;
	struct map by_key, fingerprints;
	const struct head_finding *all;

	map_init(&by_key, &scratch);
	map_init(&fingerprints, &scratch);
	all = note_head(&by_key, head);
	if (base)
		note_base(p, &by_key, base, &fingerprints);
	for (i = 0; i < head->count; i++) {
		const struct plan_finding *f = push_finding(p, target, &head->items[i], SIDE_HEAD);

		if (all[i].in_base)
			map_set(&fingerprints, f->fingerprint, p);
	}
	for (i = from; i < p->findings.count; i++)
		p->findings.items[i].is_new =
			!map_get(&fingerprints, p->findings.items[i].fingerprint);
	arena_release(&scratch);
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_findings(const void *left, const void *right)
{
	const struct plan_finding *a = left, *b = right;
	const struct plan_source *x = &a->place.at, *y = &b->place.at;
	int order = compare_text(x->source, y->source);

	order = order ? order : compare_text(x->file, y->file);
	order = order ? order : (x->line > y->line) - (x->line < y->line);
	order = order ? order : (x->column > y->column) - (x->column < y->column);
	order = order ? order : compare_text(a->target, b->target);
	order = order ? order : strcmp(a->rule, b->rule);
	order = order ? order : strcmp(a->path, b->path);
	order = order ? order : strcmp(a->object.name, b->object.name);
	return order ? order : strcmp(a->message, b->message);
}

static const char *object_key(struct arena *a, const struct plan_finding *f)
{
	return arena_printf(a, "%s/%s/%s", f->object.kind, f->object.ns, f->object.name);
}

static const char *place_key(struct arena *a, const struct plan_finding *f)
{
	return arena_printf(a, "%s/%s/%s/%s:%u", f->object.kind, f->object.ns, f->object.name,
			    f->place.at.file ? f->place.at.file : "", f->place.at.line);
}

static bool is_clusters(const struct plan_finding *f)
{
	return !strcmp(f->rule, "cluster/unknown-field") || !strcmp(f->rule, "cluster/invalid");
}

/*
 * What the offline rules said of a line already, with advice, the cluster need not say again; what
 * the cluster says is immutable, it says with what would help.
 */
static void drop_repeated(struct plan *p)
{
	struct arena scratch = ARENA_INIT;
	struct map said, fixed;
	size_t i, kept = 0;

	map_init(&said, &scratch);
	map_init(&fixed, &scratch);
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];

		if (f->severity == SEVERITY_ERROR && f->has_object &&
		    strncmp(f->rule, "cluster/", 8) != 0)
			map_set(&said, place_key(&scratch, f), p);
		if (!strcmp(f->rule, "cluster/immutable"))
			map_set(&fixed, object_key(&scratch, f), p);
	}
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];

		if (f->has_object && is_clusters(f) && map_get(&said, place_key(&scratch, f)))
			continue;
		if (f->has_object && !strncmp(f->rule, "immutable/", 10) &&
		    map_get(&fixed, object_key(&scratch, f)))
			continue;
		p->findings.items[kept++] = *f;
	}
	p->findings.count = kept;
	arena_release(&scratch);
}

/* What several apps or clusters say alike of one place is said once; they are sorted. */
static void drop_alike(struct plan *p)
{
	size_t i, kept = 0;

	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i], *last;

		last = kept ? &p->findings.items[kept - 1] : NULL;
		if (last && !compare_findings(last, f) && last->severity == f->severity &&
		    last->has_object == f->has_object &&
		    !compare_text(last->object.kind, f->object.kind) &&
		    !compare_text(last->object.ns, f->object.ns)) {
			p->findings.items[kept - 1].is_new |= f->is_new;
			continue;
		}
		p->findings.items[kept++] = *f;
	}
	p->findings.count = kept;
}

/* --- the end ------------------------------------------------------------------------------- */

static bool has_drift(const struct plan_change *c)
{
	size_t i;

	if (c->cause == CAUSE_DRIFT || c->cause == CAUSE_BOTH)
		return true;
	for (i = 0; i < c->count; i++)
		if (c->items[i].cause == CAUSE_DRIFT || c->items[i].cause == CAUSE_BOTH)
			return true;
	return false;
}

void plan_finish(struct plan *p)
{
	struct plan_summary *s = &p->summary;
	size_t i;

	*s = (struct plan_summary){ 0 };
	drop_repeated(p);
	if (p->findings.count)
		qsort(p->findings.items, p->findings.count, sizeof(*p->findings.items),
		      compare_findings);
	drop_alike(p);
	for (i = 0; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];

		s->actions[c->action]++;
		s->checked[c->checked]++;
		s->simulated += c->simulated;
		s->drift += has_drift(c);
	}
	for (i = 0; i < p->findings.count; i++) {
		s->errors += p->findings.items[i].severity == SEVERITY_ERROR;
		s->warnings += p->findings.items[i].severity == SEVERITY_WARNING;
		s->infos += p->findings.items[i].severity == SEVERITY_INFO;
	}
}

int plan_exit_status(const struct plan *p, enum severity fail_on, bool detailed)
{
	const struct plan_summary *s = &p->summary;
	unsigned failing = s->errors;

	failing += fail_on <= SEVERITY_WARNING ? s->warnings : 0;
	failing += fail_on <= SEVERITY_INFO ? s->infos : 0;
	if (failing)
		return 1;
	if (s->actions[PLAN_UNDECIDED])
		return 3;
	return detailed && p->changes.count > s->actions[PLAN_UNCHANGED] ? 2 : 0;
}
