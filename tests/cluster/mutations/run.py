#!/usr/bin/env python3
"""Compare `validate` with a real kube-apiserver on fresh mutations of rich manifests.

    run.py [--release 1.36.3] [--count 2000] [--seed N] [--bases DIR] [--kind K] BINARY

Starts a private API server (tests/cluster/apiserver), mutates the manifests of bases/ (any field
removed, emptied, negated, misspelt, doubled…), and asks both for a verdict: the server by a
dry-run create with strict field validation, the binary by `validate -o json`; with --updates, by a
dry-run update of the object as it was made, and by `validate --against`. Prints every
disagreement, and how often the field paths agree. Exit status 1 when a verdict differs.
Environment-bound refusals of the server (no such namespace, object exists) are left out.
"""
import argparse
import collections
import copy
import http.client
import json
import os
import random
import re
import ssl
import subprocess
import sys
import tempfile
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
SETUP = [  # what bases refer to; made for real before the run
    {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "fast"},
     "handler": "fast"},
]
INTERCEPTORS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService",
                "FlowSchema", "PriorityLevelConfiguration")  # would break the server that judges
STRINGS = ["", "Bad_Name!", "a.b", "UPPER", "-x", "x" * 64, "x" * 254, "a/b", "a/b/c", "1", "é",
           "../x", "/abs", "10.0.0.1", "300.1.1.1", "10.0.0.0/33", "01.2.3.4", "1.2.3.4/24",
           "::1", "*", "*.a.b", "http://x/y", "a b", "a:80", "100%", "150%", "-1%", "5m", "-5",
           "1Ki", "@daily", "* * * * *", "0 0 31 2 8", "None", "none", "true", "v1", "Always",
           "kubernetes.io/x", "example.com/ok-name", "a\nb"]
NUMBERS = [-1, 0, 1, 2, 100, 101, 3601, 65535, 65536, 99999, 2147483647]


def leaves(node, path=()):
    """Every place of a tree, parents before children."""
    yield path, node
    if isinstance(node, dict):
        for key in node:
            yield from leaves(node[key], path + (key,))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from leaves(item, path + (index,))


def at(tree, path):
    for step in path:
        tree = tree[step]
    return tree


def swap_case(text):
    return text[:1].swapcase() + text[1:]


def mutations_of(value, rng, words):
    """Names and values that may take the place of a value."""
    yield "delete", None
    yield "null", None
    if isinstance(value, str):
        yield "string", rng.choice(STRINGS)
        yield "string", rng.choice(STRINGS)
        yield "case", swap_case(value)
        yield "word", rng.choice(words)
        yield "word", rng.choice(words)
        yield "longer", value + "-x"
        yield "number", rng.choice(NUMBERS)
    elif isinstance(value, bool):
        yield "flip", not value
        yield "string", "yes"
    elif isinstance(value, (int, float)):
        yield "number", rng.choice(NUMBERS)
        yield "number", rng.choice(NUMBERS)
        yield "string", str(value)
    elif isinstance(value, list):
        yield "empty", []
        if value:
            yield "double", value + [copy.deepcopy(rng.choice(value))]
            yield "drop", value[1:]
            yield "many", value * 70
    elif isinstance(value, dict):
        yield "empty", {}
        yield "key", dict(value, **{rng.choice(STRINGS[1:]): "v"})
        yield "typo", dict(value, nonsense=1)


def mutate(base, rng, words):
    """One changed copy and what was changed."""
    out = copy.deepcopy(base)
    what = []
    for _ in range(1 if rng.random() < 0.85 else 2):
        places = [p for p, _ in leaves(out) if p and p[0] not in ("apiVersion", "kind")
                  and p != ("metadata", "namespace")]
        if not places:
            break
        path = rng.choice(places)
        parent, value = at(out, path[:-1]), at(out, path)
        name, new = rng.choice(list(mutations_of(value, rng, words)))
        if rng.random() < 0.08 and isinstance(parent, dict):
            others = [p for p, v in leaves(out) if isinstance(v, type(value))]
            name, new = "copied", copy.deepcopy(at(out, rng.choice(others)))
        if name == "delete":
            del parent[path[-1]]
        else:
            parent[path[-1]] = new
        what.append("%s %s" % (name, ".".join(map(str, path))))
    return out, "; ".join(what)


