/*
 * harm_oracle - a second opinion on what in a body reaches the host
 *
 * The other way around than supervisor/policy: a list of what is known to do harm,
 * over what gojson_oracle reads. What it does not know, it takes for harmless.
 */
#ifndef HARM_ORACLE_H
#define HARM_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "gojson_oracle.h"

/**
 * struct harm_case - An endpoint, and rules for it
 * @endpoint:	Method and path
 * @rules:	What a rule for it is narrowed by
 * @body:	Type of its body
 * @confined:	+ confined is among them
 * @opened:	So are: bind /srv:ro, volume v*, network n*, publish
 *		127.0.0.1:8000-8999, cap NET_BIND_SERVICE
 * @limited:	So are: memory 512m, pids 256
 * @required:	What has no limit is a finding, too
 */
struct harm_case {
	const char *method, *path, *rules;
	const struct go_type *body;
	bool confined, opened, limited, required;
};

extern const struct harm_case harm_cases[];
extern const size_t harm_cases_n;

/**
 * harm_find() - Look for something harmful in a body
 * @c:		Case
 * @text:	Body, @len bytes
 * @len:	Length of @text
 *
 * Return: what it is, or NULL: nothing that is known.
 */
const char *harm_find(const struct harm_case *c, const char *text, size_t len);

#endif
