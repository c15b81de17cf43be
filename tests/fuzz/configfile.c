/*
 * The configuration file: whatever the bytes are, there is one error with a line of the
 * file, or entries that stand in it where they say.
 */
#include "configfile.h"
#include "fuzz.h"

static const char path[] = "f";

/* The line with number @n, or NULL. */
static const char *line_at(const char *text, const char *end, unsigned int n, size_t *len)
{
	for (const char *newline; text < end; text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline)
			newline = end;
		*len = (size_t)(newline - text);
		if (--n == 0)
			return text;
	}
	return NULL;
}

static void check_entry(const struct configfile_entry *e, const char *text, const char *end)
{
	size_t len, value_len = strlen(e->value);
	const char *line = line_at(text, end, e->line, &len);

	MUST(line && e->column > 0 && strncmp(e->origin, "f:", 2) == 0);
	MUST(e->key || !e->goes_on);
	if (!e->key)
		return;
	MUST(e->column - 1 + value_len <= len);
	MUST(memcmp(line + e->column - 1, e->value, value_len) == 0);
}

/* "f: why" or "f:LINE: why" */
static void check_error(const char *error)
{
	size_t digits;

	MUST(!strchr(error, '\n') && strncmp(error, "f:", 2) == 0);
	digits = strspn(error + 2, "0123456789");
	MUST(strncmp(error + 2 + digits, digits > 0 ? ": " : " ", digits > 0 ? 2 : 1) == 0);
}

/* Of one key, all that a section says of it. */
static void set_all(struct configfile *f, const struct configfile_entry *e)
{
	struct option_list list = { 0 };
	char error[CONFIGFILE_ERROR_MAX];
	bool given = false;

	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].key && f->entries[i].section == e->section &&
		    strcmp(f->entries[i].key, e->key) == 0 &&
		    configfile_set(f, i, OPTION_TEXTS, NULL, &list, &given, error) < 0)
			check_error(error);
	MUST(list.n > 0 || !given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[CONFIGFILE_ERROR_MAX] = "", *text = fuzz_copy((const char *)data, size);
	struct configfile f = { 0 };

	if (configfile_parse(&f, path, text, size, error) < 0)
		check_error(error);
	else
		for (size_t i = 0; i < f.n; i++)
			check_entry(&f.entries[i], text, text + size);
	if (error[0] == '\0' && f.n > 0 && f.entries[f.n - 1].key)
		set_all(&f, &f.entries[f.n - 1]);
	configfile_free(&f);
	free(text);
	return 0;
}
