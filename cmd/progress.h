/*
 * progress: one line on standard error, written over and taken away again, for who waits longer
 * than half a second at a terminal. Elsewhere it says nothing.
 */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H
#include "base/attr.h"

/* What is being done now. */
void progress_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Take the line away: before anything else is printed. */
void progress_clear(void);

#endif
