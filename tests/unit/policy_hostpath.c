/*
 * Paths of the engine's machine, of which a table of links says what they lead to.
 */
#include <errno.h>

#include "bodies.h"
#include "policy/hostpath.h"

/* A link, and where it leads to; both end a segment. */
static const struct {
	const char *link, *target;
} links[] = {
	{ "/mnt/srv/etc", "/etc" },
	{ "/mnt/srv/in", "/mnt/srv/data/deep" },
	{ "/srv", "/mnt/srv" },
};

/* As the kernel does: links before "..", from the left. */
static int resolve(void *data, const char *path, char *out)
{
	char rest[POLICY_PATH_MAX];
	int n_links = 0;

	(void)data;
	if (strstr(path, "secret"))
		return -EACCES;
	snprintf(rest, sizeof(rest), "%s", path);
	strcpy(out, "");
	for (char *p = rest; *p != '\0';) {
		size_t len = strcspn(p, "/");
		bool is_link = false;

		if (len == 2 && memcmp(p, "..", 2) == 0) {
			if (strrchr(out, '/'))
				*strrchr(out, '/') = '\0';
		} else if (len > 0 && !(len == 1 && *p == '.')) {
			strcat(out, "/");
			strncat(out, p, len);
		}
		for (size_t i = 0; i < N_OF(links) && !is_link; i++)
			if (strcmp(out, links[i].link) == 0 && n_links++ < 8) {
				strcpy(out, links[i].target);
				is_link = true;
			}
		p += len;
		p += *p == '/';
	}
	if (out[0] == '\0')
		strcpy(out, "/");
	return 0;
}

static const struct {
	const char *path;
	const char *local;  /* with the links, NULL if it is an error */
	const char *remote; /* without */
	enum hostpath_error local_error, remote_error;
} paths[] = {
	{ "/", "/", "/", 0, 0 },
	{ "/a", "/a", "/a", 0, 0 },
	{ "/a/", "/a", "/a", 0, 0 },
	{ "//a///b/.", "/a/b", "/a/b", 0, 0 },
	{ "/a/..", "/", NULL, 0, HOSTPATH_E_AMBIGUOUS },
	{ "/../../a", "/a", NULL, 0, HOSTPATH_E_AMBIGUOUS },
	{ "/a/../b", "/b", NULL, 0, HOSTPATH_E_AMBIGUOUS },
	{ "/a/..b", "/a/..b", "/a/..b", 0, 0 },
	{ "/a/...", "/a/...", "/a/...", 0, 0 },
	{ "/srv/x", "/mnt/srv/x", "/srv/x", 0, 0 },
	{ "/srv/..", NULL, NULL, HOSTPATH_E_AMBIGUOUS, HOSTPATH_E_AMBIGUOUS },
	{ "/srv/x/..", "/mnt/srv", NULL, 0, HOSTPATH_E_AMBIGUOUS },
	{ "/srv/../x", NULL, NULL, HOSTPATH_E_AMBIGUOUS, HOSTPATH_E_AMBIGUOUS },
	{ "/srv/etc", "/etc", "/srv/etc", 0, 0 },
	{ "/srv/etc/passwd", "/etc/passwd", "/srv/etc/passwd", 0, 0 },
	{ "/srv/in/a", "/mnt/srv/data/deep/a", "/srv/in/a", 0, 0 },
	{ "/srv/in/../a", NULL, NULL, HOSTPATH_E_AMBIGUOUS, HOSTPATH_E_AMBIGUOUS },
	{ "/srv/in/../../data/x", NULL, NULL, HOSTPATH_E_AMBIGUOUS, HOSTPATH_E_AMBIGUOUS },
	{ "/srv/secret", NULL, "/srv/secret", HOSTPATH_E_UNKNOWN, 0 },
	{ "", NULL, NULL, HOSTPATH_E_FORM, HOSTPATH_E_FORM },
	{ "a", NULL, NULL, HOSTPATH_E_FORM, HOSTPATH_E_FORM },
	{ "./a", NULL, NULL, HOSTPATH_E_FORM, HOSTPATH_E_FORM },
	{ "~/a", NULL, NULL, HOSTPATH_E_FORM, HOSTPATH_E_FORM },
};

