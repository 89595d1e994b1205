#!/usr/bin/env python3
"""Compare `validate` with a real kube-apiserver on fresh mutations of rich manifests.

    run.py [--release 1.36.3] [--count 2000] [--seed N] [--how WAY] BINARY

Starts a private API server (tests/cluster/apiserver), mutates the manifests of bases/, and asks
both for a verdict: the server by a dry-run create with strict field validation, the binary by
`validate -o json`. How they are mutated: `values` removes, empties, negates, misspells or doubles
any field; `mistakes` makes those that people make; `shapes` adds fields that the server's OpenAPI knows; `texts` writes the YAML in many
styles and slips in it; `updates` makes the object, mutates it, and asks for a dry-run update and
for `validate --against`; `transitions` does so for pairs of mutations. Prints every disagreement, and how often the field paths agree. Exit
status 1 when a verdict differs. Refusals that are the environment's (no such namespace, the object
exists) are left out.
"""
import argparse
import collections
import copy
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import yaml

from engine_definitions import read_definitions
from mistakes import mistaken
from server import Server
from shapes import Shapes, shaped, thin
from texts import texted
from transitions import pair
from values import leaves, mutate

HERE = os.path.dirname(os.path.abspath(__file__))
SETUP = [  # what bases refer to; made for real before the run
    {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "fast"},
     "handler": "fast"},
]
INTERCEPTORS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService",
                "FlowSchema", "PriorityLevelConfiguration")  # would break the server that judges
DEFINITIONS = os.path.join(HERE, "definitions.yaml")  # of custom resources


# For an update each object gets a name of its own, so that a batch can hold many; not these.
OWN_NAME = ("APIService", "IPAddress", "CustomResourceDefinition", "FluxInstance")

# What a policy, or the engine that reads the object, says: not the server.
OTHERS = re.compile("policy/denied$|engine/")

# fresh: the old object is made for this case alone
Case = collections.namedtuple("Case", "manifest what old text fresh", defaults=(None, None, False))


def place(folder, index, manifest, text, update):
    os.makedirs(folder, exist_ok=True)
    if update and manifest["kind"] not in OWN_NAME:
        manifest = copy.deepcopy(manifest)
        manifest["metadata"]["name"] += "-m%d" % index
    name = "m-%05d.%s" % (index, "yaml" if text is not None else "json")
    with open(os.path.join(folder, name), "wb") as out:
        out.write(json.dumps(manifest).encode() if text is None else text)


def ours(binary, cases, release):
    """Error findings of `validate` for each case."""
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        new, old = os.path.join(folder, "new"), os.path.join(folder, "old")
        for index, case in enumerate(cases):
            rename = case.old and not case.fresh
            place(new, index, case.manifest, case.text, rename)
            if case.old:
                place(old, index, case.old, None, rename)
        command = [binary, "validate", "-f", new, "--kubernetes-version", release, "--crds",
                   DEFINITIONS, "-o", "json"]  # not --definitions: it has these of its own
        if os.path.isdir(old):
            command += ["--against", old]
        done = subprocess.run(command, capture_output=True)
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            sys.exit("validate printed no JSON: %d %s" % (done.returncode, done.stderr[-500:]))
        for finding in answer.get("findings", []):
            name = re.search(r"m-(\d+)\.(?:json|yaml)", str(finding.get("source", {}).get("file")))
            # The server is asked of each object alone: the policies among them bind no other.
            if finding["severity"] == "error" and name and not OTHERS.match(finding["rule"]):
                found[int(name[1])].append(finding)
    return found


def plain(path):
    path = re.sub(r"\[\s*\"?([^\]\"]*)\"?\s*\]", r".\1", path or "")
    return path.strip(".").replace("<nil>", "")


def asked(server, case):
    if not case.old:
        return server.verdict(case.manifest, case.text)
    if not case.fresh:
        return server.update_verdict(case.old, case.manifest)
    if not server.make(case.old):
        return None
    try:
        return server.update_verdict(case.old, case.manifest)
    finally:
        server.delete(case.old)


def ours_of_all(binary, cases, release):
    """The same, with those that can't have a name of their own each alone."""
    alone = [i for i, c in enumerate(cases) if c.fresh and c.manifest["kind"] in OWN_NAME]
    some = [c for i, c in enumerate(cases) if i not in alone]
    found = dict(zip((i for i in range(len(cases)) if i not in alone),
                     (ours_found for _, ours_found in sorted(spread(ours(binary, some, release), some)))))
    for index in alone:
        found[index] = ours(binary, [cases[index]], release).get(0, [])
    return found


def spread(found, cases):
    return ((index, found.get(index, [])) for index in range(len(cases)))


def compare(server, binary, cases, release, report):
    """Print what differs; counts of both kinds of disagreement and of paths."""
    count = collections.Counter()
    found = ours_of_all(binary, cases, release)
    for index, case in enumerate(cases):
        verdict = asked(server, case)
        if verdict is None:
            count["skipped"] += 1
            continue
        refused, message, field = verdict
        findings = found.get(index, [])
        if case.text and any(re.match("schema/(no|unknown)-", f["rule"]) for f in findings):
            continue  # the server takes what is not said from the request's path
        if case.old and any("range of node ports" in f["message"] for f in findings):
            continue  # a dry run asks no allocator
        count["refused" if refused else "accepted"] += 1
        if refused == bool(findings):
            if refused and field and plain(field):
                same = any(plain(f["path"]) == plain(field) for f in findings)
                count["path"] += 1
                count["path same"] += same
                if not same:
                    report.add("PATH", case, message, findings)
            continue
        name = "MISS" if refused else "FALSE"
        count[name] += 1
        report.add(name, case, message, findings)
    return count


