/*
 * socket - how every stream socket of ours is set up
 */
#ifndef PROXY_SOCKET_H
#define PROXY_SOCKET_H

#include <sys/socket.h>

/**
 * socket_open() - A non-blocking, close-on-exec stream socket
 * @addr:	What it is to be bound or connected to, of AF_UNIX, AF_INET or AF_INET6
 *
 * It has what connections want: no delay, keep-alive probes, and on the loopback
 * interface, where nothing is ever congested, no congestion control that paces what is
 * sent, as BBR does: its timers take half of the time of a fast stream. What a listener
 * accepts inherits these from it.
 *
 * Return: descriptor or -errno.
 */
int socket_open(const struct sockaddr *addr);

/** socket_tune() - Give a socket of another listener what socket_open() gives */
void socket_tune(int fd, const struct sockaddr *peer);

#endif
