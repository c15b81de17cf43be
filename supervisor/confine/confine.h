/*
 * confine - the supervisor's own sandbox
 *
 * Once everything is open and before the first byte from a peer the process gives
 * up what it does not need. Whoever takes it over through a bug finds a process
 * that can talk to the engine, which the rules were to prevent, but that cannot
 * run a program, open a file, trace a process or reach another host.
 *
 * Layers, in the order in which they are put up:
 *
 *	limits		no core dump, no locked memory, no message queue
 *			(setrlimit(2))
 *	user		another user and group, if one is named; the group of the
 *			engine's socket stays (credentials(7))
 *	no-new-privs	no program it runs gains privileges
 *			(PR_SET_NO_NEW_PRIVS(2const))
 *	landlock	no files but what must be opened again, no TCP but to the
 *			engine; since Linux 5.13, more since 6.7 and 6.12
 *			(landlock(7))
 *	capabilities	none (capabilities(7))
 *	dumpable	nobody of the same user may trace it or read its memory
 *			(PR_SET_DUMPABLE(2const))
 *	seccomp		the system calls in needs.h, and death by SIGSYS for
 *			another (seccomp(2))
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFINE_ERROR_MAX  1024 /* bytes of an error text, NUL included */
#define CONFINE_DETAIL_MAX 256	/* bytes of a report's detail, NUL included */
#define CONFINE_PATHS_MAX  1024

#define CONFINE_LAYERS(X)                             \
	X(LIMITS, limits, "limits")                   \
	X(USER, user, "user")                         \
	X(NO_NEW_PRIVS, no_new_privs, "no-new-privs") \
	X(LANDLOCK, landlock, "landlock")             \
	X(CAPABILITIES, capabilities, "capabilities") \
	X(DUMPABLE, dumpable, "dumpable")             \
	X(SECCOMP, seccomp, "seccomp")

enum confine_layer {
#define X(id, function, name) CONFINE_##id,
	CONFINE_LAYERS(X)
#undef X
		CONFINE_LAYER_NUM
};

/* What is still done with a file. All but the first hold for all files below its folder. */
enum confine_use {
	CONFINE_READ,	 /* it, or what is below it, is read */
	CONFINE_REREAD,	 /* it is read, also when another has taken its place */
	CONFINE_APPEND,	 /* it is made and written */
	CONFINE_UNLINK,	 /* it is removed */
	CONFINE_REPLACE, /* another is made beside it, and takes its place */
	CONFINE_USE_NUM
};

struct confine_path {
	const char *path; /* borrowed */
	enum confine_use use;
};

/**
 * struct confine_config - What the process still needs
 * @off:	Layers to leave out, by enum confine_layer
 * @user:	User to become, name or number; NULL to stay. Needs root, or to be that user
 * @group:	Group to become, name or number; NULL for the user's
 * @engine_path: The engine's unix socket, or NULL
 * @engine_port: The engine's TCP port, or 0
 * @names:	Host names are looked up: name servers, and the files of getaddrinfo(3)
 * @looks_up_paths: It is found out what paths lead to, without opening any file
 * @paths:	Files to be opened again
 * @n_paths:	Entries of @paths
 *
 * Strings are borrowed for the call.
 */
struct confine_config {
	bool off[CONFINE_LAYER_NUM];
	const char *user;
	const char *group;
	const char *engine_path;
	uint16_t engine_port;
	bool names;
	bool looks_up_paths;
	struct confine_path paths[CONFINE_PATHS_MAX];
	size_t n_paths;
};

enum confine_state {
	CONFINE_OFF,	 /* as was asked for */
	CONFINE_ON,	 /* in force */
	CONFINE_MISSING, /* wanted, but the kernel has no such thing */
	CONFINE_STATE_NUM
};

/**
 * struct confine_report - What became of one layer
 * @state:	Whether it is up
 * @detail:	What it comprises, or why it is not up
 */
struct confine_report {
	enum confine_state state;
	char detail[CONFINE_DETAIL_MAX];
};

/**
 * confine_owns_folder() - Whether a file is in a folder that can be opened for its sake
 * @path:	File
 *
 * A folder that the system or a user keeps much else in is not: it is better to read no
 * file that has taken another's place than to be able to read all of /etc.
 */
bool confine_owns_folder(const char *path);

/** confine_layer_name() - What a layer is called in flags and in the log */
const char *confine_layer_name(enum confine_layer layer);

/**
 * confine_layer_parse() - Find a layer by its name
 * @name:	Name, need not be terminated
 * @len:	Length of @name
 *
 * Return: the layer, or CONFINE_LAYER_NUM.
 */
enum confine_layer confine_layer_parse(const char *name, size_t len);

/**
 * confine_apply() - Give up what is not needed
 * @c:		What is needed
 * @reports:	CONFINE_LAYER_NUM of them, filled on success
 * @error:	CONFINE_ERROR_MAX bytes, filled on failure with one line that names
 *		the layer
 *
 * For the process with one thread; threads made later are confined too. A layer
 * the kernel does not have is reported, not an error, for landlock only. After a
 * failure some layers are up: the process is to end.
 *
 * Return: 0 or -errno.
 */
int confine_apply(const struct confine_config *c, struct confine_report *reports, char *error);

#endif
