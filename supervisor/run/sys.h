/*
 * sys - the result of a system call as the functions here return it
 */
#ifndef RUN_SYS_H
#define RUN_SYS_H

#include <errno.h>

/** sys() - 0 if the call's result @rc is no error, else -errno */
static inline int sys(long rc)
{
	return rc < 0 ? -errno : 0;
}

#endif
