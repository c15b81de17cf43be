/*
 * web - the files of the page for a browser, which are a part of the program
 *
 * Made from supervisor/web/ by rules/embed.awk.
 */
#ifndef PROXY_WEB_H
#define PROXY_WEB_H

/**
 * struct web_file - A file
 * @path:	Where it is asked for; NULL behind the last one
 * @type:	Its media type
 * @text:	What is in it
 */
struct web_file {
	const char *path;
	const char *type;
	const char *text;
};

extern const struct web_file web_files[];

#endif
