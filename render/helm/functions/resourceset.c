/*
 * resourceset: what a ResourceSet's templates call (Flux Operator 0.59): slim-sprig's functions
 * that give the same each time, and a few more.
 */
#include <stdlib.h>
#include <string.h>
#include "base/unicode.h"
#include "render/helm/functions/functions.h"
#include "render/helm/template.h"
#include "render/helm/template/exec.h"

enum { MAX_SLUG = 63, LATIN_FIRST = 0xa0, DASH_FIRST = 0x2012, DASH_LAST = 0x2015 };

/* U+00A0 to U+017F in lower case letters of ASCII, as unidecode 1.0 writes them. */
static const char *const latin[] = {
	" ",   "!",   "c/",  "ps", "$?", "y=", "|",  "ss", "\"", "(c)", "a",  "<<", "!", "",
	"(r)", "-",   "deg", "+-", "2",	 "3",  "'",  "u",  "p",	 "*",	",",  "1",  "o", ">>",
	"1/4", "1/2", "3/4", "?",  "a",	 "a",  "a",  "a",  "a",	 "a",	"ae", "c",  "e", "e",
	"e",   "e",   "i",   "i",  "i",	 "i",  "d",  "n",  "o",	 "o",	"o",  "o",  "o", "x",
	"o",   "u",   "u",   "u",  "u",	 "y",  "th", "ss", "a",	 "a",	"a",  "a",  "a", "a",
	"ae",  "c",   "e",   "e",  "e",	 "e",  "i",  "i",  "i",	 "i",	"d",  "n",  "o", "o",
	"o",   "o",   "o",   "/",  "o",	 "u",  "u",  "u",  "u",	 "y",	"th", "y",  "a", "a",
	"a",   "a",   "a",   "a",  "c",	 "c",  "c",  "c",  "c",	 "c",	"c",  "c",  "d", "d",
	"d",   "d",   "e",   "e",  "e",	 "e",  "e",  "e",  "e",	 "e",	"e",  "e",  "g", "g",
	"g",   "g",   "g",   "g",  "g",	 "g",  "h",  "h",  "h",	 "h",	"i",  "i",  "i", "i",
	"i",   "i",   "i",   "i",  "i",	 "i",  "ij", "ij", "j",	 "j",	"k",  "k",  "k", "l",
	"l",   "l",   "l",   "l",  "l",	 "l",  "l",  "l",  "l",	 "n",	"n",  "n",  "n", "n",
	"n",   "'n",  "ng",  "ng", "o",	 "o",  "o",  "o",  "o",	 "o",	"oe", "oe", "r", "r",
	"r",   "r",   "r",   "r",  "s",	 "s",  "s",  "s",  "s",	 "s",	"s",  "s",  "t", "t",
	"t",   "t",   "t",   "t",  "u",	 "u",  "u",  "u",  "u",	 "u",	"u",  "u",  "u", "u",
	"u",   "u",   "w",   "w",  "y",	 "y",  "y",  "z",  "z",	 "z",	"z",  "z",  "z", "s",
};

/* One character of a name as a slug's text; NULL: which letters it stands for is not known. */
static const char *spelled(uint32_t rune, char ascii[2])
{
	switch (rune) {
	case '"':
	case '\'':
	case 0x2019:
		return "";
	case '&':
		return "and";
	case '@':
		return "at";
	}
	if (rune >= DASH_FIRST && rune <= DASH_LAST)
		return "-";
	if (rune >= LATIN_FIRST && rune - LATIN_FIRST < ARRAY_SIZE(latin))
		return latin[rune - LATIN_FIRST];
	ascii[0] = rune >= 'A' && rune <= 'Z' ? (char)(rune - 'A' + 'a') : (char)rune;
	return rune < 0x80 ? ascii : NULL;
}

/* Cut between words. */
static void cut_slug(struct buf *b)
{
	size_t i;

	if (b->len <= MAX_SLUG)
		return;
	for (i = MAX_SLUG; i && b->text[i] != '-'; i--)
		;
	buf_cut(b, b->text[i] == '-' ? i : MAX_SLUG);
}

static int fn_slug(struct call *c)
{
	struct value name = c->args[0];
	size_t at = 0, end = name.s->len;
	struct buf out;
	uint32_t rune;

	while (at < end && rune_is_space((unsigned char)name.s->text[at]))
		at++;
	while (end > at && rune_is_space((unsigned char)name.s->text[end - 1]))
		end--;
	buf_init(&out, 0);
	while (at < end) {
		char ascii[2] = "";
		const char *text;

		at += rune_decode(name.s->text + at, end - at, &rune);
		text = spelled(rune, ascii);
		if (!text) {
			buf_release(&out);
			return call_fail(c, "slugify: the Latin letters of U+%04X are not known",
					 (unsigned)rune);
		}
		buf_str(&out, text);
	}
	slug_tidy(&out);
	cut_slug(&out);
	return give_like(c, name, &out);
}

