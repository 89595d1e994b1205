#include <ctype.h>
#include <math.h>
#include <string.h>
#include "base/number.h"
#include "render/swarm/internal.h"

struct node *text_at(struct arena *a, const char *text, const struct node *at)
{
	return node_at(node_str(a, text), at->origin);
}

struct node *int_at(struct arena *a, int64_t value, const struct node *at)
{
	return node_at(node_int(a, value), at->origin);
}

bool scalar_int(const struct node *n, int64_t *out)
{
	if (!node_is(n, NODE_INT) && !node_is(n, NODE_STR) && !node_is(n, NODE_FLOAT))
		return false;
	return number_parse_int(n->text, n->len, out);
}

const char *scalar_text(struct arena *a, const struct node *n)
{
	char text[NUMBER_TEXT];
	int64_t integer;
	double number;

	if (!node_is_scalar(n) || n->type == NODE_NULL)
		return "";
	if (n->type == NODE_INT && scalar_int(n, &integer))
		return arena_printf(a, "%lld", (long long)integer);
	if (n->type == NODE_FLOAT && node_number(n, &number)) {
		number_format(text, number, 'g');
		return arena_strdup(a, text);
	}
	if (n->type == NODE_BOOL)
		return node_true(n) ? "true" : "false";
	return n->text;
}

/* docker's units: binary multiples whatever they are called. */
bool scalar_bytes(const char *text, int64_t *out)
{
	static const char letters[] = "kmgtp";
	size_t digits = strspn(text, "0123456789.");
	double number, factor = 1;
	const char *at;

	if (!digits || !number_parse_float(text, digits, &number))
		return false;
	text += digits;
	text += *text == ' ';
	if (*text && (at = strchr(letters, tolower((unsigned char)*text)))) {
		factor = pow(1024, (double)(at - letters) + 1);
		text++;
		text += tolower((unsigned char)*text) == 'i';
	}
	text += tolower((unsigned char)*text) == 'b';
	if (*text || number * factor > 9.2e18)
		return false;
	*out = (int64_t)(number * factor);
	return true;
}

bool scalar_cpus(const char *text, int64_t *out)
{
	double number;

	if (!number_parse_float(text, strlen(text), &number) || number < 0 || number > 9e9)
		return false;
	*out = (int64_t)llround(number * 1e9);
	return fabs((double)*out - number * 1e9) < 1e-3;
}

struct words {
	struct arena *arena;
	struct node *list;
	const struct node *at;
	struct buf word;
	bool any;
};

static void end_word(struct words *w)
{
	if (w->any)
		node_append(
			w->arena, w->list,
			node_at(node_str_n(w->arena, w->word.text, w->word.len), w->at->origin));
	buf_cut(&w->word, 0);
	w->any = false;
}

/* From an opening quote to its end; NULL when there is none. */
static const char *quoted(struct words *w, const char *p)
{
	char quote = *p++;

	for (; *p && *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1])
			p++;
		buf_char(&w->word, *p);
	}
	w->any = true;
	return *p ? p : NULL;
}

struct node *scalar_words(struct arena *a, const struct node *at)
{
	struct words w = { .arena = a, .list = node_at(node_seq(a), at->origin), .at = at };
	const char *p;

	buf_init(&w.word, 0);
	for (p = at->text; p && *p; p++) {
		if (isspace((unsigned char)*p)) {
			end_word(&w);
		} else if (*p == '\'' || *p == '"') {
			p = quoted(&w, p);
			if (!p)
				break;
		} else if (*p == '#' && !w.any) {
			p += strcspn(p, "\n") - 1;
		} else {
			p += *p == '\\' && p[1];
			buf_char(&w.word, *p);
			w.any = true;
		}
	}
	end_word(&w);
	buf_release(&w.word);
	return p ? w.list : NULL;
}
