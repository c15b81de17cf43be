/*
 * hostpath - paths of files on the engine's machine, as constraints compare them
 */
#ifndef POLICY_HOSTPATH_H
#define POLICY_HOSTPATH_H

#include <stdbool.h>

#include "policy.h"

enum hostpath_error {
	HOSTPATH_OK,
	HOSTPATH_E_FORM,      /* not absolute, or too long */
	HOSTPATH_E_AMBIGUOUS, /* ".." behind a symbolic link: two answers */
	HOSTPATH_E_UNKNOWN,   /* it cannot be looked at */
	HOSTPATH_ERROR_NUM
};

/** hostpath_error_text() - What is wrong with a path, a phrase; static */
const char *hostpath_error_text(enum hostpath_error e);

/**
 * hostpath_read() - Find out what a path names
 * @out:	POLICY_PATH_MAX bytes; on success the canonical path
 * @path:	Path
 * @host:	The machine it is of; NULL, or without resolve, where it cannot be
 *		looked at and the result is just clean
 *
 * What does not exist yet is taken for what it would become. Engines clean a path
 * before they use it (path.Clean() of Go), the kernel follows links before "..":
 * where that makes a difference the path is refused.
 */
enum hostpath_error hostpath_read(char *out, const char *path, const struct policy_host *host);

/**
 * hostpath_clean() - Clean a path as path.Clean() does, without looking at any file
 * @out:	POLICY_PATH_MAX bytes
 * @path:	Path
 *
 * Return: whether it is absolute and fits.
 */
bool hostpath_clean(char *out, const char *path);

/** hostpath_is_below() - Whether canonical @path is @root or in it */
bool hostpath_is_below(const char *path, const char *root);

#endif
