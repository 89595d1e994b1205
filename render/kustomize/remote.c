/* Remote bases and resources. */
#include <string.h>
#include <strings.h>
#include "render/kustomize/internal.h"

bool remote_is_url(const char *text)
{
	static const char *const starts[] = { "https://", "http://", "ssh://", "file://", "git::",
					      "github.com/", "github.com:", "git@" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncasecmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

int remote_accumulate(struct target *t, struct accumulator *into, const struct node *path,
		      bool component, struct err *err)
{
	(void)into;
	(void)component;
	return kz_fail(t->kz, err, path->origin,
		       "remote base '%s' is not fetched by this build", path->text);
}
