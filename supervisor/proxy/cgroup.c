#include "cgroup.h"

#include <string.h>

struct span {
	const char *p;
	size_t len;
};

/* Of a line, what names the hierarchy, colons included, and the path. */
struct line {
	struct span hierarchy;
	struct span path;
};

/**
 * next_line() - Read the next line that has the form of one
 * @text:	Moved on behind it
 * @l:		Filled
 */
static bool next_line(const char **text, struct line *l)
{
	while (**text != '\0') {
		const char *start = *text, *colon;
		size_t len = strcspn(start, "\n");

		*text += len + (start[len] == '\n');
		colon = memchr(start, ':', len);
		if (colon)
			colon = memchr(colon + 1, ':', len - (size_t)(colon + 1 - start));
		if (!colon)
			continue;
		l->hierarchy = (struct span){ start, (size_t)(colon + 1 - start) };
		l->path = (struct span){ colon + 1, len - l->hierarchy.len };
		return true;
	}
	return false;
}

static bool starts_with(struct span s, const char *prefix)
{
	return s.len >= strlen(prefix) && memcmp(s.p, prefix, strlen(prefix)) == 0;
}

/* The id in a group's name, or an empty span. */
static struct span id_in(struct span name)
{
	static const char *const before[] = { "docker-", "libpod-" };
	static const char behind[] = ".scope";
	const size_t behind_len = sizeof(behind) - 1;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (starts_with(name, before[i])) {
			name.p += strlen(before[i]);
			name.len -= strlen(before[i]);
			break;
		}
	if (name.len == CGROUP_ID_LEN + behind_len &&
	    memcmp(name.p + CGROUP_ID_LEN, behind, behind_len) == 0)
		name.len -= behind_len;
	if (name.len != CGROUP_ID_LEN || strspn(name.p, "0123456789abcdef") < CGROUP_ID_LEN)
		name.len = 0;
	return name;
}

/* Go up: the last name of a path, which is cut off it. */
static struct span take_last(struct span *path)
{
	size_t start = path->len;
	struct span name;

	while (start > 0 && path->p[start - 1] != '/')
		start--;
	name = (struct span){ path->p + start, path->len - start };
	path->len = start > 0 ? start - 1 : 0;
	return name;
}

static void collect(struct span path, struct cgroup_ids *ids)
{
	while (path.len > 0) {
		struct span id = id_in(take_last(&path));

		if (id.len == 0)
			continue;
		ids->more = ids->n == CGROUP_IDS_MAX;
		if (ids->more)
			break;
		memcpy(ids->ids[ids->n], id.p, CGROUP_ID_LEN);
		ids->ids[ids->n++][CGROUP_ID_LEN] = '\0';
	}
}

void cgroup_ids(const char *text, struct cgroup_ids *ids)
{
	struct line l;

	*ids = (struct cgroup_ids){ 0 };
	while (ids->n == 0 && next_line(&text, &l))
		collect(l.path, ids);
}

/* The path up to the innermost group that is named after @id; empty if there is none. */
static struct span group_of(struct span path, const char *id)
{
	while (path.len > 0) {
		struct span whole = path, found = id_in(take_last(&path));

		if (found.len > 0 && memcmp(found.p, id, CGROUP_ID_LEN) == 0)
			return whole;
	}
	return path;
}

static bool is_below(struct span path, struct span group)
{
	return path.len >= group.len && memcmp(path.p, group.p, group.len) == 0 &&
	       (path.len == group.len || path.p[group.len] == '/');
}

/* Whether a text says that its process is in @group of @hierarchy. */
static bool has_group(const char *text, struct span hierarchy, struct span group)
{
	struct line l;

	while (next_line(&text, &l))
		if (l.hierarchy.len == hierarchy.len &&
		    memcmp(l.hierarchy.p, hierarchy.p, hierarchy.len) == 0)
			return is_below(l.path, group);
	return false;
}

bool cgroup_is_in(const char *text, const char *main_text, const char *id)
{
	bool any = false;
	struct line l;

	while (next_line(&main_text, &l)) {
		struct span group = group_of(l.path, id);

		if (group.len == 0)
			continue;
		if (!has_group(text, l.hierarchy, group))
			return false;
		any = true;
	}
	return any;
}
