#!/usr/bin/env python3
"""A proxy before the API server that delays, cuts, corrupts and throttles.

    proxy.py --server-dir DIR --ready FILE [--delay MS]
    proxy.py --server-dir DIR --ready FILE --fault KIND [--match REGEX] [--times N]

With --delay it forwards bytes, each MS later (HTTP/2 stays what it is). With --fault it ends TLS and
speaks HTTP/1.1; requests whose "METHOD PATH" matches get the fault, the first N of them (default:
all). Kinds: a status number, hang, drop (no answer), cut (half the body), corrupt (half the body,
well framed), empty (an empty 200), html (a 200 that is no JSON). FILE gets the port once it listens,
and then one line for each fault.
"""
import argparse
import http.client
import http.server
import re
import socket
import ssl
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--server-dir", required=True)
parser.add_argument("--ready", required=True)
parser.add_argument("--delay", type=float, default=0)
parser.add_argument("--fault")
parser.add_argument("--match", default=".")
parser.add_argument("--times", type=int, default=1 << 30)
parser.add_argument("--retry-after", default="0")
args = parser.parse_args()
upstream = int(open(args.server_dir + "/port").read())
lock = threading.Lock()
left = args.times


def is_faulty(line):
    global left
    with lock:
        if left <= 0 or not re.search(args.match, line):
            return False
        left -= 1
        with open(args.ready, "a") as out:
            out.write(line + "\n")
        return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body, length=None):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def ask(self, body):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", upstream, context=ssl._create_unverified_context())
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("accept-encoding", "host")}
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, response.getheaders(), data

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not is_faulty(f"{self.command} {self.path}"):
            return self.answer(*self.ask(body))
        if args.fault.isdigit():
            return self.answer(int(args.fault), [("Retry-After", args.retry_after)] if args.fault == "429" else [],
                               b'{"kind":"Status","apiVersion":"v1","status":"Failure","message":"made up"}')
        if args.fault == "hang":
            time.sleep(600)
        self.close_connection = True
        if args.fault in ("hang", "drop"):
            return self.connection.close()
        status, headers, data = self.ask(body)
        if args.fault == "cut":
            self.answer(status, headers, data[: len(data) // 2], len(data))
            return self.connection.close()
        half = {"corrupt": data[: len(data) // 2], "empty": b"", "html": b"<html>welcome</html>"}[args.fault]
        return self.answer(200, headers, half)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def forward(source, sink):
    try:
        while data := source.recv(1 << 16):
            due = time.monotonic() + args.delay / 1000
            queue.append((due, sink, data))
    except OSError:
        pass
    queue.append((time.monotonic() + args.delay / 1000, sink, b""))


queue = []


def deliver():
    while True:
        if not queue or queue[0][0] > time.monotonic():
            time.sleep(0.0005)
            continue
        _, sink, data = queue.pop(0)
        try:
            sink.sendall(data) if data else sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def announce(port):
    with open(args.ready + ".new", "w") as out:
        out.write(f"{port}\n")
    import os
    os.rename(args.ready + ".new", args.ready)


def serve_bytes():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=deliver, daemon=True).start()
    announce(listener.getsockname()[1])
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", upstream))
        for s in (client, server):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for pair in ((client, server), (server, client)):
            threading.Thread(target=forward, args=pair, daemon=True).start()


def serve_faults():
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.server_dir + "/server.crt", args.server_dir + "/server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    announce(server.server_port)
    server.serve_forever()


if args.fault:
    serve_faults()
else:
    serve_bytes()
