#!/usr/bin/env python3
"""A relay on loopback: relay.py KIND READY_FILE [--upstream PORT] [--at N] [--slow BYTES]

KIND http or socks: a proxy that a kubeconfig's proxy-url names (CONNECT, SOCKS5). cut, corrupt: hands
bytes on to --upstream, and ends each connection, or flips a bit, at the N-th byte that the server
sends on it. slow: so many bytes a second. READY_FILE gets the port, then a line a connection."""
import argparse
import os
import socket
import struct
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["http", "socks", "cut", "corrupt", "slow"])
parser.add_argument("ready")
parser.add_argument("--upstream", type=int)
parser.add_argument("--at", type=int, default=0)
parser.add_argument("--slow", type=int, default=100000)
args = parser.parse_args()


def exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise OSError("closed")
        data += more
    return data


def http_target(s):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += exactly(s, 1)
    host, port = head.split(b" ")[1].rsplit(b":", 1)
    s.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return host.decode(), int(port)


def socks_target(s):
    _, methods = exactly(s, 2)
    exactly(s, methods)
    s.sendall(b"\x05\x00")
    kind = exactly(s, 4)[3]
    host = socket.inet_ntoa(exactly(s, 4)) if kind == 1 else exactly(s, exactly(s, 1)[0]).decode()
    port = struct.unpack(">H", exactly(s, 2))[0]
    s.sendall(b"\x05\x00\x00\x01\0\0\0\0\0\0")
    return host, port


def note(text):
    with open(args.ready, "a") as out:
        out.write(text + "\n")


def hand_on(source, sink, spoil):
    seen = 0
    try:
        while data := source.recv(1024 if args.kind == "slow" else 1 << 16):
            if spoil and args.kind == "cut" and seen + len(data) >= args.at:
                sink.sendall(data[: args.at - seen])
                break
            if spoil and args.kind == "corrupt" and seen <= args.at < seen + len(data):
                data = bytearray(data)
                data[args.at - seen] ^= 0x40
            if spoil and args.kind == "slow":
                time.sleep(len(data) / args.slow)
            seen += len(data)
            sink.sendall(data)
    except OSError:
        pass
    for s in (source, sink):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client):
    try:
        target = {"http": http_target, "socks": socks_target}.get(
            args.kind, lambda _: ("127.0.0.1", args.upstream))(client)
        server = socket.create_connection(target)
    except OSError:
        return client.close()
    note(f"{target[0]}:{target[1]}")
    threading.Thread(target=hand_on, args=(client, server, False), daemon=True).start()
    hand_on(server, client, True)


listener = socket.create_server(("127.0.0.1", 0))
with open(args.ready + ".new", "w") as out:
    out.write(f"{listener.getsockname()[1]}\n")
os.rename(args.ready + ".new", args.ready)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
