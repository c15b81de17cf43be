/*
 * list - a doubly linked list through its members
 */
#ifndef PROXY_LIST_H
#define PROXY_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *prev, *next;
};

#define list_entry(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/** list_init() - Make an empty list, or a node that is in none */
static inline void list_init(struct list *l)
{
	l->prev = l->next = l;
}

/** list_empty() - Whether a list has no node, or a node is in no list */
static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/** list_remove() - Take a node out of its list; none is fine */
static inline void list_remove(struct list *node)
{
	/* The analyzer loses track of who points at whom and sees freed nodes. */
	node->prev->next = node->next; /* NOLINT(clang-analyzer-unix.Malloc) */
	node->next->prev = node->prev;
	list_init(node);
}

/** list_append() - Put a node, which is in no list, at the end */
static inline void list_append(struct list *l, struct list *node)
{
	node->prev = l->prev;
	node->next = l;
	l->prev->next = node;
	l->prev = node;
}

#endif
