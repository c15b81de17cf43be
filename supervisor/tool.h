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

#endif
