#include "cmd/forge_internal.h"
#include <string.h>

enum { MAX_PAGES = 50 };

/* --- the comment
 * -------------------------------------------------------------------------------------- */

static const char *comment_text(const struct forge_kind *k, const struct node *comment)
{
	const struct node *body = node_get(comment, k->body);

	return node_string(k->body_below ? node_get(body, k->body_below) : body);
}

/* The comment of a list that holds the marker; NULL when there is none. */
static const struct node *find_in(const struct forge_kind *k, const struct node *items,
				  const char *marker)
{
	const struct node *comment;
	const char *text;

	for (uint32_t i = 0; i < items->len; i++) {
		comment =
			k->item_below ? node_get(items->items[i], k->item_below) : items->items[i];
		text = comment_text(k, comment);
		if (text && strstr(text, marker) && node_text(node_get(comment, "id")))
			return comment;
	}
	return NULL;
}

/* The comment that holds the marker; *out is NULL when there is none. */
static int find_comment(struct forge *f, const char *marker, const struct node **out,
			struct err *err)
{
	const struct node *answer, *items;

	*out = NULL;
	for (unsigned page = 1; page <= MAX_PAGES && !*out; page++) {
		struct forge_post p = { .method = "GET",
					.url = forge_url(f, f->kind->list, NULL, page),
					.permission = f->kind->comment_permission };

		if (forge_ask(f, &p, &answer, err) < 0)
			return -1;
		items = f->kind->items ? node_get(answer, f->kind->items) : answer;
		if (!node_is(items, NODE_SEQ))
			return err_raise(err, ERR_IO, NO_POS,
					 "%s: the answer has no list of comments", f->kind->name);
		*out = find_in(f->kind, items, marker);
		if (!items->len || node_true(node_get(answer, "isLastPage")))
			break;
	}
	return 0;
}

static struct node *comment_body(struct forge *f, const char *text)
{
	struct node *body = node_map(&f->arena), *content;

	if (f->kind->body_below) {
		content = node_map(&f->arena);
		node_set(&f->arena, content, f->kind->body_below, node_str(&f->arena, text));
		node_set(&f->arena, body, f->kind->body, content);
	} else {
		node_set(&f->arena, body, f->kind->body, node_str(&f->arena, text));
	}
	return body;
}

static int edit_comment(struct forge *f, struct forge_post *p, const struct node *old,
			struct node *body, struct err *err)
{
	const struct node *version = node_get(old, "version");

	p->method = f->kind->edit_method;
	p->url = forge_url(f, f->kind->edit, node_text(node_get(old, "id")), 0);
	if (f->kind->versioned && version)
		node_set(&f->arena, body, "version", node_copy(&f->arena, version));
	return forge_ask(f, p, NULL, err);
}

int forge_comment(struct forge *f, const char *marker, const char *text, struct err *err)
{
	struct node *body = comment_body(f, text);
	struct forge_post p = { .permission = f->kind->comment_permission, .body = body };
	const struct node *old;

	if (!f->number)
		return err_raise(err, ERR_USAGE, NO_POS, "there is no merge request to comment on");
	if (find_comment(f, marker, &old, err) < 0)
		return -1;
	if (old) {
		if (!edit_comment(f, &p, old, body, err))
			return 0;
		/* Somebody else wrote the marker into a comment of theirs: then one of our own. */
		if (p.status != 403 && p.status != 404)
			return -1;
		err_clear(err);
		node_remove(body, "version");
	}
	p.method = "POST";
	p.url = forge_url(f, f->kind->create, NULL, 0);
	return forge_ask(f, &p, NULL, err);
}

/* --- the status
 * --------------------------------------------------------------------------------------- */

/* At most `max` characters, none of them cut in the middle. */
static const char *cut(struct arena *a, const char *text, size_t max)
{
	size_t n = strlen(text);

	if (n > max)
		for (n = max; n && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	return arena_memdup(a, text, n);
}

int forge_status(struct forge *f, enum forge_state state, const char *text, struct err *err)
{
	const struct forge_kind *k = f->kind;
	struct node *body = node_map(&f->arena);
	struct forge_post p = { .method = "POST",
				.permission = k->status_permission,
				.body = body };

	if (!f->commit)
		return err_raise(err, ERR_USAGE, NO_POS, "there is no commit to set the status of");
	node_set(&f->arena, body, "state", node_str(&f->arena, k->state_words[state]));
	for (size_t i = 0; i < ARRAY_SIZE(k->context_keys) && k->context_keys[i]; i++)
		node_set(&f->arena, body, k->context_keys[i],
			 node_str(&f->arena, "kubectl-gitops"));
	node_set(&f->arena, body, "description",
		 node_str(&f->arena, cut(&f->arena, text, k->description_limit)));
	if (!f->job && f->kind->clears_annotations) /* Data Center wants one */
		node_set(&f->arena, body, k->url_key, node_str(&f->arena, f->api));
	else if (f->job)
		node_set(&f->arena, body, k->url_key, node_str(&f->arena, f->job));
	p.url = forge_url(f, k->status, NULL, 0);
	return forge_ask(f, &p, NULL, err);
}
