/*
 * container - what an engine says of a container
 *
 * Its answers to GET /containers/ID/json and GET /containers/json, of Docker and of
 * Podman. What people have put into them (names, labels) is compared and shown, and
 * nothing else.
 */
#ifndef POLICY_CONTAINER_H
#define POLICY_CONTAINER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CONTAINER_ID_LEN    64
#define CONTAINER_ERROR_MAX 256 /* bytes of an error text, NUL included */

/**
 * struct container - One that runs
 * @id:		Its id
 * @name:	Its name, without the slash before it; in @reply
 * @pid:	Its first process as the engine sees it; 0 if it was not asked for
 * @labels:	In @reply
 * @reply:	What the engine has said; owned, or NULL for one of a list
 */
struct container {
	char id[CONTAINER_ID_LEN + 1];
	const char *name;
	pid_t pid;
	const struct gojson *labels;
	struct gojson *reply;
};

/**
 * container_read() - Read the answer to GET /containers/ID/json
 * @c:		Filled on success, the caller owes container_clear()
 * @text:	Answer, @len bytes; changed
 * @len:	Length of @text
 * @error:	On failure, why; CONTAINER_ERROR_MAX bytes
 *
 * Return: 0, -ENOENT for one that does not run, or -EINVAL.
 */
int container_read(struct container *c, char *text, size_t len, char *error);

/* The containers that run. */
struct container_list;

/**
 * container_list_read() - Read the answer to GET /containers/json
 * @text:	Answer, @len bytes; changed
 * @len:	Length of @text
 * @error:	On failure, why; CONTAINER_ERROR_MAX bytes
 *
 * Return: the list, owned by the caller, or NULL.
 */
struct container_list *container_list_read(char *text, size_t len, char *error);

/** container_list_free() - Free a list; NULL is fine */
void container_list_free(struct container_list *list);

/**
 * container_find() - Find who has an address
 * @c:		Filled on success, as long as the list, without @pid
 * @list:	List
 * @addr:	Address, an IPv4 one as mapped
 *
 * One that has the host's network, or another container's, has no address of its own.
 *
 * Return: 0, -ENOENT if nobody has it, -EEXIST if more than one has, or -EINVAL if who
 * has it has no name or no id.
 */
int container_find(struct container *c, const struct container_list *list,
		   const struct in6_addr *addr);

/**
 * container_has_label() - Whether it has a label
 * @c:		Container
 * @label:	KEY, or KEY=VALUE
 */
bool container_has_label(const struct container *c, const char *label);

/** container_clear() - Free what it holds; zeroed is fine */
void container_clear(struct container *c);

#endif
