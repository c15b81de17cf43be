/*
 * proc - the supervisor's own view of /proc
 *
 * Threads are looked at through /proc, and a socket file is connected to by the
 * name that /proc has for a descriptor. A tool that may mount where the supervisor
 * runs could put something else over /proc. So it is opened once, before the tool
 * runs, and the supervisor's working directory, from where connect() takes a
 * relative name, is the directory of its own descriptors.
 */
#ifndef RUN_PROC_H
#define RUN_PROC_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/**
 * proc_enter() - Open /proc and change to the directory of our descriptors
 *
 * Return: 0 or -errno; -ENOTSUP if what is mounted there is no procfs.
 */
int proc_enter(void);

/**
 * proc_thread() - A thread's directory
 * @tid:	Thread
 *
 * Return: O_PATH descriptor or -errno.
 */
int proc_thread(pid_t tid);

/**
 * proc_name() - The address of a socket file that is open here
 * @un:	Filled
 * @fd:	O_PATH descriptor
 */
void proc_name(struct sockaddr_un *un, int fd);

#endif
