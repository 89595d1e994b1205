/*
 * compile: kubernetes.txt into C, at build time.
 *
 *     schema-compile kubernetes.txt > tables.c
 *
 * A program of its own, run by the build; it is no part of the product. Its input is ours, so it
 * reports the line of a mistake and stops. See README.md for the text, rows.h for what it writes.
 */
#include "validate/schema/rows.h"
#include "validate/schema/schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RELEASES = 16, MAX_TYPES = 4096, MAX_FIELDS = 32768, MAX_KINDS = 4096, MAX_GATES = 512,
       POOL_BYTES = 4 << 20, POOL_SLOTS = 1 << 17, MAX_WORDS = 16 };

static struct schema_release releases[MAX_RELEASES];
static struct schema_type types[MAX_TYPES];
static struct schema_field fields[MAX_FIELDS];
static struct schema_extra extras[MAX_FIELDS];
static struct schema_kind kinds[MAX_KINDS];
static struct schema_life lives[MAX_KINDS];
static struct schema_gate gates[MAX_GATES];
static unsigned gate_count;
static unsigned release_count, type_count, field_count, extra_count = 1, kind_count, life_count;
static char pool[POOL_BYTES];
static unsigned pool_used = 1;
static unsigned pool_slots[POOL_SLOTS];
static unsigned line_number;

static __attribute__((format(printf, 1, 2), noreturn)) void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "kubernetes.txt:%u: ", line_number);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* The offset of a text in the pool, where each stands once. */
static unsigned intern(const char *s)
{
	unsigned hash = 2166136261u;
	size_t len = strlen(s);

	if (!len)
		return 0;
	for (const char *p = s; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	for (;; hash++) {
		unsigned *slot = &pool_slots[hash % POOL_SLOTS];

		if (*slot && !strcmp(pool + *slot, s))
			return *slot;
		if (*slot)
			continue;
		if (pool_used + len + 1 > POOL_BYTES)
			die("the pool of strings is full");
		*slot = pool_used;
		memcpy(pool + pool_used, s, len + 1);
		pool_used += (unsigned)len + 1;
		return *slot;
	}
}

static unsigned bit_of(long minor)
{
	for (unsigned i = 0; i < release_count; i++) {
		if (releases[i].minor == minor)
			return i;
	}
	die("release %ld is not declared", minor);
	return 0;
}

/* "30-33,36" as bits; NULL is `all`. */
static uint16_t mask_of(char *text, uint16_t all)
{
	unsigned mask = 0;

	if (!text)
		return all;
	while (*text) {
		long from = strtol(text, &text, 10), to = from;

		if (*text == '-')
			to = strtol(text + 1, &text, 10);
		for (; from <= to; from++)
			mask |= 1u << bit_of(from);
		if (*text == ',')
			text++;
		else if (*text)
			die("bad set of releases");
	}
	return (uint16_t)mask;
}

/* Undo %XX; with `bars`, each | becomes a newline first. */
static char *unquote(char *s, int bars)
{
	char *out = s;

	for (char *p = s; *p; p++) {
		if (*p == '%' && p[1] && p[2]) {
			char hex[3] = { p[1], p[2], 0 };

			*out++ = (char)strtol(hex, NULL, 16);
			p += 2;
		} else {
			*out++ = bars && *p == '|' ? '\n' : *p;
		}
	}
	*out = 0;
	return s;
}

static unsigned new_type(struct schema_type t)
{
	if (type_count == MAX_TYPES)
		die("too many types");
	types[type_count] = t;
	return type_count++;
}

/* The row of a type expression: "string", "[]X", "{}X", "@name". */
static unsigned type_of(const char *expr)
{
	static const char *const names[] = {
		[SCHEMA_ANY] = "any", [SCHEMA_STRING] = "string", [SCHEMA_BOOLEAN] = "boolean",
		[SCHEMA_INT32] = "int32", [SCHEMA_INT64] = "int64", [SCHEMA_NUMBER] = "number",
		[SCHEMA_BYTES] = "byte", [SCHEMA_TIME] = "time", [SCHEMA_MICROTIME] = "microtime",
		[SCHEMA_QUANTITY] = "quantity", [SCHEMA_INT_OR_STRING] = "int-or-string",
		[SCHEMA_SCHEMA_OR_ARRAY] = "schema-or-array",
		[SCHEMA_SCHEMA_OR_BOOL] = "schema-or-bool",
		[SCHEMA_SCHEMA_OR_STRINGS] = "schema-or-strings",
	};
	struct schema_type t = { 0 };

	if (*expr == '@') {
		unsigned name = intern(expr + 1);

		for (unsigned i = 0; i < type_count; i++) {
			if (types[i].what == SCHEMA_OBJECT && types[i].name == name)
				return i;
		}
		die("no type '%s'", expr + 1);
	}
	if (!strncmp(expr, "[]", 2) || !strncmp(expr, "{}", 2)) {
		t.what = *expr == '[' ? SCHEMA_LIST : SCHEMA_MAP;
		t.element = (uint16_t)type_of(expr + 2);
	} else {
		for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
			if (!strcmp(names[i], expr)) {
				t.what = (uint8_t)i;
				goto found;
			}
		}
		die("unknown type '%s'", expr);
	}
found:
	for (unsigned i = 0; i < type_count; i++) {
		if (types[i].what == t.what && types[i].element == t.element && t.what != SCHEMA_OBJECT)
			return i;
	}
	return new_type(t);
}

