/*
 * glob - names with '*' in them
 */
#ifndef POLICY_GLOB_H
#define POLICY_GLOB_H

#include <stdbool.h>

/** glob_match() - Whether @text is @pattern, in which each '*' is any bytes, or none */
bool glob_match(const char *pattern, const char *text);

#endif
