/*
 * compare - what a change of rules allows and denies, for a review
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "options.h"

#define COMPARE_SAME_OR_NARROWER 0
#define COMPARE_WIDER		 1
#define COMPARE_FAILED		 2

/**
 * compare_run() - Print what one set of rules allows and another does not
 * @o:		Options; the two are its arguments: files, or names of ready rule sets
 * @program:	For messages
 *
 * Return: one of the above, an exit status.
 */
int compare_run(const struct options *o, const char *program);

#endif
