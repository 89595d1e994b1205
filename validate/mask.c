#include "validate/mask.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/base64.h"
#include "base/map.h"
#include "base/json.h"
#include "render/swarm/swarm.h"

enum {
	MASK_ANYWHERE = 6, /* bytes from which a value is looked for inside other texts */
	MASK_NAME = 8,	   /* bytes from which one is looked for in names of objects */
	MASK_WORD = 12,	   /* bytes from which a plain word is looked for inside names and paths */
	MASK_LINE = 16,	   /* bytes from which one line of a value is */
	MASK_SLOTS = 1024,
};

struct secret {
	unsigned ordinal; /* 0: not printed yet */
	bool is_name;	  /* other objects bear it: masked as a value of its own Secret only */
};

/* One spelling of a secret: raw, base64, JSON-escaped, a line. */
struct spelling {
	const char *text;
	size_t len;
	struct secret *secret;
	struct spelling *next; /* of those whose first MASK_ANYWHERE bytes hash alike */
};

struct masks {
	struct arena arena;
	struct map spellings; /* text → struct spelling */
	struct spelling *slots[MASK_SLOTS];
	unsigned last; /* ordinal given out */
	bool any;
};

struct masks *masks_new(void)
{
	struct masks *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	map_init(&m->spellings, &m->arena);
	return m;
}

void masks_free(struct masks *m)
{
	if (!m)
		return;
	arena_release(&m->arena);
	free(m);
}

bool masks_any(const struct masks *m)
{
	return m->any;
}

static size_t slot_of(const char *text)
{
	return map_hash(text, MASK_ANYWHERE) % MASK_SLOTS;
}

static void add_spelling(struct masks *m, struct secret *secret, const char *text, size_t len)
{
	struct spelling *s;
	void **at;

	if (!len || map_get_n(&m->spellings, text, len))
		return;
	s = arena_new(&m->arena, struct spelling);
	*s = (struct spelling){ arena_memdup(&m->arena, text, len), len, secret, NULL };
	at = map_at_n(&m->spellings, s->text, len);
	*at = s;
	if (len < MASK_ANYWHERE)
		return;
	s->next = m->slots[slot_of(text)];
	m->slots[slot_of(text)] = s;
}

static void add_lines(struct masks *m, struct secret *secret, const char *text, size_t len)
{
	const char *end = text + len, *line, *next;

	if (!memchr(text, '\n', len))
		return;
	for (line = text; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next : end;
		if (next - line >= MASK_LINE)
			add_spelling(m, secret, line, (size_t)(next - line));
	}
}

void masks_add_value(struct masks *m, const char *text, size_t len)
{
	struct spelling *known = map_get_n(&m->spellings, text, len);
	struct secret *secret;
	struct buf other;

	if (!len || known)
		return;
	secret = arena_new(&m->arena, struct secret);
	m->any = true;
	add_spelling(m, secret, text, len);
	buf_init(&other, 0);
	base64_encode(&other, text, len);
	add_spelling(m, secret, other.text, other.len);
	buf_cut(&other, 0);
	json_write_string(&other, text, len, 0);
	if (other.len - 2 != len)
		add_spelling(m, secret, other.text + 1, other.len - 2);
	buf_release(&other);
	add_lines(m, secret, text, len);
}

/* A value of `data`: what it encodes is the secret; what is no base64 is one itself. */
static void add_encoded(struct masks *m, const char *text, size_t len)
{
	struct spelling *known;
	struct buf raw;

	buf_init(&raw, 0);
	if (len && base64_decode(&raw, text, len)) {
		masks_add_value(m, raw.text, raw.len);
		known = map_get_n(&m->spellings, raw.text, raw.len);
		if (known)
			add_spelling(m, known->secret, text, len);
	} else {
		masks_add_value(m, text, len);
	}
	buf_release(&raw);
}

