/*
 * source: charts from elsewhere: classic HTTP repositories (index.yaml) and OCI registries.
 *
 * What was fetched stays in the user's cache, by its digest, and works without the network
 * afterwards. Credentials are the user's own, from Helm's and Docker's configuration, and go to the
 * host they are for. An archive whose digest is not what the index or the manifest says is refused.
 */
#ifndef RENDER_HELM_SOURCE_H
#define RENDER_HELM_SOURCE_H
#include "base/err.h"
#include "base/run.h"

enum chart_source_flags {
	CHART_PLAIN_HTTP = 1 << 0, /* an OCI registry without TLS */
	CHART_INSECURE = 1 << 1,   /* don't verify certificates */
};

struct chart_source {
	const char *repo; /* "https://…" or "oci://…"; with OCI, the chart's name may be its end */
	const char *chart;	     /* its name; NULL with OCI when `repo` names it */
	const char *version;	     /* a version or a constraint; NULL or "": the newest release */
	const char *digest;	     /* "sha256:…" that the OCI manifest must have, or NULL */
	const char *user, *password; /* NULL: those of the user's configuration */
	const char *ca_file;
	unsigned flags;
};

struct chart_archive {
	const char *name, *version; /* as the index or the tag has it */
	const char *digest; /* "sha256:…" of the OCI manifest; NULL: it came from no registry */
	const char *text;   /* the .tgz, in the arena */
	size_t len;
	bool cached; /* no network was used */
};

/* Fetch a chart's archive. Messages name the repository, never a credential. */
int chart_fetch(struct run *run, struct arena *a, const struct chart_source *source,
		struct chart_archive *out, struct err *err);

/* --- between the files that do it ------------------------------------------------------------ */

struct credential {
	const char *user, *password; /* NULL: none */
	const char *ca_file, *cert_file, *key_file;
	bool insecure, everywhere; /* pass_credentials_all */
};
/* Of Helm's repositories.yaml for a repository's URL. */
void credential_for_repo(struct run *run, struct arena *a, const char *url, struct credential *out);
/* Of Helm's and Docker's registry configuration for a host. */
void credential_for_registry(struct run *run, struct arena *a, const char *host,
			     struct credential *out);

struct http;
struct fetching {
	struct run *run;
	struct arena *arena;
	const struct chart_source *source;
	const char *cache; /* folder, or NULL */
	struct credential credential;
	bool public_only; /* no private or loopback address: run->guard says so */
	bool used_network;
};
int fetch_from_repo(struct fetching *f, struct chart_archive *out, struct err *err);
int fetch_from_registry(struct fetching *f, struct chart_archive *out, struct err *err);
/* A client for this source's options; the credential only when `with` says so. */
struct http *fetching_client(const struct fetching *f, bool with, struct err *err);
/* A file of the cache; false when it is not there. `name` is any text: its hash names the file. */
bool fetching_cached(struct fetching *f, const char *name, const char **text, size_t *len);
void fetching_keep(struct fetching *f, const char *name, const char *text, size_t len);
/* The first version of the list (newest last wins) that meets the source's wish; NULL when none. */
const char *fetching_choose(struct fetching *f, const char *const *versions, size_t count);

#endif
