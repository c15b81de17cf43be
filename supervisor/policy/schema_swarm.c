/*
 * The Docker API's services and plugins.
 */
#include "rows.h"

const struct schema_endpoint schema_swarm_endpoints[] = { END };
