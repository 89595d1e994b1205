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
	/* From here on Helm 4's own. */
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
};
enum { HELM4_KINDS = 2 };

static const char *const hook_events[] = {
	"pre-install",	"post-install", "pre-delete",	 "post-delete", "pre-upgrade",
	"post-upgrade", "pre-rollback", "post-rollback", "test",	"test-success",
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
static const struct decode_struct heads[] = {
	{ "SimpleHead", "releaseutil.SimpleHead", head_fields, ARRAY_SIZE(head_fields) },
	{ "SimpleHead", "util.SimpleHead", head_fields, ARRAY_SIZE(head_fields) }, /* Helm 4 */
};

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

/* The next line break before three dashes, or NULL. */
static const char *find_marker(const char *p, const char *end)
{
	while (end - p >= 4 && (p = memchr(p, '\n', (size_t)(end - p - 3)))) {
		if (!memcmp(p, "\n---", 4))
			return p;
		p++;
	}
	return NULL;
}

/*
 * Helm 3 splits at (?:^|\s*\n)---\s* : so a line that merely starts with three dashes separates
 * too, and one that follows another at once does not.
 */
static bool next_of_helm3(struct splitter *s, const char **doc, size_t *doc_len)
{
	const char *text = s->text, *found;
	size_t len = s->len, start = s->at, stop, i;

	while (start < len) {
		if (!start && len >= 3 && !memcmp(text, "---", 3)) {
			for (start = 3; start < len && is_regex_space(text[start]); start++)
				;
			continue;
		}
		found = find_marker(text + start, text + len);
		i = found ? (size_t)(found - text) : len;
		for (stop = i; i < len && stop > start && is_regex_space(text[stop - 1]); stop--)
			;
		*doc = text + start;
		*doc_len = stop - start;
		for (start = i < len ? i + 4 : len; start < len && is_regex_space(text[start]);
		     start++)
			;
		s->at = start;
		if (!*doc_len)
			continue;
		trim_space(doc, doc_len);
		return true;
	}
	return false;
}

/* Helm 4 splits at (?m)^---[ \t]* and leaves what a document ends with. */
static bool next_of_helm4(struct splitter *s, const char **doc, size_t *doc_len)
{
	while (s->at < s->len) {
		const char *start = s->text + s->at, *end = s->text + s->len, *found = start, *seen;
		size_t n;

		if ((s->at && start[-1] != '\n') || end - start < 3 || memcmp(start, "---", 3)) {
			found = find_marker(start, end);
			found = found ? found + 1 : end;
		}
		*doc = seen = start;
		*doc_len = n = (size_t)(found - start);
		found += found < end ? 3 : 0;
		while (found < end && (*found == ' ' || *found == '\t'))
			found++;
		s->at = (size_t)(found - s->text);
		trim_space(&seen, &n);
		if (!n)
			continue;
		*doc_len -= (size_t)(seen - start);
		*doc = seen;
		return true;
	}
	return false;
}

struct splitter splitter_new(const char *text, size_t len, bool helm4)
{
	struct splitter s = { .text = text, .len = len, .helm4 = helm4 };
	size_t n;

	if (!helm4)
		trim_space(&s.text, &s.len);
	while (helm4 && (n = space_at(s.text, s.len))) {
		s.text += n;
		s.len -= n;
	}
	return s;
}

bool splitter_next(struct splitter *s, const char **doc, size_t *doc_len)
{
	return s->helm4 ? next_of_helm4(s, doc, doc_len) : next_of_helm3(s, doc, doc_len);
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
	origin_id origin =
		m->file->origin
			? m->file->origin + (origin_id)(m->text - m->file->printed.text.text)
			: 0;
	struct node *top = node_map(h->arena), *root;
	const char *error = yaml_read_go(h->run, h->arena, m->text, m->len, origin, &root);
	const char *events;

	if (!error)
		error = decode(h->arena, &heads[h->options->helm4], root, top);
	if (error) {
		struct helm_file made = { .text = m->text, .len = m->len, .origin = origin };

		helm_blame_text(h, &made, error);
		return helm_fail(h, err, "YAML parse error on %s: %s", m->file->path, error);
	}
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
	struct splitter s =
		splitter_new(f->printed.text.text, f->printed.text.len, h->options->helm4);
	struct manifest m = { .file = f };

	if (*base_name(f->path) == '_')
		return 0;
	while (splitter_next(&s, &m.text, &m.len)) {
		m = (struct manifest){ .file = f, .text = m.text, .len = m.len };
		if (add_manifest(h, &m, out, hooks, err) < 0)
			return -1;
	}
	return 0;
}

static size_t kind_rank(const char *kind, bool helm4)
{
	size_t i, count = ARRAY_SIZE(install_order) - (helm4 ? 0 : HELM4_KINDS);

	for (i = 0; i < count && strcmp(install_order[i], kind); i++)
		;
	return i < count ? i : ARRAY_SIZE(install_order);
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
	order = a->rank == ARRAY_SIZE(install_order) ? strcmp(a->manifest.kind, b->manifest.kind)
						     : 0;
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Known kinds in Helm's order, then the others by name; alike ones stay in order. */
static void sort_by_kind(struct arena *a, struct manifests *list, bool helm4)
{
	struct ranked *ranked = arena_array(a, list->count, struct ranked);

	for (size_t i = 0; i < list->count; i++)
		ranked[i] =
			(struct ranked){ list->items[i], kind_rank(list->items[i].kind, helm4), i };
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
	sort_by_kind(h->arena, out, h->options->helm4);
	sort_by_kind(h->arena, hooks, h->options->helm4);
	return 0;
}
