/*
 * tool - the command run: the proxy and the tool behind it, wired together
 */
#ifndef TOOL_H
#define TOOL_H

#include "options.h"
#include "policy/policy.h"

/**
 * tool_run() - Run a tool behind the rules
 * @o:		Options
 * @policy:	Rules
 *
 * Return: the exit status to end with.
 */
int tool_run(const struct options *o, struct policy *policy);

#endif
