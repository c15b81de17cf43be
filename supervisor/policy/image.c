#include "image.h"

#include <stdio.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdefABCDEF";

/* Also with the algorithm in front, sha256:4bcff6. */
static bool is_id(const char *text, const char **digits)
{
	const char *colon = strchr(text, ':');

	*digits = strncmp(text, "sha256:", 7) == 0 ? colon + 1 : text;
	return **digits != '\0' && (*digits)[strspn(*digits, hex_digits)] == '\0';
}

static bool is_valid(const char *reference)
{
	return reference[0] != '\0' && reference[0] != '/' &&
	       reference[strspn(reference, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789._-/:@+[]*")] == '\0';
}

/* Whether the part in front of the first slash is a registry, splitDockerDomain(). */
static bool has_registry(const char *reference, size_t part_len)
{
	for (size_t i = 0; i < part_len; i++)
		if (reference[i] == '.' || reference[i] == ':' ||
		    (reference[i] >= 'A' && reference[i] <= 'Z'))
			return true;
	return part_len == strlen("localhost") && strncmp(reference, "localhost", part_len) == 0;
}

static const char *last_part(const char *reference)
{
	const char *slash = strrchr(reference, '/');

	return slash ? slash + 1 : reference;
}

bool image_has_tag(const char *reference)
{
	return strpbrk(last_part(reference), ":@") != NULL;
}

bool image_has_transport(const char *reference)
{
	/* But "docker", which is a name, and has "//" behind it as a transport. */
	static const char *const transports[] = {
		"atomic",	 "containers-storage",
		"dir",		 "docker-archive",
		"docker-daemon", "oci",
		"oci-archive",	 "ostree",
		"sif",		 "tarball",
	};
	const char *colon = strchr(reference, ':');
	size_t len = colon ? (size_t)(colon - reference) : 0;

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		if (strlen(transports[i]) == len && memcmp(reference, transports[i], len) == 0)
			return true;
	return strstr(reference, ":/") != NULL;
}

/* Whether what follows the name is ":tag", "@algorithm:digest", ":tag@algorithm:digest", or nothing. */
static bool has_one_suffix(const char *part)
{
	const char *at = strchr(part, '@'), *colon = strchr(part, ':');

	if (at && (strchr(at + 1, '@') || at[1] == '\0'))
		return false;
	if (at && strchr(at, ':') && strchr(strchr(at, ':') + 1, ':'))
		return false;
	if (!colon || (at && at < colon))
		return true;
	return colon[1 + strcspn(colon + 1, ":@")] == (at ? '@' : '\0') && colon[1] != '\0' &&
	       colon[1] != '@';
}

bool image_normalise(char *out, const char *reference)
{
	static const char hub[] = "docker.io";
	const char *slash = strchr(reference, '/'), *rest = reference, *digits, *library = "";
	char domain[IMAGE_REFERENCE_MAX - 8] = "";
	const char *part = last_part(reference), *digest = strchr(part, '@');
	int n;

	if (!is_valid(reference) || strlen(reference) >= sizeof(domain) || !has_one_suffix(part))
		return false;
	if (is_id(reference, &digits)) {
		snprintf(out, IMAGE_REFERENCE_MAX, "sha256:%s", digits);
		return true;
	}
	if (reference[0] != '*') {
		snprintf(domain, sizeof(domain), "%s", hub);
		if (slash && has_registry(reference, (size_t)(slash - reference))) {
			memcpy(domain, reference, (size_t)(slash - reference));
			domain[slash - reference] = '\0';
			rest = slash + 1;
		}
		if (strcmp(domain, "index.docker.io") == 0)
			snprintf(domain, sizeof(domain), "%s", hub);
		library = strcmp(domain, hub) == 0 && !strchr(rest, '/') ? "library/" : "";
	}
	/* Beside a digest engines do not look at the tag. */
	n = snprintf(out, IMAGE_REFERENCE_MAX, "%s%s%s%.*s%s", domain, domain[0] != '\0' ? "/" : "",
		     library, (int)(part - rest) + (int)strcspn(part, digest ? ":@" : ""), rest,
		     digest		 ? digest :
		     strpbrk(part, ":*") ? "" :
					   ":latest");
	return n < IMAGE_REFERENCE_MAX;
}