class Server:
    """The API server's verdicts, over one connection."""

    def __init__(self, kubeconfig):
        config = yaml.safe_load(open(kubeconfig))
        cluster = config["clusters"][0]["cluster"]
        self.host = cluster["server"].split("//")[1]
        self.token = next(u["user"]["token"] for u in config["users"] if u["name"] == "admin")
        self.context = ssl._create_unverified_context()
        self.connection = None
        self.resources = {}

    def request(self, method, path, body=None, content="application/json"):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": content}
        for attempt in (1, 2):
            try:
                if not self.connection:
                    self.connection = http.client.HTTPSConnection(
                        self.host, context=self.context, timeout=60)
                self.connection.request(method, path, body and json.dumps(body), headers)
                answer = self.connection.getresponse()
                text = answer.read()
                return answer.status, json.loads(text) if text else {}
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.connection = None
                if attempt == 2:
                    return 0, {}

    def path(self, manifest):
        api, kind = manifest.get("apiVersion"), manifest.get("kind")
        prefix = "/apis/" + api if "/" in api else "/api/" + api
        if api not in self.resources:
            status, answer = self.request("GET", prefix)
            self.resources[api] = {r["kind"]: r for r in reversed(answer.get("resources", []))
                                   if "/" not in r["name"]} if status == 200 else {}
        resource = self.resources[api].get(kind)
        if not resource:
            return None
        if resource["namespaced"]:
            prefix += "/namespaces/" + (manifest.get("metadata") or {}).get("namespace", "default")
        return prefix + "/" + resource["name"]

    def verdict(self, manifest):
        """(refused, message, first field); None when the answer is the environment's."""
        path = self.path(manifest)
        if not path:
            return None
        query = "?fieldValidation=Strict&dryRun=All"
        status, answer = self.request("POST", path + query, manifest)
        if status in (200, 201) and manifest["kind"] == "Service":
            # a dry run asks no allocator of node ports
            status, answer = self.request("POST", path + query.split("&")[0], manifest)
            self.request("DELETE", path + "/" + answer.get("metadata", {}).get("name", "-"))
        return self.read(status, answer)

    @staticmethod
    def read(status, answer):
        if status in (200, 201):
            return False, "", None
        if status in (0, 404, 409, 429) or status >= 500:
            return None
        causes = (answer.get("details") or {}).get("causes") or []
        return True, answer.get("message", ""), causes[0].get("field") if causes else None

    def make(self, manifest):
        """Make an object for real; whether it was."""
        path = self.path(manifest)
        name = (manifest.get("metadata") or {}).get("name")
        if not path or not name:
            return False
        return self.request("PATCH", "%s/%s?fieldManager=mutations" % (path, name), manifest,
                            "application/apply-patch+yaml")[0] in (200, 201)

    def update_verdict(self, old, manifest):
        """The same for an update of what make() made; None where a PUT and an apply disagree."""
        path = "%s/%s" % (self.path(old), old["metadata"]["name"])
        query = "?dryRun=All&fieldValidation=Strict"
        applied = self.read(*self.request(
            "PATCH", path + query + "&fieldManager=mutations&force=true", manifest,
            "application/apply-patch+yaml"))
        if manifest["kind"] == "Job" or applied is None:  # a PUT would lack a job's selector
            return applied
        body = copy.deepcopy(manifest)
        live = self.request("GET", path)[1]
        body["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
        put = self.read(*self.request("PUT", path + query, body))
        return put if put and put[0] == applied[0] else None


DEFINITIONS = os.path.join(HERE, "definitions.yaml")  # of custom resources


def place(folder, index, manifest, update):
    """Write a manifest; for an update under a name of its own, so that a batch can hold many."""
    os.makedirs(folder, exist_ok=True)
    if update and manifest["kind"] not in ("APIService", "IPAddress"):
        manifest = copy.deepcopy(manifest)
        manifest["metadata"]["name"] = "m%d" % index
    with open(os.path.join(folder, "m-%05d.json" % index), "w") as out:
        json.dump(manifest, out)


def ours(binary, cases, release):
    """Error findings of `validate` for each case."""
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        new, old = os.path.join(folder, "new"), os.path.join(folder, "old")
        for index, (manifest, _, before) in enumerate(cases):
            place(new, index, manifest, before)
            if before:
                place(old, index, before, True)
        command = [binary, "validate", "-f", new, "--kubernetes-version", release, "--crds",
                   DEFINITIONS, "-o", "json"]
        if os.path.isdir(old):
            command += ["--against", old]
        done = subprocess.run(command, capture_output=True)
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            sys.exit("validate printed no JSON: %d %s" % (done.returncode, done.stderr[-500:]))
        for finding in answer.get("findings", []):
            name = re.search(r"m-(\d+)\.json", str(finding.get("source", {}).get("file")))
            if finding["severity"] == "error" and name:
                found[int(name[1])].append(finding)
    return found


def plain(path):
    path = re.sub(r"\[\s*\"?([^\]\"]*)\"?\s*\]", r".\1", path or "")
    return path.strip(".").replace("<nil>", "")


def compare(server, binary, cases, release, seen):
    """Print what differs; counts of both kinds of disagreement and of paths."""
    count = collections.Counter()
    found = ours(binary, cases, release)
    for index, (manifest, what, old) in enumerate(cases):
        verdict = server.update_verdict(old, manifest) if old else server.verdict(manifest)
        if verdict is None:
            count["skipped " + manifest["kind"]] += 1
            continue
        refused, message, field = verdict
        findings = found.get(index, [])
        if old and any("range of node ports" in f["message"] for f in findings):
            continue  # a dry run asks no allocator
        count["refused" if refused else "accepted"] += 1
        if refused == bool(findings):
            if refused and field and plain(field):
                same = any(plain(f["path"]) == plain(field) for f in findings)
                count["path"] += 1
                count["path same"] += same
                if not same:
                    report("PATH", manifest, what, message, findings, seen)
            continue
        name = "MISS" if refused else "FALSE"
        count[name] += 1
        report(name, manifest, what, message, findings, seen)
    return count


def report(name, manifest, what, message, findings, seen):
    key = (name, manifest["kind"], re.sub(r"\d+", "#", what), re.sub(r"\d+|\".*?\"", "#", message))
    if key in seen:
        return
    seen.add(key)
    text = "; ".join("%s %s: %s" % (f["rule"], f["path"], f["message"][:120]) for f in findings[:3])
    print("%-5s %s [%s]\n      server: %s\n      ours:   %s" % (
        name, manifest["kind"], what, message.replace("\n", " ")[:400], text), flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--release", default="1.36.3")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", default=os.path.join(HERE, "bases"))
    parser.add_argument("--kind", help="a regular expression of kinds")
    parser.add_argument("--updates", action="store_true", help="update what was made before")
    parser.add_argument("--kubeconfig", help="of a running test server; default: start one")
    return parser.parse_args()


def read_bases(folder, kind):
    bases = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name)) as text:
                bases += [json.loads(json.dumps(d, default=str)) for d in yaml.safe_load_all(text) if d]
    return [b for b in bases if not kind or re.fullmatch(kind, b["kind"])]


