#include "cmd/report/alike.h"
#include "base/json.h"
#include "base/map.h"
#include "cmd/report/change.h"

/* One change, and the targets that have it. */
struct shared {
	const struct plan_change *first;
	struct {
		VEC(const char *);
	} targets;
};

static void add_target(struct arena *a, struct shared *s, const char *target)
{
	if (!s->targets.count || strcmp(s->targets.items[s->targets.count - 1], target) != 0)
		*vec_push(a, &s->targets) = target;
}

/* What is said of a change, but for whom; and not when a manager last wrote, which always differs.
 */
static const char *key_of(struct arena *a, const struct plan_change *c)
{
	struct arena scratch = ARENA_INIT;
	struct plan_change bare = *c;
	const char *key;
	struct buf text;
	size_t i;

	bare.target = NULL;
	bare.items = arena_array(&scratch, c->count + 1, struct plan_field);
	for (i = 0; i < c->count; i++) {
		bare.items[i] = c->items[i];
		bare.items[i].manager_time = NULL;
	}
	buf_init(&text, 0);
	json_write(&text, report_change(&scratch, &bare), 0);
	key = buf_dup(&text, a);
	buf_release(&text);
	arena_release(&scratch);
	return key;
}

static const char *join(struct arena *a, const char *const *names, size_t count)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < count; i++)
		text = arena_printf(a, "%s%s%s", text,
				    !i		     ? ""
				    : i + 1 == count ? " and "
						     : ", ",
				    names[i]);
	return text;
}

static void put_in_group(struct arena *a, struct map *groups, const struct shared *s,
			 struct alike *out)
{
	const char *targets = join(a, s->targets.items, s->targets.count);
	void **at = map_at(groups, targets);

	if (!*at) {
		*vec_push(a, out) = (struct alike_group){ .targets = targets,
							  .target_count = s->targets.count,
							  .ids = s->targets.items };
		*at = (void *)(size_t)out->count;
	}
	*vec_push(a, &out->items[(size_t)*at - 1].changes) = s->first;
}

void alike_changes(struct arena *a, const struct plan *p, const struct report_options *options,
		   struct alike *out)
{
	struct map by_key, groups;
	size_t i;

	map_init(&by_key, a);
	map_init(&groups, a);
	for (i = 0; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];
		struct shared *s;
		void **at;

		if (!report_lists(c, options))
			continue;
		at = map_at(&by_key,
			    p->targets.count > 1 ? key_of(a, c) : arena_printf(a, "%zu", i));
		s = *at;
		if (!s) {
			s = arena_new(a, struct shared);
			s->first = c;
			*at = s;
		}
		add_target(a, s, c->target);
	}
	for (i = 0; i < by_key.count; i++)
		put_in_group(a, &groups, by_key.entries[i].value, out);
}

void alike_title(struct buf *out, const struct plan *p, const struct alike_group *g)
{
	if (p->targets.count < 2)
		return;
	report_clean(out, g->targets);
	if (g->target_count > 1)
		buf_printf(out, ": the same %zu change%s on %zu clusters", g->changes.count,
			   g->changes.count == 1 ? "" : "s", g->target_count);
}

const char *const *alike_findings(struct arena *a, const struct plan *p)
{
	const char **out = arena_array(a, p->findings.count + 1, const char *);
	struct map first;
	size_t i;

	map_init(&first, a);
	for (i = 0; i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];
		void **at;
		size_t k;

		out[i] = "";
		if (p->targets.count < 2 || !f->target)
			continue;
		at = map_at(&first, arena_printf(a, "%s %d %s:%u:%u %s",
						 f->fingerprint ? f->fingerprint : "", f->is_new,
						 f->place.at.file ? f->place.at.file : "",
						 f->place.at.line, f->place.at.column, f->message));
		if (!*at) {
			*at = (void *)(i + 1);
			out[i] = f->target;
			continue;
		}
		k = (size_t)*at - 1;
		out[k] = arena_printf(a, "%s, %s", out[k], f->target);
		out[i] = NULL;
	}
	return out;
}
