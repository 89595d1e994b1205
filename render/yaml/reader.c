/* libyaml's events: where they stand in the text, and what is said when there are no more. */
#include "render/yaml/internal_reader.h"

/* The byte offset of libyaml's character index. Marks hardly move back, so walking is cheap. */
size_t reader_offset(struct reader *r, size_t chars)
{
	if (r->ascii)
		return chars < r->len ? chars : r->len;
	while (r->chars < chars && r->bytes < r->len) {
		r->bytes++;
		while (r->bytes < r->len && ((unsigned char)r->text[r->bytes] & 0xc0) == 0x80)
			r->bytes++;
		r->chars++;
	}
	while (r->chars > chars && r->bytes > 0) {
		r->bytes--;
		while (r->bytes > 0 && ((unsigned char)r->text[r->bytes] & 0xc0) == 0x80)
			r->bytes--;
		r->chars--;
	}
	return r->bytes;
}

origin_id reader_origin(struct reader *r, const yaml_mark_t *mark)
{
	return r->origin ? r->origin + (origin_id)reader_offset(r, mark->index) : 0;
}

struct pos reader_pos(const struct reader *r, const yaml_mark_t *mark)
{
	return (struct pos){ r->file, (unsigned)mark->line + 1, (unsigned)mark->column + 1 };
}

int reader_fail(struct reader *r, enum err_code code, const yaml_mark_t *mark, const char *what)
{
	return err_raise(r->err, code, reader_pos(r, mark), "%s", what);
}

/* go-yaml's way with a parser's failure: mostly the line before, counted from 1. */
static const char *go_parser_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	size_t line = p->problem_mark.line;
	const char *problem = p->problem ? p->problem : "unknown problem parsing YAML content";

	if (line)
		line += p->error == YAML_SCANNER_ERROR;
	else
		line = p->context_mark.line;
	if (!line || p->error == YAML_READER_ERROR)
		return arena_printf(r->arena, "yaml: %s", problem);
	return arena_printf(r->arena, "yaml: line %zu: %s", line, problem);
}

/* libyaml's own complaint, with the place in the text. */
static int parser_failed(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct pos pos = reader_pos(r, &p->problem_mark);
	size_t i;

	r->odd = true;
	r->go_error = go_parser_error(r);
	if (p->error == YAML_READER_ERROR) {
		pos.line = pos.column = 1;
		for (i = 0; i < p->problem_offset && i < r->len; i++) {
			pos.column = r->text[i] == '\n' ? 1 : pos.column + 1;
			pos.line += r->text[i] == '\n';
		}
		return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s (byte 0x%02x)", p->problem,
				 (unsigned)p->problem_value & 0xff);
	}
	if (p->context)
		return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s %s at line %zu", p->problem,
				 p->context, p->context_mark.line + 1);
	return err_raise(r->err, ERR_INPUT, pos, "not YAML: %s",
			 p->problem ? p->problem : "unknown problem");
}

int reader_next(struct reader *r, yaml_event_t *event)
{
	return yaml_parser_parse(&r->parser, event) ? 0 : parser_failed(r);
}

int reader_count(struct reader *r, size_t more, const yaml_mark_t *mark)
{
	r->weight += more;
	if (r->weight > LIMIT_DOCUMENT_NODES)
		return reader_fail(r, ERR_LIMIT, mark,
				   "document has too many values, aliases expanded");
	if (arena_over_budget(r->arena))
		return reader_fail(r, ERR_LIMIT, mark, "the memory budget of the run is spent");
	return 0;
}

/*
 * go-yaml parses a whole document before it looks at what it says: the failure that was just raised
 * is kept until then, if it is the first one. Limits are not put off.
 */
int reader_put_off(struct reader *r, unsigned phase)
{
	if (!r->late[phase].set) {
		r->late[phase].set = true;
		r->late[phase].err = *r->err;
		r->late[phase].go_error = r->go_error;
	}
	*r->err = (struct err)ERR_INIT;
	r->go_error = NULL;
	return 0;
}

int reader_raise_late(struct reader *r)
{
	unsigned phase;

	for (phase = 0; phase < ARRAY_SIZE(r->late); phase++) {
		if (!r->late[phase].set)
			continue;
		*r->err = r->late[phase].err;
		r->go_error = r->late[phase].go_error;
		return -1;
	}
	return 0;
}