static void expect(const char *path, const struct policy_host *host, const char *result,
		   enum hostpath_error error)
{
	char out[POLICY_PATH_MAX] = "";
	enum hostpath_error e = hostpath_read(out, path, host);

	if (e != error)
		fail_msg("%s: %s \"%s\"", path, hostpath_error_text(e), out);
	if (result)
		assert_string_equal(out, result);
}

static void follows_links_of_the_host(void **state)
{
	const struct policy_host host = { .resolve = resolve };

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++)
		expect(paths[i].path, &host, paths[i].local, paths[i].local_error);
}

static void cleans_paths_of_another_host(void **state)
{
	const struct policy_host host = { .base = "/x" };

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++) {
		expect(paths[i].path, &host, paths[i].remote, paths[i].remote_error);
		expect(paths[i].path, NULL, paths[i].remote, paths[i].remote_error);
	}
}

/* The rule's paths are resolved as those of requests are. */
static void a_bind_is_held_against_what_it_leads_to(void **state)
{
	static const struct policy_host host = { .base = "/srv/data", .resolve = resolve };
	static const struct {
		const char *constraints, *source;
		const char *finding;
	} binds[] = {
		{ "+ bind /srv", "/srv/a", NULL },
		{ "+ bind /srv", "/mnt/srv/a", NULL },
		{ "+ bind /mnt/srv", "/srv/a", NULL },
		{ "+ bind /srv", "/srv/in/x", NULL },
		{ "+ bind /srv", "/srv/not/there/yet", NULL },
		{ "+ bind /srv", "/srv/a/../b", NULL },
		{ "+ bind /srv", "/srv/etc", "is outside" },
		{ "+ bind /srv", "/srv/etc/passwd", "is outside" },
		{ "+ bind /srv", "/srv/in/..", "goes up" },
		{ "+ bind /srv", "/srv/secret", "cannot be looked at" },
		{ "+ bind .", "/srv/data", NULL },
		{ "+ bind .", "/srv/data/x", NULL },
		{ "+ bind .", "/srv", "is outside" },
		{ "+ device /srv/in", "/srv/in", "is a path of the host" },
	};
	char constraints[256], body[256];

	(void)state;
	body_host = &host;
	for (size_t i = 0; i < N_OF(binds); i++) {
		snprintf(constraints, sizeof(constraints), "+ confined\n%s", binds[i].constraints);
		snprintf(body, sizeof(body), "{\"HostConfig\":{\"Binds\":[\"%s:/w\"]}}",
			 binds[i].source);
		body_verdict(constraints, "POST /containers/create", body, !binds[i].finding,
			     binds[i].finding ? binds[i].finding : "");
		snprintf(body, sizeof(body),
			 "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"%s\"}]}}",
			 binds[i].source);
		body_verdict(constraints, "POST /containers/create", body, !binds[i].finding,
			     binds[i].finding ? binds[i].finding : "");
	}
	body_host = NULL;
	body_check_none_failed();
}

static void refuses_a_path_that_is_too_long(void **state)
{
	char path[POLICY_PATH_MAX + 1], out[POLICY_PATH_MAX];

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[POLICY_PATH_MAX] = '\0';
	assert_int_equal(hostpath_read(out, path, NULL), HOSTPATH_E_FORM);
	assert_false(hostpath_clean(out, path));
	path[POLICY_PATH_MAX - 1] = '\0';
	assert_int_equal(hostpath_read(out, path, NULL), HOSTPATH_OK);
	assert_true(hostpath_clean(out, path));
}

static void below_ends_at_a_slash(void **state)
{
	(void)state;
	assert_true(hostpath_is_below("/srv", "/srv"));
	assert_true(hostpath_is_below("/srv/a", "/srv"));
	assert_false(hostpath_is_below("/srva", "/srv"));
	assert_false(hostpath_is_below("/", "/srv"));
	assert_false(hostpath_is_below("/sr", "/srv"));
	assert_true(hostpath_is_below("/a", "/"));
	assert_true(hostpath_is_below("/", "/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_links_of_the_host),
		cmocka_unit_test(cleans_paths_of_another_host),
		cmocka_unit_test(a_bind_is_held_against_what_it_leads_to),
		cmocka_unit_test(refuses_a_path_that_is_too_long),
		cmocka_unit_test(below_ends_at_a_slash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
