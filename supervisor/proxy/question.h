/*
 * question - a question of the guard's own to the engine
 *
 * A GET goes to the engine through a connection of the proxy like a client's, from a
 * socketpair(2), judged by the rules of a tier of our own. The answer is held whole.
 */
#ifndef PROXY_QUESTION_H
#define PROXY_QUESTION_H

#include <stddef.h>

#define QUESTION_S	    4		      /* for the whole answer */
#define QUESTION_ANSWER_MAX (4 * 1024 * 1024) /* bytes of it, head included */
#define QUESTION_TARGET_MAX 128		      /* bytes of a request target */

struct question;
struct tier;
struct worker;

/**
 * question_callback - Hear the answer
 * @data:	As given to question_ask()
 * @status:	Status code, 0 if there is no answer
 * @text:	Body, @len bytes, which may be changed; borrowed for the call. Without an
 *		answer, why, NUL-terminated
 * @len:	Length of @text
 *
 * The question is over, and freed behind the call.
 */
typedef void question_callback(void *data, unsigned int status, char *text, size_t len);

/**
 * question_ask() - Ask
 * @w:		Worker
 * @own:	Tier of our own, whose rules allow it; outlives the connection
 * @target:	Request target
 * @answered:	Called once, and never before this returns
 * @data:	For it
 *
 * Return: the question, or NULL without memory or descriptors.
 */
struct question *question_ask(struct worker *w, struct tier *own, const char *target,
			      question_callback *answered, void *data);

/** question_drop() - Nobody wants to know any more; not inside of its callback */
void question_drop(struct question *q);

#endif
