/*
 * apipath - what stands in front of an endpoint's path
 *
 * /containers/json, /v1.43/containers/json and /v4.3.1/libpod/containers/json: the
 * version is optional to moby's daemon/server/server.go, /libpod is Podman's own API
 * (pkg/api/server/register_*.go).
 */
#ifndef COMMON_APIPATH_H
#define COMMON_APIPATH_H

#include <stdbool.h>
#include <stddef.h>

/**
 * apipath_strip() - Go behind version and /libpod
 * @path:	Decoded, clean path, not terminated; moved on
 * @len:	Its length; reduced
 *
 * What has nothing behind them stays as it is.
 *
 * Return: whether it is libpod's.
 */
bool apipath_strip(const char **path, size_t *len);

/** apipath_segment() - Length of the first segment of a path that begins with '/' */
size_t apipath_segment(const char *path, size_t len);

#endif
