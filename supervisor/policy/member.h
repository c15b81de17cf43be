/*
 * member - paths of members in a body, as constraints name them
 *
 *	path = 1*step
 *	step = "." name / "[" ( number / "*" / DQUOTE key DQUOTE ) "]"
 *
 * .Name is a field as a Go struct finds it, ["key"] an entry of a map, whose keys
 * are data, [0] an item and [*] each of them.
 */
#ifndef POLICY_MEMBER_H
#define POLICY_MEMBER_H

#include <stdbool.h>

struct gojson;

/** member_path_is_valid() - Whether a text is such a path */
bool member_path_is_valid(const char *path);

/**
 * member_all() - Whether something holds for all that a path names
 * @root:	Body, or NULL
 * @path:	Valid path
 * @holds:	Called for each value, with NULL for what is not there; with [*] on no
 *		items it is not called
 * @data:	For @holds
 */
bool member_all(const struct gojson *root, const char *path,
		bool (*holds)(void *data, const struct gojson *v), void *data);

/**
 * member_path_covers() - Whether a path names a member
 * @path:	Valid path
 * @member:	Path of one member, without the first dot, its fields spelled as the API
 *		does
 */
bool member_path_covers(const char *path, const char *member);

#endif
