/* letters: the case of letters and words. */
#include <string.h>
#include "render/helm/functions/functions.h"

/* Every character through `map`; a byte that is none becomes U+FFFD. */
static int give_mapped(struct call *c, struct value s, uint32_t (*map)(uint32_t rune, void *data),
		       void *data)
{
	size_t at = 0, width;
	uint32_t rune;
	struct buf b;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	for (; at < s.s->len; at += width) {
		width = rune_decode(s.s->text + at, s.s->len - at, &rune);
		buf_rune(&b, map(rune, data));
	}
	return give_like(c, s, &b);
}

static uint32_t to_upper(uint32_t rune, void *data)
{
	(void)data;
	return rune_upper(rune);
}

static uint32_t to_lower(uint32_t rune, void *data)
{
	(void)data;
	return rune_lower(rune);
}

int fn_upper(struct call *c)
{
	return give_mapped(c, c->args[0], to_upper, NULL);
}

int fn_lower(struct call *c)
{
	return give_mapped(c, c->args[0], to_lower, NULL);
}

static bool is_separator(uint32_t rune)
{
	if (rune_is_letter(rune) || rune_is_digit(rune) || rune == '_')
		return false;
	return rune < 0x80 || rune_is_space(rune);
}

static uint32_t to_title(uint32_t rune, void *data)
{
	uint32_t *previous = data, out = is_separator(*previous) ? rune_title(rune) : rune;

	*previous = rune;
	return out;
}

int fn_title(struct call *c)
{
	uint32_t previous = ' ';

	return give_mapped(c, c->args[0], to_title, &previous);
}

static uint32_t to_untitle(uint32_t rune, void *data)
{
	bool *first = data;

	if (rune_is_space(rune)) {
		*first = true;
	} else if (*first) {
		*first = false;
		return rune_lower(rune);
	}
	return rune;
}

int fn_untitle(struct call *c)
{
	bool first = true;

	return give_mapped(c, c->args[0], to_untitle, &first);
}

static uint32_t to_swapped(uint32_t rune, void *data)
{
	bool *after_space = data, was = *after_space;

	if (rune_is_upper(rune) || rune_is_title(rune)) {
		*after_space = false;
		return rune_lower(rune);
	}
	if (rune_is_lower(rune)) {
		*after_space = false;
		return was ? rune_title(rune) : rune_upper(rune);
	}
	*after_space = rune_is_space(rune);
	return rune;
}

int fn_swapcase(struct call *c)
{
	bool after_space = true;

	return give_mapped(c, c->args[0], to_swapped, &after_space);
}

/* initials and nospace go by bytes, each of which they take for a character. */
int fn_initials(struct call *c)
{
	const struct go_string *s = c->args[0].s;
	bool gap = true;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < s->len; i++) {
		unsigned char byte = (unsigned char)s->text[i];

		if (rune_is_space(byte)) {
			gap = true;
		} else if (gap) {
			buf_rune(&b, byte);
			gap = false;
		}
	}
	return give_like(c, c->args[0], &b);
}

int fn_nospace(struct call *c)
{
	const struct go_string *s = c->args[0].s;
	size_t count = 0, i;
	struct buf b;

	buf_init(&b, 0);
	for (i = 0; i < s->len; i++) {
		unsigned char byte = (unsigned char)s->text[i];

		if (!rune_is_space(byte)) {
			buf_rune(&b, byte);
			count++;
		}
	}
	if (count == s->len) {
		buf_release(&b);
		return give(c, c->args[0]);
	}
	return give_like(c, c->args[0], &b);
}

/* ---- camelCase, snake_case, kebab-case, as xstrings cuts words ---- */

static bool is_connector(uint32_t rune)
{
	return rune == '-' || rune == '_' || rune_is_space(rune);
}

static size_t leading_connectors(const struct go_string *s, struct buf *b, uint32_t *rune,
				 bool *found)
{
	size_t at = 0;

	for (*found = false; at < s->len && !*found;) {
		at += rune_decode(s->text + at, s->len - at, rune);
		*found = !is_connector(*rune);
		if (!*found)
			buf_rune(b, *rune);
	}
	return at;
}

int fn_camelcase(struct call *c)
{
	const struct go_string *s = c->args[0].s;
	uint32_t r0 = 0, r1;
	bool upper = false, found;
	struct buf b;
	size_t at;

	buf_init(&b, 0);
	at = leading_connectors(s, &b, &r0, &found);
	if (found) {
		upper = rune_is_upper(r0);
		r0 = rune_upper(r0);
	}
	if (at >= s->len) {
		if (s->len)
			buf_rune(&b, r0);
		return give_like(c, c->args[0], &b);
	}
	while (at < s->len) {
		r1 = r0;
		at += rune_decode(s->text + at, s->len - at, &r0);
		if (is_connector(r0) && is_connector(r1)) {
			buf_rune(&b, r1);
		} else if (is_connector(r1)) {
			upper = rune_is_upper(r0);
			r0 = rune_upper(r0);
		} else {
			if (upper && rune_is_upper(r0))
				r0 = rune_lower(r0);
			else
				upper = false;
			buf_rune(&b, r1);
		}
	}
	buf_rune(&b, r0);
	return give_like(c, c->args[0], &b);
}

enum word_type {
	WORD_NONE,
	WORD_NUMBER,
	WORD_UPPER,
	WORD_ALPHABET,
	WORD_CONNECTOR,
	WORD_PUNCT,
	WORD_OTHER
};

