/* Volumes of pods and the sources of persistent volumes. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/quantity.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

void check_file_mode(struct val *mode)
{
	if (v_int(mode, 0) < 0 || v_int(mode, 0) > 0777)
		bad(mode, "must be a file mode from 0 to 0777 (octal)");
}

/* A path below a volume's root: relative, without '..', not starting with it. */
void check_local_path(struct val *path)
{
	const char *s = v_str(path);

	if (*s == '/')
		bad(path, "must be a relative path");
	ok(path, has_backstep(s));
	if (!strncmp(s, "..", 2) && strncmp(s, "../", 3) && s[2])
		bad(path, "must not start with '..'");
}

void check_key_path(struct val *item)
{
	need(v_at(item, "key"));
	need(v_at(item, "path"));
	check_local_path(v_at(item, "path"));
	check_file_mode(v_at(item, "mode"));
}

static void check_items(struct val *source)
{
	check_file_mode(v_at(source, "defaultMode"));
	V_EACH (e, v_at(source, "items"))
		check_key_path(e);
}

static void check_host_path(struct val *v)
{
	struct val *path = v_at(v, "path");

	if (!need(path))
		return;
	ok(path, has_backstep(v_str(path)));
	one_of(v_at(v, "type"), "DirectoryOrCreate Directory FileOrCreate File Socket CharDevice "
				"BlockDevice");
}

static void check_git_repo(struct val *v)
{
	struct val *dir = v_at(v, "directory");

	ok(dir, not_backstep_path(v_str(dir)));
}

static void check_partition(struct val *v)
{
	in_range(v_at(v, "partition"), 0, 255);
}

static void check_nfs(struct val *v)
{
	struct val *path = v_at(v, "path");

	ok(path, not_absolute_path(v_str(path)));
}