static unsigned extra_of(struct schema_extra e)
{
	for (unsigned i = 0; i < extra_count; i++) {
		if (!memcmp(&extras[i], &e, sizeof(e)))
			return i;
	}
	extras[extra_count] = e;
	return extra_count++;
}

static uint8_t list_of(const char *name)
{
	static const char *const names[] = { "", "atomic", "set", "map", "granular" };

	for (uint8_t i = 1; i < 5; i++) {
		if (!strcmp(names[i], name))
			return i;
	}
	die("unknown list or map type '%s'", name);
	return 0;
}

static uint8_t patch_of(const char *name)
{
	uint8_t flags = 0;

	if (strstr(name, "merge"))
		flags |= SCHEMA_PATCH_MERGE;
	if (strstr(name, "replace"))
		flags |= SCHEMA_PATCH_REPLACE;
	if (strstr(name, "retainKeys"))
		flags |= SCHEMA_PATCH_RETAIN_KEYS;
	return flags;
}

static void read_release(char **w, unsigned n)
{
	if (n < 3 || release_count == MAX_RELEASES)
		die("bad or too many releases");
	releases[release_count] = (struct schema_release){
		.version = intern(w[2]), .minor = (uint8_t)strtoul(w[1], NULL, 10),
		.bit = (uint8_t)release_count, .derived = n > 3,
	};
	release_count++;
}

static uint16_t all_releases(void)
{
	return (uint16_t)((1u << release_count) - 1);
}

static const char *group_of(const char *name)
{
	return strcmp(name, "core") ? name : "";
}

static void read_kind(char **w, unsigned n, char *mask)
{
	struct schema_kind k = { .releases = mask_of(mask, all_releases()) };

	if (n < 7 || kind_count == MAX_KINDS)
		die("bad or too many kinds");
	k.group = intern(group_of(w[1]));
	k.version = intern(w[2]);
	k.kind = intern(w[3]);
	k.resource = intern(w[4]);
	k.flags = !strcmp(w[5], "namespaced") ? SCHEMA_NAMESPACED :
		  !strcmp(w[5], "list") ? SCHEMA_KIND_LIST : 0;
	k.type = (uint16_t)type_of(w[6]);
	for (unsigned i = 7; i < n; i++) {
		if (!strcmp(w[i], "readonly"))
			k.flags |= SCHEMA_KIND_READ_ONLY;
		else if (!strncmp(w[i], "short=", 6))
			k.shorts = intern(w[i] + 6);
		else
			die("unknown word '%s'", w[i]);
	}
	kinds[kind_count++] = k;
}

static void read_life(char **w, unsigned n)
{
	struct schema_life l = { 0 };

	if (n < 4 || life_count == MAX_KINDS)
		die("bad or too many lives");
	l.group = intern(group_of(w[1]));
	l.version = intern(w[2]);
	l.kind = intern(w[3]);
	for (unsigned i = 4; i < n; i++) {
		char *value = strchr(w[i], '=');

		if (!value)
			die("unknown word '%s'", w[i]);
		*value++ = 0;
		if (!strcmp(w[i], "introduced"))
			l.introduced = (uint8_t)strtoul(value, NULL, 10);
		else if (!strcmp(w[i], "deprecated"))
			l.deprecated = (uint8_t)strtoul(value, NULL, 10);
		else if (!strcmp(w[i], "removed"))
			l.removed = (uint8_t)strtoul(value, NULL, 10);
		else if (!strcmp(w[i], "instead"))
			l.instead = intern(value);
		else
			die("unknown word '%s'", w[i]);
	}
	lives[life_count++] = l;
}

