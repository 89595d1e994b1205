/*
 * A function of the KRM functions specification: a ResourceList on its standard input, and one with
 * `results` on its standard output. Exit status 1 with results means that it refuses.
 */
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/process.h"
#include "render/yaml/yaml.h"
#include "validate/outside_internal.h"

static const char rule[] = "policy/function";
static const char path_key[] = "internal.config.kubernetes.io/path";
static const char index_key[] = "internal.config.kubernetes.io/index";

/* An item with the annotations that functions name it by in their results. */
static struct node *item_of(struct outside_turn *t, size_t i)
{
	struct node *root = node_copy(t->arena, t->objects->items[i]->root);
	struct node *meta = node_get(root, "metadata"), *notes = node_get(meta, "annotations");

	if (!node_is(meta, NODE_MAP))
		return root;
	if (!node_is(notes, NODE_MAP))
		node_set(t->arena, meta, "annotations", notes = node_map(t->arena));
	node_set(t->arena, notes, path_key,
		 node_str(t->arena, arena_printf(t->arena, "%06zu.json", i)));
	node_set(t->arena, notes, index_key, node_str(t->arena, "0"));
	return root;
}

static int read_config(struct outside_turn *t, const char *file, struct node **out, struct err *err)
{
	struct buf text;
	int rc;

	buf_init(&text, LIMIT_FILE_BYTES);
	rc = file_read(file, &text, err);
	if (!rc)
		rc = yaml_read_one(t->run, t->arena, YAML_SIGS, file, text.text, text.len, 0, out,
				   err);
	buf_release(&text);
	return rc;
}

static int write_list(struct outside_turn *t, const char *config, struct buf *out, struct err *err)
{
	struct node *list = node_map(t->arena), *items = node_seq(t->arena), *read = NULL;

	node_set(t->arena, list, "apiVersion", node_str(t->arena, "config.kubernetes.io/v1"));
	node_set(t->arena, list, "kind", node_str(t->arena, "ResourceList"));
	for (size_t i = 0; i < t->objects->count; i++)
		node_append(t->arena, items, item_of(t, i));
	node_set(t->arena, list, "items", items);
	if (config && read_config(t, config, &read, err) < 0)
		return -1;
	if (read)
		node_set(t->arena, list, "functionConfig", read);
	json_write(out, list, 0);
	return 0;
}

static bool same_text(const char *wanted, const char *is)
{
	return !wanted || !*wanted || !strcmp(wanted, is);
}

/* By the file that a result names, else by the object that it refers to. */
static const struct object *object_of(const struct outside_turn *t, const struct node *result)
{
	const struct node *ref = node_get(result, "resourceRef");
	const struct object *o =
		outside_object_of(t, node_get_string(node_get(result, "file"), "path"));
	const char *name = node_get_string(ref, "name");

	for (size_t i = 0; !o && name && i < t->objects->count; i++) {
		const struct object *one = t->objects->items[i];

		if (!strcmp(one->name, name) &&
		    same_text(node_get_string(ref, "kind"), one->kind) &&
		    same_text(node_get_string(ref, "apiVersion"), one->api_version) &&
		    same_text(node_get_string(ref, "namespace"), one->ns))
			o = one;
	}
	return o;
}

static enum severity severity_of(const struct node *result)
{
	const char *s = node_get_string(result, "severity");

	if (s && !strcmp(s, "warning"))
		return SEVERITY_WARNING;
	return s && !strcmp(s, "info") ? SEVERITY_INFO : SEVERITY_ERROR;
}

static void take_result(struct outside_turn *t, const struct node *result)
{
	const struct node *field = node_get(result, "field");
	const char *path = node_get_string(field, "path");
	const char *said = node_get_string(result, "message");
	const char *better = node_text(node_get(field, "proposedValue"));

	if (!said || !*said)
		said = "refused without a message";
	if (better)
		said = arena_printf(t->arena, "%s; write '%s'", said, better);
	outside_report(t, severity_of(result), rule, object_of(t, result), path ? path : "", said);
}

static int take_answer(struct outside_turn *t, const struct process_result *result, struct err *err)
{
	struct err unreadable = ERR_INIT;
	struct node *list = NULL;
	const struct node *results;
	char said[400];

	if (result->out.len)
		yaml_read_one(t->run, t->arena, YAML_SIGS, "its answer", result->out.text,
			      result->out.len, 0, &list, &unreadable);
	results = node_get(list, "results");
	if (node_is(results, NODE_MAP)) /* as functions before v1 wrote them */
		results = node_get(results, "items");
	if (result->status && (!node_is(results, NODE_SEQ) || !results->len))
		return err_raise(err, ERR_INPUT, NO_POS, "%s",
				 process_complaint(result, said, sizeof(said)));
	if (!node_is(list, NODE_MAP))
		return err_raise(err, ERR_INPUT, NO_POS, "it answered no ResourceList");
	for (uint32_t i = 0; node_is(results, NODE_SEQ) && i < results->len; i++)
		take_result(t, results->items[i]);
	return 0;
}

int outside_function(struct outside_turn *t, const char *named, struct err *err)
{
	const char *comma = strchr(named, ',');
	const char *program =
		comma ? arena_memdup(t->arena, named, (size_t)(comma - named)) : named;
	const char *const argv[] = { program, NULL };
	struct process_options how = { .argv = argv, .timeout_ms = OUTSIDE_TIMEOUT_MS };
	struct process_result result;
	struct buf list;
	int rc;

	buf_init(&list, 0);
	rc = write_list(t, comma ? comma + 1 : NULL, &list, err);
	if (!rc) {
		how.input = list.text;
		how.input_len = list.len;
		rc = process_run(&how, &result, err);
		if (!rc)
			rc = take_answer(t, &result, err);
		process_result_release(&result);
	}
	buf_release(&list);
	return rc;
}
