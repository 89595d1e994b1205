#!/usr/bin/env python3
"""The plan against what then happens: after a real apply by the same manager, exactly the planned
fields have changed, and each has the planned value (what the server fills in aside)."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.environ["ASSERT"]))
from generate import GITOPS, meddle, objects, repository, run, write

NS = "happens"
KEYS = {"imagePullSecrets": ["name"], "containers": ["name"], "initContainers": ["name"], "env": ["name"], "volumes": ["name"],
        "volumeMounts": ["mountPath"], "ports": ["containerPort", "protocol"], "hostAliases": ["ip"],
        "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"], "rows": ["id"]}


def live(o):
    out = json.loads(run("kubectl", "-n", NS, "get", o["kind"], o["metadata"]["name"], "-o", "json", "--show-managed-fields"))
    out.pop("status", None)
    for k in ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"):
        out["metadata"].pop(k, None)
    return out


def keyed(name, kind):
    if name == "ports" and kind == "Service":
        return ["port", "protocol"]
    if kind in ("NetworkPolicy", "EndpointSlice") or (kind, name) == ("ServiceAccount", "imagePullSecrets"):
        return None  # atomic
    return KEYS.get(name)


def leaves(n, kind, path="", name=""):
    """Every scalar by its path, entries of map lists by their keys."""
    if isinstance(n, dict):
        out = {}
        for k, v in n.items():
            plain = k.replace("-", "").replace("_", "").isalnum()
            out.update(leaves(v, kind, (f"{path}.{k}" if path else k) if plain else f"{path}[{k}]", k))
        return out or {path: "{}"}
    if isinstance(n, list) and keyed(name, kind) and all(isinstance(x, dict) for x in n):
        out = {}
        for x in n:
            by = ",".join(f"{k}={json.dumps(x.get(k))}" for k in keyed(name, kind))
            out.update(leaves(x, kind, f"{path}[{by}]"))
        return out
    if isinstance(n, list):
        return {path: json.dumps(n)}
    return {path: json.dumps(n)}


def under(path, top):
    return path == top or (path.startswith(top) and path[len(top)] in ".[")


def check(o, before, after, change):
    kind = o["kind"]
    a, b = leaves(before, kind), leaves(after, kind)
    changed = {p for p in a.keys() | b.keys() if a.get(p) != b.get(p)}
    fields = {f["path"]: f for f in change.get("fields", []) if f["cause"] != "stays"} if change else {}
    for path in changed:
        assert any(under(path, top) or under(top, path) for top in fields), (
            f"{kind} {o['metadata']['name']}: {path} changed from {a.get(path)} to {b.get(path)}, planned were {sorted(fields)}")
    for top, f in fields.items():
        assert any(under(path, top) or under(top, path) for path in changed), (
            f"{kind} {o['metadata']['name']}: {top} was planned and did not change")
        if any(under(top, path) and path != top for path in b):
            continue  # an entry of an atomic list
        if "after" in f and not isinstance(f["after"], (dict, list)):
            secret = str(f["after"]).startswith("\u2039secret ")
            assert (top in b if secret else b.get(top) == json.dumps(f["after"])), (top, b.get(top), f["after"])
        if "after" not in f:
            assert not any(under(path, top) and b[path] != "{}" for path in b), (top, "should be gone")
    return bool(fields)


repository(NS)
compared = changed = 0
for r in range(int(os.environ.get("ROUNDS", "3"))):
    every = [o for i in range(4) for o in objects(NS, f"{r}-{i}")]
    write(every)
    run("kubectl", "apply", "--server-side", "-f", "all.json")
    meddle(NS, every)
    edited = [random.choice(pair) for pair in zip(every, [o for i in range(4) for o in objects(NS, f"{r}-{i}")])]
    write(edited)
    before = [live(o) for o in edited]
    found = json.loads(run(GITOPS, "plan", "--path", "all.json", "-o", "json", "--owner", "kubectl-ssa", ok=(0, 1)))
    assert found["summary"]["checked"]["dry-run"] == len(edited), found["summary"]
    planned = {(c["object"]["kind"], c["object"]["name"]): c for c in found["changes"]}
    run("kubectl", "apply", "--server-side", "--force-conflicts", "-f", "all.json")
    for o, was in zip(edited, before):
        changed += check(o, was, live(o), planned.get((o["kind"], o["metadata"]["name"])))
        compared += 1
print(f"what happens: {compared} objects compared with a real apply, {changed} of them changed")
