/*
 * identity - which sockets are protected
 *
 * A unix socket is known by its inode, not by its name. The set of inodes only
 * grows: whatever was seen at a protected path stays protected, under any name,
 * and is held open so that its number is not given to another. The paths are
 * looked at again for every connect to what is not in the set, so a restarted engine
 * is protected from its first moment; if its socket has been moved in between, by the
 * name it was bound to.
 *
 * A TCP endpoint is known by port and address. One on this machine is the same
 * under every address of the machine.
 */
#ifndef RUN_IDENTITY_H
#define RUN_IDENTITY_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "addr.h"

#define IDENTITY_PATHS_MAX  80	 /* protected paths */
#define IDENTITY_INODES_MAX 1024 /* inodes ever seen at them */
#define IDENTITY_TCP_MAX    128	 /* protected addresses, resolved */
#define IDENTITY_ERROR_MAX  512	 /* bytes of an error text, NUL included */

struct identity;

/** identity_new() - Nothing is protected yet; NULL when out of memory */
struct identity *identity_new(void);

/** identity_free() - NULL is fine */
void identity_free(struct identity *id);

/**
 * identity_protect() - Protect an address
 * @id:		Set
 * @addr:	Address; a host name is looked up now, a path need not exist yet
 * @error:	On failure, why; IDENTITY_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int identity_protect(struct identity *id, const struct addr *addr, char *error);

/**
 * identity_look() - See which sockets are at the protected paths now
 * @id:	Set
 *
 * To be called before the tool runs: later their names may lead elsewhere.
 *
 * Return: 0, or -errno if it cannot be told.
 */
int identity_look(struct identity *id);

/**
 * identity_add() - Protect a socket file that is at no protected path
 * @id:	Set
 * @fd:	O_PATH descriptor of it; owned by the set from here on
 *
 * Return: 0 or -errno.
 */
int identity_add(struct identity *id, int fd);

/** identity_has_tcp() - Whether any TCP endpoint is protected */
bool identity_has_tcp(const struct identity *id);

/**
 * identity_match_inode() - Whether a socket file is protected
 * @id:	Set; its paths are looked at before the answer is no
 * @st:	The file, which the caller holds open
 *
 * Safe in any thread.
 *
 * Return: 1 or 0, or -errno if it cannot be told.
 */
int identity_match_inode(struct identity *id, const struct stat *st);

/**
 * identity_match_address() - Whether a socket address is a protected TCP endpoint
 * @id:		Set
 * @sa:		Address
 * @len:	Its length as given to connect()
 */
bool identity_match_address(const struct identity *id, const struct sockaddr *sa, socklen_t len);

/**
 * identity_list() - Write down what is protected, for the preload library
 * @id:		Set
 * @list:	Filled as shim.h says
 * @cap:	Size of @list
 *
 * Return: 0, or -E2BIG if it does not fit.
 */
int identity_list(struct identity *id, char *list, size_t cap);

/** identity_match_peer() - Whether a descriptor is a connection to a protected socket */
bool identity_match_peer(struct identity *id, int fd);

#endif