static void read_gate(char **w, unsigned n, char *mask)
{
	if (n != 2 || !mask || gate_count == MAX_GATES)
		die("bad or too many gates");
	gates[gate_count++] = (struct schema_gate){ intern(w[1]), mask_of(mask, 0) };
}

static void read_field_word(char *w, struct schema_field *f, struct schema_extra *e)
{
	if (!strcmp(w, "required"))
		f->flags |= SCHEMA_REQUIRED;
	else if (!strncmp(w, "as=", 3))
		f->list = list_of(w + 3);
	else if (!strncmp(w, "keys=", 5))
		e->keys = intern(w + 5);
	else if (!strncmp(w, "merge=", 6))
		e->merge = intern(w + 6);
	else if (!strncmp(w, "patch=", 6))
		f->flags |= patch_of(w + 6);
	else if (!strncmp(w, "default=", 8))
		e->preset = intern(unquote(w + 8, 0));
	else if (!strncmp(w, "enum=", 5))
		e->values = intern(unquote(w + 5, 1));
	else if (!strncmp(w, "gate=", 5))
		e->gate = intern(w + 5);
	else
		die("unknown word '%s'", w);
}

/* A field of the type that was declared last; `t` is its row. */
static void read_field(struct schema_type *t, char **w, unsigned n, char *mask)
{
	struct schema_extra e = { 0 };
	struct schema_field f = { 0 };

	if (!t || n < 2 || field_count == MAX_FIELDS)
		die("a field without a type, or too many fields");
	f.name = intern(w[0]);
	f.type = (uint16_t)type_of(w[1]);
	f.releases = mask_of(mask, t->releases);
	for (unsigned i = 2; i < n; i++)
		read_field_word(w[i], &f, &e);
	f.extra = (uint16_t)extra_of(e);
	if (!t->count++)
		t->first = field_count;
	fields[field_count++] = f;
}

static void read_type(char **w, unsigned n, char *mask)
{
	uint16_t held = mask_of(mask, all_releases());
	unsigned name = intern(w[1]);

	if (!type_count || types[type_count - 1].name != name)
		new_type((struct schema_type){ .what = SCHEMA_OBJECT, .name = name });
	types[type_count - 1].releases |= held;
	if (n > 2 && !strcmp(w[2], "as=atomic"))
		types[type_count - 1].atomic |= held;
}

