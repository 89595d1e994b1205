/*
 * text: spelling distance, for 'did you mean', and cutting texts for messages,
 * how texts begin and end.
 *
 *     struct nearest n = nearest_to("imaeg", 5);
 *     for each candidate: nearest_try(&n, name);
 *     if (n.best) …
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Insertions, deletions, changes and swaps of neighbours from a to b; above `max` is max + 1. */
size_t text_distance(const char *a, size_t a_len, const char *b, size_t b_len, size_t max);

struct nearest {
	const char *word;
	size_t len;
	const char *best; /* NULL: nothing near so far; else the candidate's own pointer */
	size_t distance;  /* of the best; 0: equal but for case */
};
/* Looks for what is at most a third of its letters (and at least one) away from `word`. */
struct nearest nearest_to(const char *word, size_t len);
void nearest_try(struct nearest *n, const char *candidate);

/* The length of `text`'s beginning that has at most `max` bytes and ends no sequence midway. */
size_t text_cut(const char *text, size_t len, size_t max);

/* Whether two texts are the same; quick where most are not. */
static inline bool text_is(const char *one, const char *two)
{
	return *one == *two && !strcmp(one, two);
}
/* Whether a text begins, or ends, with another. */
bool text_starts(const char *text, const char *start);
bool text_ends(const char *text, const char *end);

#endif
