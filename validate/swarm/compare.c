/* What docker stack deploy makes of a swarm, object by object. */
#include <string.h>
#include "validate/engine_owner.h"
#include "validate/plan_internal.h"
#include "validate/swarm/internal.h"

struct compare {
	struct plan *p;
	const struct plan_options *options;
	const struct plan_item *item;
	const struct object *o;
	const struct swarm *s; /* NULL offline */
	struct arena *scratch;
	struct node *live, *head, *base; /* bare copies; NULL: there is none */
};

static const char stack_label[] = "com.docker.stack.namespace";

/* ---- what only the swarm knows ---- */

static struct node *container_of(struct node *object)
{
	return node_path(object, "spec", "TaskTemplate", "ContainerSpec", NULL);
}

/* A digest that the registry gave for the tag that git asks for. */
static void forget_digest(struct arena *a, struct node *live, const struct node *wanted)
{
	const char *have = node_get_string(container_of(live), "Image");
	const char *want = node_get_string(wanted, "Image"),
		   *digest = have ? strchr(have, '@') : NULL;

	if (digest && want && !strchr(want, '@'))
		node_set(a, container_of(live), "Image",
			 node_str_n(a, have, (size_t)(digest - have)));
}

/* "./conf" of the repository is some folder of the machine that deployed. */
static void match_binds(struct arena *a, struct node *live, const struct node *wanted)
{
	const struct node *have = node_get(container_of(live), "Mounts");
	const struct node *want = node_get(wanted, "Mounts");
	uint32_t i, k;

	for (i = 0; node_is(want, NODE_SEQ) && i < want->len; i++) {
		const char *source = node_get_string(want->items[i], "Source");
		const char *target = node_get_string(want->items[i], "Target");

		if (!source || !target || source[0] != '.' || source[1] != '/')
			continue;
		for (k = 0; node_is(have, NODE_SEQ) && k < have->len; k++) {
			const char *at = node_get_string(have->items[k], "Target");
			const char *full = node_get_string(have->items[k], "Source");
			size_t len = strlen(source + 1), all = full ? strlen(full) : 0;

			if (at && full && !strcmp(at, target) && all >= len &&
			    !strcmp(full + all - len, source + 1))
				node_set(a, have->items[k], "Source", node_str(a, source));
		}
	}
}

static bool names_variable(const struct node *list, const struct node *line)
{
	size_t len = strcspn(line->text, "=");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (!strncmp(list->items[i]->text, line->text, len) &&
		    (!list->items[i]->text[len] || list->items[i]->text[len] == '='))
			return true;
	return false;
}

/* Variables of a file that is not in the commit: what the swarm has may be they. */
static void assume_variables(struct compare *c, struct node *object)
{
	struct node *container = container_of(object), *own = node_get(container, "Env");
	const struct node *have = node_get(container_of(c->live), "Env");
	uint32_t i;

	if (!container)
		return;
	for (i = 0; node_is(have, NODE_SEQ) && i < have->len; i++) {
		if (names_variable(own, have->items[i]))
			continue;
		if (!own) {
			own = node_seq(c->scratch);
			node_set(c->scratch, container, "Env", own);
		}
		node_append(c->scratch, own, node_copy(c->scratch, have->items[i]));
	}
}

static bool is_unknown(const struct object *o, const char *what)
{
	const char *unknown = o ? node_get_string(node_get(o->root, "status"), "unknown") : NULL;

	return unknown && !strcmp(unknown, what);
}

static void set_data(struct compare *c, struct node *object, const struct node *data)
{
	struct node *spec = node_get(object, "spec");

	if (!spec)
		return;
	if (data)
		node_set(c->scratch, spec, "Data", node_copy(c->scratch, data));
	else
		node_remove(spec, "Data");
}

/* The swarm never gives a secret away: it is taken to hold what base says, else what head does. */
static void assume_secret(struct compare *c)
{
	const struct node *base = node_path(c->base, "spec", "Data", NULL);
	const struct node *head = node_path(c->head, "spec", "Data", NULL);

	if (c->live)
		set_data(c, c->live, base ? base : head);
}

static void assume_network(struct compare *c)
{
	struct node *live = node_get(c->live, "spec");
	const struct node *want = node_get(c->head, "spec");

	if (live && !node_path(want, "IPAM", "Config", NULL) && node_get(live, "IPAM")) {
		node_remove(node_get(live, "IPAM"), "Config");
		if (!node_get(live, "IPAM")->len)
			node_remove(live, "IPAM");
	}
}

