#include "rules.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_comment_mark(char c)
{
	return c == '#' || c == '!';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static bool is_word(const char *p, const char *end, const char *word)
{
	size_t len = word ? strlen(word) : 0;

	return len > 0 && (size_t)(end - p) > len && memcmp(p, word, len) == 0 && is_blank(p[len]);
}

/**
 * skip_methods() - Read method *( "," method )
 * @p:		First byte
 * @end:	End of the line
 *
 * Return: the first byte behind the list; where the grammar breaks, that byte
 * with *@ok false.
 */
static const char *skip_methods(const char *p, const char *end, bool *ok)
{
	*ok = false;
	for (;;) {
		const char *start = p;

		while (p < end && *p >= 'A' && *p <= 'Z')
			p++;
		if (p == start)
			return p;
		if (p == end || *p != ',')
			break;
		p++;
	}
	*ok = p == end || is_blank(*p);
	return p;
}

/**
 * text_end() - Find where a pattern or a constraint ends
 * @p:		Its first byte
 * @end:	End of the line
 * @operator:	A word that begins like a comment and is none; or NULL
 *
 * Blanks inside belong to it, as upstream has it; blanks before a comment mark
 * or the end of the line do not.
 */
static const char *text_end(const char *p, const char *end, const char *operator)
{
	const char *last = p;

	while (p < end) {
		const char *next = skip_blanks(p, end);

		if (next == end ||
		    (next > p && is_comment_mark(*next) && !is_word(next, end, operator)))
			break;
		p = next + 1;
		last = p;
	}
	return last;
}

static enum rule_line_kind parse_constraint(struct rule_line *out, const char *line,
					    const char *plus, const char *end, size_t *column,
					    const char **error)
{
	const char *p = skip_blanks(plus + 1, end);

	if (p == end || is_comment_mark(*p)) {
		*column = (size_t)(p - line);
		*error = "expected a constraint behind the +, such as confined";
		return RULE_LINE_ERROR;
	}
	out->constraint = p;
	out->constraint_len = (size_t)(text_end(p, end, "!=") - p);
	return RULE_LINE_CONSTRAINT;
}

enum rule_line_kind rule_line_parse(struct rule_line *out, const char *line, size_t len,
				    size_t *column, const char **error)
{
	const char *end = line + len;
	const char *p, *behind;
	bool ok;

	if (end > line && end[-1] == '\r')
		end--;
	p = memchr(line, '\0', (size_t)(end - line));
	if (p) {
		*column = (size_t)(p - line);
		*error = "a NUL byte is not allowed";
		return RULE_LINE_ERROR;
	}
	p = skip_blanks(line, end);
	if (p == end || is_comment_mark(*p))
		return RULE_LINE_BLANK;

	if (*p == '+')
		return parse_constraint(out, line, p, end, column, error);
	behind = skip_methods(p, end, &ok);
	if (!ok) {
		*column = (size_t)(behind - line);
		*error = "expected methods in capital letters such as GET,HEAD, then a pattern";
		return RULE_LINE_ERROR;
	}
	out->methods = p;
	out->methods_len = (size_t)(behind - p);
	p = skip_blanks(behind, end);
	if (p == end || is_comment_mark(*p)) {
		*column = (size_t)(p - line);
		*error = "expected a pattern after the methods";
		return RULE_LINE_ERROR;
	}
	out->pattern = p;
	out->pattern_len = (size_t)(text_end(p, end, NULL) - p);
	return RULE_LINE_RULE;
}
