/*
 * Whether two values are the same to the server: after its defaulting, and with quantities compared
 * by amount. Where a default depends on more than the field's name, either value counts as equal,
 * for a false alarm is worse than a change that is let through here.
 */
#include <string.h>

#include "validate/rules/quantity.h"
#include "validate/rules/val.h"

static const struct {
	const char *field, *value;
} defaults[] = {
	{ "allocationMode", "ExactCount" },
	{ "apiVersion", "v1" },
	{ "attachRequired", "true" },
	{ "backoffLimit", "6" },
	{ "cachingMode", "ReadWrite" },
	{ "completionMode", "NonIndexed" },
	{ "completions", "1" },
	{ "count", "1" },
	{ "defaultMode", "420" },
	{ "defaultMode", "0644" },
	{ "dnsPolicy", "ClusterFirst" },
	{ "enableServiceLinks", "true" },
	{ "expirationSeconds", "3600" },
	{ "failureThreshold", "3" },
	{ "fsGroupPolicy", "ReadWriteOnceWithFSType" },
	{ "imagePullPolicy", "Always" },
	{ "imagePullPolicy", "IfNotPresent" },
	{ "iscsiInterface", "default" },
	{ "keyring", "/etc/ceph/keyring" },
	{ "kind", "PersistentVolumeClaim" },
	{ "parallelism", "1" },
	{ "path", "/" },
	{ "periodSeconds", "10" },
	{ "persistentVolumeReclaimPolicy", "Retain" },
	{ "podManagementPolicy", "OrderedReady" },
	{ "pool", "rbd" },
	{ "preemptionPolicy", "PreemptLowerPriority" },
	{ "protocol", "TCP" },
	{ "pullPolicy", "Always" },
	{ "pullPolicy", "IfNotPresent" },
	{ "reclaimPolicy", "Delete" },
	{ "restartPolicy", "Always" },
	{ "schedulerName", "default-scheduler" },
	{ "scheme", "HTTP" },
	{ "serviceAccount", "default" },
	{ "serviceAccountName", "default" },
	{ "storageMode", "ThinProvisioned" },
	{ "successThreshold", "1" },
	{ "terminationGracePeriodSeconds", "30" },
	{ "terminationMessagePath", "/dev/termination-log" },
	{ "terminationMessagePolicy", "File" },
	{ "timeoutSeconds", "1" },
	{ "type", "Opaque" },
	{ "user", "admin" },
	{ "volumeBindingMode", "Immediate" },
	{ "volumeMode", "Filesystem" },
};

/* Where false or 0 says something that absence does not. */
static bool tells_zero(const char *field)
{
	static const char fields[] =
		"activeDeadlineSeconds allowPrivilegeEscalation attachRequired "
		"automountServiceAccountToken backoffLimit backoffLimitPerIndex completions "
		"defaultMode enableServiceLinks fsGroup hostUsers maxFailedIndexes minDomains "
		"optional parallelism privileged readOnlyRootFilesystem runAsGroup runAsNonRoot "
		"runAsUser setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds "
		"tolerationSeconds";

	return word_in(field, fields);
}

/* What Go's zero value prints as, or what the server fills in. */
static bool is_default(const struct node *n, const char *field)
{
	int64_t i;

	if (node_is_null(n))
		return true;
	if (n->type == NODE_MAP) {
		for (uint32_t e = 0; e < n->len; e++) {
			if (!is_default(n->entries[e].value, n->entries[e].key->text))
				return false;
		}
		return true;
	}
	if (n->type == NODE_SEQ || n->type == NODE_STR) {
		if (!n->len)
			return true;
	}
	if (n->type == NODE_SEQ)
		return false;
	if ((n->type == NODE_BOOL && !node_true(n)) || (node_integer(n, &i) && !i))
		return !tells_zero(field);
	for (size_t d = 0; d < ARRAY_SIZE(defaults); d++) {
		if (!strcmp(defaults[d].field, field) && !strcmp(defaults[d].value, n->text))
			return true;
	}
	return !strcmp(field, "status") || !strcmp(field, "creationTimestamp");
}

static bool is_amounts(const char *field)
{
	return word_in(field, "requests limits capacity podFixed overhead hard sizeLimit divisor");
}

