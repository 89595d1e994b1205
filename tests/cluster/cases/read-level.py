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
import subprocess
import sys

GITOPS = os.environ["GITOPS"]
NS = "readlevel"
random.seed(int(os.environ.get("SEED", "7")))


def run(*argv, text=None, ok=(0,)):
    done = subprocess.run(argv, input=text, capture_output=True, text=True)
    assert done.returncode in ok, (argv, done.returncode, done.stdout, done.stderr)
    return done.stdout


def labels(n):
    return {k: random.choice("xyz") for k in random.sample(["a", "b", "c", "d"], n)}


def container(name):
    c = {"name": name, "image": random.choice(["nginx:1", "nginx:2", "redis:7"])}
    if random.random() < 0.6:
        c["env"] = [{"name": n, "value": random.choice("123")} for n in random.sample(["A", "B", "C"], 2)]
    if random.random() < 0.5:
        c["resources"] = {"requests": {"cpu": random.choice(["100m", "0.1", "1000m", "2"]), "memory": "64Mi"}}
    if random.random() < 0.5:
        c["args"] = random.sample(["--a", "--b", "--c"], random.randint(1, 3))
    if random.random() < 0.5:
        c["ports"] = [{"containerPort": p, "protocol": "TCP"} for p in random.sample([80, 81, 443], 2)]
    return c


def objects(i):
    meta = {"namespace": NS, "name": f"o{i}"}
    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "labels": labels(2)},
        "spec": {
            "replicas": random.randint(1, 3),
            "selector": {"matchLabels": {"app": "o"}},
            "template": {
                "metadata": {"labels": {"app": "o", **labels(1)}},
                "spec": {"containers": [container(n) for n in random.sample(["one", "two", "three"], 2)]},
            },
        },
    }
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {**meta, "annotations": labels(2)},
        "spec": {
            "selector": labels(2),
            "ports": [{"name": f"p{p}", "port": p, "protocol": "TCP", "targetPort": p} for p in random.sample([80, 81, 82, 83], 2)],
        },
    }
    config = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {**meta, "finalizers": []},
        "data": {k: random.choice("123") for k in random.sample("klmn", 3)},
    }
    config["metadata"].pop("finalizers")
    return [deployment, service, config]


def write(every):
    with open("all.json", "w") as out:
        for o in every:
            out.write("---\n" + json.dumps(o, indent=1) + "\n")
    run("git", "add", "-A")
    run("git", "commit", "-q", "--allow-empty", "-m", "x")


def plan(level):
    out = run(GITOPS, "plan", "--path", "all.json", "--level", level, "-o", "json", "--owner", "kubectl-ssa", ok=(0, 1))
    found = json.loads(out)
    assert found["summary"]["checked"][level] == len(found["changes"]) + found["summary"]["unchanged"], found["summary"]
    return found


def facts(found):
    changes, server = {}, 0
    for c in found["changes"]:
        fields = set()
        for f in c["fields"] if "fields" in c else []:
            if f["cause"] == "server":
                server += 1
                continue
            # the server writes amounts in its own form
            values = [json.dumps(f.get(k), sort_keys=True).replace('"1000m"', '"1"').replace('"0.1"', '"100m"') for k in ("before", "after")]
            fields.add((f["path"], *values, f["cause"]))
        changes[c["object"]["kind"], c["object"]["name"]] = fields
    return {k: v for k, v in changes.items() if v}, server


run("git", "init", "-q", "--template=", "-b", "main", ".")
run("kubectl", "create", "namespace", NS)
rounds, same, server = int(os.environ.get("ROUNDS", "6")), 0, 0
for r in range(rounds):
    every = [o for i in range(5) for o in objects(f"{r}-{i}")]
    write(every)
    run("kubectl", "apply", "--server-side", "-f", "all.json")
    for o in every:
        kind, name = o["kind"], o["metadata"]["name"]
        if random.random() < 0.5:
            patch = {"metadata": {"labels": labels(2)}}
            if kind == "ConfigMap":
                patch["data"] = {random.choice("klmn"): random.choice("123x")}
            if kind == "Deployment":
                patch["spec"] = {"replicas": random.randint(1, 4)}
            run("kubectl", "-n", NS, "patch", kind, name, "--type", "merge", "-p", json.dumps(patch), "--field-manager", random.choice(["ann", "ben"]))
        if random.random() < 0.3:
            extra = {"apiVersion": o["apiVersion"], "kind": kind, "metadata": {"namespace": NS, "name": name, "labels": {"e": "f"}}}
            run("kubectl", "apply", "--server-side", "--field-manager", "cat", "--force-conflicts", "-f", "-", text=json.dumps(extra))
    edited = [o for i in range(5) for o in objects(f"{r}-{i}")]
    write([random.choice(pair) for pair in zip(every, edited)])
    read, dry = plan("read"), plan("dry-run")
    (a, _), (b, n) = facts(read), facts(dry)
    server += n
    for key in sorted(set(a) | set(b)):
        assert a.get(key) == b.get(key), (
            f"{key}: read only {sorted(a.get(key, set()) - b.get(key, set()))}; dry-run only {sorted(b.get(key, set()) - a.get(key, set()))}")
    conflicts = [sorted((f["object"]["name"], f["path"]) for f in p["findings"] if f["rule"] == "cluster/conflict") for p in (read, dry)]
    assert conflicts[0] == conflicts[1], conflicts
    same += len(every)
print(f"read level: {same} objects planned as the dry-run plans them; {server} fields are the server's own")
