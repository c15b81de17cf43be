/*
 * creds - act with the rights of the thread that asked
 *
 * A connect the supervisor makes for the tool must reach no socket the tool
 * could not have reached itself. A privileged supervisor takes on the ids and
 * capabilities of the thread it acts for, in the calling thread alone, which is
 * what the raw system calls do. One without privileges acts only for who has at
 * least its own rights.
 */
#ifndef RUN_CREDS_H
#define RUN_CREDS_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define CREDS_NS_MAX 32 /* bytes of a namespace's name, "user:[4026531837]" */

/**
 * struct creds - The supervisor's own
 * @status:	Ids, groups and effective capabilities
 * @permitted:	Permitted capabilities
 * @privileged:	It may take on others'
 * @user_ns:	Its user namespace
 */
struct creds {
	struct status status;
	uint64_t permitted;
	bool privileged;
	char user_ns[CREDS_NS_MAX];
};

/** creds_init() - Note the calling thread's credentials; 0 or -errno */
int creds_init(struct creds *own);

/**
 * creds_adopt() - Take on a thread's credentials
 * @own:	The supervisor's
 * @s:		The thread's
 * @dir_fd:	Its directory in /proc
 *
 * Return: 1 if the calling thread has them now and needs creds_restore(), 0 if
 * there was nothing to do, -errno if it cannot be done.
 */
int creds_adopt(const struct creds *own, const struct status *s, int dir_fd);

/** creds_restore() - Go back to the supervisor's own; ends the process if it cannot */
void creds_restore(const struct creds *own);

#endif
