/*
 * settings - what the supervisor told this process, kept from its start
 *
 * Copied out of the environment once: the tool may change or clear it later, or
 * overwrite the very memory to show a title in ps(1). The constructor copies; a
 * call that comes before it has run copies first. Two threads that do so at the
 * same time write the same bytes, so nothing needs a lock.
 */
#ifndef PRELOAD_SETTINGS_H
#define PRELOAD_SETTINGS_H

#include <linux/limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "shim.h"

/* The variables a child is given again, each complete as NAME=value. */
enum kept { KEPT_PRELOAD, KEPT_SOCKET, KEPT_TCP, KEPT_PROTECT, KEPT_DOCKER_HOST, KEPT_NUM };

/**
 * struct settings - What the supervisor said
 * @active:	It said where its socket is and what this library is called;
 *		otherwise the library does nothing at all
 * @malformed:	The list of endpoints cannot be trusted: everything is guarded
 * @tcp_port:	Loopback port that stands for TCP endpoints, 0 if there is none
 * @library:	Path of this library
 * @socket:	Path of the socket that stands for guarded ones
 * @protect:	The list of endpoints
 * @kept:	The variables, NULL for one that was not there
 * @text:	Where they are
 */
struct settings {
	bool active;
	bool malformed;
	uint16_t tcp_port;
	const char *library;
	const char *socket;
	const char *protect;
	const char *kept[KEPT_NUM];
	struct {
		char library[sizeof(SHIM_PRELOAD_VAR "=") + PATH_MAX];
		char socket[sizeof(SHIM_SOCKET_VAR "=") + ADDR_PATH_MAX];
		char tcp[sizeof(SHIM_TCP_VAR "=65535")];
		char protect[sizeof(SHIM_PROTECT_VAR "=") + SHIM_PROTECT_MAX];
		char docker_host[sizeof("DOCKER_HOST=unix://") + ADDR_PATH_MAX];
	} text;
};

/** settings_read() - Fill @s from the environment, whatever it holds */
void settings_read(struct settings *s);

/** settings() - Those of this process, errno untouched; never NULL */
const struct settings *settings(void);

#endif
