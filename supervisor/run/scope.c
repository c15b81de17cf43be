#include "scope.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From linux/landlock.h of Linux 6.12; Debian 12's is older. */
#define CREATE_RULESET_VERSION (1U << 0)
#define SCOPE_SIGNAL	       (1ULL << 1)
#define ABI_WITH_SCOPES	       6

struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

bool scope_supported(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION) >=
	       ABI_WITH_SCOPES;
}

int scope_enter(void)
{
	const struct ruleset ruleset = { .scoped = SCOPE_SIGNAL };
	int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	int rc;

	if (fd < 0)
		return -errno;
	rc = syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
	close(fd);
	return rc;
}
