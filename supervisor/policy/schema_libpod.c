/*
 * Podman's own API, below /libpod.
 */
#include "rows.h"

const struct schema_endpoint schema_libpod_endpoints[] = { END };
