#include <string.h>
#include "base/buf.h"
#include "validate/cel/types.h"

const struct cel_type *cel_type_of(enum cel_kind kind)
{
	static const struct cel_type dyn = { .kind = CEL_DYN };
	static const struct cel_type simple[] = {
		[CEL_ERROR] = { .kind = CEL_ERROR },
		[CEL_DYN] = { .kind = CEL_DYN },
		[CEL_NULL] = { .kind = CEL_NULL },
		[CEL_BOOL] = { .kind = CEL_BOOL },
		[CEL_INT] = { .kind = CEL_INT },
		[CEL_UINT] = { .kind = CEL_UINT },
		[CEL_DOUBLE] = { .kind = CEL_DOUBLE },
		[CEL_STRING] = { .kind = CEL_STRING },
		[CEL_BYTES] = { .kind = CEL_BYTES },
		[CEL_TIMESTAMP] = { .kind = CEL_TIMESTAMP },
		[CEL_DURATION] = { .kind = CEL_DURATION },
		[CEL_LIST] = { .kind = CEL_LIST, .element = &dyn },
		[CEL_MAP] = { .kind = CEL_MAP, .key = &dyn, .element = &dyn },
		[CEL_OPTIONAL] = { .kind = CEL_OPTIONAL, .element = &dyn },
		[CEL_TYPE] = { .kind = CEL_TYPE },
		[CEL_QUANTITY] = { .kind = CEL_QUANTITY },
		[CEL_IP] = { .kind = CEL_IP },
		[CEL_CIDR] = { .kind = CEL_CIDR },
		[CEL_URL] = { .kind = CEL_URL },
		[CEL_SEMVER] = { .kind = CEL_SEMVER },
		[CEL_FORMAT] = { .kind = CEL_FORMAT },
		[CEL_AUTHORIZER] = { .kind = CEL_AUTHORIZER },
	};

	return kind < ARRAY_SIZE(simple) && simple[kind].kind == kind ? &simple[kind] : &dyn;
}

struct cel_type *cel_list_type(struct arena *a, const struct cel_type *element)
{
	struct cel_type *t = arena_new(a, struct cel_type);

	t->kind = CEL_LIST;
	t->element = element;
	return t;
}

struct cel_type *cel_map_type(struct arena *a, const struct cel_type *key,
			      const struct cel_type *element)
{
	struct cel_type *t = cel_list_type(a, element);

	t->kind = CEL_MAP;
	t->key = key;
	return t;
}

struct cel_type *cel_optional_type(struct arena *a, const struct cel_type *element)
{
	struct cel_type *t = cel_list_type(a, element);

	t->kind = CEL_OPTIONAL;
	return t;
}

struct cel_type *cel_object_type(struct arena *a, const struct cel_object *object)
{
	struct cel_type *t = arena_new(a, struct cel_type);

	t->kind = CEL_OBJECT;
	t->object = object;
	return t;
}

bool cel_type_equal(const struct cel_type *a, const struct cel_type *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == CEL_OBJECT)
		return a->object == b->object || (a->object->data == b->object->data &&
						  !strcmp(a->object->name, b->object->name));
	if (a->kind == CEL_MAP && !cel_type_equal(a->key, b->key))
		return false;
	if (a->kind == CEL_LIST || a->kind == CEL_MAP || a->kind == CEL_OPTIONAL)
		return cel_type_equal(a->element, b->element);
	return a->kind != CEL_PARAM || a->param == b->param;
}

