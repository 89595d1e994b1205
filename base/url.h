/*
 * url: URLs and references to them, as RFC 3986 joins them.
 */
#ifndef BASE_URL_H
#define BASE_URL_H
#include "base/arena.h"

/* `ref` as seen from `base`; the fragment stays. */
const char *url_join(struct arena *a, const char *base, const char *ref);
/* The part before '#', and what follows it, percent-decoded. */
const char *url_split(struct arena *a, const char *url, const char **fragment);
/* "host:port" of "scheme://user@host:port/path"; "" when it has none. */
const char *url_host(struct arena *a, const char *url);
/*
 * Whether two URLs of git repositories name the same host and path: scheme, user, case, a default
 * port and ".git" at the end don't count. "user@host:path" is understood.
 */
bool url_same_repository(const char *one, const char *two);
/* As messages show it: without what stands between "://" and '@', but an ssh URL whole. */
const char *url_shown(struct arena *a, const char *url);

#endif
