#!/usr/bin/python3
"""A client that keeps its connection and asks when it is told to.

    keeper.py tcp://HOST:PORT [SOURCE | CA CERTIFICATE KEY]
    keeper.py unix:///PATH

Each line of standard input is a path to GET; a line "+" sends half the head of a GET /info,
and "-" the rest. For each request it prints the status, or "closed".
"""

import http.client
import socket
import ssl
import sys


def connect(where, args):
    if where.startswith("unix://"):
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(where.removeprefix("unix://"))
        return sock
    host, port = where.removeprefix("tcp://").split(":")
    if len(args) == 1:
        return socket.create_connection((host, int(port)), source_address=(args[0], 0))
    sock = socket.create_connection((host, int(port)))
    if args:
        ctx = ssl.create_default_context(cafile=args[0])
        ctx.load_cert_chain(args[1], args[2])
        sock = ctx.wrap_socket(sock, server_hostname="localhost")
    return sock


def answer(sock):
    reply = http.client.HTTPResponse(sock)
    try:
        reply.begin()
        reply.read()
    except (OSError, http.client.HTTPException):
        return "closed"
    return reply.status


sock = connect(sys.argv[1], sys.argv[2:])
sock.settimeout(20)
print("there", flush=True)
for line in sys.stdin:
    path = line.strip()
    text = {"+": "GET /info HTTP/1.1\r\nHo", "-": "st: h\r\n\r\n"}.get(path, f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n")
    try:
        sock.sendall(text.encode())
    except OSError:
        pass
    if path != "+":
        print(answer(sock), flush=True)