class Report:
    """Each kind of disagreement once; with a folder, its manifest is kept there."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = set()
        if folder:
            os.makedirs(folder, exist_ok=True)

    def add(self, name, case, message, findings):
        said = "; ".join("%s %s: %s" % (f["rule"], f["path"], f["message"][:120])
                         for f in findings[:3])
        key = (name, case.manifest["kind"], re.sub(r"\d+|\".*?\"|'.*?'", "#", message or said))
        if key in self.seen:
            return
        self.seen.add(key)
        print("%-5s %d %s [%s]\n      server: %s\n      ours:   %s" % (
            name, len(self.seen), case.manifest["kind"], case.what[:200],
            message.replace("\n", " ")[:400], said), flush=True)
        if self.folder:
            place(self.folder, len(self.seen), case.manifest, case.text, None)
            if case.old:
                place(os.path.join(self.folder, "old"), len(self.seen), case.old, None, None)


def by_values(_, bases, rng):
    words = sorted({v for b in bases for _, v in leaves(b) if isinstance(v, str)})
    return lambda base: Case(*mutate(thin(base, rng) if rng.random() < 0.2 else base, rng, words))


def by_shapes(server, bases, rng):
    shapes = Shapes(server, bases)
    return lambda base: Case(*shaped(shapes, base, rng))


def by_mistakes(server, bases, rng):
    shapes = Shapes(server, bases)
    return lambda base: Case(*mistaken(thin(base, rng) if rng.random() < 0.2 else base, rng, shapes))


def by_texts(_, __, rng):
    def make(base):
        made = texted(thin(base, rng) if rng.random() < 0.6 else base, rng)
        return made and Case(base, made[1], None, made[0])
    return make


def by_updates(server, bases, rng):
    values, shapes = by_values(server, bases, rng), by_shapes(server, bases, rng)

    def make(base):
        new = rng.choice((values, values, shapes))(base)
        same = (new.manifest.get("metadata") or {}).get("name") == base["metadata"]["name"]
        return new._replace(old=base) if same else None
    return make


def by_transitions(server, bases, rng):
    values, shapes = by_values(server, bases, rng), by_shapes(server, bases, rng)
    mistakes = by_mistakes(server, bases, rng)
    ways = [lambda b, w=w: w(b)[:2] for w in (values, shapes, mistakes)]
    bases = [b for b in bases if b["metadata"].get("name") and b["kind"] not in INTERCEPTORS]
    serial = itertools.count()

    def make(base):
        if base["kind"] in INTERCEPTORS or not base["metadata"].get("name"):
            return None
        made = pair(base, bases, ways, rng)
        if not made:
            return None
        old, new, what = made
        if base["kind"] not in OWN_NAME:
            name = base["metadata"]["name"] + "-t%d" % next(serial)
            old["metadata"]["name"] = new["metadata"]["name"] = name
        return Case(new, what, old, None, True)
    return make


HOW = {"values": by_values, "mistakes": by_mistakes, "shapes": by_shapes, "texts": by_texts, "updates": by_updates,
       "transitions": by_transitions}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--release", default="1.36.3")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", default=os.path.join(HERE, "bases"))
    parser.add_argument("--definitions", metavar="FILE|DIR", help="""CustomResourceDefinitions that
                        the server gets and the binary brings along: YAML, or bundled.txt""")
    parser.add_argument("--kind", help="a regular expression of kinds")
    parser.add_argument("--how", choices=sorted(HOW), default="values")
    parser.add_argument("--kubeconfig", help="of a running test server; default: start one")
    parser.add_argument("--keep", help="a folder for the texts of what differs")
    return parser.parse_args()


def read_bases(folder, kind):
    bases = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name)) as text:
                bases += [json.loads(json.dumps(d, default=str)) for d in yaml.safe_load_all(text) if d]
    return [b for b in bases if not kind or re.fullmatch(kind, b["kind"])]


def definitions(more):
    with open(DEFINITIONS) as text:
        found = list(yaml.safe_load_all(text))
    return found + read_definitions(more) if more else found


def wait_served(server, found):
    """Definitions are served a moment after they were created."""
    for d in found:
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
    found = definitions(options.definitions)
    for manifest in SETUP + found:
        server.request("POST", server.path(manifest), manifest)
    wait_served(server, found)
    bases = read_bases(options.bases, options.kind)
    release = ".".join(options.release.split(".")[:2])
    total, report = collections.Counter(), Report(options.keep)
    if options.how == "updates":
        bases = [b for b in bases if b["kind"] not in INTERCEPTORS and server.make(b)]
        bases = [b for b in bases if (server.update_verdict(b, b) or (True,))[0] is False]
    cases = [Case(b, "unchanged", b if options.how == "updates" else None) for b in bases
             if options.how != "transitions"]
    make = HOW[options.how](server, bases, rng)
    while len(cases) < options.count + len(bases):
        case = make(rng.choice(bases))
        if case:
            cases.append(case)
    for start in range(0, len(cases), 500):
        total += compare(server, options.binary, cases[start:start + 500], release, report)
    bad = total["MISS"] + total["FALSE"]
    print("%s %s: %s" % (options.release, options.how,
                         ", ".join("%s %d" % c for c in sorted(total.items()))))
    print("mutations-%s-%s: %d passed, %d failed" % (
        options.how, release, total["refused"] + total["accepted"] - bad, bad))
    return 1 if bad else 0


def main():
    options = arguments()
    sys.stdout.reconfigure(encoding="utf-8")
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