static void assume(struct compare *c)
{
	const struct node *wanted = container_of(c->head ? c->head : c->base);

	if (is_unknown(c->item->head, "Data") || is_unknown(c->item->base, "Data")) {
		set_data(c, c->live, NULL);
		set_data(c, c->head, NULL);
		set_data(c, c->base, NULL);
	}
	if (!strcmp(c->o->kind, "Secret"))
		assume_secret(c);
	if (!c->live)
		return;
	if (!strcmp(c->o->kind, "Network"))
		assume_network(c);
	if (strcmp(c->o->kind, "Service") != 0)
		return;
	forget_digest(c->scratch, c->live, wanted);
	match_binds(c->scratch, c->live, wanted);
	if (is_unknown(c->item->head, "Env"))
		assume_variables(c, c->head);
	if (is_unknown(c->item->base, "Env"))
		assume_variables(c, c->base);
}

/* ---- what can't be changed in place ---- */

static bool below(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(path, prefix, len) && (!path[len] || strchr(".[", path[len]));
}

/* What an update can't change of a kind, and what docker stack deploy then does. */
static const struct fixed {
	const char *kind, *path; /* path NULL: everything */
	const char *refusal;	 /* the engine's; NULL: it is left as it is, without a word */
	const char *reason;
} fixed[] = {
	{ "Config", "spec.Data", "only updates to Labels are allowed",
	  "docker refuses new content under the same name" },
	{ "Secret", "spec.Data", "only updates to Labels are allowed",
	  "docker refuses new content under the same name" },
	{ "Config", "spec.Templating", NULL, "docker keeps the template driver of a config" },
	{ "Secret", "spec.Templating", NULL, "docker keeps the template driver of a secret" },
	{ "Secret", "spec.Driver", NULL, "docker keeps the driver of a secret" },
	{ "Network", NULL, NULL, "docker keeps a network that is there" },
	{ "Service", "spec.Mode", "service mode change is not allowed",
	  "docker refuses another mode for a service" },
};

/* A count within the mode is no other mode. */
static bool is_mode(const struct plan_field *f)
{
	return strlen(f->path) <= strlen("spec.Mode.ReplicatedJob") && (!f->before || !f->after);
}

/* The first changed field that an update can't change, and what is fixed about it; NULL. */
static const struct plan_field *fixed_field(const struct plan_change *c, const char *kind,
					    const struct fixed **out)
{
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(fixed); k++) {
		*out = &fixed[k];
		for (i = 0; !strcmp(fixed[k].kind, kind) && i < c->count; i++)
			if (!fixed[k].path ||
			    (below(c->items[i].path, fixed[k].path) &&
			     (strcmp(fixed[k].path, "spec.Mode") != 0 || is_mode(&c->items[i]))))
				return &c->items[i];
	}
	return NULL;
}

/* What docker stack deploy does, and what does what is wanted. */
static const char *refusal(struct compare *c, const struct fixed *why)
{
	const char *what = !strcmp(why->kind, "Config")	   ? "config"
			   : !strcmp(why->kind, "Secret")  ? "secret"
			   : !strcmp(why->kind, "Network") ? "network"
							   : "service";
	const char *name = c->o->name;
	const char *does =
		why->refusal
			? arena_printf(c->scratch,
				       "docker stack deploy fails to update %s '%s' and stops: "
				       "%s",
				       what, name, why->refusal)
			: arena_printf(c->scratch,
				       "docker stack deploy keeps %s '%s', which is there, as "
				       "it is",
				       what, name);

	if (!strcmp(why->kind, "Service"))
		return arena_printf(c->scratch,
				    "%s; give the service another name, or remove it first (docker "
				    "service rm %s)",
				    does, name);
	return arena_printf(c->scratch,
			    "%s; under a new name (name: %s_v2%s) it is created anew, and its "
			    "services move to it",
			    does, name, why->refusal ? ", or one with a hash of the content" : "");
}

/* Whether base's content is only taken for what the swarm holds (assume_secret). */
static bool is_assumed(const struct compare *c, const struct plan_field *f)
{
	return c->live && !strcmp(c->o->kind, "Secret") && below(f->path, "spec.Data");
}

