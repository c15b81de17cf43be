/*
 * landlock_abi - what of linux/landlock.h is newer than the kernel headers of Debian
 * 12: as of Linux 6.12, see landlock(7)
 */
#ifndef COMMON_LANDLOCK_ABI_H
#define COMMON_LANDLOCK_ABI_H

#include <stdint.h>

#define LANDLOCK_ABI_WITH_SCOPES 6 /* Linux 6.12 */

#define LANDLOCK_SCOPE_ABSTRACT_UNIX (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNALS	     (1ULL << 1)

/** struct landlock_ruleset - struct landlock_ruleset_attr with all its fields */
struct landlock_ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* Linux 6.7 */
	uint64_t scoped;	     /* Linux 6.12 */
};

#endif
