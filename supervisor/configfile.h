/*
 * configfile - the lines of a configuration file
 *
 * INI as inih reads it: keys, then sections with keys, "#" and ";" begin a comment
 * where a line begins, and an indented line goes on with the value before it. What the
 * keys mean is not known here. inih takes much in silence; what has not one clear
 * meaning is an error here, which names file and line.
 */
#ifndef CONFIGFILE_H
#define CONFIGFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

#define CONFIGFILE_MAX	     (16 * 1024 * 1024) /* bytes of a file */
#define CONFIGFILE_LINE_MAX  8192		/* bytes of a line, less where inih is built so */
#define CONFIGFILE_NAME_MAX  49			/* bytes of a section's name, inih cuts more */
#define CONFIGFILE_ERROR_MAX 1024		/* bytes of an error text, NUL included */

/**
 * struct configfile_entry - A line with a key, one that goes on with it, or a section's
 * @section:	Number of the section, 0 before the first
 * @key:	Key, or NULL if this is where the section begins
 * @value:	The line's part of the value; where a section begins, its name
 * @origin:	"FILE:LINE: KEY", for messages
 * @line:	Line in the file, from 1
 * @column:	Byte in the line where @value begins, from 1
 * @goes_on:	It goes on with the value before it
 *
 * Strings are owned.
 */
struct configfile_entry {
	size_t section;
	char *key;
	char *value;
	char *origin;
	unsigned int line;
	unsigned int column;
	bool goes_on;
};

/**
 * struct configfile - A file that was read
 * @path:	Its path; borrowed
 * @entries:	Its lines in order, @n of them; owned
 * @texts:	Values of more than one line, @n_texts of them; owned
 */
struct configfile {
	const char *path;
	struct configfile_entry *entries;
	size_t n;
	char **texts;
	size_t n_texts;
};

/**
 * configfile_read() - Read a file
 * @f:		Zeroed; filled, to be freed also after a failure
 * @path:	Path; borrowed while @f lives
 * @origin:	What has named it, for messages
 * @error:	On failure, one line naming the file, and the line if there is one
 *
 * Return: 0 or -errno.
 */
int configfile_read(struct configfile *f, const char *path, const char *origin, char *error);

/**
 * configfile_parse() - Read what a file has
 * @f:		Zeroed; filled, to be freed also after a failure
 * @path:	Name of the text in messages; borrowed while @f lives
 * @text:	Text, @len bytes
 * @len:	Length of @text
 * @error:	On failure, one line naming @path and the line
 *
 * Return: 0 or -errno.
 */
int configfile_parse(struct configfile *f, const char *path, const char *text, size_t len,
		     char *error);

/**
 * configfile_set() - Give a field the value that an entry has
 * @f:		File
 * @i:		Number of an entry with a key
 * @kind:	Kind of the field
 * @choices:	Names for an OPTION_CHOICE, ended by NULL
 * @field:	Field; borrows from @f
 * @given:	Whether this section has given it a value before; updated
 * @error:	On failure, one line; CONFIGFILE_ERROR_MAX bytes
 *
 * A OPTION_TEXTS gets all lines of the section's key at once, each in the line and the
 * column where the file has it.
 *
 * Return: 0 or -errno.
 */
int configfile_set(struct configfile *f, size_t i, enum option_kind kind,
		   const char *const *choices, void *field, bool *given, char *error);

/** configfile_free() - Free what it owns */
void configfile_free(struct configfile *f);

#endif
