"""TLS for the Python runners of the tests: certificates, and a client that can end its
output alone, which ssl.SSLSocket cannot."""

import os
import socket
import ssl
import subprocess
import threading


def certificates(where):
    """A CA, and certificates of it for a server on this machine and for a client."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=where, check=True,
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    for name in ("server", "client"):
        openssl("req", *new_key, "-keyout", name + ".key", "-out", name + ".csr", "-subj",
                "/CN=" + name, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-copy_extensions", "copy", "-out", name + ".pem")
    return where


def arguments(where):
    """What the guard is started with."""
    return ["-frontend-tls-cacert", os.path.join(where, "ca.pem"), "-frontend-tls-cert",
            os.path.join(where, "server.pem"), "-frontend-tls-key",
            os.path.join(where, "server.key")]


def context(where):
    ctx = ssl.create_default_context(cafile=os.path.join(where, "ca.pem"))
    ctx.load_cert_chain(os.path.join(where, "client.pem"), os.path.join(where, "client.key"))
    return ctx


class Client:
    """A connected TLS client with the methods of a socket that the runners use."""

    def __init__(self, ctx, port, timeout):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.lock = threading.Lock()
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = ctx.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        try:
            while not self.attempt(self.tls.do_handshake)[0]:
                self.feed()
        except BaseException:
            self.sock.close()
            raise

    def attempt(self, function, *args):
        """Whether it was possible with what has come, and what it returns."""
        with self.lock:
            try:
                return True, function(*args)
            except ssl.SSLWantReadError:
                return False, None
            finally:
                data = self.outgoing.read()
                if data:
                    self.sock.sendall(data)

    def feed(self):
        data = self.sock.recv(65536)
        self.incoming.write(data) if data else self.incoming.write_eof()

    def sendall(self, data):
        for start in range(0, len(data), 16384):
            self.attempt(self.tls.write, data[start : start + 16384])

    def recv(self, most):
        while True:
            try:
                done, data = self.attempt(self.tls.read, most)
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLEOFError:
                raise ConnectionResetError("ended without close_notify") from None
            if done:
                return data
            self.feed()

    def shutdown(self, how):
        if how == socket.SHUT_WR:
            self.attempt(self.tls.unwrap)
        else:
            self.sock.shutdown(how)

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()
