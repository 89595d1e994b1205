#!/usr/bin/env python3
"""generate.py DUMP... : add releases to kubernetes.txt, from what their running API servers publish.

A DUMP is a folder named after the release (1.36) that holds

    version.json            GET /version
    discovery-api.json      GET /api   as application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList
    discovery-apis.json     GET /apis  in the same form
    openapi/v3/*.json       every document that GET /openapi/v3 lists

of a kube-apiserver at default feature gates; `make schemas` starts one and writes it. With
`openapi-spec` instead of `openapi/v3` (the folder of a source tree: no enums, nothing said about
what is served) the release is derived: enums and what is served come from its neighbours, and the
release line says so.

    --lifecycle DIR   read the Go sources of k8s.io/api for deprecations and removals
    --gates FILE      read kube_features.go of a source tree: which gates are off by default, and when
    --output FILE     default: kubernetes.txt beside this script

The file is one text for all releases. A line of it holds for every release of its type, unless it
ends in @30-33,36. See README.md for the columns. Standard library only; output is deterministic.
"""
import argparse
import glob
import json
import os
import re
import sys
import urllib.parse

SPECIAL = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microtime",
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "any",
    "JSON": "any",
    "JSONSchemaPropsOrArray": "schema-or-array",
    "JSONSchemaPropsOrBool": "schema-or-bool",
    "JSONSchemaPropsOrStringArray": "schema-or-strings",
}
SCALARS = {
    ("string", None): "string",
    ("string", "byte"): "byte",
    ("string", "date-time"): "time",
    ("boolean", None): "boolean",
    ("integer", "int32"): "int32",
    ("integer", "int64"): "int64",
    ("integer", None): "int64",
    ("number", None): "number",
    ("number", "double"): "number",
}
# Kinds that only carry requests of the API server itself.
NO_KIND = re.compile(r"(Options|WatchEvent|Status|APIGroup|APIGroupList|APIResourceList|APIVersions|Patch)$")


def quote(text):
    return urllib.parse.quote(text, safe="/.:-_*+$[]{}\",|()<>'!?;&^`~\\@#")


def reference(schema):
    """The name that a property refers to, alone or through allOf, else None."""
    for s in [schema] + schema.get("allOf", []):
        if "$ref" in s:
            return s["$ref"].rsplit("/", 1)[1]
    return None


def special(name):
    return SPECIAL.get(name) or SPECIAL.get(name.rsplit(".", 1)[1] if "apiextensions" in name else "")


def type_of(schema):
    name = reference(schema)
    if name:
        return special(name) or "@" + name
    kind = schema.get("type")
    if kind == "array":
        return "[]" + type_of(schema["items"])
    if kind == "object":
        more = schema.get("additionalProperties")
        return "{}" + type_of(more) if isinstance(more, dict) else "any"
    if kind is None:
        return "any"
    return SCALARS[kind, schema.get("format")]


def gate_of(schema):
    """The feature gate that a description says the field needs, while it is alpha or beta."""
    text = " ".join(schema.get("description", "").split())
    if not re.search(r"\b(alpha|beta)\b", text, re.I):
        return None
    m = (re.search(r"requires (?:enabling )?(?:the )?`?([A-Z][A-Za-z0-9]+)`? feature[ -]?gate", text)
         or re.search(r"(?:with|when|if|by) (?:the )?`?([A-Z][A-Za-z0-9]+)`? feature[ -]?gate", text))
    if m and re.search(r"namespace field|(alpha|beta) type|This value", text[max(0, m.start() - 100):m.start()]):
        return None  # it speaks of a value or of a field below, not of this field
    return m[1] if m else None


def field_row(schema, required):
    row = [type_of(schema)]
    if required:
        row.append("required")
    kind = schema.get("x-kubernetes-list-type") or schema.get("x-kubernetes-map-type")
    if kind:
        row.append("as=" + kind)
    if "x-kubernetes-list-map-keys" in schema:
        row.append("keys=" + ",".join(schema["x-kubernetes-list-map-keys"]))
    if "x-kubernetes-patch-merge-key" in schema:
        row.append("merge=" + schema["x-kubernetes-patch-merge-key"])
    if "x-kubernetes-patch-strategy" in schema:
        row.append("patch=" + schema["x-kubernetes-patch-strategy"])
    if schema.get("default") not in (None, {}, "", [], 0, False):
        row.append("default=" + quote(json.dumps(schema["default"], separators=(",", ":"))))
    enum = schema.get("enum") or schema.get("items", {}).get("enum") if schema.get("type") in ("string", "array") else None
    if enum:
        row.append("enum=" + "|".join(quote(str(e)).replace("|", "%7C") for e in enum))
    gate = gate_of(schema)
    if gate:
        row.append("gate=" + gate)
    return " ".join(row)


