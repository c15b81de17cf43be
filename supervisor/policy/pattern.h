/*
 * pattern - one path pattern, compiled
 *
 * The dialect is Go's regexp as far as Go defines a construct, pcre2pattern(3)
 * beyond it. A pattern always matches the whole path. The only includer of
 * pcre2.h.
 */
#ifndef POLICY_PATTERN_H
#define POLICY_PATTERN_H

#include <stddef.h>

#define PATTERN_ERROR_MAX 160 /* bytes of an error text, NUL included */

/*
 * What one match may cost: backtracking steps, about a millisecond of them, and
 * memory in KiB. Paths of any length stay far below with patterns that do not
 * backtrack catastrophically.
 */
#define PATTERN_MATCH_LIMIT 100000
#define PATTERN_HEAP_LIMIT  4096

struct pattern;		/* immutable once shared by threads */
struct pattern_matcher; /* scratch of one thread */

enum pattern_result {
	PATTERN_NO_MATCH,
	PATTERN_MATCH,
	PATTERN_LIMIT, /* gave up: a limit above, or out of memory */
	PATTERN_RESULT_NUM
};

/**
 * pattern_compile() - Compile a pattern whose variables are expanded
 * @text:	Pattern, UTF-8, @len bytes
 * @len:	Length of @text
 * @error_off:	On failure, offset in @text
 * @error:	On failure, what is wrong; PATTERN_ERROR_MAX bytes
 *
 * Return: the pattern, owned by the caller, or NULL.
 */
struct pattern *pattern_compile(const char *text, size_t len, size_t *error_off, char *error);

/** pattern_free() - Free a pattern; NULL is fine */
void pattern_free(struct pattern *p);

/** pattern_matcher_new() - Scratch for one thread, NULL when out of memory */
struct pattern_matcher *pattern_matcher_new(void);

/** pattern_matcher_free() - Free scratch; NULL is fine */
void pattern_matcher_free(struct pattern_matcher *m);

/**
 * pattern_match() - Match a whole path
 * @p:		Pattern
 * @m:		Scratch
 * @path:	Path, valid UTF-8 (unchecked here), @len bytes
 * @len:	Length of @path
 */
enum pattern_result pattern_match(const struct pattern *p, struct pattern_matcher *m,
				  const char *path, size_t len);

/** pattern_match_value() - The same for bytes nobody has checked; no UTF-8 is no match */
enum pattern_result pattern_match_value(const struct pattern *p, struct pattern_matcher *m,
					const char *value, size_t len);

#endif
