#include "validate/overrides.h"

#include <string.h>

#include "base/map.h"
#include "render/settings.h"

enum effect { EFFECT_INFO, EFFECT_WARNING, EFFECT_ERROR, EFFECT_IGNORE, EFFECT_NONE };

struct rule_effect {
	const char *rule; /* may end in '*' */
	enum effect effect;
};

/* A comment of a file: what it says, and the lines that it speaks for. */
struct directive {
	const char *text;      /* "ignore a/b, c/d" */
	unsigned line, covers; /* where it stands; the line that it is about */
	bool known, told;      /* the base has it; it was listed as new */
};
struct directives {
	VEC(struct directive);
};

struct overrides {
	struct run *run;
	struct arena *arena;
	struct map files; /* name to struct directives */
	struct {
		VEC(struct rule_effect);
	} rules;
};

struct overrides *overrides_new(struct run *run, struct arena *a)
{
	struct overrides *o = arena_new(a, struct overrides);

	o->run = run;
	o->arena = a;
	map_init(&o->files, a);
	return o;
}

static enum effect effect_of(const char *word, size_t len)
{
	static const char *const words[] = { "info", "warning", "error", "ignore" };

	for (int i = 0; i < EFFECT_NONE; i++) {
		if (strlen(words[i]) == len && !memcmp(words[i], word, len))
			return (enum effect)i;
	}
	return EFFECT_NONE;
}

void overrides_heed(struct overrides *o, const struct settings *s)
{
	for (size_t i = 0; i < s->rules.count; i++) {
		const struct settings_rule *r = &s->rules.items[i];

		*vec_push(o->arena, &o->rules) =
			(struct rule_effect){ r->rule, effect_of(r->effect, strlen(r->effect)) };
	}
}

/* --- comments --- */
static const char marker[] = "kubectl-gitops:";

/* The marker within a line's comment; NULL when it has none. */
static const char *find_marker(const char *line, size_t len)
{
	const char *hash = memchr(line, '#', len), *at;

	if (!hash)
		return NULL;
	at = memmem(hash, len - (size_t)(hash - line), marker, sizeof(marker) - 1);
	return at ? at + sizeof(marker) - 1 : NULL;
}

static bool is_comment(const char *line, size_t len)
{
	while (len && (*line == ' ' || *line == '\t'))
		line++, len--;
	return len && *line == '#';
}

/* All of a text's directives; most texts have none, which costs one search. */
static void read_directives(struct overrides *o, const char *text, size_t len,
			    struct directives *out)
{
	const char *end = text + len;
	size_t pending = out->count;
	unsigned number = 1;

	if (!memmem(text, len, marker, sizeof(marker) - 1))
		return;
	for (const char *line = text, *next; line < end; line = next, number++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line)), *at;
		size_t n = (size_t)((stop ? stop : end) - line);
		bool alone = is_comment(line, n);

		next = stop ? stop + 1 : end;
		if (!alone) {
			for (; pending < out->count; pending++)
				out->items[pending].covers = number;
		}
		at = find_marker(line, n);
		if (!at)
			continue;
		at += strspn(at, " \t");
		*vec_push(o->arena, out) = (struct directive){
			.text = arena_memdup(o->arena, at,
					     at < line + n ? (size_t)(line + n - at) : 0),
			.line = number,
			.covers = number,
		};
		if (!alone)
			pending = out->count;
	}
}

static void mark_known(struct directives *head, const struct directives *base)
{
	for (size_t i = 0; i < head->count; i++) {
		for (size_t k = 0; k < base->count; k++) {
			if (!strcmp(head->items[i].text, base->items[k].text))
				head->items[i].known = true;
		}
	}
}

struct texts {
	overrides_text *head, *base;
	void *head_data, *base_data;
};

static struct directives *directives_of(struct overrides *o, const char *file,
					const struct texts *t)
{
	void **slot = map_at(&o->files, arena_strdup(o->arena, file));
	struct directives *d = *slot, old = { 0 };
	const char *text;
	size_t len = 0;

	if (d)
		return d;
	*slot = d = arena_new(o->arena, struct directives);
	text = t->head(t->head_data, file, &len);
	if (text)
		read_directives(o, text, len, d);
	for (size_t i = 0; i < d->count; i++)
		d->items[i].known = !t->base;
	if (!d->count || !t->base)
		return d;
	text = t->base(t->base_data, file, &len);
	if (text)
		read_directives(o, text, len, &old);
	mark_known(d, &old);
	return d;
}

/* --- matching --- */
static bool fits(const char *pattern, size_t len, const char *rule)
{
	if (len && pattern[len - 1] == '*')
		return !strncmp(pattern, rule, len - 1);
	return strlen(rule) == len && !memcmp(pattern, rule, len);
}

/* What "ignore a/b, c/d" says of a rule. */
static enum effect said_of(const char *text, const char *rule)
{
	size_t n = strcspn(text, " \t\r");
	enum effect effect = effect_of(text, n);

	for (text += n; *text;) {
		text += strspn(text, " \t,\r");
		n = strcspn(text, " \t,\r");
		if (n && fits(text, n, rule))
			return effect;
		text += n;
	}
	return EFFECT_NONE;
}

static void tell_new(struct overrides *o, struct directive *d, const struct finding *about,
		     struct findings *news)
{
	struct finding *f;

	if (d->told)
		return;
	d->told = true;
	(void)o;
	f = findings_add(news, SEVERITY_INFO, "config/new-ignore", about->object, about->path,
			 about->origin,
			 "the comment '%s' on line %u is new: it counts once it is in the base",
			 d->text, d->line);
	f->path = about->path;
}

static enum effect effect_on(struct overrides *o, const struct finding *f, const struct texts *t,
			     struct findings *news)
{
	enum effect found = EFFECT_NONE;
	struct origin_pos at = { 0 }, object = { 0 };
	struct directives *d;

	for (size_t i = 0; i < o->rules.count; i++) {
		if (fits(o->rules.items[i].rule, strlen(o->rules.items[i].rule), f->rule))
			found = o->rules.items[i].effect;
	}
	if (f->object)
		origins_resolve(o->run->origins, f->object->root->origin, &object);
	if (!origins_resolve(o->run->origins, f->origin, &at))
		at = object;
	if (!at.file || at.source)
		return found;
	d = directives_of(o, at.file, t);
	for (size_t i = 0; i < d->count; i++) {
		struct directive *item = &d->items[i];
		bool covered =
			item->covers == at.line || (object.file && !strcmp(object.file, at.file) &&
						    item->covers == object.line);
		enum effect effect = covered ? said_of(item->text, f->rule) : EFFECT_NONE;

		if (effect == EFFECT_NONE)
			continue;
		if (item->known)
			found = effect;
		else
			tell_new(o, item, f, news);
	}
	return found;
}

size_t overrides_apply(struct overrides *o, struct findings *f, overrides_text *head,
		       void *head_data, overrides_text *base, void *base_data)
{
	struct texts t = { head, base, head_data, base_data };
	struct findings news;
	size_t kept = 0, dropped;

	findings_init(&news, f->run, f->arena);
	for (size_t i = 0; i < f->count; i++) {
		enum effect effect = effect_on(o, &f->items[i], &t, &news);

		if (effect == EFFECT_IGNORE)
			continue;
		f->items[kept] = f->items[i];
		if (effect != EFFECT_NONE)
			f->items[kept].severity = (enum severity)effect;
		kept++;
	}
	dropped = f->count - kept;
	f->count = kept;
	for (size_t i = 0; i < news.count; i++)
		*vec_push(f->arena, f) = news.items[i];
	return dropped;
}
