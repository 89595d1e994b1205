#!/usr/bin/env python3
"""Admission webhooks of several tempers: webhook.py SERVER_DIR READY_FILE

/good adds an annotation, /deny refuses what its name says, /deny-dry-run refuses every dry-run,
/slow answers after 20 seconds, /crash hangs up, /garbage answers with no JSON."""
import base64
import http.server
import json
import os
import ssl
import sys
import time

directory, ready = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["request"]
        kind = self.path.split("?")[0].strip("/")
        if kind == "crash":
            self.close_connection = True
            return self.connection.close()
        if kind == "slow":
            time.sleep(20)
        response = {"uid": request["uid"], "allowed": True}
        if kind == "good":
            metadata = (request.get("object") or {}).get("metadata", {})
            patch = [] if "annotations" in metadata else [{"op": "add", "path": "/metadata/annotations", "value": {}}]
            patch.append({"op": "add", "path": "/metadata/annotations/hooked", "value": "yes"})
            response.update(patchType="JSONPatch", patch=base64.b64encode(json.dumps(patch).encode()).decode(),
                            warnings=["hooked by the good webhook"])
        if kind == "deny" or (kind == "deny-dry-run" and request.get("dryRun")):
            response.update(allowed=False, status={"message": f"{kind} says no"})
        body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).encode()
        body = b"garbage" if kind == "garbage" else body
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(directory + "/server.crt", directory + "/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
with open(ready + ".new", "w") as out:
    out.write(str(server.server_port))
os.rename(ready + ".new", ready)
server.serve_forever()
