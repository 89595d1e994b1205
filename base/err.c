#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef err_raise /* the analyzer's */

int err_raise(struct err *err, enum err_code code, struct pos pos, const char *fmt, ...)
{
	va_list args;

	err->code = code;
	err->line = err->column = 0;
	err->file[0] = err->cause.file[0] = err->away[0] = err->host[0] = 0;
	err_at(err, pos);
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	return -1;
}

int err_away(struct err *err, struct pos pos, const char *fmt, ...)
{
	char what[ERR_FILE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	err_raise(err, ERR_AWAY, pos, "%s is not in the cache, and this run is offline", what);
	memcpy(err->away, what, sizeof(what));
	return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len >= 0 && (size_t)len + 3 < sizeof(text)) {
		size_t room = sizeof(text) - (size_t)len - 3, rest = strlen(err->msg);

		memcpy(text + len, ": ", 2);
		if (rest > room)
			rest = room;
		memcpy(text + len + 2, err->msg, rest);
		text[(size_t)len + 2 + rest] = 0;
	}
	memcpy(err->msg, text, sizeof(err->msg));
	return -1;
}

void err_at(struct err *err, struct pos pos)
{
	if (err->file[0] || !pos.file)
		return;
	snprintf(err->file, sizeof(err->file), "%s", pos.file);
	err->line = pos.line;
	err->column = pos.column;
}

void err_cause(struct err *err, struct pos pos)
{
	if (err->cause.file[0] || !pos.file)
		return;
	snprintf(err->cause.file, sizeof(err->cause.file), "%s", pos.file);
	err->cause.line = pos.line;
	err->cause.column = pos.column;
}

void err_clear(struct err *err)
{
	err->code = ERR_NONE;
	err->line = err->column = 0;
	err->file[0] = err->cause.file[0] = err->away[0] = err->host[0] = err->msg[0] = 0;
}

char *err_format(const struct err *err, char *out, size_t size)
{
	if (err->file[0] && err->line && err->column)
		snprintf(out, size, "%s:%u:%u: %s", err->file, err->line, err->column, err->msg);
	else if (err->file[0] && err->line)
		snprintf(out, size, "%s:%u: %s", err->file, err->line, err->msg);
	else if (err->file[0])
		snprintf(out, size, "%s: %s", err->file, err->msg);
	else
		snprintf(out, size, "%s", err->msg);
	return out;
}
