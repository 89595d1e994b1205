#!/usr/bin/env python3
"""The scripts of a ready-to-paste file with their variables, as a CI's runner would make them.

usage: steps.py action FILE STEP [INPUT=VALUE...]      a composite action's step, by its place
       steps.py gitlab FILE [INPUT=VALUE...]           a component's one job
       steps.py gitlab-job FILE OUT                    its two documents as OUT.spec.yml and OUT.job.yml
       steps.py bitbucket FILE STEP                    a named step's script
"""
import re
import shlex
import sys

import yaml


def pairs(arguments):
    return dict(a.split("=", 1) for a in arguments)


def action(file, step, *rest):
    doc = yaml.safe_load(open(file, encoding="utf-8"))
    given = pairs(rest)
    values = {name: given.pop(name, spec.get("default", "")) for name, spec in doc["inputs"].items()}
    context = {"fork": given.pop("fork", "false")}
    assert not given, f"no such input: {sorted(given)}"
    step = doc["runs"]["steps"][int(step)]

    def expand(text):
        text = re.sub(r"\$\{\{ inputs\.([a-z0-9-]+) \}\}", lambda m: values[m[1]], text)
        text = text.replace("${{ github.token }}", "secret-token")
        text = re.sub(r"\$\{\{ github\.event\.pull_request && .*? != github\.repository \}\}", context["fork"], text)
        assert "${{" not in text, text
        return text

    for name, value in step.get("env", {}).items():
        print(f"export {name}={shlex.quote(expand(str(value)))}")
    if "working-directory" in step:
        print(f"cd {shlex.quote(expand(step['working-directory']))}")
    print(step["run"])


def documents(file):
    spec, job = yaml.safe_load_all(open(file, encoding="utf-8"))
    return spec, job


def expand_inputs(text, spec, given):
    def value(m):
        v = given.get(m[1], spec["spec"]["inputs"][m[1]].get("default"))
        return str(v).lower() if isinstance(v, bool) else v
    return re.sub(r"\$\[\[ inputs\.([a-z0-9-]+) \]\]", value, text)


def gitlab(file, *rest):
    spec, job = documents(file)
    given = pairs(rest)
    assert set(given) <= set(spec["spec"]["inputs"]), given
    job = job["kubectl-gitops"]
    print("set -eo pipefail")
    for name, value in job["variables"].items():
        print(f"export {name}={shlex.quote(expand_inputs(str(value), spec, given))}")
    for line in job["before_script"] + job["script"]:
        print(expand_inputs(line, spec, given))


def gitlab_job(file, out):
    spec, _ = documents(file)
    text = open(file, encoding="utf-8").read().split("\n---\n")
    open(out + ".spec.yml", "w", encoding="utf-8").write(text[0] + "\n")
    open(out + ".job.yml", "w", encoding="utf-8").write(expand_inputs(text[1], spec, {}))


def bitbucket(file, name):
    doc = yaml.safe_load(open(file, encoding="utf-8"))
    step = next(s["step"] for s in doc["definitions"]["steps"] if s["step"]["name"] == name)
    print("set -e")
    for line in step["script"]:
        print(line)


{"action": action, "gitlab": gitlab, "gitlab-job": gitlab_job, "bitbucket": bitbucket}[sys.argv[1]](*sys.argv[2:])
