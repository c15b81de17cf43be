/*
 * endpoints - every endpoint of the Docker and libpod APIs, and the rule for one
 *
 * From moby's api/swagger.yaml and api/server/router of 1.24 to 1.50, and podman's
 * pkg/api/server/register_*.go of v4 and v5. The table knows of each path which segment
 * is whose name; what constraints think of an endpoint is in schema.h, what a connection
 * becomes there in http/endpoint.h.
 */
#ifndef POLICY_ENDPOINTS_H
#define POLICY_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>

#define ENDPOINTS_RULE_MAX     8192 /* bytes of a rule line, NUL included */
#define ENDPOINTS_INSTANCE_MAX 512  /* bytes of a sample path, NUL included */

/**
 * struct endpoint - One path of an API
 * @methods:	Its methods, between commas; NULL behind the last row
 * @path:	Behind version and /libpod; {kind} stands for a name
 * @libpod:	It is libpod's
 * @except:	What the last name must not be, a pattern, for the path would then be
 *		another endpoint's; or NULL
 */
struct endpoint {
	const char *methods;
	const char *path;
	bool libpod;
	const char *except;
};

/* Ends with a row without methods. */
extern const struct endpoint endpoints[];

/**
 * endpoints_suggest() - The rule line that would allow a request
 * @rule:	Gets the line, without a line end; ENDPOINTS_RULE_MAX bytes
 * @method:	Method, @method_len bytes
 * @method_len:	Length of @method
 * @path:	Decoded, clean path, valid UTF-8, @path_len bytes
 * @path_len:	Length of @path
 *
 * The version is left open, as clients negotiate it, and names are as %CONTAINER_ID_OR_NAME%
 * and its like have them: the line allows this request, others like it, and none of
 * another endpoint. Of a path that is no endpoint's it allows that path alone, with any
 * version as long as that makes it no endpoint's.
 *
 * Return: 0, or -EINVAL if no line could: a method that is not in capital letters, a path
 * that does not begin with a slash, or is too long.
 */
int endpoints_suggest(char *rule, const char *method, size_t method_len, const char *path,
		      size_t path_len);

/** endpoints_find() - The endpoint that a request is of, of which only names that rules know count; or NULL */
const struct endpoint *endpoints_find(const char *method, size_t method_len, const char *path,
				      size_t path_len);

/**
 * endpoints_instance() - A path that an endpoint has
 * @out:	Gets the path; ENDPOINTS_INSTANCE_MAX bytes
 * @e:		Endpoint
 * @n:		Which one: names in several spellings, with and without a version
 *
 * Return: false behind the last one.
 */
bool endpoints_instance(char *out, const struct endpoint *e, size_t n);

#endif
