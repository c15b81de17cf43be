#!/usr/bin/env python3
"""Listen on each address and tell who connects which it reached.

	answer.py NAME=/path NAME=tcp:HOST:PORT ...

Prints "ready PORT..." once all listen (the ports of the TCP ones), then the name
of each connection's listener as it is accepted. A connection is read to its end
before it is closed: closing one with unread bytes in it would reset it.
"""
import selectors
import socket
import sys


def listen(where):
    if where.startswith("tcp:"):
        host, port = where[4:].rsplit(":", 1)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        s = socket.socket(family)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, int(port)))
    else:
        s = socket.socket(socket.AF_UNIX)
        s.bind(where)
    s.listen(512)
    return s


sel = selectors.DefaultSelector()
ports = []
for arg in sys.argv[1:]:
    name, address = arg.split("=", 1)
    listener = listen(address)
    if listener.family != socket.AF_UNIX:
        ports.append(str(listener.getsockname()[1]))
    sel.register(listener, selectors.EVENT_READ, name)
print("ready", *ports, flush=True)
while True:
    for key, _ in sel.select():
        try:
            if key.data:
                conn, _ = key.fileobj.accept()
                sel.register(conn, selectors.EVENT_READ)
                print(key.data, flush=True)
                conn.sendall(key.data.encode() + b"\n")
                conn.shutdown(socket.SHUT_WR)
            elif not key.fileobj.recv(4096):
                sel.unregister(key.fileobj)
                key.fileobj.close()
        except OSError:
            if not key.data:
                sel.unregister(key.fileobj)
                key.fileobj.close()