def definitions():
    with open(DEFINITIONS) as text:
        return list(yaml.safe_load_all(text))


def wait_served(server):
    """Definitions are served a moment after they were created."""
    for d in definitions():
        for version in d["spec"]["versions"]:
            probe = {"apiVersion": d["spec"]["group"] + "/" + version["name"], "kind": d["spec"]["names"]["kind"]}
            for _ in range(100):
                server.resources.pop(probe["apiVersion"], None)
                if server.path(probe):
                    break
                time.sleep(0.1)


def run(options, kubeconfig):
    rng = random.Random(options.seed)
    server = Server(kubeconfig)
    for manifest in SETUP + definitions():
        server.request("POST", server.path(manifest), manifest)
    wait_served(server)
    bases = read_bases(options.bases, options.kind)
    words = sorted({v for b in bases for _, v in leaves(b) if isinstance(v, str)})
    release = ".".join(options.release.split(".")[:2])
    total, seen = collections.Counter(), set()
    if options.updates:
        bases = [b for b in bases if b["kind"] not in INTERCEPTORS and server.make(b)]
        bases = [b for b in bases if (server.update_verdict(b, b) or (True,))[0] is False]
    cases = [(b, "unchanged", b if options.updates else None) for b in bases]
    while len(cases) < options.count + len(bases):
        base = rng.choice(bases)
        manifest, what = mutate(base, rng, words)
        if not options.updates:
            cases.append((manifest, what, None))
        elif (manifest.get("metadata") or {}).get("name") == base["metadata"]["name"]:
            cases.append((manifest, what, base))
    for start in range(0, len(cases), 500):
        total += compare(server, options.binary, cases[start:start + 500], release, seen)
    print("%s: %s" % (options.release, ", ".join("%s %d" % c for c in sorted(total.items()))))
    return 1 if total["MISS"] or total["FALSE"] else 0


def main():
    options = arguments()
    if options.kubeconfig:
        return run(options, options.kubeconfig)
    apiserver = os.path.join(HERE, "..", "apiserver")
    with tempfile.TemporaryDirectory(prefix="apiserver-") as folder:
        try:
            kubeconfig = subprocess.run([apiserver, "start", folder, options.release], check=True,
                                        capture_output=True, text=True).stdout.split()[-1]
            return run(options, kubeconfig)
        finally:
            subprocess.run([apiserver, "stop", folder], capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