/* A port of the host's network, and a request, default to what stands beside them. */
static const struct node *sibling_default(const struct node *map, const char *key)
{
	if (!strcmp(key, "hostPort"))
		return node_get(map, "containerPort");
	return !strcmp(key, "requests") ? node_get(map, "limits") : NULL;
}

static bool same_maps(const struct node *a, const struct node *b, const char *field);
static bool same_as_sibling(const struct node *a, const struct node *b, const char *key);

bool node_same(const struct node *a, const struct node *b, const char *field)
{
	struct quantity q, r;

	if (!strcmp(field, "apiVersion"))
		return true; /* of a claim's template, of no account; of a reference, v1 */
	if (!strcmp(field, "parameters") && node_is(a, NODE_MAP) && node_is(b, NODE_MAP))
		return node_equal(a, b); /* of a driver, whose keys say what they like */
	if (node_is_null(a) || node_is_null(b))
		return is_default(a, field) && is_default(b, field);
	if (a->type == NODE_MAP && b->type == NODE_MAP)
		return same_maps(a, b, field);
	if (a->type == NODE_SEQ && b->type == NODE_SEQ) {
		if (a->len != b->len)
			return false;
		for (uint32_t i = 0; i < a->len; i++) {
			if (!node_same(a->items[i], b->items[i], field))
				return false;
		}
		return true;
	}
	if (!node_is_scalar(a) || !node_is_scalar(b))
		return false;
	if (is_amounts(field) && quantity_read(a->text, &q) && quantity_read(b->text, &r))
		return !quantity_cmp(&q, &r);
	return node_equal(a, b) ||
	       (is_default(a, field) && is_default(b, field) && !strcmp(field, "defaultMode"));
}

/* Each amount of one list, or of its default, is that of the other's. */
static bool same_amounts(const struct node *a, const struct node *a_default, const struct node *b,
			 const struct node *b_default)
{
	const struct node *lists[] = { a, a_default };

	for (size_t l = 0; l < ARRAY_SIZE(lists); l++) {
		for (uint32_t i = 0; lists[l] && node_is(lists[l], NODE_MAP) && i < lists[l]->len;
		     i++) {
			const char *key = lists[l]->entries[i].key->text;
			const struct node *x = node_get(a, key), *y = node_get(b, key);

			if (!node_same(x ? x : node_get(a_default, key),
				       y ? y : node_get(b_default, key), "requests"))
				return false;
		}
	}
	return true;
}

static bool same_as_sibling(const struct node *a, const struct node *b, const char *key)
{
	const struct node *x = node_get(a, key), *y = node_get(b, key);
	const struct node *dx = sibling_default(a, key), *dy = sibling_default(b, key);

	if (node_is_null(x))
		x = NULL;
	if (node_is_null(y))
		y = NULL;
	if ((x && x->type != NODE_MAP && !strcmp(key, "requests")) || (!dx && !dy))
		return false;
	if (!strcmp(key, "requests"))
		return same_amounts(x, dx, y, dy) && same_amounts(y, dy, x, dx);
	if (!dx || !dy)
		return false;
	return node_same(x ? x : dx, y ? y : dy, key);
}

static bool same_maps(const struct node *a, const struct node *b, const char *field)
{
	bool amounts = is_amounts(field);

	for (uint32_t i = 0; i < a->len; i++) {
		const char *key = a->entries[i].key->text;

		if (!node_same(a->entries[i].value, node_get(b, key), amounts ? field : key) &&
		    !same_as_sibling(a, b, key))
			return false;
	}
	for (uint32_t i = 0; i < b->len; i++) {
		const char *key = b->entries[i].key->text;

		if (!node_get(a, key) && !is_default(b->entries[i].value, amounts ? field : key) &&
		    !same_as_sibling(b, a, key))
			return false;
	}
	return true;
}

bool v_unchanged(const struct val *now, const struct val *old)
{
	return node_same(now->n, old->n, v_name(now));
}

struct node *node_without(struct arena *a, const struct node *n, const char *fields)
{
	struct node *copy = node_is(n, NODE_MAP) ? node_copy_shallow(a, n) : NULL;

	for (uint32_t i = 0; copy && i < n->len; i++) {
		if (word_in(n->entries[i].key->text, fields))
			node_remove(copy, n->entries[i].key->text);
	}
	return copy;
}
