/*
 * cetusguard-top - what a guard that runs is doing, in a terminal
 *
 * A program of its own, which `cetusguard top` becomes: a guard that serves has neither
 * ncurses nor a terminal.
 */
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../supervisor/ask.h"
#include "view.h"

#define EVERY_MS  1000
#define STATS_MAX (1024 * 1024) /* bytes of a reply */

/**
 * struct top - What is shown
 * @now:	Stats that are shown; owned, NULL before the first
 * @before:	Those before; the same
 * @problem:	Why there are no newer ones, "" if there are
 * @first:	First line shown, below the summary
 */
struct top {
	struct addr addr;
	json_t *now, *before;
	char problem[ASK_TEXT_MAX];
	struct view view;
	bool paused;
	bool help;
	int first;
};

static const char *const help[] = {
	"s, S     sort by the next, by the one before: rate, client, endpoint, denied, reply, last",
	"d        only what was denied, and back",
	"p        pause, and go on",
	"up, down, page up, page down, home   scroll",
	"h, ?     this help, and back",
	"q        quit",
};

static void refresh_stats(struct top *t)
{
	static char reply[STATS_MAX];
	char problem[ASK_TEXT_MAX] = "";
	const char *stats;
	ssize_t n = ask_stats(&t->addr, reply, sizeof(reply), &stats, problem);
	json_t *next = n >= 0 ? json_loadb(stats, (size_t)n, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (n >= 0 &&
	    (!json_is_object(next) || json_integer_value(json_object_get(next, "version")) != 1)) {
		snprintf(problem, sizeof(problem), "the guard there is of another version");
		json_decref(next);
		next = NULL;
	}
	if (!next) {
		memcpy(t->problem, problem, sizeof(problem));
		return;
	}
	t->problem[0] = '\0';
	json_decref(t->before);
	t->before = t->now;
	t->now = next;
}

/* ---- not a terminal ---- */

static int print_once(struct top *t)
{
	refresh_stats(t);
	if (!t->now) {
		fprintf(stderr, "cetusguard: top: %s\n", t->problem);
		return EXIT_FAILURE;
	}
	view_make(&t->view, t->now, NULL);
	for (size_t i = 0; i < t->view.n; i++)
		puts(t->view.lines[i].text);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- a terminal ---- */

static attr_t attributes(enum view_style style)
{
	static const attr_t plain[VIEW_STYLE_NUM] = {
		[VIEW_TITLE] = A_BOLD,
		[VIEW_HEADING] = A_REVERSE,
	};

	return style == VIEW_DENIED && has_colors() && !getenv("NO_COLOR") ? COLOR_PAIR(1) :
									     plain[style];
}

static void draw_line(int y, enum view_style style, const char *text)
{
	attrset(attributes(style));
	mvaddnstr(y, 0, text, COLS);
	attrset(A_NORMAL);
}

static void draw_status(const struct top *t)
{
	char line[ASK_TEXT_MAX + 32];

	if (t->problem[0] != '\0')
		snprintf(line, sizeof(line), "%s; asking again", t->problem);
	else
		snprintf(line, sizeof(line), "sorted by %s%s%s   h for help, q to quit",
			 view_sort_name(t->view.sort),
			 t->view.denials_only ? "   denials only" : "",
			 t->paused ? "   PAUSED" : "");
	draw_line(LINES - 1, t->problem[0] != '\0' ? VIEW_DENIED : VIEW_TITLE, line);
}

static void draw(struct top *t)
{
	int room = LINES - 1;

	erase();
	if (t->now)
		view_make(&t->view, t->now, t->before);
	if (t->first > (int)t->view.n - room)
		t->first = (int)t->view.n - room;
	if (t->first < 0)
		t->first = 0;
	for (int y = 0; y < room && t->help; y++)
		if (y < (int)(sizeof(help) / sizeof(help[0])))
			draw_line(y, VIEW_PLAIN, help[y]);
	for (int y = 0; y < room && !t->help && t->first + y < (int)t->view.n; y++)
		draw_line(y, t->view.lines[t->first + y].style, t->view.lines[t->first + y].text);
	draw_status(t);
	refresh();
}

/* Return: false to end. */
static bool take_key(struct top *t, int key)
{
	switch (key) {
	case 'q':
		return false;
	case 's':
		t->view.sort = (t->view.sort + 1) % VIEW_SORT_NUM;
		break;
	case 'S':
		t->view.sort = (t->view.sort + VIEW_SORT_NUM - 1) % VIEW_SORT_NUM;
		break;
	case 'd':
		t->view.denials_only = !t->view.denials_only;
		t->first = 0;
		break;
	case 'p':
		t->paused = !t->paused;
		break;
	case 'h':
	case '?':
		t->help = !t->help;
		break;
	case KEY_UP:
		t->first--;
		break;
	case KEY_DOWN:
		t->first++;
		break;
	case KEY_PPAGE:
		t->first -= LINES / 2;
		break;
	case KEY_NPAGE:
		t->first += LINES / 2;
		break;
	case KEY_HOME:
		t->first = 0;
		break;
	}
	return true;
}

static int watch(struct top *t)
{
	int key = ERR;

	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	timeout(EVERY_MS);
	if (has_colors() && !getenv("NO_COLOR")) {
		start_color();
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
	}
	do {
		if (key == ERR && !t->paused)
			refresh_stats(t);
		draw(t);
		key = getch();
	} while (take_key(t, key));
	endwin();
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct top t;
	bool once = argc == 3 && strcmp(argv[2], "once") == 0;

	if ((argc != 2 && !once) || addr_parse(&t.addr, argv[1]) != ADDR_OK) {
		fputs("usage: cetusguard-top ADDRESS [once], as cetusguard top runs it\n", stderr);
		return 2;
	}
	return once || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO) ? print_once(&t) : watch(&t);
}
