/*
 * view - what top shows, as lines of text
 *
 * Made of what GET /stats of the admin address says. Whatever a client has sent is in
 * printable ASCII here: a terminal does nothing with it but show it.
 */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define VIEW_LINES_MAX 512
#define VIEW_LINE_MAX  512 /* bytes, NUL included */

enum view_style { VIEW_PLAIN, VIEW_TITLE, VIEW_HEADING, VIEW_DENIED, VIEW_STYLE_NUM };

enum view_sort {
	VIEW_BY_RATE,
	VIEW_BY_CLIENT,
	VIEW_BY_ENDPOINT,
	VIEW_BY_DENIED,
	VIEW_BY_REPLY,
	VIEW_BY_LAST,
	VIEW_SORT_NUM
};

/**
 * struct view_line - A line
 * @style:	How it stands out
 * @text:	Printable ASCII
 */
struct view_line {
	enum view_style style;
	char text[VIEW_LINE_MAX];
};

/**
 * struct view - The lines, and what they are to be
 * @lines:	@n of them
 * @sort:	What rows are sorted by
 * @denials_only: Only what was denied
 */
struct view {
	struct view_line lines[VIEW_LINES_MAX];
	size_t n;
	enum view_sort sort;
	bool denials_only;
};

/** view_sort_name() - What a way to sort is called */
const char *view_sort_name(enum view_sort sort);

/**
 * view_make() - Make the lines
 * @v:		View; @lines and @n are filled
 * @now:	Stats
 * @before:	Those of the time before, for rates; or NULL
 *
 * Members that are missing or of another type count as empty.
 */
void view_make(struct view *v, const json_t *now, const json_t *before);

#endif
