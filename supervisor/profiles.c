#include "profiles.h"

#include <stdio.h>
#include <string.h>

const struct profile *profiles_find(const char *name, size_t len)
{
	for (const struct profile *p = profiles_table; p->name; p++)
		if (strlen(p->name) == len && memcmp(p->name, name, len) == 0)
			return p;
	return NULL;
}

void profiles_names(char *out, size_t cap)
{
	size_t len = 0;

	out[0] = '\0';
	for (const struct profile *p = profiles_table; p->name; p++) {
		int n = snprintf(out + len, cap - len, "%s%s", len > 0 ? ", " : "", p->name);

		if (n < 0 || (size_t)n >= cap - len) {
			out[len] = '\0';
			return;
		}
		len += (size_t)n;
	}
}

const char *profiles_summary(const struct profile *p, size_t *len)
{
	const char *text = p->text + strspn(p->text, "# ");

	*len = strcspn(text, "\n");
	return text;
}
