/*
 * match: shell patterns as Go's path/filepath.Match has them: '*' and '?' stop at '/', classes,
 * backslash escapes, and the pattern must cover the whole name.
 */
#ifndef RENDER_HELM_MATCH_H
#define RENDER_HELM_MATCH_H

enum match { MATCH_NO, MATCH_YES, MATCH_BAD_PATTERN };

enum match go_match(const char *pattern, const char *name);

#endif
