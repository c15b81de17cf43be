/*
 * socket - how every stream socket of ours is set up
 */
#ifndef PROXY_SOCKET_H
#define PROXY_SOCKET_H

/**
 * socket_open() - A non-blocking, close-on-exec stream socket
 * @family:	AF_UNIX, AF_INET or AF_INET6
 *
 * Return: descriptor or -errno.
 */
int socket_open(int family);

/** socket_tune() - Set what connections want: no delay, keep-alive probes */
void socket_tune(int fd, int family);

#endif
