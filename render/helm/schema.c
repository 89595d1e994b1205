/* values.schema.json, of a chart and of those in it. */
#include <string.h>

#include "base/goquote.h"
#include "base/http.h"
#include "base/json.h"
#include "base/jsonschema.h"
#include "render/guard.h"
#include "render/helm/internal.h"

static const char schema_url[] = "file:///values.schema.json";

struct loader {
	struct helm *h;
};

static const struct node *fetch(struct helm *h, const char *url, const char **error)
{
	struct http_options options = { .flags = HTTP_FOLLOW,
					.timeout_ms = 15000,
					.connect_timeout_ms = REACH_CONNECT_MS };
	struct http_request request = { .url = url };
	struct http_response response = { 0 };
	struct json_options json = { .file = url };
	const struct node *root = NULL;
	struct err err = ERR_INIT;
	struct http *client = NULL;
	bool public_only, fetched = false;

	if (!guard_url(h->run, url, &public_only, &err)) {
		options.flags |= public_only ? HTTP_PUBLIC_ONLY : 0;
		client = http_new(&options, &err);
	}
	fetched = client && !reach_fetch(h->run, client, &request, &response, &err);
	if (fetched) {
		if (response.status == 200)
			root = json_read(h->arena, response.body.text, response.body.len, &json,
					 &err);
		else
			err_raise(&err, ERR_IO, NO_POS, "HTTP request to %s returned status %d",
				  url, response.status);
		http_response_release(&response);
	}
	if (client)
		http_free(client);
	if (!root)
		*error = fetched ? arena_strdup(h->arena, err.msg)
				 : arena_printf(h->arena,
						"HTTP request failed for %s: Get \"%s\": %s", url,
						url, err.msg);
	return root;
}

/* Nothing is read from disk: only the chart's own files count. */
static const struct node *load(void *data, const char *url, const char **error)
{
	struct helm *h = ((struct loader *)data)->h;

	if (!strncmp(url, "file://", 7)) /* what is before the next slash is a host */
		*error = arena_printf(h->arena, "open %s: no such file or directory",
				      url + 7 + strcspn(url + 7, "/"));
	else if (!strncmp(url, "urn:", 4))
		return node_bool(h->arena, true);
	else if (strncmp(url, "http://", 7) && strncmp(url, "https://", 8))
		*error = arena_printf(h->arena, "no URLLoader registered for \"%s\"", url);
	else if (h->run->offline)
		*error = "this run is offline";
	else
		return fetch(h, url, error);
	return NULL;
}

static const char *check_one(struct helm *h, const struct helm_file *file, struct value values,
			     origin_id *at)
{
	static const char start[] =
		"jsonschema validation failed with 'file:///values.schema.json#'\n";
	struct loader loader = { h };
	struct jsonschema_options options = { .url = schema_url, .load = load, .data = &loader };
	struct json_options json = { .file = file->name, .origin = file->origin };
	const char *error = NULL;
	const struct node *root, *tree;
	const struct schema *schema;
	struct err err = ERR_INIT;

	*at = file->origin;
	root = json_read(h->arena, file->text, file->len, &json, &err);
	if (!root)
		return arena_strdup(h->arena, err.msg);
	schema = jsonschema_compile(h->arena, root, &options, &error);
	if (!schema)
		return error;
	tree = value_to_node(h->arena, values);
	*at = 0;
	error = tree ? jsonschema_validate_at(h->arena, schema, tree, at) : NULL;
	if (!error)
		return NULL;
	return arena_printf(h->arena, "%s\n",
			    strncmp(error, start, sizeof(start) - 1) ? error
								     : error + sizeof(start) - 1);
}

static void check_chart(struct helm *h, const struct chart *c, struct value values, struct buf *out)
{
	origin_id at = 0;
	const char *error = c->schema ? check_one(h, c->schema, values, &at) : NULL;

	if (error) {
		buf_printf(out, "%s:\n%s", c->name, error);
		helm_blame(h, at ? at : c->values.origin);
	}
	for (size_t i = 0; i < c->charts.count; i++) {
		const struct chart *sub = c->charts.items[i];
		struct value own = value_get(values, sub->name);

		if (!own.type)
			continue;
		if (values_is_table(own)) {
			check_chart(h, sub, own, out);
		} else {
			helm_blame(h, own.origin);
			buf_printf(out,
				   "%s:\ninvalid type for values: expected object (map), got %s\n",
				   sub->name, own.type->name);
		}
	}
}

int values_check_schemas(struct helm *h, const struct chart *c, struct value values,
			 struct err *err)
{
	struct buf out;
	int rc = 0;

	buf_init(&out, 0);
	check_chart(h, c, values, &out);
	if (out.len)
		rc = helm_fail(h, err,
			       "values don't meet the specifications of the schema(s) in the "
			       "following chart(s):\n%s",
			       out.text);
	buf_release(&out);
	return rc;
}
