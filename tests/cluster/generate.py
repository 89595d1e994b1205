"""What the generating cases share: objects, edits by other managers, running programs."""
import json
import os
import random
import subprocess

GITOPS = os.environ["GITOPS"]
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


def objects(ns, i):
    meta = {"namespace": ns, "name": f"o{i}"}
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


def repository(ns):
    run("git", "init", "-q", "--template=", "-b", "main", ".")
    run("kubectl", "create", "namespace", ns)


def meddle(ns, every):
    """Other managers change, add and own fields."""
    for o in every:
        kind, name = o["kind"], o["metadata"]["name"]
        if random.random() < 0.5:
            patch = {"metadata": {"labels": labels(2)}}
            if kind == "ConfigMap":
                patch["data"] = {random.choice("klmn"): random.choice("123x")}
            if kind == "Deployment":
                patch["spec"] = {"replicas": random.randint(1, 4)}
            run("kubectl", "-n", ns, "patch", kind, name, "--type", "merge", "-p", json.dumps(patch),
                "--field-manager", random.choice(["ann", "ben"]))
        if random.random() < 0.3:
            extra = {"apiVersion": o["apiVersion"], "kind": kind,
                     "metadata": {"namespace": ns, "name": name, "labels": {"e": "f"}}}
            run("kubectl", "apply", "--server-side", "--field-manager", "cat", "--force-conflicts", "-f", "-",
                text=json.dumps(extra))
