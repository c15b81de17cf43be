/*
 * schema - what the API's requests may hold, and what of it is harmless
 *
 * For each endpoint that constraints are about: the fields of its body and the
 * parameters of its query, from moby's api/swagger.yaml (1.24 to 1.5x) and podman's
 * pkg/specgen. Each row says of what kind a field is and what "confined" takes it for:
 *
 *	FREE	 harmless whatever it says
 *	CLOSED	 harmless only while it says nothing: absent, null, false, 0, "",
 *		 [], {}, or a default that the API documents
 *	UNSET	 harmless only while it is absent or null; [] would mean something
 *	CHECKED	 a function says so, also where other constraints narrow or open it
 *	INSIDE	 its members say so
 *
 * What has no row is CLOSED, so that a field of a future API waits until someone
 * has judged it. The tables are in schema_*.c, a file for each part of an API.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "gojson.h"

struct judge;

/* What Go's type of a field takes from JSON; null always passes. */
enum schema_kind {
	SCHEMA_ANY,
	SCHEMA_BOOL,
	SCHEMA_INTEGER,
	SCHEMA_NUMBER,
	SCHEMA_STRING,
	SCHEMA_STRINGS, /* an array of strings */
	SCHEMA_WORDS,	/* a string, or an array of strings: moby's strslice */
	SCHEMA_ARRAY,
	SCHEMA_OBJECT, /* a struct: names are found as Go finds them */
	SCHEMA_MAP,    /* an object whose names are data */
	SCHEMA_KIND_NUM
};

enum schema_rule {
	SCHEMA_CLOSED,
	SCHEMA_FREE,
	SCHEMA_UNSET,
	SCHEMA_CHECKED,
	SCHEMA_INSIDE,
	SCHEMA_RULE_NUM
};

/**
 * struct schema_field - One field
 * @name:	As the API spells it; NULL behind the last row
 * @kind:	Its kind
 * @rule:	What confined takes it for
 * @neutral:	For CLOSED: further texts or numbers that say nothing, between blanks
 * @why:	For CLOSED and UNSET: what it would do, a phrase such as "joins the
 *		host's network"
 * @of:		For INSIDE: the members of the object, or of each item of the array or
 *		map. With CHECKED they are judged behind @check
 * @check:	For CHECKED: judges the value; of SCHEMA_ARRAY, SCHEMA_STRINGS and
 *		SCHEMA_MAP each item on its own, if @each
 * @each:	See there
 */
struct schema_field {
	const char *name;
	enum schema_kind kind;
	enum schema_rule rule;
	const char *neutral;
	const char *why;
	const struct schema *of;
	void (*check)(struct judge *j, const struct gojson *v);
	bool each;
};

/**
 * struct schema - The members of an object
 * @fields:	Rows; ends with one without name
 * @also:	Rows of another one belong to it, too; or NULL
 */
struct schema {
	const struct schema_field *fields;
	const struct schema *also;
};

/**
 * struct schema_param - One parameter of a query, or field of a head
 * @name:	Its name; NULL behind the last row
 * @rule:	FREE, CLOSED or CHECKED
 * @is_bool:	A boolean: what dockerd reads as false says nothing
 * @neutral:	As for struct schema_field
 * @why:	As for struct schema_field
 * @check:	For CHECKED
 */
struct schema_param {
	const char *name;
	enum schema_rule rule;
	bool is_bool;
	const char *neutral;
	const char *why;
	void (*check)(struct judge *j, const char *value);
};

/* What the body of a request is to constraints. */
enum schema_body {
	SCHEMA_BODY_OPAQUE, /* an archive, or nothing: it passes unread */
	SCHEMA_BODY_MAY,    /* JSON, or nothing */
	SCHEMA_BODY_MUST,   /* JSON */
	SCHEMA_BODY_NUM
};

/**
 * struct schema_endpoint - One endpoint
 * @name:	For people, such as "containers/create"; NULL behind the last row
 * @method:	Method
 * @path:	Behind version and /libpod; "*" is what may have slashes in it
 * @query:	Its parameters
 * @body:	What its body is
 * @schema:	Members of the body, unless it is opaque
 * @fields:	Head fields that mean something to it, all others do not; or NULL
 * @finish:	Judges what is missing in the body; or NULL
 * @legacy_body: Some engines take a body here that is not about what the path says
 * @refused:	Why the endpoint is refused as a whole, a phrase; or NULL
 */
struct schema_endpoint {
	const char *name;
	const char *method;
	const char *path;
	const struct schema_param *query;
	enum schema_body body;
	const struct schema *schema;
	const struct schema_param *fields;
	void (*finish)(struct judge *j, const struct gojson *body);
	bool legacy_body;
	const char *refused;
};

/* The tables: of the Docker API, and of libpod's. */
extern const struct schema_endpoint schema_docker_endpoints[];
extern const struct schema_endpoint schema_swarm_endpoints[];
extern const struct schema_endpoint schema_libpod_endpoints[];

/**
 * schema_find() - Find the endpoint of a request
 * @method:	Method, @method_len bytes
 * @method_len:	Length of @method
 * @path:	Decoded, clean path, @len bytes
 * @len:	Length of @path
 *
 * Return: the endpoint, or NULL: no constraint knows it.
 */
const struct schema_endpoint *schema_find(const char *method, size_t method_len, const char *path,
					  size_t len);

/** schema_field_find() - The row of a member by its name as Go finds it, or NULL */
const struct schema_field *schema_field_find(const struct schema *s, const char *name);

/** schema_kind_fits() - Whether Go would take a value for a field of this kind */
bool schema_kind_fits(enum schema_kind kind, const struct gojson *v);

/** schema_kind_text() - What a kind is called, such as "a string"; static */
const char *schema_kind_text(enum schema_kind kind);

#endif
