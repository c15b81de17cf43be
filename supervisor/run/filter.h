/*
 * filter - the seccomp filter the tool and all its children run under
 *
 * Every connect() becomes a notification to the supervisor; what would get
 * around that is refused by the kernel. The rules are tables in filter.c.
 * libseccomp turns them into BPF; loading is a plain seccomp(2), for a flag that
 * libseccomp 2.5 does not know.
 */
#ifndef RUN_FILTER_H
#define RUN_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#define FILTER_LEN_MAX 512 /* BPF instructions; a filter has about 70 */

enum filter_arch { FILTER_X86_64, FILTER_AARCH64, FILTER_ARCH_NUM };

/**
 * struct filter_config - What depends on the kernel and on the options
 * @unscoped:	Landlock does not keep the tool from its siblings' memory, so
 *		the calls that reach into other processes are refused here
 * @tcp:	TCP endpoints are protected: sending with MSG_FASTOPEN, which
 *		connects without connect(), is refused too
 */
struct filter_config {
	bool unscoped;
	bool tcp;
};

/**
 * struct filter - A program for seccomp(2)
 * @len:	Instructions
 * @code:	The instructions
 */
struct filter {
	size_t len;
	struct sock_filter code[FILTER_LEN_MAX];
};

/**
 * filter_build() - Compile the filter
 * @f:		Filled on success
 * @arch:	Architecture of the tool, its 32-bit companion included
 * @config:	Variants
 *
 * Return: 0 or -errno.
 */
int filter_build(struct filter *f, enum filter_arch arch, const struct filter_config *config);

/** filter_native() - The architecture this program is built for */
enum filter_arch filter_native(void);

/**
 * filter_load() - Put the calling thread, for good, under the filter
 * @f:	Filter
 *
 * Needs no_new_privs or CAP_SYS_ADMIN. Uses WAIT_KILLABLE_RECV where the kernel
 * has it (5.19): a connect the supervisor works on is then not interrupted.
 *
 * Return: the descriptor notifications are received on, close-on-exec, or
 * -errno; -EBUSY if a filter above this one has a listener already.
 */
int filter_load(const struct filter *f);

#endif
