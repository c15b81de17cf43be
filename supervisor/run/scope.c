#include "scope.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "landlock_abi.h"

bool scope_supported(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >=
	       LANDLOCK_ABI_WITH_SCOPES;
}

int scope_enter(void)
{
	const struct landlock_ruleset ruleset = { .scoped = LANDLOCK_SCOPE_SIGNALS };
	int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	int rc;

	if (fd < 0)
		return -errno;
	rc = syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
	close(fd);
	return rc;
}
