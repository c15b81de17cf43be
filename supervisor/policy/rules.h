/*
 * rules - the lines of a rule text
 *
 *	rule-line = methods 1*blank pattern [ 1*blank comment ]
 *	methods   = method *( "," method )		; capital letters
 *	comment   = ( "#" / "!" ) ...		; whole line, or after blanks
 *	constraint-line = "+" *blank constraint [ 1*blank comment ]
 *						; "!=" between blanks is no comment
 *
 * Lines end in LF or CRLF. cetusguard-rules(5) is the user's description.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include <stddef.h>

/**
 * struct rule_line - One rule or constraint, as spans of the text it stands in
 * @methods:	Comma-separated methods
 * @pattern:	Pattern, variables not yet expanded
 * @constraint:	What narrows the rule above, behind its "+"
 */
struct rule_line {
	const char *methods;
	size_t methods_len;
	const char *pattern;
	size_t pattern_len;
	const char *constraint;
	size_t constraint_len;
};

enum rule_line_kind {
	RULE_LINE_BLANK, /* nothing, or a comment */
	RULE_LINE_RULE,
	RULE_LINE_CONSTRAINT,
	RULE_LINE_ERROR,
};

/**
 * rule_line_parse() - Parse one line
 * @out:	Filled for RULE_LINE_RULE and RULE_LINE_CONSTRAINT
 * @line:	Line without its LF, @len bytes
 * @len:	Length of @line
 * @column:	For RULE_LINE_ERROR, offset of the offending byte in @line
 * @error:	For RULE_LINE_ERROR, static text of what was expected
 */
enum rule_line_kind rule_line_parse(struct rule_line *out, const char *line, size_t len,
				    size_t *column, const char **error);

#endif
