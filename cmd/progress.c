#include "cmd/progress.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 500

static bool shown; /* the terminal is one, and so is its line */

static long waited_ms(void)
{
	static struct timespec first;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!first.tv_sec)
		first = now;
	return (now.tv_sec - first.tv_sec) * 1000 + (now.tv_nsec - first.tv_nsec) / 1000000;
}

void progress_say(const char *fmt, ...)
{
	char text[160];
	va_list args;

	if (waited_ms() < PATIENCE_MS || !isatty(STDERR_FILENO))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fprintf(stderr, "\r%s\x1b[K", text);
	shown = true;
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\x1b[K", stderr);
	shown = false;
}