class Table:
    """releases: minor -> text; kinds, types and fields: key -> {minor: row}."""

    def __init__(self):
        self.releases, self.kinds, self.types, self.fields, self.life = {}, {}, {}, {}, {}
        self.gates = {}  # name -> {minor: "off"}

    def all_rows(self):
        return (self.kinds, self.types, self.fields)

    def drop(self, minor):
        self.releases.pop(minor, None)
        for rows in self.all_rows():
            for key in list(rows):
                rows[key].pop(minor, None)
                if not rows[key]:
                    del rows[key]

    # --- reading what servers publish ---
    def add_dump(self, folder):
        name = os.path.basename(os.path.normpath(folder))
        minor = int(name.split(".")[1])
        self.drop(minor)
        spec = os.path.join(folder, "openapi-spec")
        derived = os.path.isdir(spec)
        docs = sorted(glob.glob(os.path.join(spec, "v3", "*.json") if derived else os.path.join(folder, "openapi", "v3", "*.json")))
        if not docs:
            sys.exit("%s: no OpenAPI documents" % folder)
        schemas = {}
        for path in docs:
            with open(path) as f:
                for n, s in json.load(f).get("components", {}).get("schemas", {}).items():
                    schemas.setdefault(n, s)
        version = name
        if os.path.exists(os.path.join(folder, "version.json")):
            with open(os.path.join(folder, "version.json")) as f:
                version = json.load(f)["gitVersion"].lstrip("v")
        self.releases[minor] = version + (" derived" if derived else "")
        for n, s in schemas.items():
            self.add_type(minor, n, s, derived)
        if derived:
            self.derive_kinds(minor, schemas)
        else:
            self.add_discovery(minor, folder, schemas)
        self.drop_unreached(minor)

    def add_type(self, minor, name, schema, derived):
        if special(name):
            return
        self.types.setdefault(name, {})[minor] = "as=atomic" if schema.get("x-kubernetes-map-type") == "atomic" else ""
        required = set(schema.get("required", []))
        for f, s in schema.get("properties", {}).items():
            row = field_row(s, f in required)
            if derived and "string" in row.split()[0]:
                row = self.with_neighbour_enum(minor, name, f, row)
            self.fields.setdefault((name, f), {})[minor] = row

    def with_neighbour_enum(self, minor, name, field, row):
        rows = self.fields.get((name, field), {})
        known = [m for m in rows if "derived" not in self.releases.get(m, "derived")]
        near = [m for m in (max((m for m in known if m < minor), default=None),
                            min((m for m in known if m > minor), default=None)) if m]
        for m in sorted(near, key=lambda m: (abs(m - minor), m)):
            found = re.search(r"enum=\S+", rows[m])
            if found:
                return " ".join(sorted_attributes(row.split() + [found[0]]))
        return row

    def add_discovery(self, minor, folder, schemas):
        by_gvk = kinds_of(schemas)
        for path in ("discovery-api.json", "discovery-apis.json"):
            with open(os.path.join(folder, path)) as f:
                groups = json.load(f)["items"]
            for group in groups:
                gname = group.get("metadata", {}).get("name", "")
                for version in group["versions"]:
                    for r in version.get("resources", []):
                        self.add_resource(minor, gname, version["version"], r, by_gvk)

    def add_resource(self, minor, group, version, resource, by_gvk):
        kind = resource["responseKind"]["kind"]
        if not resource.get("verbs") or NO_KIND.search(kind):
            return
        gvk = (group, version, kind)
        if gvk not in by_gvk:
            return
        scope = "namespaced" if resource["scope"] == "Namespaced" else "cluster"
        row = "%s %s @%s" % (resource["resource"], scope, by_gvk[gvk])
        if "create" not in resource["verbs"]:
            row += " readonly"
        short = resource.get("shortNames")
        if short:
            row += " short=" + ",".join(sorted(short))
        self.kinds.setdefault(gvk, {})[minor] = row
        lists = (group, version, kind + "List")
        if lists in by_gvk:
            self.kinds.setdefault(lists, {})[minor] = "- list @%s" % by_gvk[lists]

    def derive_kinds(self, minor, schemas):
        """Served in a derived release: what both neighbours serve, or what was GA by then."""
        by_gvk = kinds_of(schemas)
        known = {m for m in self.releases if "derived" not in self.releases[m]}
        below = max((m for m in known if m < minor), default=None)
        above = min((m for m in known if m > minor), default=None)
        for gvk, rows in list(self.kinds.items()):
            if gvk not in by_gvk:
                continue
            stable = re.fullmatch(r"v\d+", gvk[1])
            if (below in rows and above in rows) or (stable and (above in rows or below in rows)) or below in rows:
                rows[minor] = rows[above if above in rows else below]

    def drop_unreached(self, minor):
        """Types that no kind of the release leads to (request options, other groups' leftovers)."""
        reached, todo = set(), []
        for rows in self.kinds.values():
            if minor in rows:
                todo.append(re.search(r"@(\S+)", rows[minor])[1])
        by_type = {}
        for (t, _), rows in self.fields.items():
            if minor in rows:
                by_type.setdefault(t, []).append(rows[minor])
        while todo:
            t = todo.pop()
            if t in reached:
                continue
            reached.add(t)
            for row in by_type.get(t, []):
                m = re.match(r"[\[\]{}]*@(\S+)", row)
                if m:
                    todo.append(m[1])
        for rows, key_type in ((self.types, lambda k: k), (self.fields, lambda k: k[0])):
            for key in list(rows):
                if key_type(key) not in reached:
                    rows[key].pop(minor, None)
                    if not rows[key]:
                        del rows[key]

    # --- the life of an API, from the tags of its Go types ---
    def add_lifecycle(self, folder):
        pattern = re.compile(r"func \(in \*(\w+)\) APILifecycle(\w+)\(\) (.*?) \{\n\treturn (.*)\n")
        for path in sorted(glob.glob(os.path.join(folder, "*", "*", "zz_generated.prerelease-lifecycle.go"))):
            part = path.split(os.sep)[-3:-1]
            group = group_of(os.path.dirname(path), part[0])
            with open(path) as f:
                for kind, what, _, value in pattern.findall(f.read()):
                    life = self.life.setdefault((group, part[1], kind), {})
                    if what == "Replacement":
                        life["instead"] = "/".join(re.findall(r'"([^"]*)"', value))
                    else:
                        life[what.lower()] = int(value.split(",")[1])

    # --- feature gates, from the table of their versions ---
    def add_gates(self, path):
        with open(path) as f:
            text = f.read()
        block = re.compile(r"^\t(?:\w+\.)?(\w+): \{\n((?:\t\t\{Version.*\n)+)\t\}", re.M)
        version = re.compile(r'MustParse\("1\.(\d+)"\), Default: (true|false)')
        wanted = {m[1] for rows in self.fields.values() for r in rows.values() for m in [re.search(r"gate=(\S+)", r)] if m}
        for name, body in block.findall(text):
            steps = [(int(m), d == "true") for m, d in version.findall(body)]
            if name not in wanted or not steps:
                continue
            self.gates.pop(name, None)
            for minor in self.releases:
                state = [on for since, on in steps if since <= minor]
                if not (state and state[-1]):
                    self.gates.setdefault(name, {})[minor] = ""

    # --- the text ---
    def write(self, path):
        everything = sorted(self.releases)
        with open(path, "w") as out:
            out.write("# Kubernetes' API types by release. Made by `make schemas`; see README.md.\n")
            for m in everything:
                out.write("release %d %s\n" % (m, self.releases[m]))
            for name in sorted(self.gates):
                write_rows(out, "gate " + name, self.gates[name], None)
            for gvk in sorted(set(self.kinds) | set(self.life)):
                self.write_kind(out, gvk, everything)
            for t in sorted(self.types):
                present = sorted(self.types[t])
                write_rows(out, "type " + t, self.types[t], everything)
                for key in sorted(k for k in self.fields if k[0] == t):
                    write_rows(out, "\t" + key[1], self.fields[key], present)

    def write_kind(self, out, gvk, everything):
        head = "kind %s %s %s" % (gvk[0] or "core", gvk[1], gvk[2])
        life = self.life.get(gvk, {})
        if life and not gvk[2].endswith("List"):
            out.write("life%s %s\n" % (head[4:], " ".join("%s=%s" % (k, life[k]) for k in sorted(life))))
        if gvk in self.kinds:
            write_rows(out, head, self.kinds[gvk], everything)

    def read(self, path):
        current = None
        everything = []
        with open(path) as f:
            for line in f:
                line = line.rstrip("\n")
                if not line or line.startswith("#"):
                    continue
                body, _, mask = line.partition(" @@")
                words = body.split()
                if line.startswith("release "):
                    self.releases[int(words[1])] = " ".join(words[2:])
                    everything.append(int(words[1]))
                elif line.startswith("gate "):
                    add(self.gates, words[1], "", minors(mask))
                elif line.startswith("kind "):
                    key = ("" if words[1] == "core" else words[1], words[2], words[3])
                    add(self.kinds, key, " ".join(words[4:]), minors(mask) or everything)
                elif line.startswith("life "):
                    key = ("" if words[1] == "core" else words[1], words[2], words[3])
                    pairs = [w.split("=", 1) for w in words[4:]]
                    self.life[key] = {k: v if k == "instead" else int(v) for k, v in pairs}
                elif line.startswith("type "):
                    current, present = words[1], minors(mask) or everything
                    add(self.types, current, " ".join(words[2:]), present)
                    members = sorted(self.types[current])
                else:
                    add(self.fields, (current, words[0]), " ".join(words[1:]), minors(mask) or members)


