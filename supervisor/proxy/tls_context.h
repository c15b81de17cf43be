/*
 * tls_context - what tls.c needs of a context
 */
#ifndef PROXY_TLS_CONTEXT_H
#define PROXY_TLS_CONTEXT_H

#include <stdbool.h>

#include "openssl.h"

/**
 * struct tls_context - One side's certificates
 * @ssl:	OpenSSL's context; owned
 * @is_server:	Connections of it are clients'
 * @verifies:	The peer must show a certificate
 * @name:	Name of the engine that is asked for (SNI), "" for an address
 * @holders:	How many hold it; all in one thread
 * @session:	The last session the engine gave, or NULL; owned
 */
struct tls_context {
	SSL_CTX *ssl;
	bool is_server;
	bool verifies;
	char name[256];
	size_t holders;
	SSL_SESSION *session;
};

#endif
