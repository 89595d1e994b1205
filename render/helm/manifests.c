/* Rendered files into documents, hooks apart, in the order in which Helm installs kinds. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/goquote.h"
#include "render/helm/decode.h"
#include "render/helm/internal.h"
#include "render/yaml/yaml.h"

static const char *const install_order[] = {
	"PriorityClass",
	"Namespace",
	"NetworkPolicy",
	"ResourceQuota",
	"LimitRange",
	"PodSecurityPolicy",
	"PodDisruptionBudget",
	"ServiceAccount",
	"Secret",
	"SecretList",
	"ConfigMap",
	"StorageClass",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"CustomResourceDefinition",
	"ClusterRole",
	"ClusterRoleList",
	"ClusterRoleBinding",
	"ClusterRoleBindingList",
	"Role",
	"RoleList",
	"RoleBinding",
	"RoleBindingList",
	"Service",
	"DaemonSet",
	"Pod",
	"ReplicationController",
	"ReplicaSet",
	"Deployment",
	"HorizontalPodAutoscaler",
	"StatefulSet",
	"Job",
	"CronJob",
	"IngressClass",
	"Ingress",
	"APIService",
};

static const char *const hook_events[] = {
	"pre-install",  "post-install",  "pre-delete",    "post-delete", "pre-upgrade",
	"post-upgrade", "pre-rollback",  "post-rollback", "test",        "test-success",
};

static const struct decode_field head_metadata_fields[] = {
	{ "name", DECODE_STRING, NULL },
	{ "annotations", DECODE_STRING_MAP, NULL },
};
static const struct decode_struct head_metadata = {
	"",
	"struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string "
	"\"json:\\\"annotations\\\"\" }",
	head_metadata_fields, ARRAY_SIZE(head_metadata_fields)
};
static const struct decode_field head_fields[] = {
	{ "apiVersion", DECODE_STRING, NULL },
	{ "kind", DECODE_STRING, NULL },
	{ "metadata", DECODE_STRUCT, &head_metadata },
};
static const struct decode_struct head = { "SimpleHead", "releaseutil.SimpleHead", head_fields,
					   ARRAY_SIZE(head_fields) };

/* The length of the white space that a text starts with, as Go's unicode.IsSpace has it. */
static size_t space_at(const char *p, size_t left)
{
	unsigned char c = left ? (unsigned char)*p : 0;
	const unsigned char *u = (const unsigned char *)p;

	if ((c >= '\t' && c <= '\r') || c == ' ')
		return 1;
	if (c == 0xc2 && left > 1 && (u[1] == 0x85 || u[1] == 0xa0))
		return 2;
	if (left < 3 || c < 0xe1 || c > 0xe3)
		return 0;
	if (!memcmp(p, "\xe1\x9a\x80", 3) || !memcmp(p, "\xe2\x81\x9f", 3) ||
	    !memcmp(p, "\xe3\x80\x80", 3))
		return 3;
	if (c == 0xe2 && u[1] == 0x80 &&
	    ((u[2] >= 0x80 && u[2] <= 0x8a) || u[2] == 0xa8 || u[2] == 0xa9 || u[2] == 0xaf))
		return 3;
	return 0;
}

void trim_space(const char **text, size_t *len)
{
	size_t n;

	while ((n = space_at(*text, *len))) {
		*text += n;
		*len -= n;
	}
	while (*len) {
		const char *end = *text + *len;

		for (n = 1; n < 4 && n <= *len; n++) {
			if (space_at(end - n, n) == n)
				break;
		}
		if (n == 4 || n > *len)
			return;
		*len -= n;
	}
}

/* White space of RE2's \s. */
static bool is_regex_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/*
 * Helm splits at (?:^|\s*\n)---\s* : so a line that merely starts with three dashes separates too,
 * and one that follows another at once does not.
 */
