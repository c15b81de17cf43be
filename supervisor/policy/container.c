#include "container.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gojson.h"
#include "ip.h"

static int fail(char *error, const char *why)
{
	snprintf(error, CONTAINER_ERROR_MAX, "%s", why);
	return -EINVAL;
}

static struct gojson *read_reply(char *text, size_t len, enum gojson_kind kind, char *error)
{
	char why[GOJSON_ERROR_MAX];
	struct gojson *root = gojson_read_reply(text, len, why);

	if (!root) {
		snprintf(error, CONTAINER_ERROR_MAX, "the engine's answer %s", why);
		return NULL;
	}
	if (gojson_kind_of(root) == kind)
		return root;
	fail(error, "the engine's answer is not what was asked for");
	gojson_free(root);
	return NULL;
}

/* Return: whether there is one. */
static bool take_id(struct container *c, const struct gojson *v)
{
	const char *id = gojson_string(gojson_key(v, "Id"));

	if (strlen(id) != CONTAINER_ID_LEN || strspn(id, "0123456789abcdef") != CONTAINER_ID_LEN)
		return false;
	memcpy(c->id, id, CONTAINER_ID_LEN + 1);
	return true;
}

/* "/NAME". What a link calls it has another slash. */
static const char *own_name(const char *text)
{
	return text[0] == '/' && text[1] != '\0' && !strchr(text + 1, '/') ? text + 1 : NULL;
}

int container_read(struct container *c, char *text, size_t len, char *error)
{
	struct container read = { .reply = read_reply(text, len, GOJSON_OBJECT, error) };
	const struct gojson *state;
	int64_t pid;

	if (!read.reply)
		return -EINVAL;
	state = gojson_key(read.reply, "State");
	pid = gojson_integer(gojson_key(state, "Pid"));
	read.name = own_name(gojson_string(gojson_key(read.reply, "Name")));
	read.labels = gojson_key(gojson_key(read.reply, "Config"), "Labels");
	if (!read.name || !take_id(&read, read.reply)) {
		gojson_free(read.reply);
		return fail(error, "the engine's answer has no name and id of a container");
	}
	if (!gojson_bool(gojson_key(state, "Running")) || pid <= 0 || pid > INT32_MAX) {
		gojson_free(read.reply);
		fail(error, "the container does not run");
		return -ENOENT;
	}
	read.pid = (pid_t)pid;
	*c = read;
	return 0;
}

/* ---- addresses ---- */

static bool is_address(const struct gojson *v, const struct in6_addr *addr)
{
	const char *text = gojson_string(v);
	struct in6_addr a;
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		a = ip_map(v4);
	else if (inet_pton(AF_INET6, text, &a) != 1)
		return false;
	return IN6_ARE_ADDR_EQUAL(&a, addr);
}

struct search {
	const struct in6_addr *addr;
	bool found;
};

static void look_at_network(void *data, const char *name, const struct gojson *network)
{
	struct search *s = data;

	(void)name;
	s->found = s->found || is_address(gojson_key(network, "IPAddress"), s->addr) ||
		   is_address(gojson_key(network, "GlobalIPv6Address"), s->addr);
}

static bool has_address(const struct gojson *v, const struct in6_addr *addr)
{
	const struct gojson *settings = gojson_key(v, "NetworkSettings");
	struct search s = { .addr = addr };

	gojson_each(gojson_key(settings, "Networks"), look_at_network, &s);
	return s.found;
}

static const char *find_name(const struct gojson *v)
{
	const struct gojson *names = gojson_key(v, "Names"), *item;
	const char *name = NULL;

	for (size_t i = 0; !name && (item = gojson_item(names, i)) != NULL; i++)
		name = own_name(gojson_string(item));
	return name;
}

struct container_list *container_list_read(char *text, size_t len, char *error)
{
	return (struct container_list *)read_reply(text, len, GOJSON_ARRAY, error);
}

void container_list_free(struct container_list *list)
{
	gojson_free((struct gojson *)list);
}

int container_find(struct container *c, const struct container_list *list,
		   const struct in6_addr *addr)
{
	const struct gojson *item, *found = NULL;
	struct container read = { 0 };

	for (size_t i = 0; (item = gojson_item((const struct gojson *)list, i)) != NULL; i++) {
		if (!has_address(item, addr))
			continue;
		if (found)
			return -EEXIST;
		found = item;
	}
	if (!found)
		return -ENOENT;
	read.name = find_name(found);
	read.labels = gojson_key(found, "Labels");
	if (!read.name || !take_id(&read, found))
		return -EINVAL;
	*c = read;
	return 0;
}

/* ---- labels ---- */

bool container_has_label(const struct container *c, const char *label)
{
	size_t len = strcspn(label, "=");
	char key[512];
	const struct gojson *value;

	if (snprintf(key, sizeof(key), "%.*s", (int)len, label) >= (int)sizeof(key))
		return false;
	value = gojson_key(c->labels, key);
	if (gojson_kind_of(value) != GOJSON_STRING)
		return false;
	return label[len] == '\0' || strcmp(gojson_string(value), label + len + 1) == 0;
}

void container_clear(struct container *c)
{
	gojson_free(c->reply);
	*c = (struct container){ 0 };
}