static void type_text(struct buf *out, const struct cel_type *t)
{
	static const char *const names[] = {
		[CEL_ERROR] = "!error!",
		[CEL_DYN] = "dyn",
		[CEL_NULL] = "null",
		[CEL_BOOL] = "bool",
		[CEL_INT] = "int",
		[CEL_UINT] = "uint",
		[CEL_DOUBLE] = "double",
		[CEL_STRING] = "string",
		[CEL_BYTES] = "bytes",
		[CEL_TIMESTAMP] = "timestamp",
		[CEL_DURATION] = "duration",
		[CEL_LIST] = "list",
		[CEL_MAP] = "map",
		[CEL_OPTIONAL] = "optional_type",
		[CEL_TYPE] = "type",
		[CEL_QUANTITY] = "kubernetes.Quantity",
		[CEL_IP] = "net.IP",
		[CEL_CIDR] = "net.CIDR",
		[CEL_URL] = "kubernetes.URL",
		[CEL_SEMVER] = "kubernetes.Semver",
		[CEL_FORMAT] = "kubernetes.NamedFormat",
		[CEL_AUTHORIZER] = "kubernetes.authorization.Authorizer",
		[CEL_PARAM] = "dyn",
	};

	if (t->kind == CEL_OBJECT) {
		buf_str(out, t->object->name);
		return;
	}
	buf_str(out, names[t->kind]);
	if (t->kind != CEL_LIST && t->kind != CEL_MAP && t->kind != CEL_OPTIONAL)
		return;
	buf_char(out, '(');
	if (t->kind == CEL_MAP) {
		type_text(out, t->key);
		buf_str(out, ", ");
	}
	type_text(out, t->element);
	buf_char(out, ')');
}

const char *cel_type_name(struct arena *a, const struct cel_type *t)
{
	struct buf out;
	const char *text;

	buf_init(&out, 0);
	type_text(&out, t);
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}

const struct cel_type *cel_signature_type(struct arena *a, const char **at)
{
	static const struct cel_type params[] = { { .kind = CEL_PARAM, .param = 0 },
						  { .kind = CEL_PARAM, .param = 1 } };
	static const struct {
		char code;
		enum cel_kind kind;
	} codes[] = {
		{ 'b', CEL_BOOL },   { 'i', CEL_INT },	     { 'u', CEL_UINT },
		{ 'd', CEL_DOUBLE }, { 's', CEL_STRING },    { 'y', CEL_BYTES },
		{ 'n', CEL_NULL },   { 't', CEL_TIMESTAMP }, { 'D', CEL_DURATION },
		{ 'x', CEL_DYN },    { 'Q', CEL_QUANTITY },  { 'I', CEL_IP },
		{ 'C', CEL_CIDR },   { 'U', CEL_URL },	     { 'V', CEL_SEMVER },
		{ 'F', CEL_FORMAT }, { 'T', CEL_TYPE },	     { 'Z', CEL_AUTHORIZER },
	};
	char code = *(*at)++;
	const struct cel_type *key;
	size_t i;

	if (code == 'A' || code == 'B')
		return &params[code - 'A'];
	if (code == 'L')
		return cel_list_type(a, cel_signature_type(a, at));
	if (code == 'O')
		return cel_optional_type(a, cel_signature_type(a, at));
	if (code == 'M') {
		key = cel_signature_type(a, at);
		return cel_map_type(a, key, cel_signature_type(a, at));
	}
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == code)
			return cel_type_of(codes[i].kind);
	return cel_type_of(CEL_DYN);
}

/* Words that may not be identifiers, as Kubernetes escapes them. */
static bool needs_escape(const char *name)
{
	static const char *const words[] = {
		"true",	    "false",   "null",	    "in",	"as",  "break",	 "const",
		"continue", "else",    "for",	    "function", "if",  "import", "let",
		"loop",	    "package", "namespace", "return",	"var", "void",	 "while",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

const char *cel_escape(struct arena *a, const char *name)
{
	struct buf out;
	const char *at, *text;

	if (needs_escape(name))
		return arena_printf(a, "__%s__", name);
	if (!*name || (*name >= '0' && *name <= '9'))
		return NULL;
	buf_init(&out, 0);
	for (at = name; *at; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= '0' && *at <= '9') || *at == '_';

		if (at[0] == '_' && at[1] == '_') {
			buf_str(&out, "__underscores__");
			at++;
		} else if (*at == '.' || *at == '-' || *at == '/') {
			buf_str(&out, *at == '.'   ? "__dot__"
				      : *at == '-' ? "__dash__"
						   : "__slash__");
		} else if (plain) {
			buf_char(&out, *at);
		} else {
			buf_release(&out);
			return NULL;
		}
	}
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}