/* The finding stands at the name, for that is to be edited; a service's at the mode. */
static void check_replaced(struct compare *c, struct plan_change *change)
{
	const struct fixed *why;
	const struct plan_field *f = fixed_field(change, c->o->kind, &why);
	const struct node *name = node_path(c->o->root, "spec", "Name", NULL);
	struct plan_finding *finding;

	if (!f)
		return;
	change->action = PLAN_REPLACE;
	change->reason = is_assumed(c, f)
				 ? "content unknown: the swarm shows none, and base's is taken "
				   "for it; docker refuses another under the same name"
				 : why->reason;
	finding = plan_add_finding(
		c->p, c->options->target, why->refusal ? SEVERITY_ERROR : SEVERITY_WARNING,
		"swarm/immutable", c->o, f->path, name ? name->origin : c->o->root->origin, "%s%s",
		refusal(c, why),
		is_assumed(c, f) ? " (unless the swarm holds this content "
				   "already, for it does not show it)"
				 : "");
	if (!strcmp(why->kind, "Service") && f->place.at.file)
		finding->place = f->place;
}

/* docker stack deploy makes each network that bears no label of its stack. */
static void check_taken(struct compare *c)
{
	const struct node *name = node_path(c->o->root, "spec", "Name", NULL);
	const char *stack = node_string(node_path(c->head, "spec", "Labels", stack_label, NULL));
	const char *owner = node_string(node_path(c->live, "spec", "Labels", stack_label, NULL));

	if (!c->s || !c->live || strcmp(c->o->kind, "Network") || !stack ||
	    (owner && !strcmp(owner, stack)))
		return;
	plan_add_finding(c->p, c->options->target, SEVERITY_ERROR, "swarm/immutable", c->o, "",
			 name ? name->origin : c->o->root->origin,
			 "docker stack deploy fails to create network '%s': the swarm has one of "
			 "this name that is %s%s; declare it external, or give it another name",
			 c->o->name, owner ? "the stack's " : "no stack's", owner ? owner : "");
}

/* ---- one object ---- */

static void decide_lost(struct compare *c, struct plan_change *change)
{
	bool service = !strcmp(c->o->kind, "Service"), prune = c->s && c->s->prune;

	plan_lost(c->p, change, c->item);
	if (change->action == PLAN_UNDECIDED)
		return;
	if (c->s && !c->live) {
		change->action = PLAN_UNCHANGED;
		change->cause = CAUSE_NONE;
		change->reason = "the swarm has none";
		return;
	}
	change->action = service && prune ? PLAN_DELETE : PLAN_ORPHAN;
	change->reason = service && prune ? NULL
			 : service	  ? "docker stack deploy removes it only with --prune"
				   : "docker stack deploy removes no networks, secrets and configs";
}

static struct node *empty_like(struct compare *c)
{
	struct node *out = node_copy_shallow(c->scratch, c->head);

	node_set(c->scratch, out, "spec", node_map(c->scratch));
	return out;
}

static void decide(struct compare *c)
{
	struct plan_change *change = plan_new_change(c->p, c->options, c->item);
	const struct node *const all[] = { c->live, c->head, c->base };
	struct plan_states states = {
		.topology =
			topology_of(NULL, c->o->group, c->o->version, c->o->kind,
				    swarm_topology(c->scratch, c->o->kind, all, ARRAY_SIZE(all))),
		.live = c->s ? c->live : c->base,
		.head_result = c->head,
		.base_result = c->base,
		.head = c->item->head ? c->item->head->root : NULL,
		.base = c->item->base ? c->item->base->root : NULL,
	};

	change->checked = c->s ? LEVEL_READ : LEVEL_OFFLINE;
	if (!c->head) {
		decide_lost(c, change);
		return;
	}
	if (!c->s && !c->item->base && c->item->head_app->base_failed) {
		change->action = PLAN_UNDECIDED;
		change->reason = "its stack does not render at base, so nothing is known to be new";
		return;
	}
	if (!states.live) {
		states.live = empty_like(c);
		states.base_result = states.live;
		states.base = NULL;
		plan_fields(c->p, change, c->scratch, &states);
		change->action = PLAN_CREATE;
		change->cause = CAUSE_COMMIT;
		return;
	}
	plan_fields(c->p, change, c->scratch, &states);
	if (change->action == PLAN_UPDATE)
		check_replaced(c, change);
}

