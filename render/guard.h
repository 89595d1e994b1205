/*
 * guard: which hosts a render may ask. A gate and a server's hook render what somebody else wrote:
 * there, remote bases, charts and schemas come only from hosts that the base's files name already,
 * whose addresses have to be public, and from those that the base's .gitops.yaml allows
 * (remote.hosts), whatever their addresses. A run without a guard asks each.
 */
#ifndef RENDER_GUARD_H
#define RENDER_GUARD_H
#include "render/settings.h"

struct guard;

/* A guard in the run's arena, as run->guard; `base` may be NULL, and outlives what is rendered. */
void guard_set(struct run *run, const struct settings *settings, struct view *base);
/*
 * Whether the host may be asked; NULL is none, which may not. ERR_REFUSED says why not.
 * *public_only becomes whether its address, and those of its redirects, have to be public.
 */
int guard_host(struct run *run, const char *host, bool *public_only, struct err *err);
/* The same for the host of an http, https or oci URL. */
int guard_url(struct run *run, const char *url, bool *public_only, struct err *err);

#endif
