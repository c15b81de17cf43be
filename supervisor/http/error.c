#include "error.h"

#include <assert.h>

static const struct {
	unsigned int status;
	const char *text;
} errors[] = {
#define X(name, status_code, phrase) [name] = { (status_code), (phrase) },
	HTTP_ERRORS(X)
#undef X
};
_Static_assert(sizeof(errors) / sizeof(errors[0]) == HTTP_ERROR_NUM,
	       "every error has a status and a text");

unsigned int http_error_status(enum http_error e)
{
	assert(e < HTTP_ERROR_NUM);
	return errors[e].status;
}

const char *http_error_text(enum http_error e)
{
	assert(e < HTTP_ERROR_NUM);
	return errors[e].text;
}
