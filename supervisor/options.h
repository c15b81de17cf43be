/*
 * options - the command line, the environment and the configuration file
 *
 * One table gives the flags, their environment variables, the keys of the file and the
 * help. A flag counts before a variable, that before the file, that before the default. Names
 * and meaning are hectorm/cetusguard's; flags are written as Go's flag package
 * reads them: -name value, -name=value, and the same with two dashes.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "configfile.h"
#include "run/run.h"
#include "value.h"

enum options_command {
	COMMAND_SERVE,
	COMMAND_CHECK,
	COMMAND_EXPLAIN,
	COMMAND_PROFILES,
	COMMAND_RUN,
	COMMAND_HEALTH,
	COMMAND_RELOAD,
	COMMAND_TOP,
	COMMAND_DIFF,
	COMMAND_COMPLETION,
	COMMAND_NUM
};

/* Modes of all other commands than run, behind those. */
enum options_mode { OPTION_MODE_ENFORCE = RUN_MODE_NUM, OPTION_MODE_OBSERVE, OPTION_MODE_NUM };
struct section;

struct options {
	struct option_value config; /* text NULL for none */
	struct option_value backend_addr;
	struct option_list frontend_addr;
	struct option_list rules;
	struct option_list rules_file;
	struct option_list profile;    /* names between commas */
	struct option_list allow_from; /* entries between commas */
	struct option_list tls_client_cn;
	struct option_value rate_read;	/* text NULL for no limit */
	struct option_value rate_write; /* the same */
	struct option_value audit_log;	/* text NULL for none */
	struct option_value admin_addr; /* the same */
	int log_level;
	int log_format;		       /* enum log_format */
	size_t max_connections;	       /* 0 for what the descriptor limit carries */
	size_t max_client_connections; /* 0 for no limit */
	size_t max_waiting;
	size_t buffer_memory;			/* MiB */
	size_t max_body;			/* KiB */
	struct option_value backend_tls_cacert; /* text NULL for none, and so on */
	struct option_value backend_tls_cert;
	struct option_value backend_tls_key;
	struct option_value frontend_tls_cacert;
	struct option_value frontend_tls_cert;
	struct option_value frontend_tls_key;
	struct option_value user;  /* text NULL to stay */
	struct option_value group; /* text NULL for the user's */
	struct option_list no_sandbox;
	struct option_value host_root; /* text NULL for / */
	struct option_value body;      /* text NULL for none */
	struct option_value frontend;  /* text NULL for all */
	bool no_builtin_rules;
	struct option_list protect;
	int mode; /* of enum run_mode, or one of enum options_mode */
	struct option_value summary;
	bool dry_run;
	struct option_value learn; /* text NULL for none */
	bool learn_allow;
	bool quiet;
	struct option_list keep_fd;
	bool linger;
	bool once;
	bool ns;
	bool allow_setuid;
	bool version;
	bool help;
	enum options_command command;
	const char *const *args; /* behind the command; for run NULL-terminated, the tool */
	size_t n_args;
	bool has_tool;		  /* @args are a tool, of run or explain */
	struct configfile file;	  /* what @config names */
	struct section *sections; /* the flags' and the file's, owned; of run the flags' alone */
	size_t n_sections;
};

enum options_result {
	OPTIONS_OK,
	OPTIONS_USAGE,	   /* the command line cannot be read: exit status 2 */
	OPTIONS_BAD_VALUE, /* a value makes no sense: exit status 1 */
};

/**
 * options_read() - Read command line, environment and configuration file
 * @o:		Filled, to be freed also after a failure
 * @argv:	Arguments, argv[0] first, NULL-terminated; reordered so that
 *		@o->args can point into it. Called cetus-run, the command is run
 * @error:	On failure, one line; OPTIONS_ERROR_MAX bytes
 */
enum options_result options_read(struct options *o, const char **argv, char *error);

/**
 * options_fixed() - Find what cannot change while it is served
 * @old:	Options it is served with
 * @new:	Options read again
 *
 * Return: the name of the first one that has changed, or NULL.
 */
const char *options_fixed(const struct options *old, const struct options *new);

/** options_free() - Free what they own */
void options_free(struct options *o);

/**
 * struct options_flag - What the help says of a flag
 * @name:	Name, without its dash
 * @value:	Its value's name, NULL for a flag without one
 * @help:	What it does
 * @command:	The one command it is for, or COMMAND_SERVE for all but run
 * @choices:	What its value can be
 * @n_choices:	Number of these, 0 if they are not a few names
 */
struct options_flag {
	const char *name;
	const char *value;
	const char *help;
	enum options_command command;
	const char *choices[OPTION_MODE_NUM];
	size_t n_choices;
};

/** options_each_flag() - Call @visit with each flag that the help on a command lists */
void options_each_flag(enum options_command command,
		       void (*visit)(const struct options_flag *flag));

/** options_command_name() - What a command is called */
const char *options_command_name(enum options_command command);

/** options_command_help() - What a command does, as the help has it */
const char *options_command_help(enum options_command command);

/** options_print_help() - Write the help on a command to standard output */
void options_print_help(enum options_command command);

#endif
