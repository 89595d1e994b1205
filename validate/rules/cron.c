/* Cron schedules as robfig/cron's standard parser takes them. */
#include <string.h>

#include "base/cron.h"
#include "base/duration.h"
#include "validate/rules/text.h"

static const char *not_descriptor(const char *s)
{
	static const char *const known[] = { "@yearly", "@annually", "@monthly", "@weekly",
					     "@daily",	"@midnight", "@hourly" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(s, known[i]))
			return NULL;
	}
	if (!strncmp(s, "@every ", 7) && duration_parse(s + 7, NULL))
		return NULL;
	return "must be @yearly, @monthly, @weekly, @daily, @hourly or @every <duration>";
}

const char *not_cron(const char *s)
{
	return *s == '@' ? not_descriptor(s) : cron_parse(s, NULL);
}
