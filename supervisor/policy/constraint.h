/*
 * constraint - the lines that narrow the rule above them
 *
 *	constraint = *blank "+" *blank name [ 1*blank arguments ] [ 1*blank comment ]
 *
 * cetusguard-rules(5) is the user's description. Here they are read; judge.h says
 * what they mean for a request.
 */
#ifndef POLICY_CONSTRAINT_H
#define POLICY_CONSTRAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"
#include "spelling.h"

struct gojson;
struct pattern;

/*
 * Those in front of CONSTRAINT_NAMED_NUM stand at most once below a rule and say
 * something about what an endpoint does; the others are about bytes of the request.
 */
enum constraint_id {
	CONSTRAINT_CONFINED,
	CONSTRAINT_BIND,
	CONSTRAINT_CAP,
	CONSTRAINT_CPUS,
	CONSTRAINT_DEVICE,
	CONSTRAINT_ENV,
	CONSTRAINT_HOST,
	CONSTRAINT_IMAGE,
	CONSTRAINT_LABEL,
	CONSTRAINT_MEMORY,
	CONSTRAINT_NETWORK,
	CONSTRAINT_PIDS,
	CONSTRAINT_PRIVILEGED,
	CONSTRAINT_PUBLISH,
	CONSTRAINT_RUNTIME,
	CONSTRAINT_USER,
	CONSTRAINT_VOLUME,
	CONSTRAINT_NAMED_NUM,
	CONSTRAINT_BODY = CONSTRAINT_NAMED_NUM,
	CONSTRAINT_HEADER,
	CONSTRAINT_NO_QUERY,
	CONSTRAINT_QUERY,
	CONSTRAINT_NUM
};

enum constraint_op {
	CONSTRAINT_EQ,
	CONSTRAINT_NE,
	CONSTRAINT_LE,
	CONSTRAINT_GE,
	CONSTRAINT_LT,
	CONSTRAINT_GT,
	CONSTRAINT_MATCHES,
	CONSTRAINT_OP_NUM
};

/**
 * struct constraint_range - Where ports may be published
 * @ip:		Address in inet_ntop(3)'s spelling, "" for any
 * @any_port:	Also one that the engine picks
 * @first:	First port
 * @last:	Last port
 */
struct constraint_range {
	char ip[SPELLING_IP_MAX];
	bool any_port;
	unsigned int first, last;
};

/**
 * struct constraint - One line
 * @id:		Which
 * @where:	Where it stands ("rules:3"); owned
 * @text:	The line without its "+" and comment; owned
 * @args:	What follows the name in @text
 * @words:	Entries of a list, in the form they are compared in, each owned. Of
 *		bind canonical absolute paths, of image normalised references
 * @read_only:	For bind, of each word
 * @n_words:	Entries of @words
 * @ranges:	For publish; owned
 * @n_ranges:	Entries of @ranges
 * @limit:	For memory in bytes, for cpus in billionths, for pids
 * @name:	Of a parameter, a field, or the path of a member; owned
 * @op:		For body
 * @value:	For body: what is compared with; owned
 * @pattern:	For query, header and body's CONSTRAINT_MATCHES; owned
 * @is_bool:	For query: "true" or "false" is a boolean in dockerd's spelling
 * @bool_value:	Which of them
 */
struct constraint {
	enum constraint_id id;
	char *where;
	char *text;
	const char *args;
	char **words;
	bool *read_only;
	size_t n_words;
	struct constraint_range *ranges;
	size_t n_ranges;
	int64_t limit;
	char *name;
	enum constraint_op op;
	struct gojson *value;
	struct pattern *pattern;
	bool is_bool;
	bool bool_value;
};

/**
 * struct constraint_set - All constraints of a rule
 * @items:	In their order; owned
 * @n:		Entries of @items
 */
struct constraint_set {
	struct constraint *items;
	size_t n;
};

/**
 * constraint_parse() - Read a line
 * @set:	Gets the constraint
 * @text:	What follows the "+" and blanks, without comment; @len bytes
 * @len:	Length of @text
 * @where:	Where it stands; copied
 * @host:	The machine that paths are of; may be NULL
 * @offset:	On failure, the byte in @text that is to blame
 * @error:	On failure, what was expected; POLICY_ERROR_MAX bytes
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int constraint_parse(struct constraint_set *set, const char *text, size_t len, const char *where,
		     const struct policy_host *host, size_t *offset, char *error);

/** constraint_set_clear() - Free what a set holds */
void constraint_set_clear(struct constraint_set *set);

/** constraint_named() - The constraint @id of a set, NULL if it has none */
const struct constraint *constraint_named(const struct constraint_set *set, enum constraint_id id);

/** constraint_opens() - What a constraint lets pass, a phrase for people; static */
const char *constraint_opens(enum constraint_id id);

#endif
