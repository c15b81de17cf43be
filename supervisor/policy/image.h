/*
 * image - references to images, in one spelling
 *
 * Follows distribution/reference, normalize.go: alpine is
 * docker.io/library/alpine:latest. What could be the beginning of an image id
 * (hexadecimal digits alone) is taken for one, because engines do so when there is
 * no image of that name.
 */
#ifndef POLICY_IMAGE_H
#define POLICY_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#define IMAGE_REFERENCE_MAX 512 /* bytes of a normalised reference, NUL included */

/**
 * image_normalise() - Write a reference in full
 * @out:	IMAGE_REFERENCE_MAX bytes
 * @reference:	As in a request or, with '*', in a constraint
 *
 * An id becomes sha256:... A reference without tag and digest gets :latest; if it
 * is one with '*' only where its last part has none. One with both loses its tag,
 * which engines do not look at then.
 *
 * Return: whether it is a reference at all.
 */
bool image_normalise(char *out, const char *reference);

/** image_has_tag() - Whether the last part of a reference has a tag or digest */
bool image_has_tag(const char *reference);

/**
 * image_has_transport() - Whether a reference is to something else than a registry
 * @reference:	Reference
 *
 * Such as oci-archive:/path, containers-transports(5): Podman reads images of files of
 * the host from there, and writes them.
 */
bool image_has_transport(const char *reference);

#endif
