#include "frontend.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "id.h"

#define VALUE_MAX 64 /* bytes of a field's value, NUL included */

static int fail(char *error, const char *field, const char *value, const char *why)
{
	snprintf(error, FRONTEND_ERROR_MAX, "%s %s: %s", field, value, why);
	return -EINVAL;
}

/* ---- the fields of a unix socket ---- */

static int read_mode(struct frontend *f, const char *value, char *error)
{
	size_t digits = strspn(value, "01234567");
	mode_t mode = 0;

	for (size_t i = 0; i < digits && mode <= 0777; i++)
		mode = mode * 8 + (mode_t)(value[i] - '0');
	if (digits == 0 || value[digits] != '\0' || mode > 0777)
		return fail(error, "mode", value, "expected permissions as 0660, in octal");
	f->mode = mode;
	return 0;
}

static int read_user(struct frontend *f, const char *value, char *error)
{
	const struct passwd *user;

	if (id_parse(value, &f->uid))
		return 0;
	user = getpwnam(value);
	if (!user)
		return fail(error, "user", value, "there is no such user");
	f->uid = user->pw_uid;
	return 0;
}

static int read_group(struct frontend *f, const char *value, char *error)
{
	const struct group *group;

	if (id_parse(value, &f->gid))
		return 0;
	group = getgrnam(value);
	if (!group)
		return fail(error, "group", value, "there is no such group");
	f->gid = group->gr_gid;
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct frontend *f, const char *value, char *error);
} fields[] = {
	{ "mode", read_mode },
	{ "user", read_user },
	{ "group", read_group },
};
#define FIELDS_NUM (sizeof(fields) / sizeof(fields[0]))

/**
 * read_field() - Read name=value
 * @f:		Frontend
 * @text:	Field, @len bytes
 * @len:	Length of @text
 * @given:	Fields read so far, by their row; updated
 * @error:	On failure, why
 */
static int read_field(struct frontend *f, const char *text, size_t len, bool *given, char *error)
{
	char field[VALUE_MAX], *value;
	size_t i = 0;

	if (snprintf(field, sizeof(field), "%.*s", (int)len, text) >= (int)sizeof(field))
		return fail(error, "field", field, "it is too long");
	value = field + strcspn(field, "=");
	if (*value == '=')
		*value++ = '\0';
	while (i < FIELDS_NUM && strcmp(field, fields[i].name) != 0)
		i++;
	if (i == FIELDS_NUM)
		return fail(error, "field", field, "expected mode=, user= or group=");
	if (given[i])
		return fail(error, "field", field, "it is given twice");
	given[i] = true;
	return fields[i].read(f, value, error);
}

static int read_fields(struct frontend *f, const char *text, char *error)
{
	bool given[FIELDS_NUM] = { false };
	int rc = 0;

	while (rc == 0 && *text != '\0') {
		size_t len = strcspn(text, "&");

		rc = read_field(f, text, len, given, error);
		text += len + (text[len] == '&');
	}
	return rc;
}

/* ---- addresses ---- */

static int read_addr(struct frontend *f, const char *text, char *error)
{
	bool is_unix = strncmp(text, "unix://", strlen("unix://")) == 0;
	const char *query = is_unix ? strchr(text, '?') : NULL;
	/* A path that does not fit in here is too long in any case. */
	char path[sizeof("unix://") + ADDR_PATH_MAX + 1];
	enum addr_error e;

	*f = (struct frontend){
		.mode = FRONTEND_MODE, .uid = (uid_t)-1, .gid = (gid_t)-1, .passed_fd = -1
	};
	if (query) {
		snprintf(path, sizeof(path), "%.*s", (int)(query - text), text);
		text = path;
	}
	e = addr_parse(&f->addr, text);
	if (e != ADDR_OK) {
		snprintf(error, FRONTEND_ERROR_MAX, "%s%s", addr_strerror(e),
			 e == ADDR_E_SCHEME ? " or fd://" : "");
		return -EINVAL;
	}
	return query ? read_fields(f, query + 1, error) : 0;
}

int frontend_read(struct frontend *f, size_t max, const char *text, struct passed *passed,
		  char *error)
{
	int rc;

	if (max == 0) {
		snprintf(error, FRONTEND_ERROR_MAX, "too many frontends");
		return -E2BIG;
	}
	if (strncmp(text, "fd://", strlen("fd://")) == 0)
		return passed_take(passed, text + strlen("fd://"), f, max, error);
	rc = read_addr(f, text, error);
	return rc < 0 ? rc : 1;
}
