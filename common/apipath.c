#include "apipath.h"

#include <string.h>

static bool is_version(const char *segment, size_t len)
{
	if (len < 2 || segment[0] != 'v')
		return false;
	for (size_t i = 1; i < len; i++)
		if ((segment[i] < '0' || segment[i] > '9') && segment[i] != '.')
			return false;
	return true;
}

size_t apipath_segment(const char *path, size_t len)
{
	const char *slash;

	if (len < 2)
		return 0;
	slash = memchr(path + 1, '/', len - 1);
	return slash ? (size_t)(slash - path) - 1 : len - 1;
}

static void skip(const char **path, size_t *len, size_t segment)
{
	*path += segment + 1;
	*len -= segment + 1;
}

bool apipath_strip(const char **path, size_t *len)
{
	static const char libpod[] = "libpod";
	size_t n = apipath_segment(*path, *len);

	if (n + 1 < *len && is_version(*path + 1, n)) {
		skip(path, len, n);
		n = apipath_segment(*path, *len);
	}
	if (n + 1 >= *len || n != strlen(libpod) || memcmp(*path + 1, libpod, n) != 0)
		return false;
	skip(path, len, n);
	return true;
}
