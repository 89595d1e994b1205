/* Semantic versions. */
#include <string.h>
#include "base/semver.h"
#include "validate/cel/library.h"

FN(to_semver)
{
	struct semver *v = arena_new(e->arena, struct semver);
	bool loose = n == 2 && x[1]->truth;
	const char *why = loose ? semver_parse(e->arena, x[0]->text.text, x[0]->text.len, v)
				: semver_parse_strict(e->arena, x[0]->text.text, x[0]->text.len, v);
	const char *text;

	if (why)
		return cel_fail(e->arena, "%s", why);
	text = semver_string(e->arena, v);
	return cel_opaque(e->arena, CEL_SEMVER, text, strlen(text), v);
}

FN(is_semver)
{
	return cel_bool(e->arena, to_semver(e, x, n)->kind == CEL_SEMVER);
}
FN(semver_major)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->major);
}
FN(semver_minor)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->minor);
}
FN(semver_patch)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->patch);
}
FN(semver_order)
{
	return cel_int(e->arena, semver_compare(x[0]->extra, x[1]->extra));
}
FN(semver_less)
{
	return cel_bool(e->arena, semver_compare(x[0]->extra, x[1]->extra) < 0);
}
FN(semver_more)
{
	return cel_bool(e->arena, semver_compare(x[0]->extra, x[1]->extra) > 0);
}

static const struct cel_function rows[] = {
	{ "semver", "s:V", to_semver, false, COST_STRING },
	{ "semver", "sb:V", to_semver, false, COST_STRING },
	{ "isSemver", "s:b", is_semver, false, COST_STRING },
	{ "isSemver", "sb:b", is_semver, false, COST_STRING },
	{ "major", "V:i", semver_major, true },
	{ "minor", "V:i", semver_minor, true },
	{ "patch", "V:i", semver_patch, true },
	{ "compareTo", "VV:i", semver_order, true },
	{ "isLessThan", "VV:b", semver_less, true },
	{ "isGreaterThan", "VV:b", semver_more, true },
};
const struct cel_functions cel_versions = { rows, ARRAY_SIZE(rows) };
