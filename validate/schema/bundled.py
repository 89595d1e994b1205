#!/usr/bin/env python3
"""bundled.py LABEL=PATH... : make bundled.txt from CustomResourceDefinitions, the newest release first.

A PATH is a YAML file or a folder of them; LABEL names the release as people know it ("Flux 2.9").
What several labels define is taken from the first; versions that only a later one serves are kept
as gone since. Descriptions are left out, and subtrees that recur are written once. See README.md.

    --output FILE     default: bundled.txt beside this script
"""
import argparse
import collections
import glob
import json
import os
import sys

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What Flux Operator adds to the lists of kinds in the definitions that it installs: whoever has
# these kinds has them there.
OPERATOR_KINDS = ["FluxInstance", "ResourceSet", "ResourceSetInputProvider"]
OPERATOR_ADDS = {("notification.toolkit.fluxcd.io", "Alert"): "eventSources",
                 ("notification.toolkit.fluxcd.io", "Receiver"): "resources"}
SHARED_LENGTH = 60  # a shorter subtree costs less where it stands


def definitions(path):
    """The CustomResourceDefinitions of a file or folder."""
    files = sorted(glob.glob(os.path.join(path, "*.yaml"))) if os.path.isdir(path) else [path]
    for name in files:
        with open(name, encoding="utf-8") as text:
            for document in yaml.load_all(text, LOADER):
                if isinstance(document, dict) and \
                        document.get("kind") == "CustomResourceDefinition":
                    yield document


def bare(schema):
    """A schema without what only people read. Names of properties are no keywords."""
    out = {}
    for key, value in schema.items():
        if key in ("description", "title", "example", "externalDocs"):
            continue
        if key == "properties":
            out[key] = {name: bare(below) for name, below in value.items()}
        elif key in ("items", "additionalProperties", "not") and isinstance(value, dict):
            out[key] = bare(value)
        elif key in ("allOf", "anyOf", "oneOf"):
            out[key] = [bare(below) for below in value]
        else:
            out[key] = value
    return out


def add_operator_kinds(definition, schema):
    """Among the kinds that a schema's field lists."""
    spec = definition["spec"]
    field = OPERATOR_ADDS.get((spec["group"], spec["names"]["kind"]))
    if field:
        fields = schema["properties"]["spec"]["properties"][field]["items"]["properties"]
        fields["kind"]["enum"] = fields["kind"]["enum"] + OPERATOR_KINDS


def served(definition):
    """The served versions by name, as bundled."""
    out = {}
    for version in definition["spec"]["versions"]:
        if not version["served"]:
            continue
        new = {"name": version["name"], "served": True}
        for key in ("deprecated", "deprecationWarning", "subresources"):
            if key in version:
                new[key] = version[key]
        new["schema"] = {"openAPIV3Schema": bare(version["schema"]["openAPIV3Schema"])}
        add_operator_kinds(definition, new["schema"]["openAPIV3Schema"])
        out[version["name"]] = new
    return out


def storage(definition):
    return next(v["name"] for v in definition["spec"]["versions"] if v["storage"])


def add(known, label, definition):
    spec = definition["spec"]
    names = spec["names"]
    entry = known.get((spec["group"], names["kind"]))
    if not entry:
        known[spec["group"], names["kind"]] = {
            "label": label, "storage": storage(definition), "crd": {
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "spec": {"group": spec["group"], "scope": spec["scope"],
                         "names": {"kind": names["kind"], "plural": names["plural"]},
                         "versions": list(served(definition).values())}}}
        return
    versions = entry["crd"]["spec"]["versions"]
    for name, version in served(definition).items():
        if name in (v["name"] for v in versions):
            continue
        version["deprecated"] = True
        version["deprecationWarning"] = "%s has no %s in '%s/%s' any more, %s had: use '%s/%s'" % (
            entry["label"], names["kind"], spec["group"], name, label, spec["group"],
            entry["storage"])
        versions.append(version)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


def count(value, counts):
    """How often each subtree occurs; one that was met is not entered again."""
    if isinstance(value, dict):
        text = compact(value)
        counts[text] += 1
        if counts[text] > 1:
            return
        for below in value.values():
            count(below, counts)
    elif isinstance(value, list):
        for below in value:
            count(below, counts)


class Shared:
    """Subtrees that recur, by number; a reference is {"$":number}."""

    def __init__(self, counts):
        self.counts = counts
        self.numbers = {}
        self.lines = []

    def write(self, value):
        if isinstance(value, list):
            return [self.write(below) for below in value]
        if not isinstance(value, dict):
            return value
        text = compact(value)
        if self.counts[text] < 2 or len(text) < SHARED_LENGTH:
            return {key: self.write(below) for key, below in value.items()}
        if text not in self.numbers:
            below = {key: self.write(below) for key, below in value.items()}
            self.numbers[text] = len(self.lines)
            self.lines.append(compact(below))
        return {"$": self.numbers[text]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("source", nargs="+", metavar="LABEL=PATH")
    arguments.add_argument("--output", default=os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "bundled.txt"))
    options = arguments.parse_args()
    known = {}
    for source in options.source:
        label, path = source.split("=", 1)
        found = list(definitions(path))
        if not found:
            sys.exit("bundled.py: no CustomResourceDefinition in " + path)
        for definition in found:
            add(known, label, definition)
    counts = collections.Counter()
    for key in sorted(known):
        count(known[key]["crd"], counts)
    shared = Shared(counts)
    kinds = ["kind %s %s %s\t%s" % (*key, known[key]["label"], compact(
        shared.write(known[key]["crd"]))) for key in sorted(known)]
    with open(options.output, "w", encoding="ascii") as out:
        out.write("# Definitions of the engines' own kinds. Made by bundled.py; see README.md.\n")
        for number, line in enumerate(shared.lines):
            out.write("shared %d %s\n" % (number, line))
        out.write("".join(line + "\n" for line in kinds))


main()
