/*
 * gotext: texts as Go's strconv and fmt quote, unquote and format them.
 */
#ifndef RENDER_HELM_TEMPLATE_GOTEXT_H
#define RENDER_HELM_TEMPLATE_GOTEXT_H
#include "base/buf.h"
#include "base/unicode.h"

enum quote_flags { QUOTE_ASCII = 1 };
/* strconv.Quote with `quote` around; QUOTE_ASCII escapes all that is not ASCII. */
void go_quote(struct buf *out, const char *text, size_t len, char quote, unsigned flags);
/* strconv.QuoteRune. */
void go_quote_rune(struct buf *out, uint32_t rune, unsigned flags);
/* What %#U prints: U+00E9 'é'. */
void go_unicode(struct buf *out, uint32_t rune);
bool go_can_backquote(const char *text, size_t len);
/* Whether a quoted text's inside stands for itself. */
bool go_is_simple(const char *at, const char *end);
/* strconv.Unquote of a text in ", ` or ': false when it is not well formed. */
bool go_unquote(struct buf *out, const char *text, size_t len);
/*
 * One character or escape inside `quote`s: advances *at; *byte is set when the escape stands for a
 * byte (\x41, \101) and not for a character.
 */
bool go_unquote_char(const char **at, const char *end, char quote, uint32_t *rune, bool *byte);

/* strconv.FormatFloat: format one of e E f g G b x X, precision -1 for the fewest digits. */
void go_format_float(struct buf *out, double value, char format, int precision, int bits);
/*
 * strconv.ParseFloat(text, 64): decimal and hexadecimal forms, underscores as base prefixes allow,
 * inf and nan. 0, or -1 for a syntax error, -2 when out of range (*out is then ±Inf).
 */
int go_parse_float(const char *text, size_t len, double *out);
/* strconv.ParseInt and ParseUint(text, base, 64): 0, -1 syntax, -2 range (*out is the bound). */
int go_parse_int(const char *text, size_t len, int base, int64_t *out);
int go_parse_uint(const char *text, size_t len, int base, uint64_t *out);

#endif
