#include "envp.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "redirect.h"

#define LD_PRELOAD "LD_PRELOAD="

/* Whose value a variable's is: the supervisor's to set, with LD_PRELOAD last, or the tool's. */
enum slot { SLOT_PRELOAD = KEPT_NUM, SLOT_NUM, SLOT_TOOL };

/* What follows NAME= in @var, if @like is a variable of the same name; else NULL. */
static const char *value_if_named(const char *var, const char *like)
{
	size_t len = (size_t)(strchr(like, '=') + 1 - like);

	return strncmp(var, like, len) == 0 ? var + len : NULL;
}

static enum slot slot_of(const struct settings *s, const char *var)
{
	const char *value;

	if (value_if_named(var, LD_PRELOAD))
		return SLOT_PRELOAD;
	for (unsigned int i = 0; i < KEPT_NUM; i++) {
		if (!s->kept[i])
			continue;
		value = value_if_named(var, s->kept[i]);
		if (value && i == KEPT_DOCKER_HOST && value[0] != '\0' &&
		    !redirect_is_guarded(s, value) && strcmp(var, s->kept[i]) != 0)
			return SLOT_TOOL;
		if (value)
			return (enum slot)i;
	}
	return SLOT_TOOL;
}

static bool loads_library_first(const struct settings *s, const char *value)
{
	size_t len = strlen(s->library);

	return strncmp(value, s->library, len) == 0 && strchr(": ", value[len]) != NULL;
}

static bool is_as_set(const struct settings *s, enum slot slot, const char *var)
{
	return slot == SLOT_PRELOAD ? loads_library_first(s, var + strlen(LD_PRELOAD)) :
				      strcmp(var, s->kept[slot]) == 0;
}

/**
 * struct survey - What an environment holds
 * @n:			How many variables
 * @has:		Those of ours that are there
 * @has_docker_host:	The tool's own, which stays
 * @wrong:		One of ours has another value, or is there twice
 * @preload:		The value of its LD_PRELOAD, "" if there is none
 */
struct survey {
	size_t n;
	bool has[SLOT_NUM];
	bool has_docker_host;
	bool wrong;
	const char *preload;
};

static void survey(struct survey *v, const struct settings *s, char *const env[])
{
	memset(v, 0, sizeof(*v));
	v->preload = "";
	for (; env && env[v->n]; v->n++) {
		const char *var = env[v->n];
		enum slot slot = slot_of(s, var);

		if (slot == SLOT_TOOL) {
			if (value_if_named(var, s->kept[KEPT_DOCKER_HOST]))
				v->has_docker_host = true;
			continue;
		}
		if (slot == SLOT_PRELOAD && !v->has[slot])
			v->preload = var + strlen(LD_PRELOAD);
		if (v->has[slot] || !is_as_set(s, slot, var))
			v->wrong = true;
		v->has[slot] = true;
	}
}

static bool wants(const struct survey *v, const struct settings *s, unsigned int kept)
{
	return s->kept[kept] && !(kept == KEPT_DOCKER_HOST && v->has_docker_host);
}

static bool is_complete(const struct survey *v, const struct settings *s)
{
	if (v->wrong || !v->has[SLOT_PRELOAD])
		return false;
	for (unsigned int i = 0; i < KEPT_NUM; i++)
		if (wants(v, s, i) && !v->has[i])
			return false;
	return true;
}

static char *append(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len + 1);
	return at + len;
}

static void write_preload(char *at, const struct survey *v, const struct settings *s)
{
	at = append(at, LD_PRELOAD);
	if (!loads_library_first(s, v->preload)) {
		at = append(at, s->library);
		at = append(at, v->preload[0] != '\0' ? ":" : "");
	}
	append(at, v->preload);
}

static void write_vars(char **vars, char *preload, const struct survey *v, const struct settings *s,
		       char *const env[])
{
	*vars++ = preload;
	for (unsigned int i = 0; i < KEPT_NUM; i++)
		if (wants(v, s, i))
			*vars++ = (char *)s->kept[i];
	for (size_t i = 0; i < v->n; i++)
		if (slot_of(s, env[i]) == SLOT_TOOL)
			*vars++ = env[i];
	*vars = NULL;
}

bool envp_keep(struct envp *e, const struct settings *s, char *const **env)
{
	struct survey v;
	size_t n, preload_len;
	char **vars = e->vars, *preload = e->preload;

	e->map = NULL;
	if (!s->active)
		return true;
	survey(&v, s, *env);
	if (is_complete(&v, s))
		return true;

	n = v.n + SLOT_NUM + 1;
	preload_len = sizeof(LD_PRELOAD ":") + strlen(s->library) + strlen(v.preload);
	if (n > ENVP_ROOM || preload_len > ENVP_PRELOAD_ROOM) {
		e->map_len = n * sizeof(*vars) + preload_len;
		e->map = mmap(NULL, e->map_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
		if (e->map == MAP_FAILED) {
			e->map = NULL;
			return false;
		}
		vars = e->map;
		preload = (char *)(vars + n);
	}
	write_preload(preload, &v, s);
	write_vars(vars, preload, &v, s, *env);
	*env = vars;
	return true;
}

void envp_drop(struct envp *e)
{
	int saved = errno;

	if (e->map)
		munmap(e->map, e->map_len);
	errno = saved;
}
