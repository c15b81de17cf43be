#include "pattern.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/*
 * ENDANCHORED rather than a textual ^(?:...)$ around the pattern: nothing in
 * the pattern, be it a stray parenthesis, \Q or a comment, can reach past it.
 */
#define COMPILE_OPTIONS                                                          \
	(PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY | \
	 PCRE2_NEVER_BACKSLASH_C)

struct pattern {
	pcre2_code *code; /* owned */
};

struct pattern_matcher {
	pcre2_match_data *data;	      /* owned */
	pcre2_match_context *context; /* owned */
};

/**
 * find_verb() - Find PCRE2's (*VERB) syntax
 * @text:	Pattern
 * @len:	Length of @text
 *
 * Go knows none of it ("missing argument to repetition operator"), and
 * (*ACCEPT), (*UTF) or (*LIMIT_MATCH=) would change what a rule means.
 *
 * Return: offset of the asterisk, or @len.
 */
static size_t find_verb(const char *text, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] == '\\')
			i++;
		else if (text[i] == '(' && text[i + 1] == '*')
			return i + 1;
	}
	return len;
}

static void set_error(char *error, const char *text)
{
	size_t len = strnlen(text, PATTERN_ERROR_MAX - 1);

	memcpy(error, text, len);
	error[len] = '\0';
}

struct pattern *pattern_compile(const char *text, size_t len, size_t *error_off, char *error)
{
	struct pattern *p;
	PCRE2_SIZE off;
	int code;

	size_t verb = find_verb(text, len);
	if (verb < len) {
		*error_off = verb;
		set_error(error, "nothing to repeat (write \\( for a parenthesis in the path)");
		return NULL;
	}
	p = malloc(sizeof(*p));
	if (!p) {
		*error_off = 0;
		set_error(error, "out of memory");
		return NULL;
	}
	p->code = pcre2_compile((PCRE2_SPTR)text, len, COMPILE_OPTIONS, &code, &off, NULL);
	if (!p->code) {
		PCRE2_UCHAR message[PATTERN_ERROR_MAX];

		*error_off = off < len ? off : len;
		pcre2_get_error_message(code, message, sizeof(message));
		set_error(error, (const char *)message);
		free(p);
		return NULL;
	}
	return p;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_code_free(p->code);
	free(p);
}

struct pattern_matcher *pattern_matcher_new(void)
{
	struct pattern_matcher *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->data = pcre2_match_data_create(1, NULL);
	m->context = pcre2_match_context_create(NULL);
	if (!m->data || !m->context) {
		pattern_matcher_free(m);
		return NULL;
	}
	pcre2_set_match_limit(m->context, PATTERN_MATCH_LIMIT);
	pcre2_set_heap_limit(m->context, PATTERN_HEAP_LIMIT);
	return m;
}

void pattern_matcher_free(struct pattern_matcher *m)
{
	if (!m)
		return;
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
	free(m);
}

static enum pattern_result match(const struct pattern *p, struct pattern_matcher *m,
				 const char *text, size_t len, uint32_t options)
{
	int rc = pcre2_match(p->code, (PCRE2_SPTR)text, len, 0, options, m->data, m->context);
	/* The codes of malformed UTF-8 are those in between. */
	bool malformed = rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21;

	if (rc >= 0)
		return PATTERN_MATCH;
	return rc == PCRE2_ERROR_NOMATCH || malformed ? PATTERN_NO_MATCH : PATTERN_LIMIT;
}

enum pattern_result pattern_match(const struct pattern *p, struct pattern_matcher *m,
				  const char *path, size_t len)
{
	return match(p, m, path, len, PCRE2_NO_UTF_CHECK);
}

enum pattern_result pattern_match_value(const struct pattern *p, struct pattern_matcher *m,
					const char *value, size_t len)
{
	return match(p, m, value, len, 0);
}
