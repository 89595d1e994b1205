/* semver: versions as values with methods, and semverCompare. */
#include "base/semver.h"
#include <string.h>
#include "render/helm/functions/functions.h"

/* What a *semver.Version points to. */
struct version {
	struct semver v;
};

static void version_text(const struct semver *v, struct buf *out)
{
	buf_printf(out, "%llu.%llu.%llu", (unsigned long long)v->major,
		   (unsigned long long)v->minor, (unsigned long long)v->patch);
	if (*v->pre)
		buf_printf(out, "-%s", v->pre);
	if (*v->metadata)
		buf_printf(out, "+%s", v->metadata);
}

static void version_string(struct value v, struct buf *out)
{
	version_text(&((const struct version *)v.data)->v, out);
}

static const struct version *receiver(struct call *c)
{
	return c->args[0].data;
}

static int version_major(struct call *c)
{
	return give(c, value_uint(&type_uint64, receiver(c)->v.major));
}

static int version_minor(struct call *c)
{
	return give(c, value_uint(&type_uint64, receiver(c)->v.minor));
}

static int version_patch(struct call *c)
{
	return give(c, value_uint(&type_uint64, receiver(c)->v.patch));
}

static int version_pre(struct call *c)
{
	return give_string(c, receiver(c)->v.pre, strlen(receiver(c)->v.pre));
}

static int version_metadata(struct call *c)
{
	return give_string(c, receiver(c)->v.metadata, strlen(receiver(c)->v.metadata));
}

static int version_original(struct call *c)
{
	return give_string(c, receiver(c)->v.original, strlen(receiver(c)->v.original));
}

static int version_to_string(struct call *c)
{
	struct buf b;

	buf_init(&b, 0);
	version_text(&receiver(c)->v, &b);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

static int compare(struct call *c)
{
	return semver_compare(&receiver(c)->v, &((const struct version *)c->args[1].data)->v);
}

static int version_compare(struct call *c)
{
	return c->args[1].data ? give(c, value_int(compare(c))) : call_fail(c, GO_NIL_DEREFERENCE);
}

#define COMPARISON(name, test)                                                                     \
	static int name(struct call *c)                                                            \
	{                                                                                          \
		if (!c->args[1].data)                                                              \
			return call_fail(c, GO_NIL_DEREFERENCE);                                   \
		return give_bool(c, compare(c) test 0);                                            \
	}
COMPARISON(version_less, <)
COMPARISON(version_less_equal, <=)
COMPARISON(version_greater, >)
COMPARISON(version_greater_equal, >=)

static int version_equal(struct call *c)
{
	return give_bool(c, c->args[1].data && !compare(c));
}

static const struct go_type type_version;

/* The next version, with the v that the original had. */
static int give_version(struct call *c, struct semver v, const struct go_type *type)
{
	struct version *out = arena_new(c->arena, struct version);
	struct buf b;

	buf_init(&b, 0);
	if (receiver(c)->v.original[0] == 'v')
		buf_char(&b, 'v');
	version_text(&v, &b);
	out->v = v;
	out->v.original = arena_memdup(c->arena, b.text, b.len);
	buf_release(&b);
	return give(c, (struct value){ .type = type, .data = out });
}

static int version_inc_major(struct call *c)
{
	struct semver v = { .major = receiver(c)->v.major + 1, .pre = "", .metadata = "" };

	return give_version(c, v, &type_version);
}

static int version_inc_minor(struct call *c)
{
	struct semver v = receiver(c)->v;

	v.patch = 0;
	v.pre = v.metadata = "";
	v.minor++;
	return give_version(c, v, &type_version);
}

static int version_inc_patch(struct call *c)
{
	struct semver v = receiver(c)->v;

	v.patch += !*v.pre;
	v.pre = v.metadata = "";
	return give_version(c, v, &type_version);
}

static int set_part(struct call *c, bool pre)
{
	struct semver v = receiver(c)->v, checked;
	struct value part = c->args[1];
	const char *text, *error;

	if (part.s->len) {
		text = arena_printf(c->arena, "0.0.0%c%.*s", pre ? '-' : '+', (int)part.s->len,
				    part.s->text);
		error = semver_parse(c->arena, text, strlen(text), &checked);
		if (error || *(pre ? checked.metadata : checked.pre))
			return call_fail(c, "%s",
					 error && strstr(error, "starts with 0") ? error
					 : pre ? "invalid prerelease string"
					       : "invalid metadata string");
	}
	if (pre)
		v.pre = string_c(c->arena, part);
	else
		v.metadata = string_c(c->arena, part);
	return give_version(c, v, &type_version);
}

static int version_set_pre(struct call *c)
{
	return set_part(c, true);
}

static int version_set_metadata(struct call *c)
{
	return set_part(c, false);
}

static const struct go_method version_methods[] = {
	{ "Major", ":U", version_major },
	{ "Minor", ":U", version_minor },
	{ "Patch", ":U", version_patch },
	{ "Prerelease", ":s", version_pre },
	{ "Metadata", ":s", version_metadata },
	{ "Original", ":s", version_original },
	{ "String", ":s", version_to_string },
	{ "Compare", "e:i", version_compare },
	{ "LessThan", "e:b", version_less },
	{ "LessThanEqual", "e:b", version_less_equal },
	{ "GreaterThan", "e:b", version_greater },
	{ "GreaterThanEqual", "e:b", version_greater_equal },
	{ "Equal", "e:b", version_equal },
	{ "IncMajor", ":E", version_inc_major },
	{ "IncMinor", ":E", version_inc_minor },
	{ "IncPatch", ":E", version_inc_patch },
	{ "SetPrerelease", "s:E", version_set_pre },
	{ "SetMetadata", "s:E", version_set_metadata },
};
/* Methods by pointer only are there for the value too: templates can reach none that is not ours.
 */
static const struct go_type type_version = {
	.name = "semver.Version",
	.kind_name = "struct",
	.kind = GO_STRUCT,
	.methods = version_methods,
	.method_count = ARRAY_SIZE(version_methods),
	.string = version_string,
	.marshal = version_string,
};
const struct go_type type_semver = {
	.name = "*semver.Version",
	.kind_name = "ptr",
	.kind = GO_PTR,
	.elem = &type_version,
	.methods = version_methods,
	.method_count = ARRAY_SIZE(version_methods),
	.string = version_string,
	.marshal = version_string,
};

int fn_semver(struct call *c)
{
	struct version *v = arena_new(c->arena, struct version);
	const char *error = semver_parse(c->arena, c->args[0].s->text, c->args[0].s->len, &v->v);

	if (error)
		return call_fail(c, "%s", error);
	return give(c,
		    (struct value){ .type = &type_semver, .data = v, .origin = c->args[0].origin });
}

int fn_semver_compare(struct call *c)
{
	struct semver_constraints *constraints;
	const char *error = NULL;
	struct semver v;

	constraints =
		semver_constraints_parse(c->arena, c->args[0].s->text, c->args[0].s->len, &error);
	if (!error)
		error = semver_parse(c->arena, c->args[1].s->text, c->args[1].s->len, &v);
	if (error)
		return call_fail(c, "%s", error);
	return give_bool(c, semver_constraints_check(constraints, &v));
}
