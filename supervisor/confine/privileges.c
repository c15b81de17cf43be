/*
 * The layers that take something from the process as a whole: limits, dumpable,
 * user, no-new-privs, capabilities.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "id.h"
#include "layers.h"

int confine_limits(const struct confine_config *c, struct confine_report *r, char *error)
{
	static const struct {
		__rlimit_resource_t resource;
		const char *name;
	} none[] = {
		{ RLIMIT_CORE, "core" },
		{ RLIMIT_MEMLOCK, "memlock" },
		{ RLIMIT_MSGQUEUE, "msgqueue" },
	};

	(void)c;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (setrlimit(none[i].resource, &(struct rlimit){ 0, 0 }) < 0)
			return confine_fail(error, errno, "%s: %s", none[i].name, strerror(errno));
	return confine_up(r, "core, memlock and msgqueue are 0");
}

int confine_dumpable(const struct confine_config *c, struct confine_report *r, char *error)
{
	(void)c;
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return confine_fail(error, errno, "%s", strerror(errno));
	return confine_up(r, "not traceable by its own user");
}

int confine_no_new_privs(const struct confine_config *c, struct confine_report *r, char *error)
{
	(void)c;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return confine_fail(error, errno, "%s", strerror(errno));
	return confine_up(r, "set");
}

/* ---- user ---- */

static int find_group(const char *name, gid_t *gid, char *error)
{
	struct group *group;

	if (id_parse(name, gid))
		return 0;
	errno = 0;
	group = getgrnam(name);
	if (!group)
		return confine_fail(error, errno ? errno : EINVAL, "there is no group %s", name);
	*gid = group->gr_gid;
	return 0;
}

/**
 * find_user() - Find the ids to run with
 * @c:		Configuration
 * @uid:	Filled in
 * @gid:	Filled in: the named group, else the user's own
 * @error:	Filled on failure
 *
 * Return: 0 or -errno.
 */
static int find_user(const struct confine_config *c, uid_t *uid, gid_t *gid, char *error)
{
	bool is_number = id_parse(c->user ? c->user : "", uid);
	struct passwd *user;

	errno = 0;
	user = !c->user ? NULL : is_number ? getpwuid(*uid) : getpwnam(c->user);
	if (c->user && !is_number && !user)
		return confine_fail(error, errno ? errno : EINVAL, "there is no user %s", c->user);
	*uid = user ? user->pw_uid : is_number ? *uid : getuid();
	*gid = user ? user->pw_gid : getgid();
	if (c->group)
		return find_group(c->group, gid, error);
	if (c->user && !user)
		return confine_fail(error, EINVAL, "user %s has no group of its own, name one",
				    c->user);
	return 0;
}

/* What root has made and the user is to open again becomes the user's. */
static void hand_over_files(const struct confine_config *c, uid_t uid)
{
	struct stat st;

	/* Where it does not work, who cannot open the file again is told so. */
	for (size_t i = 0; i < c->n_paths; i++)
		if (c->paths[i].use == CONFINE_APPEND && lstat(c->paths[i].path, &st) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1)
			(void)!lchown(c->paths[i].path, uid, (gid_t)-1);
}

/* Whoever was started as that user is it, in the groups that it was given. */
static bool is_already(const struct confine_config *c, uid_t uid, gid_t gid)
{
	return c->user && uid != 0 && getuid() == uid && geteuid() == uid &&
	       (!c->group || getegid() == gid);
}

/**
 * check_reach() - Whether who the process is now may connect to the engine
 * @path:	The engine's socket, or NULL
 * @error:	Filled on failure
 */
static int check_reach(const char *path, char *error)
{
	char group[sizeof("; its group is 4294967295")] = "";
	struct stat st;

	if (!path || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 || errno != EACCES)
		return 0;
	if (stat(path, &st) == 0)
		snprintf(group, sizeof(group), "; its group is %u", st.st_gid);
	return confine_fail(error, EACCES, "%s is out of reach for uid %u%s", path, geteuid(),
			    group);
}