/* What Argo CD names its clusters and repositories by, in the Secrets that declare them. */
static bool is_argo_name(const char *key)
{
	return !strcmp(key, "name") || !strcmp(key, "project") || !strcmp(key, "type");
}

static void set_name(struct masks *m, const struct node *value)
{
	struct spelling *known = map_get_n(&m->spellings, value->text, value->len);

	if (known)
		known->secret->is_name = true;
}

/* What may be no key is one by mistake: a line of a file without '=', a password in it. */
static void add_key(struct masks *m, const char *key)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	if (key && key[strspn(key, letters)])
		masks_add_value(m, key, strlen(key));
}

static void add_fields(struct masks *m, const struct node *map, bool encoded, bool argo)
{
	uint32_t i;

	if (!node_is(map, NODE_MAP))
		return;
	for (i = 0; i < map->len; i++) {
		const struct node *value = map->entries[i].value;

		add_key(m, node_text(map->entries[i].key));
		if (!node_is_scalar(value) || node_is_null(value))
			continue;
		if (encoded)
			add_encoded(m, value->text, value->len);
		else
			masks_add_value(m, value->text, value->len);
		if (argo && is_argo_name(node_text(map->entries[i].key)))
			set_name(m, value);
	}
}

static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";

void masks_add_object(struct masks *m, const struct node *object)
{
	const char *kind = node_get_string(object, "kind"),
		   *api = node_get_string(object, "apiVersion");
	const struct node *copy;
	struct arena scratch = ARENA_INIT;
	struct err err = ERR_INIT;
	bool argo;

	if (!kind || !api || strcmp(kind, "Secret") != 0)
		return;
	argo = node_path(object, "metadata", "labels", "argocd.argoproj.io/secret-type", NULL);
	copy = node_path(object, "spec", "Data", NULL);
	if (!strcmp(api, SWARM_API) && node_is(copy, NODE_STR))
		masks_add_value(m, copy->text, copy->len);
	if (strcmp(api, "v1") != 0)
		return;
	add_fields(m, node_get(object, "data"), true, argo);
	add_fields(m, node_get(object, "stringData"), false, argo);
	copy = node_path(object, "metadata", "annotations", last_applied, NULL);
	if (!node_is(copy, NODE_STR))
		return;
	copy = json_read(&scratch, copy->text, copy->len, NULL, &err);
	add_fields(m, node_get(copy, "data"), true, argo);
	add_fields(m, node_get(copy, "stringData"), false, argo);
	arena_release(&scratch);
}

bool masks_covers(const char *kind, const char *group, const char *path)
{
	if (strcmp(kind, "Secret") != 0)
		return false;
	if (!strcmp(group, SWARM_GROUP))
		return !strcmp(path, "spec.Data");
	if (*group)
		return false;
	return !strncmp(path, "data", 4) || !strncmp(path, "stringData", 10) ||
	       strstr(path, last_applied);
}

static bool joins(char c, char after)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '/' ||
	       (c == '.' && isalnum((unsigned char)after));
}

/*
 * Passwords of examples are words ("postgres", "storageos"). As a part of another word, of a file's
 * path or of a field's they are none, and to mask them there would hide which file or field it is.
 */
static bool is_part_of_name(const struct spelling *s, const char *start, const char *at,
			    const char *end)
{
	const char *next = at + s->len;

	if (s->len >= MASK_WORD)
		return false;
	for (size_t i = 0; i < s->len; i++)
		if (!islower((unsigned char)s->text[i]))
			return false;
	return (at > start && joins(at[-1], at[0])) ||
	       (next < end && joins(next[0], next + 1 < end ? next[1] : '\0'));
}

