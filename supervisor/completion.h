/*
 * completion - what a shell offers behind cetusguard and cetus-run
 *
 * The script of a shell is a text of supervisor/completion/, which knows the shell, around a
 * table of flags, commands and values that is made of what the program itself reads. A
 * row is a line of columns between tabs:
 *
 *	whose	any (all commands but run), a command's name, or "command"
 *	name	a flag, the position of an argument from 1 on, or a command's name
 *	type	none (of a flag without value, or a command), any, words, list (words
 *		between commas), rules (words, or a file), file, folder, address, user, group
 *	words	between blanks, - for none
 *	help	- for none
 */
#ifndef COMPLETION_H
#define COMPLETION_H

#include <stddef.h>

/**
 * struct completion_script - What knows a shell
 * @shell:	Its name; NULL behind the last one
 * @text:	Script, with @table@ inside single quotes where the table goes
 */
struct completion_script {
	const char *shell;
	const char *text;
};

/* All of them, made from supervisor/completion/ by rules/embed.awk. */
extern const struct completion_script completion_scripts[];

/**
 * completion_print() - Write a shell's script to standard output
 * @shell:	Name of the shell
 * @error:	On failure, one line; OPTIONS_ERROR_MAX bytes
 *
 * Return: 0, or -EINVAL for a shell that there is no script for.
 */
int completion_print(const char *shell, char *error);

#endif
