/*
 * supervise - stand between whoever started us and the tool
 *
 * Signals that are meant for the tool reach it, its stops become ours, so that a
 * shell sees one job, and orphans of the tool are waited for.
 */
#ifndef RUN_SUPERVISE_H
#define RUN_SUPERVISE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * supervise_block_signals() - Hold back what supervise_tool() will read
 * @before:	Gets the mask as it was
 *
 * To be called before any thread is started.
 */
void supervise_block_signals(sigset_t *before);

/**
 * supervise_tool() - Stay until the tool has ended
 * @pid:	The tool, a child
 * @drained_fd:	With @linger: readable when the last descendant has ended, else -1
 * @status:	Filled with its wait status
 *
 * Return: 0 or -errno.
 */
int supervise_tool(pid_t pid, int drained_fd, int *status);

#endif