static size_t alnum_run(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

static bool is_iqn(const char *s)
{
	size_t n;

	if (strncmp(s, "iqn.", 4) || strspn(s + 4, "0123456789") != 4 || s[8] != '-' ||
	    strspn(s + 9, "0123456789") != 2 || s[11] != '.')
		return false;
	s += 12;
	n = strcspn(s, ":");
	for (size_t i = 0; i < n; i++) {
		if (!alnum_run(&s[i]) && s[i] != '-' && s[i] != '.')
			return false;
	}
	return n && s[n] && s[n + 1] && !s[n + 1 + strcspn(s + n + 1, ",;*&$| \t\r\n\f\v")];
}

static void check_initiator(struct val *v)
{
	const char *s = v_str(v);
	bool fits = !strncmp(s, "iqn", 3)   ? is_iqn(s)
		    : !strncmp(s, "eui", 3) ? strlen(s) == 20 && alnum_run(s + 4) == 16
		    : !strncmp(s, "naa", 3) ? strlen(s) == 36 && alnum_run(s + 4) == 32
					    : false;

	if (!fits)
		bad(v, "must be an iqn., eui. or naa. name of an initiator or target");
}

static void check_iscsi(struct val *v)
{
	struct val *iqn = v_at(v, "iqn"), *initiator = v_at(v, "initiatorName");
	bool chap = v_true(v_at(v, "chapAuthDiscovery"), false) ||
		    v_true(v_at(v, "chapAuthSession"), false);

	if (!v_empty(iqn))
		check_initiator(iqn);
	in_range(v_at(v, "lun"), 0, 255);
	if (chap && !v_has(v_at(v, "secretRef")))
		missing(v_at(v, "secretRef"), "CHAP authentication needs a secret");
	if (v_has(initiator))
		check_initiator(v_as(initiator, "initiatorname"));
	if (v_has(initiator) && v->c->pod_spec &&
	    strlen(v_str(v_at(v->up, "name"))) + strlen(v_str(v_at(v, "targetPortal"))) > 63)
		bad(v_at(v->up, "name"), "<volume name>:<iscsi.targetPortal> must be under 64 "
					 "characters when iscsi.initiatorName is given");
}

static void check_fc(struct val *v)
{
	struct val *wwns = v_at(v, "targetWWNs");

	if (!v_count(wwns) && !v_count(v_at(v, "wwids")))
		missing(wwns, "give either targetWWNs or wwids");
	if (!v_count(wwns))
		return;
	if (v_count(v_at(v, "wwids")))
		bad(wwns, "targetWWNs and wwids cannot both be given");
	if (!v_has(v_at(v, "lun")))
		missing(v_at(v, "lun"), "lun is required with targetWWNs");
	else
		in_range(v_at(v, "lun"), 0, 255);
}

static void check_quobyte(struct val *v)
{
	struct val *registry = v_at(v, "registry");

	if (v_empty(registry))
		return;
	if (strlen(v_str(v_at(v, "tenant"))) > 64)
		missing(v_at(v, "tenant"), "must be a UUID of at most 64 characters");
	else if (!strchr(v_str(registry), ':'))
		bad(registry, "must be host:port pairs separated by commas");
}

static void check_flocker(struct val *v)
{
	struct val *name = v_at(v, "datasetName");
	bool uuid = !v_empty(v_at(v, "datasetUUID"));

	if (v_empty(name) && !uuid)
		missing(v, "one of datasetName and datasetUUID is required");
	if (!v_empty(name) && uuid)
		bad(v, "datasetName and datasetUUID cannot both be given");
	if (strchr(v_str(name), '/'))
		bad(name, "must not contain '/'");
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcasecmp(s + n - m, end);
}

static void check_flex(struct val *v)
{
	V_EACH (e, v_at(v, "options")) {
		char *domain =
			arena_printf(v->c->scratch, ".%.*s", (int)strcspn(e->name, "/"), e->name);

		if (ends_in(domain, ".kubernetes.io") || ends_in(domain, ".k8s.io"))
			bad(e, "the kubernetes.io and k8s.io namespaces are reserved");
	}
}

static void check_azure_disk(struct val *v)
{
	struct val *kind = v_at(v, "kind"), *uri = v_at(v, "diskURI");
	bool managed = v_is(kind, "Managed");

	given_one_of(v_at(v, "cachingMode"), "None ReadOnly ReadWrite");
	given_one_of(kind, "Shared Dedicated Managed");
	if (managed && strncmp(v_str(uri), "/subscriptions/", 15))
		bad(uri, "a managed disk's URI starts with '/subscriptions/'");
	if (!managed && strncmp(v_str(uri), "https://", 8))
		bad(uri, "a blob disk's URI starts with 'https://'; kind: Managed takes "
			 "'/subscriptions/…'");
}

static void check_storage_os(struct val *v)
{
	struct val *name = v_at(v, "volumeName"), *ns = v_at(v, "volumeNamespace");

	if (!v_empty(name))
		ok(name, not_dns_label(v_str(name)));
	if (!v_empty(ns))
		ok(ns, not_dns_label(v_str(ns)));
}

/* A CSI driver's name, where it is given in an object. */
void check_csi_driver(struct val *driver)
{
	const char *s = v_str(driver);
	char *folded = arena_strdup(driver->c->scratch, s);

	if (!need(driver))
		return;
	for (char *p = folded; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	if (strlen(s) > 63)
		bad(driver, "must be no more than 63 characters");
	ok(driver, not_dns_subdomain(folded));
}

static void check_csi(struct val *v)
{
	struct val *secret = v_at(v, "nodePublishSecretRef"), *name = v_at(secret, "name");
	const char *complaint;

	check_csi_driver(v_at(v, "driver"));
	if (!v_has(secret))
		return;
	complaint = need(name) ? not_dns_subdomain(v_str(name)) : NULL;
	if (complaint)
		bad(v_place(v_at(v, "name"), name), "%s", complaint);
}

static void check_pv_secret(struct val *ref)
{
	struct val *name = v_at(ref, "name"), *ns = v_at(ref, "namespace");

	if (!v_has(ref))
		return;
	if (need(name))
		ok(name, not_dns_subdomain(v_str(name)));
	if (need(ns))
		ok(ns, not_dns_label(v_str(ns)));
}

static void check_pv_csi(struct val *v)
{
	check_csi_driver(v_at(v, "driver"));
	need(v_at(v, "volumeHandle"));
	check_pv_secret(v_at(v, "controllerPublishSecretRef"));
	check_pv_secret(v_at(v, "controllerExpandSecretRef"));
	check_pv_secret(v_at(v, "nodePublishSecretRef"));
	check_pv_secret(v_at(v, "nodeExpandSecretRef"));
}

void check_downward_file(struct val *file, struct val *at)
{
	struct val *field = v_at(file, "fieldRef"), *resource = v_at(file, "resourceFieldRef");

	need(v_under(at, file, "path"));
	check_local_path(v_under(at, file, "path"));
	if (v_has(field)) {
		check_field_ref(v_under(at, file, "fieldRef"),
				"metadata.name metadata.namespace metadata.labels "
				"metadata.annotations metadata.uid");
		if (v_has(resource))
			bad(at, "fieldRef and resourceFieldRef cannot both be given");
	} else if (v_has(resource)) {
		check_resource_ref(v_under(at, file, "resourceFieldRef"), true);
	} else {
		missing(at, "one of fieldRef and resourceFieldRef is required");
	}
	check_file_mode(v_under(at, file, "mode"));
}

static void check_downward(struct val *v)
{
	check_file_mode(v_at(v, "defaultMode"));
	V_EACH (e, v_at(v, "items"))
		check_downward_file(e, v);
}

static void check_ephemeral(struct val *v)
{
	struct val *template = v_at(v, "volumeClaimTemplate"), *meta = v_at(template, "metadata");
	const char *pod = v_str(v_at(v->c->pod_meta, "name"));
	const char *volume = v_str(v_at(v->up, "name")), *complaint;

	if (!v_has(template)) {
		missing(template, "an ephemeral volume needs a claim's template");
		return;
	}
	check_labels(v_at(meta, "labels"));
	check_annotations(v_at(meta, "annotations"));
	V_EACH (e, meta) {
		if (!word_in(e->name, "labels annotations creationTimestamp") && v_has(e))
			forbidden(v_at(meta, e->name), "cannot be set in a claim's template");
	}
	check_claim_spec(v_at(template, "spec"));
	if (v->c->pod_template || !*pod || !*volume)
		return;
	complaint = not_dns_subdomain(arena_printf(v->c->scratch, "%s-%s", pod, volume));
	if (complaint)
		bad(v_at(v->up, "name"), "the claim '%s-%s': %s", pod, volume, complaint);
}

static void check_image_volume(struct val *v)
{
	if (!v->c->pod_template)
		need(v_at(v, "reference"));
	one_of(v_at(v, "pullPolicy"), "Always Never IfNotPresent");
}

static void check_empty_dir(struct val *v)
{
	struct val *limit = v_at(v, "sizeLimit");
	struct quantity q;

	if (v_amount(limit, &q) && quantity_sign(&q) < 0)
		forbidden(limit, "the size limit must not be negative");
}

static void check_local(struct val *v)
{
	ok(v_at(v, "path"), has_backstep(v_str(v_at(v, "path"))));
}

/* In the order in which the server looks for them; the first that is there counts. */
static const struct source {
	const char *field;
	const char *as;	   /* the path that the server prints, where it differs */
	const char *needs; /* fields that must not be empty */
	void (*check)(struct val *v);
	enum { IN_POD = 1, IN_PV = 2, IN_BOTH = 3 } where;
} sources[] = {
	{ "emptyDir", NULL, "", check_empty_dir, IN_POD },
	{ "hostPath", NULL, "", check_host_path, IN_BOTH },
	{ "gitRepo", NULL, "repository", check_git_repo, IN_POD },
	{ "gcePersistentDisk", "persistentDisk", "pdName", check_partition, IN_BOTH },
	{ "awsElasticBlockStore", NULL, "volumeID", check_partition, IN_BOTH },
	{ "secret", NULL, "secretName", check_items, IN_POD },
	{ "glusterfs", NULL, "endpoints path", NULL, IN_PV },
	{ "flocker", NULL, "", check_flocker, IN_PV },
	{ "nfs", NULL, "server path", check_nfs, IN_BOTH },
	{ "iscsi", NULL, "targetPortal iqn", check_iscsi, IN_POD },
	{ "glusterfs", NULL, "endpoints path", NULL, IN_POD },
	{ "flocker", NULL, "", check_flocker, IN_POD },
	{ "persistentVolumeClaim", NULL, "claimName", NULL, IN_POD },
	{ "rbd", NULL, "monitors image", NULL, IN_BOTH },
	{ "quobyte", NULL, "registry volume", check_quobyte, IN_PV },
	{ "cephfs", NULL, "monitors", NULL, IN_PV },
	{ "iscsi", NULL, "targetPortal iqn secretRef.name?", check_iscsi, IN_PV },
	{ "cinder", NULL, "volumeID secretRef.name?", NULL, IN_POD },
	{ "cinder", NULL, "volumeID secretRef.name? secretRef.namespace?", NULL, IN_PV },
	{ "cephfs", NULL, "monitors", NULL, IN_POD },
	{ "quobyte", NULL, "registry volume", check_quobyte, IN_POD },
	{ "downwardAPI", NULL, "", check_downward, IN_POD },
	{ "fc", NULL, "", check_fc, IN_BOTH },
	{ "flexVolume", NULL, "driver", check_flex, IN_BOTH },
	{ "configMap", NULL, "name", check_items, IN_POD },
	{ "azureFile", NULL, "secretName shareName", NULL, IN_BOTH },
	{ "vsphereVolume", NULL, "volumePath", NULL, IN_BOTH },
	{ "photonPersistentDisk", NULL, "pdID", NULL, IN_BOTH },
	{ "portworxVolume", NULL, "volumeID", NULL, IN_BOTH },
	{ "azureDisk", NULL, "diskName diskURI", check_azure_disk, IN_BOTH },
	{ "scaleIO", NULL, "gateway system volumeName", NULL, IN_PV },
	{ "local", NULL, "path", check_local, IN_PV },
	{ "storageos", NULL, "volumeName secretRef.name?", check_storage_os, IN_BOTH },
	{ "projected", NULL, "", check_projected, IN_POD },
	{ "scaleIO", NULL, "gateway system volumeName", NULL, IN_POD },
	{ "csi", NULL, "", check_csi, IN_POD },
	{ "csi", NULL, "", check_pv_csi, IN_PV },
	{ "ephemeral", NULL, "", check_ephemeral, IN_POD },
	{ "image", NULL, "", check_image_volume, IN_POD },
};

/* `a.b?`: b must not be empty where a is there. */
static void check_needs(struct val *v, const char *needs)
{
	while (*needs) {
		size_t len = strcspn(needs, " ");
		char *path = arena_memdup(v->c->scratch, needs, len);
		bool optional = path[len - 1] == '?';
		struct val *f;

		path[len - optional] = 0;
		f = v_at(v, path);
		if ((!optional || v_has(f->up)) && !v_count(f))
			need(f);
		needs += len + (needs[len] == ' ');
	}
}

/* How many there are. A pod's volume without any is an emptyDir. */
static int check_sources(struct val *v, int where)
{
	int count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		const struct source *s = &sources[i];
		struct val *f = s->where & where ? v_at(v, s->field) : NULL;

		if (!f || !v_has(f))
			continue;
		/* of a persistent volume the server takes a flexVolume beside others */
		if (count++ && (where != IN_PV || strcmp(s->field, "flexVolume") != 0)) {
			/* the server's spelling of this one */
			forbidden(strcmp(s->field, "cephfs") != 0 ? f : v_as(f, "cephFS"),
				  "may not specify more than 1 volume type");
			continue;
		}
		f = s->as ? v_as(f, s->as) : f;
		check_needs(f, s->needs);
		if (s->check)
			s->check(f);
	}
	return count;
}

void check_pv_sources(struct val *spec)
{
	if (!check_sources(spec, IN_PV))
		missing(spec, "must specify a volume type");
}

static void check_volume(struct val *v)
{
	struct val *name = v_at(v, "name");

	check_sources(v, IN_POD);
	if (need(name))
		ok(name, not_dns_label(v_str(name)));
}

static void check_volume_names(struct val *spec)
{
	struct val *volumes = v_at(spec, "volumes");
	const char *pod = v_str(v_at(spec->c->pod_meta, "name"));

	V_EACH (e, volumes) {
		struct val *claim = v_at(e, "persistentVolumeClaim.claimName");

		if (v_find(volumes, "name", v_str(v_at(e, "name")))->index < e->index)
			duplicate(v_at(e, "name"));
		V_EACH (other, volumes) {
			if (!v_empty(claim) && *pod && !spec->c->pod_template &&
			    v_has(v_at(other, "ephemeral")) &&
			    v_is(claim, arena_printf(spec->c->scratch, "%s-%s", pod,
						     v_str(v_at(other, "name")))))
				bad(claim, "the claim is made for an ephemeral volume of the pod");
		}
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_volumes[] = {
	{ "pod/volume", SEVERITY_ERROR, ON_VOLUME, 0, 0, 0,
	  "a volume has a DNS label as its name and exactly one complete source",
	  CORE "validateVolumeSource", check_volume },
	{ "pod/volume-names", SEVERITY_ERROR, ON_POD, 0, 0, 0, "volume names are unique",
	  CORE "ValidateVolumes", check_volume_names },
	{ 0 },
};
