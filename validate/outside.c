#include "validate/outside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "validate/cluster/locate.h"
#include "validate/outside_internal.h"

const char *outside_absolute(struct arena *a, const char *path)
{
	char *here = *path == '/' ? NULL : getcwd(NULL, 0);
	const char *whole = here ? arena_printf(a, "%s/%s", here, path) : path;

	free(here);
	return whole;
}

const struct object *outside_object_of(const struct outside_turn *t, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	const char *name = slash ? slash + 1 : file;
	char *end = NULL;
	unsigned long n = name && *name >= '0' && *name <= '9' ? strtoul(name, &end, 10) : 0;

	return end && !strcmp(end, ".json") && n < t->objects->count ? t->objects->items[n] : NULL;
}

void outside_report(struct outside_turn *t, enum severity severity, const char *rule,
		    const struct object *o, const char *path, const char *message)
{
	findings_add(t->out, severity, rule, o, path,
		     !o	     ? 0
		     : *path ? locate_origin(o->root, path)
			     : o->root->origin,
		     "%s", message);
}

bool outside_any(const struct outside *o)
{
	return o->conftest.count || o->functions.count;
}

int outside_check(struct run *run, struct arena *a, const struct outside *o,
		  const struct outside_objects *objects, struct findings *out, struct err *err)
{
	struct outside_turn turn = { run, a, objects, out };

	if (!objects->count)
		return 0;
	if (o->conftest.count && outside_conftest(&turn, &o->conftest, err) < 0)
		return err_wrap(err, "conftest");
	for (size_t i = 0; i < o->functions.count; i++)
		if (outside_function(&turn, o->functions.items[i].text, err) < 0)
			return err_wrap(err, "function '%s'", o->functions.items[i].text);
	return 0;
}
