#include "validate/cluster/verdict.h"
#include <ctype.h>
#include "base/json.h"
#include "validate/cluster/locate.h"

/* The text of a Warning header: 299 - "text", with backslash escapes. */
static const char *warning_text(struct arena *a, const char *value, size_t len)
{
	const char *open = memchr(value, '"', len), *end = value + len;
	struct buf out;
	char *text;

	if (!open)
		return arena_memdup(a, value, len);
	buf_init(&out, 0);
	for (open++; open < end && *open != '"'; open++) {
		if (*open == '\\' && open + 1 < end)
			open++;
		buf_char(&out, *open == '\n' ? ' ' : *open);
	}
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}

void answer_read(struct arena *a, struct http_response *response, struct answer *out)
{
	struct err err = ERR_INIT;
	const char *value;
	size_t from = 0, len;

	*out = (struct answer){ .status = response->status };
	if (!response->status) {
		out->error = arena_strdup(a, response->err.msg);
		return;
	}
	out->body = json_read(a, response->body.text, response->body.len, NULL, &err);
	while (http_header(response, "Warning", &from, &value, &len))
		*vec_push(a, &out->warnings) = warning_text(a, value, len);
	if (!out->body && response->status < 300) {
		out->status = 0;
		out->error = arena_printf(a, "the answer is no JSON: %s", err.msg);
	}
}

/* One line: what follows a line break is joined with a space. */
static const char *one_line(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text), *c;

	for (c = copy; *c; c++)
		if ((unsigned char)*c < 0x20)
			*c = ' ';
	while (c > copy && c[-1] == ' ')
		*--c = 0;
	return copy;
}

/* "Invalid value: core.PodTemplateSpec{… a page of it …}: field is immutable" without the page. */
static const char *shorten(struct arena *a, const char *message)
{
	static const char invalid[] = "Invalid value: ";
	const char *end = message + strlen(message), *tail = end;

	if (end - message < 300 || strncmp(message, invalid, strlen(invalid)) != 0)
		return message;
	while (tail > message + sizeof(invalid) && strncmp(tail, ": ", 2) != 0)
		tail--;
	return arena_printf(a, "%.40s…%s", message, tail);
}

static void say(struct arena *a, struct verdict *out, const struct node *root, const char *rule,
		const char *path, const char *message)
{
	*vec_push(a, out) = (struct said){
		.severity = SEVERITY_ERROR,
		.rule = rule,
		.path = *path == '.' ? path + 1 : path,
		.message = one_line(a, shorten(a, message)),
		.origin = locate_origin(root, path),
	};
}

static bool says_immutable(const char *message)
{
	static const char *const words[] = {
		"field is immutable",	       "is immutable",	      "may not change once set",
		"updates to statefulset spec", "cannot be changed",   "pod updates may not change",
		"may not be changed",	       "updates to job spec", "is immutable after creation",
		"cannot change roleRef",       "is not mutable",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(message, words[i]))
			return true;
	return false;
}

static bool is_admission(const char *message)
{
	return message &&
	       (strstr(message, "AdmissionPolicy '") || strstr(message, "admission webhook \""));
}

static void read_invalid(struct arena *a, const struct node *status, const struct node *root,
			 struct verdict *out)
{
	const struct node *causes = node_path(status, "details", "causes", NULL);
	unsigned immutable = 0;
	uint32_t i;

	out->kind = VERDICT_REFUSED;
	for (i = 0; node_is(causes, NODE_SEQ) && i < causes->len; i++) {
		const char *field = node_get_string(causes->items[i], "field");
		const char *message = node_get_string(causes->items[i], "message");
		bool fixed = message && says_immutable(message);

		field = field && strcmp(field, "<nil>") != 0 ? field : "";
		immutable += fixed;
		say(a, out, root,
		    fixed		    ? "cluster/immutable"
		    : is_admission(message) ? "cluster/admission"
					    : "cluster/invalid",
		    field, message && *message ? message : "is invalid");
	}
	if (!out->count)
		say(a, out, root,
		    is_admission(out->reason) ? "cluster/admission" : "cluster/invalid", "",
		    out->reason);
	if (immutable && immutable == out->count)
		out->kind = VERDICT_IMMUTABLE;
}

/* The quoted word that follows `before` in a text: its start and length; false when there is none.
 */
static bool quoted_after(const char *text, const char *before, const char **word, size_t *len)
{
	const char *at = strstr(text, before);

	if (!at)
		return false;
	at += strlen(before);
	if (*at++ != '"')
		return false;
	*word = at;
	*len = strcspn(at, "\"");
	return at[*len] == '"';
}

/*
 * 'strict decoding error: unknown field "spec.foo", duplicate field "spec.bar"'. Field names can
 * hold commas, so the parts are found by their words.
 */
static bool read_strict(struct arena *a, const char *message, const struct node *root,
			struct verdict *out)
{
	static const char *const kinds[] = { "unknown field ", "duplicate field " };
	const char *at = strstr(message, "strict decoding error: "), *word;
	size_t len, i;

	if (!at)
		return false;
	out->kind = VERDICT_REFUSED;
	for (at += 23; *at; at += (*at == ',') + strspn(at + (*at == ','), " ")) {
		for (i = 0; i < ARRAY_SIZE(kinds); i++)
			if (!strncmp(at, kinds[i], strlen(kinds[i])))
				break;
		if (i == ARRAY_SIZE(kinds) || !quoted_after(at, kinds[i], &word, &len)) {
			say(a, out, root, "cluster/invalid", "", at);
			return true;
		}
		say(a, out, root, i ? "cluster/duplicate-field" : "cluster/unknown-field",
		    arena_memdup(a, word, len),
		    arena_printf(a, "%.*s", (int)(word + len + 1 - at), at));
		at = word + len + 1;
	}
	return true;
}