bool manifests_next(const char *text, size_t len, size_t *at, const char **doc, size_t *doc_len)
{
	size_t start = *at, stop, i;
	const char *found;

	while (start < len) {
		if (!start && len >= 3 && !memcmp(text, "---", 3)) {
			for (start = 3; start < len && is_regex_space(text[start]); start++)
				;
			continue;
		}
		found = memmem(text + start, len - start, "\n---", 4);
		i = found ? (size_t)(found - text) : len;
		for (stop = i; i < len && stop > start && is_regex_space(text[stop - 1]); stop--)
			;
		*doc = text + start;
		*doc_len = stop - start;
		for (start = i < len ? i + 4 : len; start < len && is_regex_space(text[start]); start++)
			;
		*at = start;
		if (!*doc_len)
			continue;
		trim_space(doc, doc_len);
		return true;
	}
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "pre-install, TEST": whether all are known; *test when one is a test. */
static bool read_events(struct arena *a, const char *text, bool *test)
{
	for (const char *p = text;; p++) {
		const char *word = p;
		size_t n = strcspn(p, ","), i;

		p += n;
		trim_space(&word, &n);
		word = arena_memdup(a, word, n);
		for (i = 0; i < ARRAY_SIZE(hook_events) && strcasecmp(hook_events[i], word); i++)
			;
		if (i == ARRAY_SIZE(hook_events))
			return false;
		*test |= !strncmp(hook_events[i], "test", 4);
		if (!*p)
			return true;
	}
}

static int add_manifest(struct helm *h, struct manifest *m, struct manifests *out,
			struct manifests *hooks, struct err *err)
{
	origin_id origin = m->file->origin
				   ? m->file->origin + (origin_id)(m->text - m->file->printed.text.text)
				   : 0;
	struct node *top = node_map(h->arena), *root;
	const char *error = yaml_read_go(h->run, h->arena, m->text, m->len, origin, &root);
	const char *events;

	if (!error)
		error = decode(h->arena, &head, root, top);
	if (error)
		return helm_fail(h, err, "YAML parse error on %s: %s", m->file->path, error);
	m->root = root;
	m->kind = node_get_string(top, "kind");
	m->kind = m->kind ? m->kind : "";
	events = node_string(node_path(top, "metadata", "annotations", "helm.sh/hook", NULL));
	m->hook = events != NULL;
	if (!events)
		*vec_push(h->arena, out) = *m;
	else if (read_events(h->arena, events, &m->test))
		*vec_push(h->arena, hooks) = *m;
	else
		helm_note(h, root->origin, "info: skipping unknown hook: %s",
			  goquote(h->arena, events));
	return 0;
}

static int split_file(struct helm *h, const struct rendered_file *f, struct manifests *out,
		      struct manifests *hooks, struct err *err)
{
	const char *text = f->printed.text.text;
	size_t len = f->printed.text.len, at = 0;
	struct manifest m;

	if (*base_name(f->path) == '_')
		return 0;
	trim_space(&text, &len);
	for (;;) {
		m = (struct manifest){ .file = f };
		if (!manifests_next(text, len, &at, &m.text, &m.len))
			return 0;
		if (add_manifest(h, &m, out, hooks, err) < 0)
			return -1;
	}
}

static size_t kind_rank(const char *kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(install_order) && strcmp(install_order[i], kind); i++)
		;
	return i;
}

struct ranked {
	struct manifest manifest;
	size_t rank, index;
};

static int by_rank(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	order = a->rank == ARRAY_SIZE(install_order)
			? strcmp(a->manifest.kind, b->manifest.kind)
			: 0;
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Known kinds in Helm's order, then the others by name; alike ones stay in order. */
static void sort_by_kind(struct arena *a, struct manifests *list)
{
	struct ranked *ranked = arena_array(a, list->count, struct ranked);

	for (size_t i = 0; i < list->count; i++)
		ranked[i] = (struct ranked){ list->items[i], kind_rank(list->items[i].kind), i };
	qsort(ranked, list->count, sizeof(*ranked), by_rank);
	for (size_t i = 0; i < list->count; i++)
		list->items[i] = ranked[i].manifest;
}

static int by_path(const void *a, const void *b)
{
	const struct rendered_file *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

int manifests_sort(struct helm *h, const struct rendered_files *files, struct manifests *out,
		   struct manifests *hooks, struct err *err)
{
	const struct rendered_file **sorted =
		arena_array(h->arena, files->count, const struct rendered_file *);

	for (size_t i = 0; i < files->count; i++)
		sorted[i] = &files->items[i];
	qsort(sorted, files->count, sizeof(*sorted), by_path);
	for (size_t i = 0; i < files->count; i++) {
		if (split_file(h, sorted[i], out, hooks, err) < 0)
			return -1;
	}
	sort_by_kind(h->arena, out);
	sort_by_kind(h->arena, hooks);
	return 0;
}