int confine_user(const struct confine_config *c, struct confine_report *r, char *error)
{
	gid_t groups[2] = { 0 };
	size_t n_groups = 1;
	struct stat st;
	uid_t uid = 0;
	int rc;

	if (!c->user && !c->group) {
		strcpy(r->detail, "no user is named");
		return 0;
	}
	rc = find_user(c, &uid, &groups[0], error);
	if (rc < 0)
		return rc;
	if (is_already(c, uid, groups[0])) {
		rc = check_reach(c->engine_path, error);
		return rc < 0 ? rc : confine_up(r, "uid %u, as it was started", uid);
	}
	if (c->engine_path && stat(c->engine_path, &st) == 0)
		groups[n_groups++] = st.st_gid;
	else if (c->engine_path && !c->group)
		return confine_fail(error, ENOENT,
				    "%s is not there, so its group is not known: start the engine "
				    "first, or name the group with -group",
				    c->engine_path);
	hand_over_files(c, uid);
	if (setgroups(n_groups, groups) < 0 || setresgid(groups[0], groups[0], groups[0]) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return confine_fail(error, errno,
				    "cannot become %s: %s; that takes CAP_SETUID and CAP_SETGID, "
				    "or to be started as that user",
				    c->user ? c->user : c->group, strerror(errno));
	rc = check_reach(c->engine_path, error);
	if (rc < 0)
		return rc;
	return confine_up(r, "uid %u, gid %u%s", uid, groups[0],
			  n_groups > 1 ? " and the group of the engine's socket" : "");
}

/* ---- capabilities ---- */

static int set_capabilities(uint32_t effective, uint32_t permitted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = effective, .permitted = permitted },
	};

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static uint32_t permitted_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	return syscall(SYS_capget, &header, data) < 0 ? 0 : data[0].permitted;
}

/* What is effective is permitted, too. */
static bool has_none(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[0].permitted | data[1].permitted | data[0].inheritable |
		data[1].inheritable) == 0;
}

/* Only who has CAP_SETPCAP can take from the bounding set, so failure is no error. */
static void clear_bounding_set(void)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap);
}

/**
 * needs_override() - Whether only a capability lets the process reach the engine
 * @path:	The engine's socket, or NULL
 * @permitted:	Capabilities that stay permitted
 *
 * Such is root with the socket of a user's own engine; whose a socket will be that
 * is not there yet nobody knows. On return nothing is effective.
 */
static bool needs_override(const char *path, uint32_t permitted)
{
	bool reached = path &&
		       (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 || errno == ENOENT);

	return set_capabilities(0, permitted) == 0 && reached && permitted != 0 &&
	       faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0;
}

int confine_capabilities(const struct confine_config *c, struct confine_report *r, char *error)
{
	uint32_t override = permitted_capabilities() & CAP_TO_MASK(CAP_DAC_OVERRIDE);
	uint32_t search = permitted_capabilities() & CAP_TO_MASK(CAP_DAC_READ_SEARCH);
	const char *detail = "none";
	uint32_t kept = 0;
	int rc;

	clear_bounding_set();
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* A service manager that has taken them may have taken capset(2) as well. */
	if (has_none())
		return confine_up(r, "%s", detail);
	if (needs_override(c->engine_path, override | search)) {
		kept = override;
		detail = "none but dac_override, for the engine's socket";
	} else if (c->looks_up_paths && (override || search)) {
		/* Containers have just the former, which includes the latter. */
		kept = search ? search : override;
		detail = search ? "none but dac_read_search, for the paths of mounts" :
				  "none but dac_override, for the paths of mounts";
	}
	rc = set_capabilities(kept, kept);
	if (rc < 0)
		return confine_fail(error, -rc, "%s", strerror(-rc));
	return confine_up(r, "%s", detail);
}
