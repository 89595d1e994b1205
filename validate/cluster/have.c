/* Whether the cluster has what a commit names, and what it is: one GET each, all at once. */
#include <string.h>

#include "validate/cluster/internal.h"

int cluster_have(struct cluster *c, struct arena *a, struct cluster_name *names, size_t count,
		 struct err *err)
{
	struct cluster_request *requests = arena_array(a, count, struct cluster_request);
	struct cluster_answer *answers = arena_array(a, count, struct cluster_answer);
	size_t *of = arena_array(a, count, size_t), asked = 0;

	if (cluster_connect(c, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const char *api = names[i].api_version, *slash = strchr(api, '/');
		const char *group = slash ? arena_memdup(a, api, (size_t)(slash - api)) : "";
		const struct resource *r =
			resource_find(c, group, slash ? slash + 1 : api, names[i].kind);
		const char *ns = names[i].ns;

		if (!r)
			continue;
		if (r->namespaced && !*ns)
			ns = cluster_namespace(c);
		of[asked] = i;
		/* a Secret's name is enough: its values are not asked for */
		requests[asked++] = (struct cluster_request){
			.path = resource_path(a, r, r->namespaced ? ns : "", names[i].name),
			.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
				  "application/json",
		};
	}
	if (asked && cluster_calls(c, a, requests, answers, asked, err) < 0)
		return -1;
	for (size_t i = 0; i < asked; i++) {
		names[of[i]].there = answers[i].status == 200;
		names[of[i]].absent = answers[i].status == 404;
	}
	return 0;
}

int cluster_objects(struct cluster *c, struct arena *a, struct cluster_object *objects,
		    size_t count, struct err *err)
{
	struct cluster_request *requests = arena_array(a, count, struct cluster_request);
	struct cluster_answer *answers = arena_array(a, count, struct cluster_answer);
	size_t *of = arena_array(a, count, size_t), asked = 0;

	if (cluster_connect(c, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct resource *r =
			resource_any_version(c, objects[i].group, objects[i].kind);

		if (!r)
			continue;
		of[asked] = i;
		requests[asked++] = (struct cluster_request){
			.path = resource_path(a, r, r->namespaced ? objects[i].ns : "",
					      objects[i].name),
		};
	}
	if (asked && cluster_calls(c, a, requests, answers, asked, err) < 0)
		return -1;
	for (size_t i = 0; i < asked; i++) {
		if (!answers[i].status || answers[i].status >= 500)
			return err_raise(err, ERR_IO, NO_POS, "%s %s/%s: %s", objects[of[i]].kind,
					 objects[of[i]].ns, objects[of[i]].name,
					 status_message(a, answers[i].status, answers[i].body));
		objects[of[i]].root = answers[i].status == 200 ? answers[i].body : NULL;
		objects[of[i]].denied = answers[i].status == 401 || answers[i].status == 403;
	}
	return 0;
}
