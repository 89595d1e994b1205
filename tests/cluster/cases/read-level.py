#!/usr/bin/env python3
"""The read level against the dry-run, over generated edits by several managers.

Each round makes a Deployment, a Service and a ConfigMap by one manager, has others change, add and
remove fields, then edits the manifests; what `plan --level read` says of each object must be what
`plan --level dry-run` says. Defaults that a removal brings back are the server's alone and are
counted apart. The seed is fixed.
"""
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.environ["ASSERT"]))
from generate import GITOPS, meddle, objects, repository, run, write

NS = "readlevel"


def plan(level):
    out = run(GITOPS, "plan", "--path", "all.json", "--level", level, "-o", "json", "--owner", "kubectl-ssa", ok=(0, 1))
    found = json.loads(out)
    assert found["summary"]["checked"][level] == len(found["changes"]) + found["summary"]["unchanged"], found["summary"]
    return found


def filled(value):
    """Without fields that are empty, false or 0: the server leaves some out; which, no schema says."""
    if isinstance(value, dict):
        return {k: filled(v) for k, v in value.items() if v not in ("", 0, False, [], {})}
    return [filled(v) for v in value] if isinstance(value, list) else value


def canonical(value, name=""):
    if isinstance(value, dict):
        return {k: canonical(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [canonical(v) for v in value]
    return AMOUNTS.get(str(value), value) if name in ("cpu", "memory", "sizeLimit") or value in AMOUNTS else value


AMOUNTS = {"1000m": "1", "1": "1", "0.1": "100m", "65536Ki": "64Mi", "0.5Gi": "512Mi", "2000m": "2", "3.0": "3",
           "1024Mi": "1Gi", "64000m": "64", "1024Gi": "1Ti"}


def facts(found):
    changes, server = {}, 0
    for c in found["changes"]:
        fields = set()
        for f in c["fields"] if "fields" in c else []:
            if f["cause"] == "server":
                server += 1
                continue
            # the server writes amounts in its own form
            values = [json.dumps(canonical(filled(f.get(k))), sort_keys=True) for k in ("before", "after")]
            # nor does it write all that is empty, and no schema says what
            values = ["null" if v in ('""', "0", "false", "[]", "{}") else v for v in values]
            # the number that stands for a secret is a run's own; that two are equal was seen by its diff
            if "before" not in f and f.get("after") in ("", 0, False, [], {}):
                server += 1
                continue
            values = [re.sub("secret [0-9]+", "secret", v) for v in values]
            fields.add((f["path"], *values, f["cause"]))
        changes[c["object"]["kind"], c["object"]["name"]] = fields
    return {k: v for k, v in changes.items() if v}, server


repository(NS)
rounds, same, server = int(os.environ.get("ROUNDS", "4")), 0, 0
for r in range(rounds):
    every = [o for i in range(5) for o in objects(NS, f"{r}-{i}")]
    write(every)
    run("kubectl", "apply", "--server-side", "-f", "all.json")
    meddle(NS, every)
    edited = [o for i in range(5) for o in objects(NS, f"{r}-{i}")]
    write([random.choice(pair) for pair in zip(every, edited)])
    read, dry = plan("read"), plan("dry-run")
    (a, _), (b, n) = facts(read), facts(dry)
    server += n
    # what several managers made of it may be refused as a whole: then there is nothing to compare
    refused = {(f["object"]["kind"], f["object"]["name"]) for f in dry["findings"]
                   if f["severity"] == "error" and f["rule"] != "cluster/conflict"}
    for key in sorted((set(a) | set(b)) - refused):
        assert a.get(key) == b.get(key), (
            run("kubectl", "-n", NS, "get", *key, "-o", "json", "--show-managed-fields") +
            f"{key}: read only {sorted(a.get(key, set()) - b.get(key, set()))}; dry-run only {sorted(b.get(key, set()) - a.get(key, set()))}")
    conflicts = [sorted((f["object"]["name"], f["path"]) for f in p["findings"] if f["rule"] == "cluster/conflict") for p in (read, dry)]
    assert conflicts[0] == conflicts[1], conflicts
    same += len(every) - len(refused)
print(f"read level: {same} objects planned as the dry-run plans them; {server} fields are the server's own")