/* Types are declared in the first pass, so that rows can refer to those further down. */
static void read_line(char *line, int pass, struct schema_type **type)
{
	char *words[MAX_WORDS], *mask = strstr(line, " @@"), *save = NULL;
	int is_field = *line == '\t';
	unsigned n = 0;

	line[strcspn(line, "\n")] = 0;
	if (mask) {
		*mask = 0;
		mask += 3;
	}
	for (char *w = strtok_r(line, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		if (n == MAX_WORDS)
			die("too many words");
		words[n++] = w;
	}
	if (!n || *words[0] == '#')
		return;
	if (is_field) {
		if (pass == 2)
			read_field(*type, words, n, mask);
	} else if (!strcmp(words[0], "type")) {
		if (pass == 1)
			read_type(words, n, mask);
		else if (!*type || strcmp(pool + (*type)->name, words[1]))
			*type = *type ? *type + 1 : types;
	} else if (!strcmp(words[0], "release")) {
		if (pass == 1)
			read_release(words, n);
	} else if (!strcmp(words[0], "gate")) {
		if (pass == 2)
			read_gate(words, n, mask);
	} else if (!strcmp(words[0], "kind")) {
		if (pass == 2)
			read_kind(words, n, mask);
	} else if (!strcmp(words[0], "life")) {
		if (pass == 2)
			read_life(words, n);
	} else {
		die("unknown line '%s'", words[0]);
	}
}

static void read_text(FILE *in, int pass)
{
	struct schema_type *type = NULL;
	char *line = NULL;
	size_t cap = 0;

	rewind(in);
	line_number = 0;
	while (getline(&line, &cap, in) >= 0) {
		line_number++;
		read_line(line, pass, &type);
	}
	free(line);
}

static int triple_cmp(const unsigned a[3], const unsigned b[3])
{
	for (int i = 0; i < 3; i++) {
		int c = strcmp(pool + a[i], pool + b[i]);

		if (c)
			return c;
	}
	return 0;
}

static int kind_cmp(const void *a, const void *b)
{
	const struct schema_kind *x = a, *y = b;

	return triple_cmp((unsigned[]){ x->kind, x->group, x->version },
			  (unsigned[]){ y->kind, y->group, y->version });
}

static int life_cmp(const void *a, const void *b)
{
	const struct schema_life *x = a, *y = b;

	return triple_cmp((unsigned[]){ x->kind, x->group, x->version },
			  (unsigned[]){ y->kind, y->group, y->version });
}

static int field_cmp(const void *a, const void *b)
{
	const struct schema_field *x = a, *y = b;

	return strcmp(pool + x->name, pool + y->name);
}

static void write_pool(void)
{
	printf("const char schema_strings[] =\n\t\"\\0\"\n\t\"");
	for (unsigned at = 1; at < pool_used; at++) {
		unsigned char c = (unsigned char)pool[at];

		if (!c)
			printf("\\0\"\n\t\"");
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\%03o", c);
		else
			putchar(c);
	}
	printf("\";\n");
}

static void write_types(void)
{
	printf("const struct schema_type schema_types[] = {\n");
	for (unsigned i = 0; i < type_count; i++)
		printf("{%u,%u,%u,%u,%u,%u,%u},\n", types[i].name, types[i].first, types[i].count,
		       types[i].element, types[i].releases, types[i].atomic, types[i].what);
	printf("};\nconst struct schema_field schema_fields[] = {\n");
	for (unsigned i = 0; i < field_count; i++)
		printf("{%u,%u,%u,%u,%u,%u},\n", fields[i].name, fields[i].type, fields[i].releases,
		       fields[i].extra, fields[i].flags, fields[i].list);
	printf("};\nconst struct schema_extra schema_extras[] = {\n");
	for (unsigned i = 0; i < extra_count; i++)
		printf("{%u,%u,%u,%u,%u},\n", extras[i].keys, extras[i].merge, extras[i].preset,
		       extras[i].values, extras[i].gate);
	printf("};\n");
}

static void write_kinds(void)
{
	printf("const struct schema_release schema_releases[] = {\n");
	for (unsigned i = 0; i < release_count; i++)
		printf("{%u,%u,%u,%u},\n", releases[i].version, releases[i].minor, releases[i].bit,
		       releases[i].derived);
	printf("};\nconst struct schema_kind schema_kinds[] = {\n");
	for (unsigned i = 0; i < kind_count; i++)
		printf("{%u,%u,%u,%u,%u,%u,%u,%u},\n", kinds[i].kind, kinds[i].group,
		       kinds[i].version, kinds[i].resource, kinds[i].shorts, kinds[i].type,
		       kinds[i].releases, kinds[i].flags);
	printf("};\nconst struct schema_life schema_lives[] = {\n");
	for (unsigned i = 0; i < life_count; i++)
		printf("{%u,%u,%u,%u,%u,%u,%u},\n", lives[i].kind, lives[i].group, lives[i].version,
		       lives[i].instead, lives[i].introduced, lives[i].deprecated,
		       lives[i].removed);
	printf("};\nconst struct schema_gate schema_gates[] = {\n");
	for (unsigned i = 0; i < gate_count; i++)
		printf("{%u,%u},\n", gates[i].name, gates[i].releases);
	printf("};\n");
}

int main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!in) {
		fprintf(stderr, "usage: schema-compile kubernetes.txt > tables.c\n");
		return 2;
	}
	read_text(in, 1);
	read_text(in, 2);
	fclose(in);
	qsort(kinds, kind_count, sizeof(*kinds), kind_cmp);
	qsort(lives, life_count, sizeof(*lives), life_cmp);
	for (unsigned i = 0; i < type_count; i++)
		qsort(fields + types[i].first, types[i].count, sizeof(*fields), field_cmp);
	printf("/* Made from kubernetes.txt by compile.c. */\n#include \"validate/schema/rows.h\"\n");
	write_pool();
	write_types();
	write_kinds();
	printf("const uint32_t schema_release_count = %u, schema_type_count = %u, "
	       "schema_field_count = %u, schema_extra_count = %u, schema_kind_count = %u, "
	       "schema_life_count = %u, schema_gate_count = %u;\n",
	       release_count, type_count, field_count, extra_count, kind_count, life_count,
	       gate_count);
	return 0;
}
