#include "member.h"

#include <stdlib.h>
#include <string.h>

#include "gojson.h"

#define NAME_MAX_LEN 128

/**
 * struct step - One step of a path
 * @name:	Name, key or number
 * @len:	Length of @name; 0 for [*]
 * @is_key:	It is an entry of a map
 * @is_item:	It is an item, or all of them
 */
struct step {
	const char *name;
	size_t len;
	bool is_key;
	bool is_item;
};

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
static const char digits[] = "0123456789";

/**
 * read_step() - Read the next step
 * @s:	Filled
 * @p:	At its '.' or '['
 *
 * Return: behind it, or NULL.
 */
static const char *read_step(struct step *s, const char *p)
{
	const char *end;

	*s = (struct step){ .name = p + 1 };
	if (p[0] == '.') {
		s->len = strspn(p + 1, name_bytes);
		return s->len > 0 && s->len < NAME_MAX_LEN ? p + 1 + s->len : NULL;
	}
	if (p[0] != '[')
		return NULL;
	if (p[1] == '"') {
		s->name = p + 2;
		end = strstr(p + 2, "\"]");
		s->len = end ? (size_t)(end - s->name) : 0;
		s->is_key = true;
		return end && s->len > 0 && s->len < NAME_MAX_LEN ? end + 2 : NULL;
	}
	s->is_item = true;
	s->len = strspn(p + 1, digits);
	end = p + 1 + s->len;
	if (s->len == 0 && *end++ != '*')
		return NULL;
	return s->len < 6 && *end == ']' ? end + 1 : NULL;
}

bool member_path_is_valid(const char *path)
{
	struct step s;

	do
		path = read_step(&s, path);
	while (path && *path != '\0');
	return path != NULL;
}

bool member_all(const struct gojson *v, const char *path,
		bool (*holds)(void *data, const struct gojson *v), void *data)
{
	char name[NAME_MAX_LEN] = "";
	struct step s;

	if (*path == '\0')
		return holds(data, v);
	path = read_step(&s, path);
	memcpy(name, s.name, s.len);
	if (s.is_key)
		return member_all(gojson_key(v, name), path, holds, data);
	if (!s.is_item)
		return member_all(gojson_member(v, name), path, holds, data);
	if (s.len > 0)
		return member_all(gojson_item(v, strtoul(name, NULL, 10)), path, holds, data);
	for (size_t i = 0; gojson_item(v, i); i++)
		if (!member_all(gojson_item(v, i), path, holds, data))
			return false;
	return true;
}

static bool same_step(const struct step *a, const struct step *b)
{
	char name_a[NAME_MAX_LEN] = "", name_b[NAME_MAX_LEN] = "";

	if (a->is_key != b->is_key || a->is_item != b->is_item)
		return false;
	if (a->is_item && a->len == 0)
		return true;
	memcpy(name_a, a->name, a->len);
	memcpy(name_b, b->name, b->len);
	return a->is_key || a->is_item ? strcmp(name_a, name_b) == 0 :
					 gojson_same_name(name_a, name_b);
}

bool member_path_covers(const char *path, const char *member)
{
	struct step a, b;

	/* The first dot is left away in what people read. */
	if (*member == '\0' || *path != '.')
		return false;
	b = (struct step){ .name = member, .len = strspn(member, name_bytes) };
	member += b.len;
	path = read_step(&a, path);
	while (b.len < NAME_MAX_LEN && same_step(&a, &b)) {
		if (*path == '\0' || *member == '\0')
			return *path == *member;
		path = read_step(&a, path);
		member = read_step(&b, member);
		if (!member)
			return false;
	}
	return false;
}
