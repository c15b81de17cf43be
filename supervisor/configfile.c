#include "configfile.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

/* What inih strips and skips: isspace(3) in the C locale. */
#define BLANKS " \t\r\n\v\f"

/* The key of a line that is put behind a section's, so that inih says which it is. */
#define SECTION_KEY "\x01"

/* Debian's inih has its limits in variables; that of others was built with its own. */
#pragma weak ini_max_line
extern int ini_max_line; /* NOLINT(readability-redundant-declaration) */

/**
 * struct reading - How far a text was read
 * @f:		Gets the entries
 * @at:		What was not read yet, @left bytes
 * @raw:	The line that inih has
 * @line:	Its number
 * @is_section:	It begins a section, of which inih was not asked yet
 * @is_asked:	It was, just now
 * @is_owed:	It has to give an entry
 * @has_key:	The section has a key, with which an indented line goes on
 * @section:	Number of the section
 * @error:	Gets the error
 * @rc:		0, or -errno of the first one
 */
struct reading {
	struct configfile *f;
	const char *at;
	size_t left;
	const char *raw;
	unsigned int line;
	bool is_section, is_asked, is_owed, has_key;
	size_t section;
	char *error;
	int rc;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reading *r, const char *format, ...)
{
	va_list args;
	int n;

	if (r->rc < 0)
		return r->rc;
	r->rc = -EINVAL;
	n = snprintf(r->error, CONFIGFILE_ERROR_MAX, "%s:%u: ", r->f->path, r->line);
	if (n < 0 || n >= CONFIGFILE_ERROR_MAX)
		return r->rc;
	va_start(args, format);
	vsnprintf(r->error + n, (size_t)(CONFIGFILE_ERROR_MAX - n), format, args);
	va_end(args);
	return r->rc;
}

/* ---- lines, before inih has them ---- */

static bool is_blank(char c)
{
	return c != '\0' && strchr(BLANKS, c);
}

/* A name between brackets, and nothing else. */
static int check_section(struct reading *r, const char *line)
{
	size_t len = strcspn(line, "]");

	if (line[len] != ']' || line[len + 1 + strspn(line + len + 1, BLANKS)] != '\0')
		return refuse(r, "expected [frontend NAME]");
	if (len - 1 > CONFIGFILE_NAME_MAX)
		return refuse(r, "the name of a section may have %d bytes", CONFIGFILE_NAME_MAX);
	return 0;
}

/**
 * check_line() - Refuse what inih would cut or misunderstand
 * @r:		Reading
 * @line:	Line, with its end
 *
 * Return: 0 or -EINVAL.
 */
static int check_line(struct reading *r, const char *line)
{
	const char *text = line + strspn(line, BLANKS);

	r->is_owed = *text != '\0' && *text != '#' && *text != ';' && *line != '[';
	r->is_section = *line == '[';
	if (r->is_owed && is_blank(*line) && !r->has_key)
		return refuse(r,
			      "an indented line goes on with a value, and there is none before it");
	if (r->is_section)
		return check_section(r, line);
	/* Some releases of inih end the value there, others do not. */
	for (const char *p = text; r->is_owed && *p != '\0'; p++)
		if (*p == ';' && p > text && is_blank(p[-1]))
			return refuse(r, "a ; begins a comment only where a line begins");
	return 0;
}

/* Give inih the next line, as fgets(3) would. */
static char *next_line(char *room, int max, void *data)
{
	struct reading *r = data;
	const char *end;
	size_t len;

	if (r->is_owed)
		refuse(r, "expected name = value or [frontend NAME]");
	if (r->rc == 0 && r->is_section) {
		r->is_section = false;
		r->is_asked = true;
		snprintf(room, (size_t)max, SECTION_KEY "=\n");
		return room;
	}
	if (r->rc < 0 || r->left == 0)
		return NULL;
	end = memchr(r->at, '\n', r->left);
	len = end ? (size_t)(end - r->at) + 1 : r->left;
	r->line++;
	r->raw = room;
	if (len >= (size_t)max)
		refuse(r, "a line may have %d bytes", max - 1);
	else if (memchr(r->at, '\0', len))
		refuse(r, "a NUL byte");
	if (r->rc < 0)
		return NULL;
	memcpy(room, r->at, len);
	room[len] = '\0';
	r->at += len;
	r->left -= len;
	return check_line(r, room) < 0 ? NULL : room;
}

/* ---- entries ---- */

static struct configfile_entry *add_entry(struct reading *r)
{
	struct configfile *f = r->f;
	/* It grows when its size is a power of two. */
	bool is_full = (f->n & (f->n - 1)) == 0;
	struct configfile_entry *grown = is_full ? realloc(f->entries,
							   (f->n ? 2 * f->n : 1) * sizeof(*grown)) :
						   f->entries;

	if (!grown)
		return NULL;
	f->entries = grown;
	f->entries[f->n] = (struct configfile_entry){ .section = r->section, .line = r->line };
	return &f->entries[f->n++];
}

/* As in "addr = x", which in an indented line would be lost in the value before it. */
static bool looks_like_key(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz-");

	return len > 0 && text[len + strspn(text + len, BLANKS)] == '=';
}

