#include "openssl.h"

#include <dlfcn.h>
#include <stddef.h>

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(text)     #text

/* The library's name says which binary interface it has. */
#define LIBRARY "libssl.so." TEXT_OF(OPENSSL_SHLIB_VERSION)

static const char *const names[] = {
#define X(function) #function,
	OPENSSL_FUNCTIONS(X)
#undef X
};

#define FUNCTIONS_NUM (sizeof(names) / sizeof(names[0]))

struct openssl openssl;
_Static_assert(sizeof(openssl) == FUNCTIONS_NUM * sizeof(void *), "every function has a name");

const char *openssl_load(void)
{
	static void *library; /* never unloaded: it has asked to be called at exit */
	void *found[FUNCTIONS_NUM];

	if (library)
		return NULL;
	library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!library)
		return "TLS needs OpenSSL's " LIBRARY " (Debian: libssl3), which is not there";
	for (size_t i = 0; i < FUNCTIONS_NUM; i++) {
		found[i] = dlsym(library, names[i]);
		if (!found[i]) {
			dlclose(library);
			library = NULL;
			return LIBRARY " is too old for TLS";
		}
	}
	__builtin_memcpy(&openssl, found, sizeof(openssl));
	return NULL;
}
