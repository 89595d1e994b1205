#!/usr/bin/env python3
"""Check a log of requests ("METHOD PATH BODY" a line) against a published OpenAPI description.

usage: openapi.py DESCRIPTION.json PREFIX LOG     PREFIX is cut from each path; prints how many it checked
"""
import json
import re
import sys
import urllib.parse

import jsonschema


def pattern(template):
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part)
                              for part in re.split(r"(\{[^}]+\})", template)) + r"\Z")


def find(paths, method, path):
    # The most specific template wins: the one with the fewest places.
    fit = [t for t, item in paths.items() if method in item and pattern(t).match(path)]
    assert fit, f"{method} {path} is not in the description"
    template = min(fit, key=lambda t: t.count("{"))
    return template, paths[template][method]


def check(paths, line):
    method, path, *body = line.rstrip("\n").split(" ", 2)
    url = urllib.parse.urlsplit(path)
    template, operation = find(paths, method.lower(), url.path)
    known = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
    asked = set(urllib.parse.parse_qs(url.query))
    assert asked <= known, f"{method} {template}: unknown query {asked - known}"
    for p in operation.get("parameters", []):
        if p["in"] == "query" and p["name"] in asked and p["schema"].get("type") == "integer":
            int(urllib.parse.parse_qs(url.query)[p["name"]][0])
    if body and body[0]:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(json.loads(body[0]), schema)
        given = set(json.loads(body[0]))
        assert given <= set(schema["properties"]), f"{template}: unknown keys {given - set(schema['properties'])}"
    return template


def main(description, prefix, log):
    with open(description, encoding="utf-8") as f:
        paths = json.load(f)["paths"]
    with open(log, encoding="utf-8") as f:
        lines = [line.replace(f" {prefix}", " ", 1) for line in f if f" {prefix}" in line]
    seen = {check(paths, line) for line in lines}
    assert lines, "no request"
    print(f"{len(lines)} requests to {len(seen)} operations are as the description says")


main(*sys.argv[1:])
