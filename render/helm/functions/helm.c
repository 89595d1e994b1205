/* helm: the functions that Helm adds: include, tpl, required, fail, lookup. */
#include <string.h>
#include "base/map.h"
#include "render/helm/functions/functions.h"
#include "render/helm/template/exec.h"

enum { NESTING = 1000 }; /* Helm's own bound for one name */

int fn_include(struct call *c)
{
	struct template_set *set = c->exec->set;
	struct value name = c->args[0], dot = c->args[1];
	const char *error = NULL;
	unsigned **count, *uses;
	struct text out;
	int rc;

	dot.iface = false;
	count = (unsigned **)map_at_n(&set->includes, name.s->text, name.s->len);
	if (!*count) {
		*map_at_n(&set->includes, string_c(c->arena, name), name.s->len) = NULL;
		count = (unsigned **)map_at_n(&set->includes, name.s->text, name.s->len);
		*count = arena_new(c->arena, unsigned);
	} else if (**count > NESTING) {
		return call_fail(c,
				 "rendering template has a nested reference name: %.*s: unable to "
				 "execute template",
				 (int)name.s->len, name.s->text);
	}
	uses = *count;
	++*uses;
	text_init(&out, c->arena);
	rc = exec_template(set, c->exec->scope, name.s->text, name.s->len, dot, &out, &error);
	--*uses;
	if (rc < 0) {
		text_release(&out);
		return call_fail_text(c, error);
	}
	return give_text(c, &out);
}

static struct source *tpl_source(struct call *c)
{
	struct value text = c->args[0];
	struct source *s = arena_new(c->arena, struct source);

	*s = (struct source){ .name = "gotpl",
			      .text = text.s->text,
			      .len = text.s->len,
			      .origin = text.origin,
			      .whole = true,
			      .spans = text.s->spans,
			      .span_count = text.s->span_count };
	return s;
}

static const char *shown_template(struct call *c)
{
	return text_quoted(c->arena, c->args[0].s->text, c->args[0].s->len);
}

int fn_tpl(struct call *c)
{
	struct template_set *set = c->exec->set;
	struct scope scope = { .outer = c->exec->scope };
	struct source *source = tpl_source(c);
	struct value dot = c->args[1];
	struct tnode *root = NULL;
	const char *error = NULL;
	struct text out;

	dot.iface = false;
	/* What has no action is its own result. */
	if (!memmem(source->text, source->len, "{{", 2))
		return give(c, drop_no_value(c->arena, c->args[0]));
	map_init(&scope.templates, c->arena);
	if (scope_parse(set, &scope, source, &root, &error))
		return call_fail(c, "cannot parse template %s: %s", shown_template(c), error);
	text_init(&out, c->arena);
	if (exec_tree(set, &scope, "gotpl", root, dot, &out, &error)) {
		text_release(&out);
		return call_fail(c, "error during tpl function execution for %s: %s",
				 shown_template(c), error);
	}
	give_text(c, &out);
	c->result = drop_no_value(c->arena, c->result);
	return 0;
}

static int fail_alone(struct call *c, struct value message)
{
	return call_fail(c, "HELM_ERR_START%.*sHELM_ERR_END", (int)message.s->len, message.s->text);
}

int fn_fail(struct call *c)
{
	return fail_alone(c, c->args[0]);
}

int fn_required(struct call *c)
{
	struct value v = c->args[1];

	if (!v.type || (v.type == &type_string && !v.s->len))
		return fail_alone(c, c->args[0]);
	return give(c, v);
}

int fn_lookup(struct call *c)
{
	const struct template_options *o = &c->exec->set->options;
	const struct node *found = NULL;
	struct err err = ERR_INIT;

	c->result = value_map(c->arena, &type_any_map);
	if (!o->lookup)
		return 0;
	if (o->lookup(o->lookup_data, c->arena, string_c(c->arena, c->args[0]),
		      string_c(c->arena, c->args[1]), string_c(c->arena, c->args[2]),
		      string_c(c->arena, c->args[3]), &found, &err))
		return call_fail(c, "%s", err.msg);
	if (found)
		c->result = value_from_node_int64(c->arena, found);
	return 0;
}

int fn_get_host_by_name(struct call *c)
{
	return give_string(c, "", 0);
}