def sorted_attributes(words):
    order = ["required", "as", "keys", "merge", "patch", "default", "enum", "gate"]
    rest = [w for w in words[1:]]
    rest.sort(key=lambda w: order.index(w.split("=")[0]))
    return words[:1] + rest


def add(rows, key, row, present):
    for m in present:
        rows.setdefault(key, {})[m] = row


def write_rows(out, head, rows, present):
    """One line for each distinct row, with the releases that it holds for unless that is all."""
    seen = []
    for m in sorted(rows):
        if rows[m] not in seen:
            seen.append(rows[m])
    for row in seen:
        held = [m for m in sorted(rows) if rows[m] == row]
        text = (head + " " + row).rstrip()
        out.write(text + ("" if present is not None and held == list(present) else " @@" + ranges(held)) + "\n")


def ranges(held):
    out, start = [], held[0]
    for i, m in enumerate(held):
        if i + 1 == len(held) or held[i + 1] != m + 1:
            out.append(str(start) if start == m else "%d-%d" % (start, m))
            if i + 1 < len(held):
                start = held[i + 1]
    return ",".join(out)


def minors(mask):
    out = []
    for part in mask.split(",") if mask else []:
        a, _, b = part.partition("-")
        out += range(int(a), int(b or a) + 1)
    return out


def kinds_of(schemas):
    by_gvk = {}
    for n, s in sorted(schemas.items()):
        for g in s.get("x-kubernetes-group-version-kind", []):
            by_gvk.setdefault((g["group"], g["version"], g["kind"]), n)
    return by_gvk


def group_of(folder, fallback):
    with open(os.path.join(folder, "register.go")) as f:
        m = re.search(r'GroupName\s*=\s*"([^"]*)"', f.read())
    return m[1] if m else fallback


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("dump", nargs="*")
    p.add_argument("--lifecycle", action="append", default=[])
    p.add_argument("--gates", action="append", default=[])
    p.add_argument("--output", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "kubernetes.txt"))
    a = p.parse_args()
    table = Table()
    if os.path.exists(a.output):
        table.read(a.output)
    for d in a.lifecycle:
        table.add_lifecycle(d)
    for d in sorted(a.dump, key=lambda d: os.path.isdir(os.path.join(d, "openapi-spec"))):
        table.add_dump(d)
    for f in a.gates:
        table.add_gates(f)
    table.write(a.output)


if __name__ == "__main__":
    main()
