#!/usr/bin/env python3
"""Compare `validate` with a real kube-apiserver on CEL: does it compile, does it cost too much?

    expressions.py --kubeconfig FILE BINARY

Puts each line of expressions.txt (where it is used, tab, the expression) into an object and asks
both: the server by a dry-run create, the binary by `validate`. Rules of custom resources are asked
in an object, in a list without bound and in one of 300, as the cost is multiplied there. Prints
every disagreement; exit status 1 when the binary refuses what the server takes.
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = {"type": "string"}
SHORT = {"type": "string", "maxLength": 5}
FIELDS = {
    "s": TEXT,
    "s10": {"type": "string", "maxLength": 10},
    "s1k": {"type": "string", "maxLength": 1000},
    "e": {"type": "string", "enum": ["a", "bcd"]},
    "i": {"type": "integer"},
    "b": {"type": "boolean"},
    "l": {"type": "array", "items": TEXT},
    "l10": {"type": "array", "maxItems": 10, "items": TEXT},
    "l100": {"type": "array", "maxItems": 100, "items": {"type": "string", "maxLength": 20}},
    "lo": {"type": "array", "items": {
        "type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "maxLength": 50}, "v": TEXT, "n": {"type": "integer"}}}},
    "m": {"type": "object", "additionalProperties": TEXT},
    "m10": {"type": "object", "maxProperties": 10, "additionalProperties": TEXT},
    "mi": {"type": "object", "additionalProperties": {"type": "integer"}},
    "ios": {"x-kubernetes-int-or-string": True},
    "d": {"type": "string", "format": "duration"},
    "dt": {"type": "string", "format": "date-time"},
    "li": {"type": "array", "items": {"type": "integer"}},
    "ll": {"type": "array", "maxItems": 5, "items": {"type": "array", "items": SHORT}},
    "o": {"type": "object", "properties": {"x": TEXT}},
}


def policy(kind, name, spec):
    match = {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"],
                                "operations": ["CREATE"]}]}
    variables = [{"name": "x", "expression": "object.spec.x"},
                 {"name": "o", "expression": '{"a": 1}'}]
    return {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
            "metadata": {"name": name},
            "spec": {"matchConstraints": match, "variables": variables, **spec}}


def definition(name, schema):
    schema = {"type": "object", "properties": {"spec": schema}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": name + "s.example.com"},
            "spec": {"group": "example.com", "scope": "Namespaced",
                     "names": {"plural": name + "s", "kind": name.capitalize()},
                     "versions": [{"name": "v1", "served": True, "storage": True,
                                   "schema": {"openAPIV3Schema": schema}}]}}


def objects(place, text, name):
    if place == "validation":
        yield policy("ValidatingAdmissionPolicy", name, {"validations": [{"expression": text}]})
    elif place in ("JSONPatch", "ApplyConfiguration"):
        field = "jsonPatch" if place == "JSONPatch" else "applyConfiguration"
        mutation = {"patchType": place, field: {"expression": text}}
        yield policy("MutatingAdmissionPolicy", name,
                     {"failurePolicy": "Fail", "reinvocationPolicy": "Never",
                      "mutations": [mutation]})
    elif place == "device":
        yield {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass",
               "metadata": {"name": name},
               "spec": {"selectors": [{"cel": {"expression": text}}]}}
    else:
        schema = {"type": "object", "properties": FIELDS,
                  "x-kubernetes-validations": [{"rule": text}]}
        yield definition(name, schema)
        yield definition(name, {"type": "array", "items": schema})
        yield definition(name, {"type": "array", "maxItems": 300, "items": schema})


def verdicts(job):
    """What the server says ("": it takes the object), and the binary's first finding."""
    options, label, made = job
    text = json.dumps(made)
    server = subprocess.run(["kubectl", "--kubeconfig", options.kubeconfig, "create",
                             "--dry-run=server", "-o", "name", "-f", "-"],
                            input=text, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "a.yaml"), "w", encoding="utf-8") as out:
            out.write(text)
        ours = subprocess.run([os.path.abspath(options.binary), "validate", "-f", "a.yaml",
                               "--kubernetes-version", "1.36"],
                              cwd=folder, capture_output=True, text=True, check=False).stdout
    return (label, server.stderr.strip() if server.returncode else "",
            ours.split("\n", maxsplit=1)[0].strip() if ": error" in ours else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("binary")
    options = parser.parse_args()
    jobs = []
    with open(os.path.join(HERE, "expressions.txt"), encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            place, text = line.rstrip("\n").split("\t", 1)
            jobs += [(options, f"{place}: {text}", made)
                     for made in objects(place, text, f"x{number}")]
    missed = false = 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for label, server, ours in pool.map(verdicts, jobs):
            if bool(server) == bool(ours):
                continue
            missed += bool(server)
            false += bool(ours)
            print("MISS " if server else "FALSE", label, "|", (server or ours)[:300])
    print(f"{len(jobs)} asked, {missed} missed, {false} refused that the server takes")
    print(f"expressions-1.36: {len(jobs) - missed - false} passed, {missed + false} failed")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
