/* Projected volumes: several sources under one tree of paths. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

/* Whether an earlier source of the volume puts something at the same path. */
static bool path_taken(struct val *sources, struct val *path)
{
	static const char *const lists[] = { "secret.items", "configMap.items",
					     "downwardAPI.items" };

	V_EACH (source, sources) {
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			V_EACH (e, v_at(source, lists[i])) {
				struct val *other = v_at(e, "path");

				if (other->n == path->n)
					return false;
				if (v_is(other, v_str(path)))
					return true;
			}
		}
	}
	return false;
}

static void check_path(struct val *v, struct val *item)
{
	struct val *path = v_at(item, "path");

	if (!v_empty(path) && path_taken(v_at(v, "sources"), path))
		bad(v, "two sources put something at '%s'", v_str(path));
}

static void check_keys(struct val *v, struct val *source)
{
	if (!v_has(source))
		return;
	need(v_at(source, "name"));
	V_EACH (e, v_at(source, "items")) {
		check_key_path(e);
		check_path(v, e);
	}
}

static void check_token(struct val *v, struct val *token)
{
	struct val *seconds = v_at(token, "expirationSeconds"), *path = v_under(v, token, "path");
	int64_t s = v_int(seconds, 3600);

	if (!v_has(token))
		return;
	if (s < 600 || s > (int64_t)1 << 32)
		bad(seconds, "must be at least 600 (10 minutes) and at most 2^32 seconds");
	if (need(path))
		check_local_path(path);
	if (!v->c->pod_template && v_empty(v_at(v->c->pod_spec, "serviceAccountName")) &&
	    v_empty(v_at(v->c->pod_spec, "serviceAccount")))
		forbidden(token, "must not be specified when serviceAccountName is not set");
}

void check_projected(struct val *v)
{
	static const char *const kinds[] = { "secret", "configMap", "downwardAPI",
					     "serviceAccountToken" };

	check_file_mode(v_at(v, "defaultMode"));
	V_EACH (source, v_at(v, "sources")) {
		struct val *downward = v_at(source, "downwardAPI");
		int count = 0;

		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
			count += v_has(v_at(source, kinds[i]));
		if (count > 1)
			forbidden(source, "may not specify more than 1 volume type per source");
		check_keys(v, v_at(source, "secret"));
		check_keys(v, v_at(source, "configMap"));
		V_EACH (e, v_at(downward, "items")) {
			check_downward_file(e, downward);
			check_path(v, e);
		}
		check_token(v, v_at(source, "serviceAccountToken"));
	}
}
