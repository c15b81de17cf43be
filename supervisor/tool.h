/*
 * tool - the command run: the proxy and the tool behind it, wired together
 */
#ifndef TOOL_H
#define TOOL_H

#include "options.h"
#include "proxy/proxy.h"

/**
 * tool_run() - Run a tool behind the rules
 * @o:		Options
 * @tiers:	The one that the flags make
 *
 * Return: the exit status to end with.
 */
int tool_run(const struct options *o, const struct proxy_tier *tiers);

/**
 * tool_explain() - Run a client against an engine that does nothing, and print the verdict
 *	on each request
 * @o:		Options
 * @tiers:	The rules of the flags
 *
 * Return: 0 if all of them are allowed, 1 if one is not, 2 if that cannot be said.
 */
int tool_explain(const struct options *o, const struct proxy_tier *tiers);

#endif
