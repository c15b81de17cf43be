#include "id.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

bool id_parse(const char *text, unsigned int *id)
{
	unsigned long long n;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (*end != '\0' || errno != 0 || n >= UINT_MAX)
		return false;
	*id = (unsigned int)n;
	return true;
}
