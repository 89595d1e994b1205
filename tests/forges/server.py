#!/usr/bin/env python3
"""Forges' comment and status APIs, as their references describe them, on loopback.

usage: server.py FOLDER    prints its port; FOLDER/comments.json holds the comments, FOLDER/log each
                           request; FOLDER/faults (a file) holds a status to answer with, once a word, or
                           lines of STATUS|BODY|HEADER: VALUE

A request that the reference does not allow (path, method, header, a key too many or too few, a value
that is too long) is answered with 422 and why.
"""
import http.server
import json
import os
import re
import sys
import urllib.parse

FORGES = {
    "github": {
        "token": ("Authorization", "Bearer secret-token"),
        "list": r"/repos/o/r/issues/7/comments", "edit": r"/repos/o/r/issues/comments/(\d+)", "method": "PATCH",
        "status": r"/repos/o/r/statuses/[0-9a-f]{40}", "page": "per_page",
        "keys": {"state", "context", "description", "target_url"}, "states": {"success", "failure", "error", "pending"},
        "limit": 65536, "description": 140,
    },
    "gitea": {
        "token": ("Authorization", "token secret-token"),
        "list": r"/api/v1/repos/o/r/issues/7/comments", "edit": r"/api/v1/repos/o/r/issues/comments/(\d+)",
        "method": "PATCH", "status": r"/api/v1/repos/o/r/statuses/[0-9a-f]{40}", "page": "limit",
        "keys": {"state", "context", "description", "target_url"},
        "states": {"success", "failure", "error", "pending", "warning"}, "limit": 65536, "description": 255,
    },
    "gitlab": {
        "token": ("PRIVATE-TOKEN", "secret-token"),
        "list": r"/api/v4/projects/o%2Fr/merge_requests/7/notes",
        "edit": r"/api/v4/projects/o%2Fr/merge_requests/7/notes/(\d+)", "method": "PUT",
        "status": r"/api/v4/projects/o%2Fr/statuses/[0-9a-f]{40}", "page": "per_page",
        "keys": {"state", "name", "description", "target_url"},
        "states": {"pending", "running", "success", "failed", "canceled", "skipped"}, "limit": 1000000, "description": 255,
    },
    "bitbucket": {
        "token": ("Authorization", "Bearer secret-token"),
        "list": r"/2.0/repositories/o/r/pullrequests/7/comments",
        "edit": r"/2.0/repositories/o/r/pullrequests/7/comments/(\d+)", "method": "PUT",
        "status": r"/2.0/repositories/o/r/commit/[0-9a-f]{40}/statuses/build", "page": "pagelen",
        "keys": {"state", "key", "name", "description", "url"}, "states": {"SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"},
        "limit": 32768, "description": 255, "nested": True,
        "insights": r"/2.0/repositories/o/r/commit/[0-9a-f]{40}/reports/kubectl-gitops",
    },
    # Data Center: comments are listed as activities, and an edit names the version that it edits.
    "dc": {
        "token": ("Authorization", "Bearer secret-token"),
        "list": r"/rest/api/latest/projects/P/repos/r/pull-requests/7/(?:activities|comments)",
        "edit": r"/rest/api/latest/projects/P/repos/r/pull-requests/7/comments/(\d+)", "method": "PUT",
        "status": r"/rest/api/latest/projects/P/repos/r/commits/[0-9a-f]{40}/builds",
        "keys": {"state", "key", "name", "description", "url"}, "states": {"SUCCESSFUL", "FAILED", "INPROGRESS", "UNKNOWN"},
        "limit": 32768, "description": 255, "dc": True,
        "insights": r"/rest/insights/latest/projects/P/repos/r/commits/[0-9a-f]{40}/reports/kubectl-gitops",
    },
}
FORGES["github"]["pulls"] = r"/repos/o/r/pulls"


class Refused(Exception):
    def __init__(self, status, why, body=None, header=None):
        super().__init__(why)
        self.status = status
        self.body = body
        self.header = header


