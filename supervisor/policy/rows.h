/*
 * rows - how the tables of schema_*.c are written
 *
 * FREE(name, KIND), CLOSED(name, KIND, why), and so on, are rows of a struct schema;
 * PARAM_... of its parameters. END closes a table.
 */
#ifndef POLICY_ROWS_H
#define POLICY_ROWS_H

#include "checks.h"
#include "schema.h"

#define FREE(name_, kind_)                                                 \
	{                                                                  \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_FREE \
	}
#define CLOSED(name_, kind_, why_)                                                        \
	{                                                                                 \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_CLOSED, .why = why_ \
	}
/* @words_: further values that say nothing */
#define CLOSED_BUT(name_, kind_, words_, why_)                                                   \
	{                                                                                        \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_CLOSED, .neutral = words_, \
		.why = why_                                                                      \
	}
#define UNSET(name_, kind_, why_)                                                        \
	{                                                                                \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_UNSET, .why = why_ \
	}
#define CHECKED(name_, kind_, check_)                                                          \
	{                                                                                      \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_CHECKED, .check = check_ \
	}
#define EACH(name_, kind_, check_)                                                              \
	{                                                                                       \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_CHECKED, .check = check_, \
		.each = true                                                                    \
	}
#define EACH_INSIDE(name_, kind_, check_, of_)                                                  \
	{                                                                                       \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_CHECKED, .check = check_, \
		.each = true, .of = &(of_)                                                      \
	}
#define CHECKED_INSIDE(name_, check_, of_)                                                     \
	{                                                                                      \
		.name = name_, .kind = SCHEMA_OBJECT, .rule = SCHEMA_CHECKED, .check = check_, \
		.of = &(of_)                                                                   \
	}
/* An object, an array of objects, or a map of them. */
#define INSIDE(name_, kind_, of_)                                                          \
	{                                                                                  \
		.name = name_, .kind = SCHEMA_##kind_, .rule = SCHEMA_INSIDE, .of = &(of_) \
	}

#define PARAM_FREE(name_)                          \
	{                                          \
		.name = name_, .rule = SCHEMA_FREE \
	}
#define PARAM_CLOSED(name_, why_)                                 \
	{                                                         \
		.name = name_, .rule = SCHEMA_CLOSED, .why = why_ \
	}
#define PARAM_CLOSED_BUT(name_, words_, why_)                                        \
	{                                                                            \
		.name = name_, .rule = SCHEMA_CLOSED, .neutral = words_, .why = why_ \
	}
/* A boolean that must be false. */
#define PARAM_OFF(name_, why_)                                                     \
	{                                                                          \
		.name = name_, .rule = SCHEMA_CLOSED, .is_bool = true, .why = why_ \
	}
#define PARAM_CHECKED(name_, check_)                                   \
	{                                                              \
		.name = name_, .rule = SCHEMA_CHECKED, .check = check_ \
	}

/* An endpoint that no named constraint lets pass. */
#define REFUSED(name_, method_, path_, why_)                                     \
	{                                                                        \
		.name = name_, .method = method_, .path = path_, .refused = why_ \
	}

#define END                  \
	{                    \
		.name = NULL \
	}

/* Defined in schema_docker.c, where services and Podman's API need them, too. */
extern const struct schema schema_mount;
extern const struct schema schema_exec;
extern const struct schema schema_network_disconnect;
extern const struct schema_param schema_registry_fields[];

/** check_repo() - A name that an image gets, with the query's tags, against image */
void check_repo(struct judge *j, const char *name);

#endif
