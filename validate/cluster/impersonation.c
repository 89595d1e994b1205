/* Whom the credential acts as, as headers of each request: --as and its kin, else the kubeconfig's.
 */
#include <string.h>

#include "base/buf.h"
#include "validate/cluster/kubeconfig.h"

struct actor {
	struct arena *a;
	const struct cluster_options *options;
	struct kubeconfig *out;
	struct err *err;
};

/* A header ends at a control character: what follows would be another. */
static int impersonate(struct actor *l, const char *header, const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return err_raise(l->err, ERR_INPUT, NO_POS,
					 "what user '%s' acts as holds a control character",
					 l->out->user);
	*vec_push(l->a, &l->out->impersonate) =
		arena_printf(l->a, "Impersonate-%s: %s", header, value);
	return 0;
}

/* The name of an extra may hold what a header's may not: that is percent-encoded. */
static int impersonate_extra(struct actor *l, const char *name, size_t len, const char *value)
{
	struct buf header;
	const char *text;

	buf_init(&header, 0);
	buf_str(&header, "Extra-");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || (c && strchr("!#$&'*+-.^_`|~", c));

		if (plain)
			buf_char(&header, (char)c);
		else
			buf_printf(&header, "%%%02X", c);
	}
	text = buf_dup(&header, l->a);
	buf_release(&header);
	return impersonate(l, text, value);
}

/* A value that is there and not empty. */
static const char *text_of(const struct node *user, const char *key)
{
	const char *text = node_text(node_get(user, key));

	return text && *text && !node_is_null(node_get(user, key)) ? text : NULL;
}

static int impersonate_groups(struct actor *l, const struct node *user)
{
	const struct cluster_options *o = l->options;
	const struct node *groups = node_get(user, "as-groups");

	for (size_t i = 0; i < o->as_group_count; i++)
		if (impersonate(l, "Group", o->as_groups[i]) < 0)
			return -1;
	for (uint32_t k = 0; !o->as_group_count && node_is(groups, NODE_SEQ) && k < groups->len;
	     k++)
		if (node_text(groups->items[k]) &&
		    impersonate(l, "Group", groups->items[k]->text) < 0)
			return -1;
	return 0;
}

static int impersonate_extras(struct actor *l, const struct node *user)
{
	const struct cluster_options *o = l->options;
	const struct node *extra = node_get(user, "as-user-extra");

	for (size_t i = 0; i < o->as_user_extra_count; i++) {
		const char *text = o->as_user_extra[i], *equals = strchr(text, '=');

		if (equals && impersonate_extra(l, text, (size_t)(equals - text), equals + 1) < 0)
			return -1;
	}
	for (uint32_t k = 0; !o->as_user_extra_count && node_is(extra, NODE_MAP) && k < extra->len;
	     k++) {
		const struct node *key = extra->entries[k].key, *values = extra->entries[k].value;

		for (uint32_t j = 0; node_is(values, NODE_SEQ) && j < values->len; j++)
			if (node_text(values->items[j]) &&
			    impersonate_extra(l, key->text, key->len, values->items[j]->text) < 0)
				return -1;
	}
	return 0;
}

int impersonation_load(struct arena *a, const struct cluster_options *o, const struct node *user,
		       struct kubeconfig *out, struct err *err)
{
	struct actor actor = { a, o, out, err }, *l = &actor;
	const char *as = o->as ? o->as : text_of(user, "as"),
		   *uid = o->as_uid ? o->as_uid : text_of(user, "as-uid");

	if (as && *as)
		return impersonate(l, "User", as) < 0 || (uid && impersonate(l, "Uid", uid) < 0) ||
				       impersonate_groups(l, user) < 0 ||
				       impersonate_extras(l, user) < 0
			       ? -1
			       : 0;
	if (uid || o->as_group_count || o->as_user_extra_count || node_get(user, "as-groups") ||
	    node_get(user, "as-user-extra"))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "groups, a uid or extras to act as, but no user to impersonate "
				 "(--as)");
	return 0;
}
