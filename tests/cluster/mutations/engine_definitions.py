"""The definitions of the engines' own kinds, as a server takes them."""
import glob
import json
import os

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def whole(node, shared):
    """A tree of bundled.txt with its shared subtrees in their places."""
    if isinstance(node, list):
        return [whole(below, shared) for below in node]
    if not isinstance(node, dict):
        return node
    if list(node) == ["$"]:
        return whole(shared[node["$"]], shared)
    return {key: whole(below, shared) for key, below in node.items()}


def bundled(path):
    """The definitions of validate/schema/bundled.txt, with what a server wants beyond them."""
    shared, found = {}, []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("shared "):
                _, number, text = line.split(" ", 2)
                shared[int(number)] = json.loads(text)
            elif line.startswith("kind "):
                found.append(json.loads(line.split("\t", 1)[1]))
    found = [whole(d, shared) for d in found]
    for definition in found:
        spec = definition["spec"]
        definition["metadata"] = {"name": spec["names"]["plural"] + "." + spec["group"]}
        spec["names"]["singular"] = spec["names"]["kind"].lower()
        spec["names"]["listKind"] = spec["names"]["kind"] + "List"
        for index, version in enumerate(spec["versions"]):
            version["storage"] = index == 0
    return found


def read_definitions(path):
    if path.endswith("bundled.txt"):
        return bundled(path)
    found = []
    for name in sorted(glob.glob(os.path.join(path, "**/*.yaml"), recursive=True)) or [path]:
        with open(name, encoding="utf-8") as text:
            found += [d for d in yaml.load_all(text, LOADER)
                      if isinstance(d, dict) and d.get("kind") == "CustomResourceDefinition"]
    return found
