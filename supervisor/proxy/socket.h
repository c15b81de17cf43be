/*
 * socket - how every stream socket of ours is set up
 */
#ifndef PROXY_SOCKET_H
#define PROXY_SOCKET_H

/**
 * socket_open() - A non-blocking, close-on-exec stream socket
 * @family:	AF_UNIX, AF_INET or AF_INET6
 *
 * It has what connections want: no delay, keep-alive probes. What a listener
 * accepts inherits these from it.
 *
 * Return: descriptor or -errno.
 */
int socket_open(int family);

/** socket_tune() - Give a socket of another listener what socket_open() gives */
void socket_tune(int fd, int family);

#endif
