/*
 * write - heads rebuilt from their parsed form, and replies of our own
 */
#ifndef HTTP_WRITE_H
#define HTTP_WRITE_H

#include "message.h"
#include "target.h"

/* Bytes of the line and the end that http_end_head() writes, or less. */
#define HTTP_HEAD_END_MAX 64

/* Bytes of the reply that http_write_continue() writes, or less. */
#define HTTP_CONTINUE_MAX 32

/* Bytes of a reply of our own: its head, and a message that is cut to fit. */
#define HTTP_OWN_REPLY_MAX 4096

/* Bytes of the head that http_write_text_head() writes, or less. */
#define HTTP_TEXT_HEAD_MAX 768

/**
 * http_request_bound() - Most bytes that http_write_request() writes
 * @head_len:	Length of the head as received
 * @t:		Its target
 */
size_t http_request_bound(size_t head_len, const struct http_target *t);

/**
 * http_write_request() - Rebuild a request head for the engine
 * @out:	Room for http_request_bound() bytes
 * @h:		Request head
 * @t:		Target that was judged
 * @protocol:	Upgrade that was granted, or NULL
 *
 * Fields stand in the order and spelling in which they came; hop-by-hop ones
 * stay behind; framing and upgrade are written from what was understood.
 *
 * Return: bytes written.
 */
size_t http_write_request(char *out, const struct http_head *h, const struct http_target *t,
			  const char *protocol);

/**
 * http_end_head() - Frame a rebuilt head that has no framing by a length
 * @out:	Room for HTTP_HEAD_END_MAX bytes behind a head's last field, where
 *		its empty line stood
 * @length:	Length of the body
 *
 * Return: bytes written, the empty line among them.
 */
size_t http_end_head(char *out, uint64_t length);

/**
 * http_write_continue() - Write the interim reply that has the client send its body
 *
 * Return: bytes written.
 */
size_t http_write_continue(char *out);

/** http_reply_bound() - Most bytes that http_write_reply() writes */
size_t http_reply_bound(size_t head_len);

/* What becomes of the client's connection behind a reply. */
enum http_connection {
	HTTP_KEEP,	 /* it carries the next request */
	HTTP_CLOSE,	 /* it ends; says so */
	HTTP_TAKEN_OVER, /* it is a stream now, without or with a 101 */
};

/**
 * http_write_reply() - Rebuild a reply head for the client
 * @out:	Room for http_reply_bound() bytes
 * @h:		Framed reply head
 * @connection:	What Connection is to say
 *
 * Return: bytes written.
 */
size_t http_write_reply(char *out, const struct http_head *h, enum http_connection connection);

/**
 * http_write_text_head() - Write the head of a reply of our own with any body
 * @out:	Room for HTTP_TEXT_HEAD_MAX bytes
 * @status:	Status code
 * @type:	Media type, of 100 bytes at most
 * @length:	Length of the body
 *
 * A browser that gets it loads nothing for it but what has the same origin, runs no script
 * inside of it, frames it nowhere and keeps it nowhere.
 *
 * Return: bytes written. The connection ends behind it.
 */
size_t http_write_text_head(char *out, unsigned int status, const char *type, size_t length);

/**
 * http_write_own_reply() - Write a refusal in the form of Docker's errors
 * @out:	Room for HTTP_OWN_REPLY_MAX bytes
 * @status:	Status code
 * @message:	Text for people, UTF-8; becomes {"message":"..."}
 * @head_request: Leave the body away, RFC 9110 section 9.3.2
 * @connection:	HTTP_KEEP or HTTP_CLOSE
 * @retry_after_s: Seconds after which another try makes sense, 0 not to say so, RFC 9110
 *		section 10.2.3
 *
 * Return: bytes written.
 */
size_t http_write_own_reply(char *out, unsigned int status, const char *message, bool head_request,
			    enum http_connection connection, uint64_t retry_after_s);

#endif