/* The longest spelling at `at`, in a text from `start` to `end`. */
static const struct spelling *spelling_at(const struct masks *m, const char *start, const char *at,
					  const char *end)
{
	const struct spelling *s, *best = NULL;
	size_t left = (size_t)(end - at);

	if (left < MASK_ANYWHERE)
		return NULL;
	for (s = m->slots[slot_of(at)]; s; s = s->next)
		if (!s->secret->is_name && s->len <= left && (!best || s->len > best->len) &&
		    !memcmp(s->text, at, s->len) && !is_part_of_name(s, start, at, end))
			best = s;
	return best;
}

static void add_mask(struct masks *m, struct buf *out, struct secret *secret)
{
	if (!secret->ordinal)
		secret->ordinal = ++m->last;
	buf_printf(out, "\xe2\x80\xb9secret %u\xe2\x80\xba", secret->ordinal);
}

static const char *mask_span(struct masks *m, struct arena *a, const char *text, size_t len)
{
	const struct spelling *s;
	const char *result;
	struct buf out;
	size_t i = 0, from = 0;

	buf_init(&out, 0);
	while (i < len) {
		s = spelling_at(m, text, text + i, text + len);
		if (!s) {
			i++;
			continue;
		}
		buf_add(&out, text + from, i - from);
		add_mask(m, &out, s->secret);
		i += s->len;
		from = i;
	}
	if (!from) {
		buf_release(&out);
		return text;
	}
	buf_add(&out, text + from, len - from);
	result = buf_dup(&out, a);
	buf_release(&out);
	return result;
}

const char *masks_text(struct masks *m, struct arena *a, const char *text)
{
	return m->any ? mask_span(m, a, text, strlen(text)) : text;
}

/* Whether a text is that of a password sooner than words, which name hosts, users and databases. */
static bool is_no_word(const struct spelling *s)
{
	size_t letters = 0, digits = 0;

	for (size_t i = 0; i < s->len; i++) {
		letters += isalpha((unsigned char)s->text[i]) != 0;
		digits += isdigit((unsigned char)s->text[i]) != 0;
	}
	return s->len >= MASK_NAME && letters && digits;
}

const char *masks_name(struct masks *m, struct arena *a, const char *name)
{
	size_t len = strlen(name);
	const struct spelling *s = m->any ? map_get_n(&m->spellings, name, len) : NULL;

	if (!m->any || (s && strpbrk(name, "-."))) /* a Secret tells a host by its name */
		return name;
	for (size_t i = 0; i < len; i++) {
		s = spelling_at(m, name, name + i, name + len);
		if (s && is_no_word(s))
			return mask_span(m, a, name, len);
	}
	return name;
}

static struct node *mask_secret(struct masks *m, struct arena *a, const struct node *n)
{
	struct spelling *known;
	struct node *masked;
	struct buf out;

	if (node_is_null(n))
		return node_copy(a, n);
	masks_add_value(m, n->text, n->len);
	known = map_get_n(&m->spellings, n->text, n->len);
	buf_init(&out, 0);
	if (known)
		add_mask(m, &out, known->secret);
	masked = node_at(node_str_n(a, out.text, out.len), n->origin);
	buf_release(&out);
	return masked;
}

struct node *masks_node(struct masks *m, struct arena *a, const struct node *n, bool secret)
{
	struct node *copy;
	const char *text;
	uint32_t i;

	if (!n)
		return NULL;
	if (node_is_scalar(n)) {
		if (secret)
			return mask_secret(m, a, n);
		text = m->any ? mask_span(m, a, n->text, n->len) : n->text;
		return text == n->text ? node_copy(a, n) : node_at(node_str(a, text), n->origin);
	}
	copy = n->type == NODE_SEQ ? node_seq(a) : node_map(a);
	copy->origin = n->origin;
	for (i = 0; i < n->len; i++) {
		if (n->type == NODE_SEQ)
			node_append(a, copy, masks_node(m, a, n->items[i], secret));
		else
			node_append_entry(a, copy, masks_node(m, a, n->entries[i].key, false),
					  masks_node(m, a, n->entries[i].value, secret));
	}
	return copy;
}
