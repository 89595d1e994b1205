/* applicationset: what an ApplicationSet's templates call: sprig's functions, and a few more. */
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/template.h"

enum { MAX_NAME = 253, MAX_SLUG = 50 };

/* Lower case, with '-' for all that a DNS name can't have, and none of "-." at its ends. */
void dns_name(struct buf *out, const char *name, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len && i < MAX_NAME; i++) {
		char c = name[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (((unsigned char)c & 0xc0) == 0x80)
			continue; /* the rest of a character that is a '-' already */
		buf_char(out,
			 (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
				 ? c
				 : '-');
	}
	while (out->len && strchr("-.", out->text[out->len - 1]))
		buf_cut(out, out->len - 1);
	while (from < out->len && strchr("-.", out->text[from]))
		from++;
	memmove(out->text, out->text + from, out->len - from);
	buf_cut(out, out->len - from);
}

static int fn_normalize(struct call *c)
{
	struct buf out;

	buf_init(&out, 0);
	dns_name(&out, c->args[0].s->text, c->args[0].s->len);
	return give_like(c, c->args[0], &out);
}

static bool is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void slug_tidy(struct buf *b)
{
	size_t to = 0, from = 0;

	for (size_t i = 0; i < b->len; i++) {
		char c = is_slug_char(b->text[i]) ? b->text[i] : '-';

		if (c != '-' || !to || b->text[to - 1] != '-')
			b->text[to++] = c;
	}
	while (to && strchr("-_", b->text[to - 1]))
		to--;
	while (from < to && strchr("-_", b->text[from]))
		from++;
	memmove(b->text, b->text + from, to - from);
	buf_cut(b, to - from);
}

/* Cut between words where that can be. */
static void cut_slug(struct buf *b, size_t max)
{
	size_t keep = 0, word;

	if (!max || b->len <= max)
		return;
	if (strcspn(b->text, "-") >= max) {
		buf_cut(b, max);
		return;
	}
	for (;;) {
		word = strcspn(b->text + keep, "-");
		if (keep + word > max)
			break;
		keep += word + 1;
	}
	buf_cut(b, keep);
	while (b->len && b->text[b->len - 1] == '-')
		buf_cut(b, b->len - 1);
}

static int fn_slugify(struct call *c)
{
	size_t max = MAX_SLUG;
	bool smart = true;
	struct buf out;

	if (!c->argc || value_kind(c->args[c->argc - 1]) != GO_STRING)
		return call_fail(c, "slugify: the name must be a string");
	if (c->argc > 1)
		max = cast_int(c->args[0]) > 0 ? (size_t)cast_int(c->args[0]) : 0;
	if (c->argc > 2)
		smart = value_kind(c->args[1]) == GO_BOOL && c->args[1].b;
	buf_init(&out, 0);
	dns_name(&out, c->args[c->argc - 1].s->text, c->args[c->argc - 1].s->len);
	if (!smart && out.len > max)
		buf_cut(&out, max);
	slug_tidy(&out);
	if (smart)
		cut_slug(&out, max);
	return give_like(c, c->args[c->argc - 1], &out);
}

static const struct function own[] = {
	{ "normalize", "s:s", fn_normalize, 0 },
	{ "slugify", "a*:s", fn_slugify, 0 },
};

/* Helm's own, and what would tell of the machine. */
static const char *const without[] = {
	"fromJsonArray", "fromToml", "getHostByName", "include",      "lookup",
	"mustToToml",	 "required", "toToml",	      "toYamlPretty",
};

const struct function *applicationset_function(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strlen(own[i].name) == len && !memcmp(own[i].name, name, len))
			return &own[i];
	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (strlen(without[i]) == len && !memcmp(without[i], name, len))
			return NULL;
	return function_find(name, len);
}
