#include "hostpath.h"

#include <string.h>

const char *hostpath_error_text(enum hostpath_error e)
{
	static const char *const texts[] = {
		[HOSTPATH_OK] = "",
		[HOSTPATH_E_FORM] = "is no absolute path",
		[HOSTPATH_E_AMBIGUOUS] = "goes up from behind a symbolic link",
		[HOSTPATH_E_UNKNOWN] = "cannot be looked at",
	};
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == HOSTPATH_ERROR_NUM, "a text for each");

	return texts[e];
}

/* One segment behind what is clean so far, as path.Clean() takes it. */
static size_t add_segment(char *out, size_t n, const char *segment, size_t len)
{
	if (len == 0 || (len == 1 && segment[0] == '.'))
		return n;
	if (len == 2 && memcmp(segment, "..", 2) == 0) {
		while (n > 0 && out[--n] != '/')
			;
		return n;
	}
	out[n++] = '/';
	memcpy(out + n, segment, len);
	return n + len;
}

/**
 * clean() - Clean an absolute path as path.Clean() does
 * @out:	As many bytes as @path has
 * @path:	Path
 *
 * Return: whether a ".." was in it.
 */
static bool clean(char *out, const char *path)
{
	bool goes_up = false;
	size_t n = 0;

	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		goes_up = goes_up || (len == 2 && memcmp(path, "..", 2) == 0);
		n = add_segment(out, n, path, len);
		path += len;
		path += *path == '/';
	}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	return goes_up;
}

bool hostpath_clean(char *out, const char *path)
{
	if (path[0] != '/' || strlen(path) >= POLICY_PATH_MAX)
		return false;
	clean(out, path);
	return true;
}

enum hostpath_error hostpath_read(char *out, const char *path, const struct policy_host *host)
{
	char cleaned[POLICY_PATH_MAX], as_kernel[POLICY_PATH_MAX];
	bool goes_up;

	if (path[0] != '/' || strlen(path) >= POLICY_PATH_MAX)
		return HOSTPATH_E_FORM;
	goes_up = clean(cleaned, path);
	if (!host || !host->resolve) {
		/* Nobody knows where ".." leads to. */
		if (goes_up)
			return HOSTPATH_E_AMBIGUOUS;
		memcpy(out, cleaned, strlen(cleaned) + 1);
		return HOSTPATH_OK;
	}
	if (host->resolve(host->data, cleaned, out) < 0)
		return HOSTPATH_E_UNKNOWN;
	if (goes_up && host->resolve(host->data, path, as_kernel) < 0)
		return HOSTPATH_E_UNKNOWN;
	return goes_up && strcmp(out, as_kernel) != 0 ? HOSTPATH_E_AMBIGUOUS : HOSTPATH_OK;
}

bool hostpath_is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strcmp(root, "/") == 0)
		return true;
	return strncmp(path, root, len) == 0 && (path[len] == '/' || path[len] == '\0');
}