/* "failed to create typed patch object (…): errors:\n  .spec.foo: text\n  .spec.bar: text" */
static bool read_typed(struct arena *a, const char *message, const struct node *root,
		       struct verdict *out)
{
	const char *at = strstr(message, "failed to create typed patch object"), *colon, *end,
		   *path;

	if (!at)
		return false;
	out->kind = VERDICT_REFUSED;
	at = strstr(at, "): ");
	at = at ? at + 3 : message;
	if (!strncmp(at, "errors:", 7))
		at += 7;
	for (; *at; at = end + (*end == '\n')) {
		at += strspn(at, " \n");
		end = at + strcspn(at, "\n");
		if (at == end)
			continue;
		for (colon = at; colon < end && strncmp(colon, ": ", 2) != 0; colon++)
			;
		path = *at == '.' && colon < end ? arena_memdup(a, at, (size_t)(colon - at)) : "";
		say(a, out, root,
		    strstr(at, "field not declared in schema") ? "cluster/unknown-field"
							       : "cluster/invalid",
		    path,
		    arena_memdup(a, *path ? colon + 2 : at,
				 (size_t)(end - (*path ? colon + 2 : at))));
	}
	return out->count > 0;
}

static void read_conflict(struct arena *a, const struct node *status, const struct node *root,
			  struct verdict *out)
{
	const struct node *causes = node_path(status, "details", "causes", NULL);
	uint32_t i;

	for (i = 0; node_is(causes, NODE_SEQ) && i < causes->len; i++) {
		const char *type = node_get_string(causes->items[i], "reason");
		const char *field = node_get_string(causes->items[i], "field");
		const char *message = node_get_string(causes->items[i], "message");

		if (type && field && message && !strcmp(type, "FieldManagerConflict"))
			say(a, out, root, "cluster/conflict", field, message);
	}
	out->kind = out->count ? VERDICT_CONFLICT : VERDICT_CHANGED;
}

/* RBAC's words: User "bob" cannot patch resource "deployments" in API group "apps" … */
static void read_forbidden(struct arena *a, const char *message, const struct node *root,
			   struct verdict *out)
{
	const char *user = strstr(message, ": User \""),
		   *verb = user ? strstr(user, "\" cannot ") : NULL;

	out->kind = VERDICT_FORBIDDEN;
	if (verb)
		out->verb = arena_memdup(a, verb + 9, strcspn(verb + 9, " "));
	say(a, out, root, "cluster/admission", "", message);
}

static bool is_missing_namespace(const struct node *status)
{
	const char *kind = node_text(node_path(status, "details", "kind", NULL));

	return kind && !strcmp(kind, "namespaces");
}

static void read_bad_request(struct arena *a, const char *message, const struct node *root,
			     struct verdict *out)
{
	if (strstr(message, "does not support dry run")) {
		out->kind = VERDICT_NO_DRY_RUN;
		return;
	}
	if (read_strict(a, message, root, out) || read_typed(a, message, root, out))
		return;
	out->kind = VERDICT_REFUSED;
	say(a, out, root, is_admission(message) ? "cluster/admission" : "cluster/invalid", "",
	    message);
}

static void read_warnings(struct arena *a, const struct answer *answer, const struct node *root,
			  struct verdict *out)
{
	const char *word;
	size_t i, len;

	for (i = 0; i < answer->warnings.count; i++) {
		const char *text = answer->warnings.items[i], *path = "";

		if (quoted_after(text, "unknown field ", &word, &len) ||
		    quoted_after(text, "duplicate field ", &word, &len))
			path = arena_memdup(a, word, len);
		else if (strchr(text, ':') && memchr(text, '.', strcspn(text, ": ")) &&
			 !strncmp(text, "spec.", 5))
			path = arena_memdup(a, text, strcspn(text, ": "));
		say(a, out, root, "cluster/warning", path, text);
		out->items[out->count - 1].severity = SEVERITY_WARNING;
	}
}

void verdict_read(struct arena *a, const struct answer *answer, const struct node *root,
		  struct verdict *out)
{
	const char *message =
		answer->error ? answer->error : status_message(a, answer->status, answer->body);

	*out = (struct verdict){ .kind = VERDICT_UNDECIDED, .reason = one_line(a, message) };
	if (answer->status >= 200 && answer->status < 300)
		out->kind = VERDICT_ACCEPTED;
	else if (answer->status == 422)
		read_invalid(a, answer->body, root, out);
	else if (answer->status == 400)
		read_bad_request(a, message, root, out);
	else if (answer->status == 409)
		read_conflict(a, answer->body, root, out);
	else if (answer->status == 403)
		read_forbidden(a, message, root, out);
	else if (answer->status == 404)
		out->kind =
			is_missing_namespace(answer->body) ? VERDICT_NO_NAMESPACE : VERDICT_NO_KIND;
	else if (answer->status == 413 || answer->status == 415) {
		out->kind = VERDICT_REFUSED;
		say(a, out, root, "cluster/invalid", "", message);
	} else if (answer->status == 500)
		read_typed(a, message, root, out);
	read_warnings(a, answer, root, out);
}
