/*
 * profiles - the ready rule sets of rules/, built into the program
 *
 * So a static binary in an image from scratch, and cetus-run, need no files. The
 * build makes the table of the files in rules/ with embed.awk; a set's name is its file's
 * without the ending, and the first line of its text says what it is for.
 */
#ifndef PROFILES_H
#define PROFILES_H

#include <stddef.h>

/**
 * struct profile - One rule set
 * @name:	Name; NULL behind the last one
 * @text:	Rules, as the file has them
 */
struct profile {
	const char *name;
	const char *text;
};

/* All of them, by name. */
extern const struct profile profiles_table[];

/**
 * profiles_find() - Find a set by its name
 * @name:	Name, @len bytes
 * @len:	Length of @name
 *
 * Return: the set, or NULL.
 */
const struct profile *profiles_find(const char *name, size_t len);

/**
 * profiles_names() - Write down all names, with ", " in between
 * @out:	Room for @cap bytes
 * @cap:	What does not fit is left out
 */
void profiles_names(char *out, size_t cap);

/** profiles_summary() - What a set is for: its first line, of @len bytes */
const char *profiles_summary(const struct profile *p, size_t *len);

#endif
