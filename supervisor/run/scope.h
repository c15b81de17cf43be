/*
 * scope - keep the tool's hands off processes that are not under the filter
 *
 * A Landlock domain that handles nothing but signals (Linux 6.12, ABI 6) also
 * denies ptrace(2), pidfd_getfd(2), process_vm_readv(2) and the memory and
 * descriptors under /proc of every process outside, for root too. Mounts and
 * files stay as they are. Without it a sibling of the same user could be made
 * to connect, or be robbed of a connection.
 */
#ifndef RUN_SCOPE_H
#define RUN_SCOPE_H

#include <stdbool.h>

/** scope_supported() - Whether the kernel can do it */
bool scope_supported(void);

/**
 * scope_enter() - Put the calling thread, for good, in a domain of its own
 *
 * Needs no_new_privs or CAP_SYS_ADMIN.
 *
 * Return: 0 or -errno.
 */
int scope_enter(void);

#endif
