#include "real.h"

#include <dlfcn.h>
#include <errno.h>

static const char *const names[] = {
#define X(type, name, ...) [REAL_##name] = #name,
	REAL_FUNCTIONS(X)
#undef X
};
_Static_assert(sizeof(names) / sizeof(names[0]) == REAL_NUM, "every function has a name");

static void *found[REAL_NUM];

void *real_find(enum real which)
{
	void *f = __atomic_load_n(&found[which], __ATOMIC_RELAXED);

	if (!f) {
		int saved = errno;

		f = dlsym(RTLD_NEXT, names[which]);
		__atomic_store_n(&found[which], f, __ATOMIC_RELAXED);
		errno = saved;
	}
	return f;
}

void real_find_all(void)
{
	for (unsigned int i = 0; i < REAL_NUM; i++)
		real_find((enum real)i);
}
