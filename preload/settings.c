#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * keep() - Build "NAME=value"
 * @buf:	Room for it
 * @cap:	Size of @buf
 * @start:	"NAME=" and what else comes before @value
 * @value:	The value
 *
 * Return: the value inside @buf, NULL if it does not fit.
 */
static const char *keep(char *buf, size_t cap, const char *start, const char *value)
{
	size_t start_len = strlen(start), len = strlen(value);

	if (start_len + len >= cap)
		return NULL;
	memcpy(mempcpy(buf, start, start_len), value, len + 1);
	return strchr(buf, '=') + 1;
}

/* The same with a variable of this process's own, NULL also if it has none. */
static const char *keep_own(char *buf, size_t cap, const char *start, const char *name)
{
	const char *value = secure_getenv(name);

	return value ? keep(buf, cap, start, value) : NULL;
}

static uint16_t read_port(const char *text)
{
	unsigned int port = 0;

	for (; text && *text >= '0' && *text <= '9' && port <= UINT16_MAX; text++)
		port = port * 10 + (unsigned int)(*text - '0');
	return text && *text == '\0' && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static bool is_well_formed(const char *list)
{
	struct shim_endpoint e;
	enum shim_step step;

	while ((step = shim_next(&list, &e)) == SHIM_ENTRY)
		;
	return step == SHIM_END;
}

#define KEEP_OWN(field, name) keep_own(field, sizeof(field), name "=", name)

void settings_read(struct settings *s)
{
	const char *tcp;

	s->library = KEEP_OWN(s->text.library, SHIM_PRELOAD_VAR);
	s->socket = KEEP_OWN(s->text.socket, SHIM_SOCKET_VAR);
	if (!s->library || !s->socket || s->socket[0] != '/')
		return;
	tcp = KEEP_OWN(s->text.tcp, SHIM_TCP_VAR);
	s->tcp_port = read_port(tcp);
	s->protect = KEEP_OWN(s->text.protect, SHIM_PROTECT_VAR);
	s->malformed = !s->protect || !is_well_formed(s->protect);
	keep(s->text.docker_host, sizeof(s->text.docker_host), "DOCKER_HOST=unix://", s->socket);

	s->kept[KEPT_PRELOAD] = s->text.library;
	s->kept[KEPT_SOCKET] = s->text.socket;
	s->kept[KEPT_TCP] = tcp ? s->text.tcp : NULL;
	s->kept[KEPT_PROTECT] = s->protect ? s->text.protect : NULL;
	s->kept[KEPT_DOCKER_HOST] = s->text.docker_host;
	s->active = true;
}

static struct settings own;
static bool own_ready;

const struct settings *settings(void)
{
	int saved = errno;

	if (!__atomic_load_n(&own_ready, __ATOMIC_ACQUIRE)) {
		settings_read(&own);
		__atomic_store_n(&own_ready, true, __ATOMIC_RELEASE);
	}
	errno = saved;
	return &own;
}
