#include "completion.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "confine/confine.h"
#include "log.h"
#include "options.h"
#include "profiles.h"

#define TABLE "@table@"

static void print_levels(void)
{
	for (int level = LOG_LEVEL_NONE; level < LOG_LEVEL_NUM; level++)
		printf("%d ", level);
}

static void print_layers(void)
{
	for (enum confine_layer layer = 0; layer < CONFINE_LAYER_NUM; layer++)
		printf("%s ", confine_layer_name(layer));
}

static void print_profiles(void)
{
	for (const struct profile *p = profiles_table; p->name; p++)
		printf("%s ", p->name);
}

static void print_shells(void)
{
	for (const struct completion_script *s = completion_scripts; s->shell; s++)
		printf("%s ", s->shell);
}

static void print_methods(void)
{
	fputs("GET HEAD POST PUT DELETE OPTIONS PATCH", stdout);
}

static void print_forms(void)
{
	fputs("text json", stdout);
}

static void print_none(void)
{
	putchar('-');
}

/* How values complete, by their name in the help. */
static const struct value {
	const char *name;
	const char *type;
	void (*print_words)(void);
} values[] = {
	{ "ADDR", "address", print_none },   { "DIR", "folder", print_none },
	{ "FILE", "file", print_none },	     { "FORM", "words", print_forms },
	{ "GROUP", "group", print_none },    { "LAYERS", "list", print_layers },
	{ "LEVEL", "words", print_levels },  { "METHOD", "words", print_methods },
	{ "NAMES", "list", print_profiles }, { "NEW", "rules", print_profiles },
	{ "OLD", "rules", print_profiles },  { "SET", "words", print_profiles },
	{ "SHELL", "words", print_shells },  { "USER", "user", print_none },
};

/* What is behind a command, by position. */
static const struct {
	enum options_command command;
	int position;
	const char *value;
} arguments[] = {
	{ COMMAND_EXPLAIN, 1, "METHOD" },   { COMMAND_PROFILES, 1, "SET" },
	{ COMMAND_DIFF, 1, "OLD" },	    { COMMAND_DIFF, 2, "NEW" },
	{ COMMAND_COMPLETION, 1, "SHELL" },
};

static const struct value *find_value(const char *name)
{
	static const struct value unknown = { "", "any", print_none };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (strcmp(values[i].name, name) == 0)
			return &values[i];
	return &unknown;
}

/* The text is inside single quotes, of which all shells know how to get out. */
static void print_quoted(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
}

static void print_value(const struct options_flag *flag)
{
	const struct value *value = flag->value ? find_value(flag->value) : NULL;

	if (flag->n_choices > 0) {
		fputs("words\t", stdout);
		for (size_t i = 0; i < flag->n_choices; i++)
			printf("%s ", flag->choices[i]);
	} else if (value) {
		printf("%s\t", value->type);
		value->print_words();
	} else {
		fputs("none\t-", stdout);
	}
}

static void print_flag(const struct options_flag *flag)
{
	bool is_general = flag->command == COMMAND_SERVE;

	printf("%s\t-%s\t", is_general ? "any" : options_command_name(flag->command), flag->name);
	print_value(flag);
	putchar('\t');
	print_quoted(flag->help);
	putchar('\n');
}

static void print_table(void)
{
	for (enum options_command c = 0; c < COMMAND_NUM; c++) {
		printf("command\t%s\tnone\t-\t", options_command_name(c));
		print_quoted(options_command_help(c));
		putchar('\n');
	}
	options_each_flag(COMMAND_SERVE, print_flag);
	options_each_flag(COMMAND_RUN, print_flag);
	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		const struct value *value = find_value(arguments[i].value);

		printf("%s\t%d\t%s\t", options_command_name(arguments[i].command),
		       arguments[i].position, value->type);
		value->print_words();
		puts("\t-");
	}
}

int completion_print(const char *shell, char *error)
{
	const struct completion_script *s = completion_scripts;
	const char *table;

	while (s->shell && strcmp(s->shell, shell) != 0)
		s++;
	if (!s->shell) {
		snprintf(error, OPTIONS_ERROR_MAX, "completion %s: expected bash, zsh or fish",
			 shell);
		return -EINVAL;
	}
	table = strstr(s->text, TABLE);
	fwrite(s->text, 1, (size_t)(table - s->text), stdout);
	print_table();
	fputs(table + strlen(TABLE), stdout);
	return 0;
}
