/*
 * Who may ask: entries, control groups, and what an engine says of containers. What is
 * read of one text is the same when it is read of its parts, and a container is found by
 * what is in the answer only.
 */
#include <arpa/inet.h>

#include "fuzz.h"
#include "policy/container.h"
#include "proxy/access.h"
#include "proxy/cgroup.h"

static enum access_verdict answer(void *data, const struct access_entry *e)
{
	(void)e;
	return *(enum access_verdict *)data;
}

/* What an entry is, it is again when its own text is read. */
static void check_entries(const char *text)
{
	char error[ACCESS_ERROR_MAX] = "";
	struct access_list list = { 0 }, again = { 0 };
	const struct access_entry *by;
	enum access_verdict said = ACCESS_UNKNOWN;
	const struct access_peer peer = { .has_addr = true, .ask = answer, .data = &said };

	if (access_add(&list, text, error) < 0)
		MUST(error[0] != '\0');
	for (size_t i = 0; i < list.n; i++) {
		const struct access_entry *e = &list.entries[i];

		MUST(e->text[0] != '\0' && !strchr(e->text, ','));
		MUST(access_add(&again, e->text, error) == 0);
		MUST(again.entries[i].kind == e->kind && again.entries[i].id == e->id);
	}
	/* Of nobody's address it is known that it is on no list but one for all of IPv6. */
	if (access_judge(&list, &peer, &by) == ACCESS_YES)
		MUST(!by || by->kind == ACCESS_NETWORK);
	access_clear(&list);
	access_clear(&again);
}

/* A claim that holds was made. */
static void check_groups(const char *text, const char *main_text)
{
	struct cgroup_ids ids, main_ids;

	cgroup_ids(text, &ids);
	cgroup_ids(main_text, &main_ids);
	for (size_t i = 0; i < ids.n; i++) {
		MUST(strlen(ids.ids[i]) == CGROUP_ID_LEN && strstr(text, ids.ids[i]));
		MUST(!cgroup_is_in(text, "", ids.ids[i]) && !cgroup_is_in("", text, ids.ids[i]));
		if (cgroup_is_in(text, main_text, ids.ids[i]))
			MUST(strstr(main_text, ids.ids[i]));
	}
}

static void check_answer(const char *text, size_t len)
{
	char error[CONTAINER_ERROR_MAX], *room = fuzz_room(len);
	struct container c = { 0 };
	struct container_list *list;
	struct in6_addr addr;

	memcpy(room, text, len);
	if (container_read(&c, room, len, error) == 0) {
		MUST(strlen(c.id) == CONTAINER_ID_LEN && c.pid > 0 && c.name[0] != '\0');
		container_has_label(&c, "a=b");
		container_clear(&c);
	}
	memcpy(room, text, len);
	list = container_list_read(room, len, error);
	inet_pton(AF_INET6, "::ffff:172.17.0.2", &addr);
	if (list && container_find(&c, list, &addr) == 0)
		MUST(strlen(c.id) == CONTAINER_ID_LEN && !strchr(c.name, '/'));
	container_list_free(list);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t split = fuzz_take(data, &size, 4096);
	char *text = fuzz_room(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	check_entries(text);
	check_answer(text, size);
	check_groups(text, text + (split < size ? split : size));
	free(text);
	return 0;
}