/* Unlike Helm's, with the line's end. */
static int fn_yaml_lines(struct call *c)
{
	struct text t;

	if (value_yaml(c, c->args[0]) < 0)
		return -1;
	text_init(&t, c->arena);
	text_value(&t, c->result);
	text_str(&t, "\n");
	return give_text(c, &t);
}

static int fn_inputs(struct call *c)
{
	const struct value *inputs = c->exec->set->options.inputs;

	return give(c, inputs ? *inputs : VALUE_NIL);
}

static const struct function own[] = {
	/* bytewise */
	{ "inputs", ":a", fn_inputs, 0 },
	{ "mustToYaml", "a:s", fn_yaml_lines, 0 },
	{ "slugify", "s:s", fn_slug, 0 },
	{ "toYaml", "a:s", fn_yaml_lines, 0 },
};

/* Those that it has as Helm has them, bytewise. */
static const char *const shared[] = {
	"add",
	"add1",
	"adler32sum",
	"ago",
	"all",
	"and",
	"any",
	"append",
	"atoi",
	"b32dec",
	"b32enc",
	"b64dec",
	"b64enc",
	"base",
	"biggest",
	"call",
	"cat",
	"ceil",
	"chunk",
	"clean",
	"coalesce",
	"compact",
	"concat",
	"contains",
	"deepEqual",
	"default",
	"dict",
	"dig",
	"dir",
	"div",
	"duration",
	"durationRound",
	"empty",
	"eq",
	"ext",
	"fail",
	"first",
	"float64",
	"floor",
	"fromJson",
	"ge",
	"get",
	"gt",
	"has",
	"hasKey",
	"hasPrefix",
	"hasSuffix",
	"hello",
	"html",
	"indent",
	"index",
	"initial",
	"int",
	"int64",
	"isAbs",
	"join",
	"js",
	"keys",
	"kindIs",
	"kindOf",
	"last",
	"le",
	"len",
	"list",
	"lower",
	"lt",
	"max",
	"maxf",
	"min",
	"minf",
	"mod",
	"mul",
	"mustAppend",
	"mustChunk",
	"mustCompact",
	"mustDateModify",
	"mustFirst",
	"mustFromJson",
	"mustHas",
	"mustInitial",
	"mustLast",
	"mustPrepend",
	"mustPush",
	"mustRegexFind",
	"mustRegexFindAll",
	"mustRegexMatch",
	"mustRegexReplaceAll",
	"mustRegexReplaceAllLiteral",
	"mustRegexSplit",
	"mustRest",
	"mustReverse",
	"mustSlice",
	"mustToDate",
	"mustToJson",
	"mustToPrettyJson",
	"mustToRawJson",
	"mustUniq",
	"mustWithout",
	"must_date_modify",
	"ne",
	"nindent",
	"not",
	"omit",
	"or",
	"osBase",
	"osClean",
	"osDir",
	"osExt",
	"osIsAbs",
	"pick",
	"pluck",
	"plural",
	"prepend",
	"print",
	"printf",
	"println",
	"push",
	"quote",
	"randInt",
	"regexFind",
	"regexFindAll",
	"regexMatch",
	"regexQuoteMeta",
	"regexReplaceAll",
	"regexReplaceAllLiteral",
	"regexSplit",
	"repeat",
	"replace",
	"rest",
	"reverse",
	"round",
	"seq",
	"set",
	"sha1sum",
	"sha256sum",
	"slice",
	"sortAlpha",
	"split",
	"splitList",
	"splitn",
	"squote",
	"sub",
	"substr",
	"ternary",
	"title",
	"toDate",
	"toDecimal",
	"toJson",
	"toPrettyJson",
	"toRawJson",
	"toString",
	"toStrings",
	"trim",
	"trimAll",
	"trimPrefix",
	"trimSuffix",
	"trimall",
	"trunc",
	"tuple",
	"typeIs",
	"typeIsLike",
	"typeOf",
	"uniq",
	"unixEpoch",
	"unset",
	"until",
	"untilStep",
	"upper",
	"urlJoin",
	"urlParse",
	"urlquery",
	"values",
	"without",
};

static int by_name(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

const struct function *resourceset_function(const char *name, size_t len)
{
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (strlen(own[i].name) == len && !memcmp(own[i].name, name, len))
			return &own[i];
	if (len >= sizeof(text))
		return NULL;
	memcpy(text, name, len);
	text[len] = '\0';
	return bsearch(text, shared, ARRAY_SIZE(shared), sizeof(*shared), by_name)
		       ? function_find(name, len)
		       : NULL;
}
