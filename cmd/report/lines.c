#include "cmd/report/lines.h"
#include <string.h>

enum { TABLE_MOST = 1 << 20 }; /* cells of the table of common lines */

struct line {
	const char *text;
	size_t len;
};
struct lines {
	VEC(struct line);
};

struct comparison {
	struct arena *a;
	const struct line *before, *after; /* without what both begin and end with */
	size_t before_count, after_count;
	size_t skipped; /* lines at the start */
	struct line_changes *out;
};

bool lines_apply(const struct node *before, const struct node *after)
{
	const char *a = node_string(before), *b = node_string(after);

	return a && b && (strchr(a, '\n') || strchr(b, '\n'));
}

static void split(struct arena *a, const char *text, struct lines *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		*vec_push(a, out) = (struct line){ text, len };
		text += len + (text[len] == '\n');
	}
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static void say(struct comparison *c, char sign, size_t index)
{
	const struct line *line = sign == '-' ? &c->before[index] : &c->after[index];

	*vec_push(c->a, c->out) = (struct line_change){ sign, (unsigned)(c->skipped + index + 1),
							arena_memdup(c->a, line->text, line->len) };
}

/* The longest row of common lines, by the usual table; cells count from the ends backwards. */
static void compare_by_table(struct comparison *c)
{
	size_t width = c->after_count + 1, i, k;
	unsigned *common = arena_array(c->a, (c->before_count + 1) * width, unsigned);

	for (i = c->before_count; i-- > 0;) {
		for (k = c->after_count; k-- > 0;) {
			unsigned below = common[(i + 1) * width + k];
			unsigned right = common[i * width + k + 1];

			common[i * width + k] = same(&c->before[i], &c->after[k])
							? common[(i + 1) * width + k + 1] + 1
						: below > right ? below
								: right;
		}
	}
	for (i = k = 0; i < c->before_count || k < c->after_count;) {
		if (i < c->before_count && k < c->after_count &&
		    same(&c->before[i], &c->after[k])) {
			i++;
			k++;
		} else if (k == c->after_count ||
			   (i < c->before_count &&
			    common[(i + 1) * width + k] >= common[i * width + k + 1])) {
			say(c, '-', i++);
		} else {
			say(c, '+', k++);
		}
	}
}

void lines_compare(struct arena *a, const char *before, const char *after, struct line_changes *out)
{
	struct lines old = { 0 }, new = { 0 };
	size_t start = 0, end = 0, least;
	struct comparison c;

	split(a, before, &old);
	split(a, after, &new);
	least = old.count < new.count ? old.count : new.count;
	while (start < least && same(&old.items[start], &new.items[start]))
		start++;
	while (end < least - start &&
	       same(&old.items[old.count - 1 - end], &new.items[new.count - 1 - end]))
		end++;
	c = (struct comparison){ a,
				 old.items + start,
				 new.items + start,
				 old.count - start - end,
				 new.count - start - end,
				 start,
				 out };
	if ((c.before_count + 1) * (c.after_count + 1) <= TABLE_MOST) {
		compare_by_table(&c);
		return;
	}
	for (size_t i = 0; i < c.before_count; i++)
		say(&c, '-', i);
	for (size_t i = 0; i < c.after_count; i++)
		say(&c, '+', i);
}
