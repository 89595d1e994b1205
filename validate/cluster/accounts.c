/*
 * The accounts that owners act as (Flux's serviceAccountName): a credential that may impersonate
 * them asks as they would; one that may not (and the one that can only dry-run may not) asks as
 * itself, which is said once for each.
 */
#include <string.h>
#include "base/json.h"
#include "validate/cluster/owners.h"

enum { ACCOUNTS_MOST = 200 };

static const char prefix[] = "system:serviceaccount:";

static void review(struct arena *a, const char *user, struct cluster_request *out)
{
	const char *ns = user + sizeof(prefix) - 1, *name = strchr(ns, ':');
	struct node *root = node_map(a), *spec = node_map(a), *what = node_map(a);
	struct buf text;

	node_set(a, root, "apiVersion", node_str(a, "authorization.k8s.io/v1"));
	node_set(a, root, "kind", node_str(a, "SelfSubjectAccessReview"));
	node_set(a, root, "spec", spec);
	node_set(a, spec, "resourceAttributes", what);
	node_set(a, what, "verb", node_str(a, "impersonate"));
	node_set(a, what, "version", node_str(a, "v1"));
	node_set(a, what, "resource", node_str(a, "serviceaccounts"));
	node_set(a, what, "namespace", node_str_n(a, ns, name ? (size_t)(name - ns) : strlen(ns)));
	node_set(a, what, "name", node_str(a, name ? name + 1 : ""));
	buf_init(&text, 0);
	json_write(&text, root, 0);
	*out = (struct cluster_request){
		.method = "POST",
		.path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
		.content_type = "application/json",
		.body = arena_memdup(a, text.text, text.len),
		.body_len = text.len,
	};
	buf_release(&text);
}

static void say_own(struct asker *all, const char *owner, const char *user)
{
	plan_add_finding(all->p, all->options->target, SEVERITY_INFO, "cluster/own-credential",
			 NULL, "", 0,
			 "%s applies as '%s', which this credential may not act as: what that "
			 "account may do is not checked",
			 owner, user);
}

void accounts_want(struct asker *all, struct accounts *out)
{
	struct arena *a = &all->arena;
	size_t i, k;

	for (i = 0; i < all->items->count; i++) {
		const struct plan_app *apps[] = { all->items->items[i].head_app,
						  all->items->items[i].base_app };

		for (k = 0; k < ARRAY_SIZE(apps) && out->count < ACCOUNTS_MOST; k++) {
			const struct owner *o = apps[k] ? apps[k]->owner : NULL;
			struct account_ask *asked;
			const char *who;

			if (!o || strncmp(o->as_user, prefix, sizeof(prefix) - 1) != 0 ||
			    map_get(&all->accounts, o->as_user))
				continue;
			map_set(&all->accounts, o->as_user, all); /* may not, until it is said */
			who = arena_printf(a, "%s %s/%s", o->kind, o->ns, o->name);
			if (all->c->config.impersonate.count) { /* it acts as somebody already */
				say_own(all, who, o->as_user);
				continue;
			}
			asked = vec_push(a, out);
			asked->user = o->as_user;
			asked->owner = who;
			review(a, o->as_user, &asked->request);
		}
	}
}

void accounts_take(struct asker *all, const struct account_ask *asked,
		   const struct cluster_answer *answer)
{
	if (answer->status / 100 == 2 &&
	    node_true(node_path(answer->body, "status", "allowed", NULL))) {
		map_set(&all->accounts, asked->user, NULL);
		return;
	}
	say_own(all, asked->owner, asked->user);
}

const char *accounts_user(const struct asker *all, const struct owner *owner)
{
	return !owner->as_user || map_get(&all->accounts, owner->as_user) ? "" : owner->as_user;
}
