#!/usr/bin/python3
"""An engine behind TLS that wants a certificate of its clients.

    tls_engine.py NAME      shows NAME.pem, trusts ca.pem, prints its port

It tells what it knows of the connection; /peer is whose certificate it was shown, and
/cut a reply without a length that ends in the middle, without TLS's own end.
"""

import http.server
import os
import ssl
import sys


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        sock = self.connection
        text = f"{sock.version()} reused={sock.session_reused} alpn={sock.selected_alpn_protocol()}\n"
        if self.path == "/peer":
            text = dict(name[0] for name in sock.getpeercert()["subject"])["commonName"]
        if self.path == "/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf")
            self.close_connection = True
            os.close(sock.detach())
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *_):
        pass

class Server(http.server.ThreadingHTTPServer):
    def get_request(self):
        sock, peer = self.socket.accept()
        return ctx.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), peer
    def shutdown_request(self, request):
        try:
            request.unwrap()
        except OSError:
            pass
        request.close()

ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.load_cert_chain(sys.argv[1] + ".pem", sys.argv[1] + ".key")
ctx.load_verify_locations("ca.pem")
ctx.verify_mode = ssl.CERT_REQUIRED
ctx.set_alpn_protocols(["http/1.1"])
server = Server(("127.0.0.1", 0), Answer)
print(server.server_port, flush=True)
server.serve_forever()