static int take_entry(struct reading *r, const char *section, const char *key, const char *value)
{
	bool is_section = r->is_asked;
	const char *name = is_section ? section : key;
	struct configfile_entry *e;

	r->is_asked = false;
	if (is_section) {
		r->section++;
		value = section;
	}
	e = add_entry(r);
	if (!e || asprintf(&e->origin, "%s:%u: %s", r->f->path, r->line, name) < 0) {
		if (e)
			e->origin = NULL;
		return -ENOMEM;
	}
	e->key = is_section ? NULL : strdup(key);
	e->value = strdup(value);
	e->goes_on = !is_section && is_blank(r->raw[0]);
	e->column = is_section ? 1 : (unsigned int)(value - r->raw) + 1;
	r->has_key = !is_section;
	return e->value && (e->key || is_section) ? 0 : -ENOMEM;
}

/* What inih has found. Its line is in r->raw, cut into pieces by now. */
static int on_entry(void *data, const char *section, const char *key, const char *value)
{
	struct reading *r = data;
	const struct configfile_entry *e;

	if (r->rc < 0)
		return 0;
	r->is_owed = false;
	if (key[0] == '\0')
		return refuse(r, "expected name = value or [frontend NAME]") == 0;
	r->rc = take_entry(r, section, key, value);
	if (r->rc < 0) {
		snprintf(r->error, CONFIGFILE_ERROR_MAX, "%s: out of memory", r->f->path);
		return 0;
	}
	e = &r->f->entries[r->f->n - 1];
	if (e->goes_on && looks_like_key(value))
		refuse(r,
		       "an indented line goes on with the value of %s: begin it in the first "
		       "column",
		       key);
	return r->rc == 0;
}

int configfile_parse(struct configfile *f, const char *path, const char *text, size_t len,
		     char *error)
{
	struct reading r = { .f = f, .at = text, .left = len, .error = error, .line = 1 };

	f->path = path;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return refuse(&r, "a byte order mark, expected UTF-8 without");
	r.line = 0;
	if (&ini_max_line)
		ini_max_line = CONFIGFILE_LINE_MAX;
	if (ini_parse_stream(next_line, &r, on_entry, &r) == -2 && r.rc == 0) {
		snprintf(error, CONFIGFILE_ERROR_MAX, "%s: out of memory", path);
		r.rc = -ENOMEM;
	}
	return r.rc;
}

int configfile_read(struct configfile *f, const char *path, const char *origin, char *error)
{
	const char *why;
	size_t len = 0;
	char *text = file_read(path, CONFIGFILE_MAX, &len, &why);
	int rc;

	if (!text) {
		snprintf(error, CONFIGFILE_ERROR_MAX, "%s %s: %s", origin, path, why);
		return -EINVAL;
	}
	rc = configfile_parse(f, path, text, len, error);
	free(text);
	return rc;
}

/* ---- values ---- */

/**
 * join() - Make one text of all lines of a section's key
 * @f:		File; owns the text
 * @first:	The first of them
 *
 * Return: the text, or NULL when out of memory.
 */
static const char *join(struct configfile *f, const struct configfile_entry *first)
{
	char **texts = realloc(f->texts, (f->n_texts + 1) * sizeof(*texts));
	const struct configfile_entry *end = f->entries + f->n;
	unsigned int line = 1;
	char *text = NULL;
	size_t len;
	FILE *out;

	if (!texts)
		return NULL;
	f->texts = texts;
	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	for (const struct configfile_entry *e = first; e < end && e->section == first->section;
	     e++) {
		if (!e->key || strcmp(e->key, first->key) != 0)
			continue;
		for (; line < e->line; line++)
			fputc('\n', out);
		fprintf(out, "%*s%s", (int)e->column - 1, "", e->value);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	f->texts[f->n_texts++] = text;
	return text;
}

static int complain(char *error, const struct configfile_entry *e, const char *why)
{
	snprintf(error, CONFIGFILE_ERROR_MAX, "%s: %s", e->origin, why);
	return -EINVAL;
}

static int set_texts(struct configfile *f, const struct configfile_entry *e, void *field,
		     char *error)
{
	const struct option_value v = { join(f, e), e->origin, f->path };

	return v.text ? value_set(field, OPTION_TEXTS, NULL, &v, error) :
			complain(error, e, "out of memory");
}

int configfile_set(struct configfile *f, size_t i, enum option_kind kind,
		   const char *const *choices, void *field, bool *given, char *error)
{
	const struct configfile_entry *e = &f->entries[i];
	bool is_first = !*given, has_more = i + 1 < f->n && f->entries[i + 1].goes_on;

	assert(e->key);
	*given = true;
	if (kind == OPTION_TEXTS)
		return is_first ? set_texts(f, e, field, error) : 0;
	if (kind != OPTION_LIST && e->goes_on)
		return complain(error, e, "takes one line");
	if (kind != OPTION_LIST && !is_first)
		return complain(error, e, "is given twice");
	if (e->value[0] == '\0')
		return kind == OPTION_LIST && has_more ? 0 : complain(error, e, "expected a value");
	return value_set(field, kind, choices, &(struct option_value){ e->value, e->origin, NULL },
			 error);
}

void configfile_free(struct configfile *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->entries[i].key);
		free(f->entries[i].value);
		free(f->entries[i].origin);
	}
	for (size_t i = 0; i < f->n_texts; i++)
		free(f->texts[i]);
	free(f->entries);
	free(f->texts);
	*f = (struct configfile){ 0 };
}
