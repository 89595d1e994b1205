/* Files of variables: .env, which docker compose reads, and env_file, which docker stack does. */
#include <ctype.h>
#include <string.h>
#include "render/swarm/internal.h"

/* The next line of a text, without its end; false at the end. */
static bool next_line(const char **text, const char *end, const char **line, size_t *len)
{
	const char *stop;

	if (*text >= end)
		return false;
	stop = memchr(*text, '\n', (size_t)(end - *text));
	*line = *text;
	*len = (size_t)((stop ? stop : end) - *text);
	*text = stop ? stop + 1 : end;
	if (*len && (*line)[*len - 1] == '\r')
		--*len;
	while (*len && isspace((unsigned char)**line)) {
		++*line;
		--*len;
	}
	return true;
}

static size_t name_length(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)line[n]) || strchr("_.-", line[n])))
		n++;
	return n;
}

/* The value of a .env line: quotes undone, a comment after an unquoted one cut. */
static const char *dotenv_value(struct arena *a, const char *text, size_t len)
{
	const char *end;
	struct buf out;
	const char *value;
	size_t i;

	while (len && (*text == ' ' || *text == '\t'))
		text++, len--;
	if (len && (*text == '\'' || *text == '"')) {
		end = memchr(text + 1, *text, len - 1);
		if (end && *text == '\'')
			return arena_memdup(a, text + 1, (size_t)(end - text) - 1);
		buf_init(&out, 0);
		for (i = 1; i < len && text[i] != '"'; i++) {
			if (text[i] == '\\' && i + 1 < len)
				i++;
			buf_char(&out, text[i - 1] == '\\' && text[i] == 'n' ? '\n' : text[i]);
		}
		value = buf_dup(&out, a);
		buf_release(&out);
		return value;
	}
	for (i = 0; i < len; i++)
		if (text[i] == '#' && (!i || isspace((unsigned char)text[i - 1])))
			len = i;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return arena_memdup(a, text, len);
}

void env_read_text(struct loader *l, struct project *p, const char *text, size_t size,
		   origin_id origin)
{
	const char *start = text, *end = text + size, *line;
	size_t len, name;

	while (next_line(&text, end, &line, &len)) {
		if (len > 7 && !memcmp(line, "export ", 7))
			line += 7, len -= 7;
		name = name_length(line, len);
		if (!name || name == len || (line[name] != '=' && line[name] != ':') ||
		    node_get_n(p->env, line, name))
			continue;
		node_set_n(l->arena, p->env, arena_memdup(l->arena, line, name), name,
			   node_at(node_str(l->arena, dotenv_value(l->arena, line + name + 1,
								   len - name - 1)),
				   origin ? origin + (origin_id)(line - start) : 0));
	}
}

int env_read_dotenv(struct loader *l, struct project *p, const char *path, struct err *err)
{
	struct blob blob;

	if (view_kind(l->view, path) != VIEW_FILE)
		return 0;
	if (view_read(l->view, path, &blob, err) < 0)
		return -1;
	env_read_text(l, p, blob.text, blob.len, blob.origin);
	return 0;
}

int env_read_file(struct loader *l, const struct project *p, const struct node *at,
		  const char *path, struct node *into)
{
	struct err why = ERR_INIT;
	const char *text, *end, *line, *equals;
	struct blob blob;
	size_t len, name;

	if (view_read(l->view, path, &blob, &why) < 0) {
		stack_note(l, STACK_WARNING, "swarm/missing-file", at->origin,
			   "the env_file: %s; its variables are not known here", why.msg);
		return -1;
	}
	text = blob.text;
	end = text + blob.len;
	while (next_line(&text, end, &line, &len)) {
		origin_id origin = blob.origin ? blob.origin + (origin_id)(line - blob.text) : 0;
		const struct node *value;

		if (!len || *line == '#')
			continue;
		equals = memchr(line, '=', len);
		name = equals ? (size_t)(equals - line) : len;
		if (!name || memchr(line, ' ', name) || memchr(line, '\t', name)) {
			stack_note(l, STACK_ERROR, "swarm/invalid", origin,
				   "a variable of an env_file has a name without spaces");
			continue;
		}
		value = node_get_n(p->env, line, name);
		if (equals && len > name + 1)
			value = NULL;
		if (!equals && !value)
			continue;
		node_set_n(
			l->arena, into, arena_memdup(l->arena, line, name), name,
			value ? node_copy(l->arena, value)
			      : node_at(node_str_n(l->arena, equals + 1, len - name - 1), origin));
	}
	return 0;
}