def need(condition, why):
    if not condition:
        raise Refused(422, why)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def file(self, name):
        return os.path.join(self.server.folder, name)

    def comments(self):
        try:
            with open(self.file("comments.json"), encoding="utf-8") as f:
                return json.load(f)
        except FileNotFoundError:
            return []

    def keep(self, comments):
        with open(self.file("comments.json"), "w", encoding="utf-8") as f:
            json.dump(comments, f)

    def fault(self):
        try:
            with open(self.file("faults"), encoding="utf-8") as f:
                text = f.read()
                lines = text.splitlines() if "|" in text else text.split()
        except FileNotFoundError:
            return
        if lines:
            with open(self.file("faults"), "w", encoding="utf-8") as f:
                f.write("\n".join(lines[1:]))
            status, body, header = (lines[0] + "||").split("|")[:3]
            raise Refused(int(status), "as the test wants it", body, header)

    def text(self, forge, body):
        need(isinstance(body, dict), "the body is no object")
        key = "content" if forge.get("nested") else "text" if forge.get("dc") else "body"
        need(set(body) - ({"version"} if forge.get("dc") else set()) == {key}, f"keys {sorted(body)}")
        text = body[key]
        if forge.get("nested"):
            need(set(text) == {"raw"}, "content has other keys than raw")
            text = text["raw"]
        need(0 < len(text) <= forge["limit"], f"a comment of {len(text)} characters")
        return text

    def show(self, forge, c):
        if forge.get("dc"):
            return {"id": c["id"], "version": c.get("version", 0), "text": c["text"]}
        text = {"raw": c["text"]} if forge.get("nested") else c["text"]
        return {"id": c["id"], "content" if forge.get("nested") else "body": text}

    def list(self, forge, query):
        if forge.get("dc"):
            start, limit = int(query["start"][0]), int(query["limit"][0])
            some = self.comments()[start:start + limit]
            values = [{"id": 1, "action": "COMMENTED", "comment": self.show(forge, c)} for c in some]
            return 200, {"values": [{"id": 0, "action": "OPENED"}] + values, "isLastPage": start + limit >= len(self.comments())}
        size, page = int(query[forge["page"]][0]), int(query["page"][0])
        need(set(query) == {forge["page"], "page"} and 0 < size <= 100, "the query")
        some = self.comments()[(page - 1) * size:page * size]
        some = [self.show(forge, c) for c in some]
        return 200, {"values": some} if forge.get("nested") else some

    def create(self, forge, body):
        comments = self.comments()
        comments.append({"id": 100 + len(comments), "text": self.text(forge, body)})
        self.keep(comments)
        return 201, self.show(forge, comments[-1])

    def edit(self, forge, number, body):
        comments = self.comments()
        found = [c for c in comments if c["id"] == number]
        if not found:
            raise Refused(404, "Not Found")
        if found[0].get("theirs"):
            raise Refused(403, "Resource not accessible")
        if forge.get("dc"):
            if body.get("version") != found[0].get("version", 0):
                raise Refused(409, "the comment has another version")
            found[0]["version"] = found[0].get("version", 0) + 1
        found[0]["text"] = self.text(forge, body)
        self.keep(comments)
        return 200, self.show(forge, found[0])

    def status(self, forge, body):
        need(set(body) <= forge["keys"] and "state" in body, f"keys {sorted(body)}")
        need(body["state"] in forge["states"], f"state {body['state']}")
        need(len(body["description"]) <= forge["description"], "the description is too long")
        if forge.get("nested") or forge.get("dc"):
            need({"key", "url"} <= set(body), "key and url are required")
        return 201, {}

    def report(self, forge, body):
        dc = forge.get("dc")
        keys = {"title", "details", "reporter", "result", "data"} | (set() if dc else {"report_type"})
        need(set(body) == keys, f"keys {sorted(body)}")
        need(body["result"] in (("PASS", "FAIL") if dc else ("PASSED", "FAILED")), body["result"])
        need(len(body["data"]) <= (6 if dc else 10), "too much data")
        return 200, {}

    def annotations(self, forge, body):
        dc = forge.get("dc")
        if dc:
            need(set(body) == {"annotations"}, "keys")
            body = body["annotations"]
        need(isinstance(body, list) and 0 < len(body) <= 100, "1 to 100 annotations")
        for a in body:
            if dc:
                need({"message", "severity"} <= set(a) <= {"message", "severity", "path", "line", "type", "externalId"}, f"{a}")
                need(a["severity"] in ("LOW", "MEDIUM", "HIGH"), a["severity"])
            else:
                need({"external_id", "annotation_type", "summary"} <= set(a), f"{a}")
                need(a["annotation_type"] in ("VULNERABILITY", "CODE_SMELL", "BUG") and len(a["summary"]) <= 450, f"{a}")
                need(a["severity"] in ("LOW", "MEDIUM", "HIGH", "CRITICAL"), a["severity"])
        return 200, {}

    def pulls(self, query):
        need(query == {"state": ["open"], "per_page": ["100"], "head": ["fork:f"]}, f"{query}")
        with open(self.file("pulls.json"), encoding="utf-8") as f:
            return 200, json.load(f)

    def route(self, forge, path, query, body):
        if "pulls" in forge and re.fullmatch(forge["pulls"], path):
            return self.pulls(query)
        if "insights" in forge and re.fullmatch(forge["insights"], path):
            need(self.command == "PUT", "the method")
            return self.report(forge, body)
        if "insights" in forge and re.fullmatch(forge["insights"] + "/annotations", path):
            if self.command == "DELETE" and forge.get("dc"):
                return 200, {}
            need(self.command == "POST", "the method")
            return self.annotations(forge, body)
        if re.fullmatch(forge["list"], path):
            if self.command == "GET":
                return self.list(forge, query)
            need(self.command == "POST", "the method")
            return self.create(forge, body)
        if match := re.fullmatch(forge["edit"], path):
            need(self.command == forge["method"], "the method")
            return self.edit(forge, int(match[1]), body)
        if re.fullmatch(forge["status"], path):
            need(self.command == "POST", "the method")
            return self.status(forge, body)
        raise Refused(404, f"no such path {path}")

    def answer(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name, _, rest = self.path.lstrip("/").partition("/")
        url = urllib.parse.urlsplit("/" + rest)
        forge = FORGES[name]
        with open(self.file("log"), "a", encoding="utf-8") as f:
            f.write(f"{self.command} {self.path} {raw.decode()}\n")
        try:
            if self.headers.get(forge["token"][0]) != forge["token"][1]:
                raise Refused(401, "Bad credentials")
            need(self.headers.get("User-Agent"), "no User-Agent")
            need(not raw or self.headers.get("Content-Type") == "application/json", "Content-Type")
            self.fault()
            status, answer = self.route(forge, url.path, urllib.parse.parse_qs(url.query),
                                        json.loads(raw) if raw else None)
            header = None
        except Refused as e:
            status, answer, header = e.status, json.loads(e.body) if e.body else {"message": str(e)}, e.header
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if header:
            self.send_header(*header.split(": "))
        elif status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.folder = sys.argv[1]
    print(server.server_port, flush=True)
    server.serve_forever()


main()