struct word {
	enum word_type type;
	const char *text;
	size_t len;
};

struct words {
	const char *text;
	size_t len;
	struct buf out;
	char connector;
};

static size_t run_of(const char *text, size_t len, bool (*is)(uint32_t rune))
{
	size_t at = 0, width;
	uint32_t rune;

	while (at < len) {
		width = rune_decode(text + at, len - at, &rune);
		if (!is(rune))
			break;
		at += width;
	}
	return at;
}

/* Chinese, Japanese and Korean characters are no letters here. */
static bool is_alphabetic(uint32_t rune)
{
	if (!rune_is_letter(rune) || rune_is_upper(rune))
		return false;
	return !(rune >= 0x4e00 && rune <= 0x9fcc) && !(rune >= 0x3400 && rune <= 0x4d85) &&
	       !(rune >= 0x20000 && rune <= 0x2b81d);
}

static bool is_other(uint32_t rune)
{
	return !is_connector(rune) && !is_alphabetic(rune) && !rune_is_upper(rune) &&
	       !rune_is_number(rune) && !rune_is_punct(rune);
}

/* A capital takes the capitals behind it, or the small letters: "HTTPServer" is HTTP, Server. */
static size_t upper_word(const char *text, size_t len, size_t first)
{
	size_t capitals = first + run_of(text + first, len - first, rune_is_upper), back;
	uint32_t rune;

	if (capitals == first)
		return first + run_of(text + first, len - first, is_alphabetic);
	if (capitals < len) {
		rune_decode(text + capitals, len - capitals, &rune);
		if (is_alphabetic(rune)) {
			back = rune_decode_last(text, capitals, &rune);
			return capitals - back;
		}
	}
	return capitals;
}

static struct word next_word(struct words *w)
{
	struct word out = { WORD_NONE, w->text, 0 };
	uint32_t rune;
	size_t first;

	if (!w->len)
		return out;
	first = rune_decode(w->text, w->len, &rune);
	if (is_connector(rune)) {
		out.type = WORD_CONNECTOR;
		out.len = run_of(w->text, w->len, is_connector);
	} else if (rune_is_punct(rune)) {
		out.type = WORD_PUNCT;
		out.len = run_of(w->text, w->len, rune_is_punct);
	} else if (rune_is_upper(rune)) {
		out.type = WORD_UPPER;
		out.len = upper_word(w->text, w->len, first);
	} else if (rune_is_number(rune)) {
		out.type = WORD_NUMBER;
		out.len = run_of(w->text, w->len, rune_is_number);
	} else if (is_alphabetic(rune)) {
		out.type = WORD_ALPHABET;
		out.len = run_of(w->text, w->len, is_alphabetic);
	} else {
		out.type = WORD_OTHER;
		out.len = run_of(w->text, w->len, is_other);
	}
	if (!out.len)
		out.len = first;
	w->text += out.len;
	w->len -= out.len;
	return out;
}

static void put_word(struct words *w, struct word word)
{
	uint32_t rune;
	size_t at = 0;

	if (word.type == WORD_CONNECTOR) {
		buf_pad(&w->out, w->connector, rune_count(word.text, word.len));
		return;
	}
	while (at < word.len) {
		at += rune_decode(word.text + at, word.len - at, &rune);
		buf_rune(&w->out, word.type == WORD_UPPER ? rune_lower(rune) : rune);
	}
}

static bool joins(enum word_type type)
{
	return type != WORD_NONE && type != WORD_PUNCT && type != WORD_CONNECTOR;
}

static struct word number_tail(struct words *w, struct word word)
{
	while (word.type == WORD_ALPHABET || word.type == WORD_NUMBER) {
		put_word(w, word);
		word = next_word(w);
	}
	if (joins(word.type))
		buf_char(&w->out, w->connector);
	return word;
}

/* After a word of letters: a number belongs to it, unless small letters follow the number. */
static struct word letters_tail(struct words *w, struct word word)
{
	struct word number = word;

	if (word.type != WORD_NUMBER) {
		if (word.type != WORD_CONNECTOR && word.type != WORD_PUNCT)
			buf_char(&w->out, w->connector);
		return word;
	}
	if (!w->len)
		return word;
	word = next_word(w);
	if (word.type != WORD_ALPHABET) {
		put_word(w, number);
		if (word.type != WORD_CONNECTOR && word.type != WORD_PUNCT)
			buf_char(&w->out, w->connector);
		return word;
	}
	buf_char(&w->out, w->connector);
	put_word(w, number);
	return number_tail(w, word);
}

static int give_words(struct call *c, char connector)
{
	struct words w = { .text = c->args[0].s->text,
			   .len = c->args[0].s->len,
			   .connector = connector };
	struct word word, previous;

	if (!w.len)
		return give(c, c->args[0]);
	buf_init(&w.out, LIMIT_TEMPLATE_BYTES);
	word = next_word(&w);
	while (w.len) {
		if (word.type != WORD_CONNECTOR)
			put_word(&w, word);
		previous = word;
		word = next_word(&w);
		if (previous.type == WORD_NUMBER)
			word = number_tail(&w, word);
		else if (previous.type == WORD_CONNECTOR)
			put_word(&w, previous);
		else if (previous.type != WORD_PUNCT)
			word = letters_tail(&w, word);
	}
	put_word(&w, word);
	return give_like(c, c->args[0], &w.out);
}

int fn_snakecase(struct call *c)
{
	return give_words(c, '_');
}

int fn_kebabcase(struct call *c)
{
	return give_words(c, '-');
}
