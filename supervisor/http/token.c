#include "token.h"

static const bool tchar[256] = {
	['!'] = true,	      ['#'] = true,	    ['$'] = true, ['%'] = true,
	['&'] = true,	      ['\''] = true,	    ['*'] = true, ['+'] = true,
	['-'] = true,	      ['.'] = true,	    ['^'] = true, ['_'] = true,
	['`'] = true,	      ['|'] = true,	    ['~'] = true, ['0' ... '9'] = true,
	['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

static const bool host_byte[256] = {
	['!'] = true,	      ['$'] = true,	    ['%'] = true, ['&'] = true,
	['\''] = true,	      ['('] = true,	    [')'] = true, ['*'] = true,
	['+'] = true,	      [','] = true,	    ['-'] = true, ['.'] = true,
	['0' ... '9'] = true, [':'] = true,	    [';'] = true, ['='] = true,
	['['] = true,	      [']'] = true,	    ['_'] = true, ['~'] = true,
	['A' ... 'Z'] = true, ['a' ... 'z'] = true,
};

bool http_is_tchar(unsigned char c)
{
	return tchar[c];
}

bool http_is_token(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!tchar[(unsigned char)p[i]])
			return false;
	return len > 0;
}

bool http_is_value(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!http_is_value_byte((unsigned char)p[i]))
			return false;
	return true;
}

bool http_is_host(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!host_byte[(unsigned char)p[i]])
			return false;
	return true;
}
