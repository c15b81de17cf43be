/*
 * section - tiers of trust, as the configuration file and the flags have them
 *
 *	[frontend monitoring]
 *	addr = unix:///run/cetusguard/monitoring.sock
 *	rules = GET %API_PREFIX_CONTAINERS%/json
 *
 * A section has rules of its own, and none of another or of the flags; the built-in
 * ones, and the files of TLS, are as what is before all sections says, unless it says
 * otherwise. What is before all sections, as the flags have it, is a section without a
 * name: if it has an address, or if there is no other.
 */
#ifndef SECTION_H
#define SECTION_H

#include "options.h"
#include "value.h"

/**
 * struct section - One of them
 * @name:	Name, "" for the flags'; borrowed
 * @origin:	"FILE:LINE: frontend NAME", "" for the flags'; borrowed
 * @addr:	Where to listen
 * @rules:	Rules
 * @rules_file:	Files of rules
 * @profile:	Ready rule sets, names between commas
 * @no_builtin_rules: Without the built-in rules
 * @allow_from:	Who may ask
 * @tls_client_cn: Common names that a client's certificate needs besides
 * @rate_read:	Requests a client may make that read, text NULL for no limit
 * @rate_write:	The same for all others
 * @tls_cacert:	CA of which TCP clients need a certificate, text NULL for none
 * @tls_cert:	Certificate shown to TCP clients, the same
 * @tls_key:	Its key, the same
 */
struct section {
	const char *name;
	const char *origin;
	struct option_list addr;
	struct option_list rules;
	struct option_list rules_file;
	struct option_list profile;
	bool no_builtin_rules;
	struct option_list allow_from;
	struct option_list tls_client_cn;
	struct option_value rate_read;
	struct option_value rate_write;
	struct option_value tls_cacert;
	struct option_value tls_cert;
	struct option_value tls_key;
};

/**
 * sections_read() - Make the sections of options
 * @o:		Options, but for @sections
 * @error:	On failure, one line; OPTIONS_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int sections_read(struct options *o, char *error);

#endif