static struct node *bare_of(struct arena *a, const struct object *o)
{
	return o ? swarm_bare(a, o->kind, o->root) : NULL;
}

static void decide_item(struct plan *p, const struct plan_options *options, const struct swarm *s,
			const struct plan_item *item)
{
	struct arena scratch = ARENA_INIT;
	const struct object *o = item->head ? item->head : item->base;
	struct compare c = { p, options, item, o, s, &scratch, NULL, NULL, NULL };
	const struct node *live;

	if (!o)
		return;
	live = s ? swarm_find(s, o->kind, o->name) : NULL;
	c.live = live ? swarm_bare(&scratch, o->kind, live) : NULL;
	c.head = bare_of(&scratch, item->head);
	c.base = bare_of(&scratch, item->base);
	assume(&c);
	if (c.head)
		check_taken(&c);
	decide(&c);
	arena_release(&scratch);
}

/* ---- what no commit knows ---- */

/* What a stack that does not render would have is not known. */
static bool is_planned(const struct plan_app *apps, size_t count, const char *stack)
{
	bool planned = false;
	size_t i;

	for (i = 0; stack && i < count; i++) {
		if (strcmp(apps[i].owner->name, stack) != 0)
			continue;
		if (apps[i].head_failed)
			return false;
		planned = true;
	}
	return planned;
}

static void add_leftovers(struct plan *p, const struct plan_options *options, const struct swarm *s,
			  const struct plan_app *apps, size_t count, const struct map *known)
{
	size_t i;

	for (i = 0; i < s->objects.count; i++) {
		const struct node *object = s->objects.entries[i].value;
		const char *kind = node_get_string(object, "kind");
		const char *stack =
			node_string(node_path(object, "spec", "Labels", stack_label, NULL));
		struct plan_change *c;
		bool pruned = s->prune && !strcmp(kind, "Service");

		if (map_get(known, s->objects.entries[i].key) || !is_planned(apps, count, stack))
			continue;
		c = vec_push(p->arena, &p->changes);
		*c = (struct plan_change){
			.target = options->target,
			.action = pruned ? PLAN_DELETE : PLAN_ORPHAN,
			.cause = CAUSE_DRIFT,
			.checked = LEVEL_READ,
			.reason = "the swarm has it as this stack's, and no file does",
			.object = { SWARM_API, arena_strdup(p->arena, kind), "",
				    arena_strdup(p->arena,
						 node_get_string(node_get(object, "metadata"),
								 "name")) },
			.owner = { "", "Stack", "", arena_strdup(p->arena, stack) },
			.engine = "swarm",
		};
	}
}

/* docker stack deploy sets what the files say, and heals nothing in between. */
void owner_swarm(struct owner *owner, const struct app *app)
{
	(void)app;
	owner->mode = APPLY_REPLACE;
}

int swarm_add_target(struct plan *p, const struct plan_app *apps, size_t count,
		     const struct plan_options *options, const struct swarm *s, struct err *err)
{
	struct plan_items items = { 0 };
	struct arena scratch = ARENA_INIT;
	struct map known;
	size_t i;

	(void)err;
	*vec_push(p->arena, &p->targets) = (struct plan_target){
		.id = options->target,
		.context = s ? "swarm" : "",
		.server = s ? arena_strdup(p->arena, s->host) : "",
		.version = s ? arena_strdup(p->arena, s->version) : "",
		.why_offline = s ? NULL : options->why_offline,
		.software = "Docker",
	};
	map_init(&known, &scratch);
	plan_match(&scratch, apps, count, NULL, true, &items);
	for (i = 0; i < items.count; i++) {
		const struct object *o =
			items.items[i].head ? items.items[i].head : items.items[i].base;

		if (!o)
			continue;
		masks_add_object(p->masks, items.items[i].base ? items.items[i].base->root : NULL);
		masks_add_object(p->masks, items.items[i].head ? items.items[i].head->root : NULL);
		map_set(&known, arena_printf(&scratch, "%s/%s", o->kind, o->name), &known);
	}
	for (i = 0; i < items.count; i++)
		decide_item(p, options, s, &items.items[i]);
	if (s)
		add_leftovers(p, options, s, apps, count, &known);
	arena_release(&scratch);
	return 0;
}
