"""Objects as the server's own OpenAPI describes them: fields that a manifest might have had."""
import copy

from values import NUMBERS, STRINGS, at, leaves

QUANTITIES = ["0", "1", "100m", "1Gi", "-1", "1.5", "0.0001", "1e3", "2Ti", "1GB", "", "500n"]
TIMES = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456Z", "2026-01-02", "yesterday"]
DEEPEST = 6


class Shapes:
    """The schemas of a server's kinds, and values made from them."""

    def __init__(self, server, bases):
        self.server = server
        self.documents = {}
        self.by_field = {}
        for base in bases:
            for path, value in leaves(base):
                if path and isinstance(path[-1], str):
                    self.by_field.setdefault(path[-1], []).append(value)

    def document(self, api):
        if api not in self.documents:
            path = "/openapi/v3/" + ("apis/" if "/" in api else "api/") + api
            self.documents[api] = self.server.request("GET", path)[1]
        return self.documents[api]

    def schemas(self, api):
        return self.document(api).get("components", {}).get("schemas", {})

    def of_kind(self, api, kind):
        group, _, version = api.rpartition("/")
        wanted = {"group": group, "kind": kind, "version": version}
        for schema in self.schemas(api).values():
            if wanted in schema.get("x-kubernetes-group-version-kind", []):
                return schema
        return None

    def resolve(self, api, schema):
        while schema:
            if "$ref" in schema:
                schema = self.schemas(api).get(schema["$ref"].rsplit("/", 1)[1], {})
            elif len(schema.get("allOf", [])) == 1:
                schema = dict(schema["allOf"][0], **{k: v for k, v in schema.items() if k == "enum"})
            else:
                break
        return schema or {}

    def walk(self, api, schema, node, path=()):
        """(path, schema, node) of each map of a manifest whose schema is known."""
        schema = self.resolve(api, schema)
        if isinstance(node, dict):
            yield path, schema, node
            for key, value in node.items():
                below = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
                if isinstance(below, dict):
                    yield from self.walk(api, below, value, path + (key,))
        elif isinstance(node, list) and isinstance(schema.get("items"), dict):
            for index, item in enumerate(node):
                yield from self.walk(api, schema["items"], item, path + (index,))

    def text(self, schema, field, rng):
        if schema.get("enum") and rng.random() < 0.85:
            return rng.choice(schema["enum"])
        if schema.get("format") == "date-time" and rng.random() < 0.8:
            return rng.choice(TIMES)
        known = [v for v in self.by_field.get(field, []) if isinstance(v, str)]
        if known and rng.random() < 0.6:
            return rng.choice(known)
        return rng.choice(STRINGS + ["a", "b", "web", "data"] * 5)

    def scalar(self, schema, field, rng):
        if "oneOf" in schema or schema.get("format") == "int-or-string":
            return rng.choice([1, 0, 8080, -1, "50%", "http", "100%", "150%", "", "x"])
        kind = schema.get("type")
        if kind == "boolean":
            return rng.random() < 0.5
        if kind in ("integer", "number"):
            known = [v for v in self.by_field.get(field, []) if isinstance(v, int)]
            return rng.choice(known if known and rng.random() < 0.5 else NUMBERS)
        return self.text(schema, field, rng)

    def made(self, api, schema, field, rng, depth=0):
        schema = self.resolve(api, schema)
        if "oneOf" in schema and {o.get("type") for o in schema["oneOf"]} == {"string", "number"}:
            return rng.choice(QUANTITIES)
        known = [v for v in self.by_field.get(field, []) if isinstance(v, (dict, list))]
        if known and schema.get("type") in ("object", "array") and rng.random() < 0.35:
            return copy.deepcopy(rng.choice(known))
        if schema.get("type") == "array":
            items = [self.made(api, schema.get("items", {}), field, rng, depth + 1)
                     for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))]
            return items if depth < DEEPEST else []
        if "properties" in schema:
            return self.made_map(api, schema, rng, depth)
        if isinstance(schema.get("additionalProperties"), dict):
            keys = rng.sample(["a", "b", "cpu", "storage", "example.com/x", "Bad_Key!"],
                              rng.choice([0, 1, 1, 2]))
            return {k: self.made(api, schema["additionalProperties"], k, rng, depth + 1)
                    for k in keys}
        if schema.get("type") == "object":
            return {}
        return self.scalar(schema, field, rng)

    def made_map(self, api, schema, rng, depth):
        out = {}
        required = schema.get("required", [])
        likely = 0.5 if len(schema["properties"]) < 8 else 0.15
        if depth >= DEEPEST:
            likely = 0
        for name, below in schema["properties"].items():
            if rng.random() < (0.93 if name in required else likely):
                out[name] = self.made(api, below, name, rng, depth + 1)
        return out

    def add(self, manifest, rng):
        """A copy with a field more, and what it is; None where no schema is known."""
        out = copy.deepcopy(manifest)
        api = out["apiVersion"]
        schema = self.of_kind(api, out["kind"])
        if not schema:
            return None
        places = [(p, s) for p, s, n in self.walk(api, schema, out)
                  if set(s.get("properties", {})) - set(n) - {"status"}]
        if not places:
            return None
        path, schema = rng.choice(places)
        node = at(out, path)
        absent = sorted(set(schema["properties"]) - set(node) - {"status", "managedFields"})
        if not absent:
            return None
        name = rng.choice(absent)
        node[name] = self.made(api, schema["properties"][name], name, rng)
        return out, "add %s" % ".".join(map(str, path + (name,)))


def thin(manifest, rng):
    """A copy that lacks some of what it had."""
    out = copy.deepcopy(manifest)
    keep = rng.choice([0.3, 0.6, 0.8])
    paths = [p for p, _ in leaves(out) if len(p) > 1 and p[0] not in ("apiVersion", "kind")
             and p[:2] not in (("metadata", "name"), ("metadata", "namespace"))]
    rng.shuffle(paths)
    for path in paths:
        if rng.random() < keep ** 0.25:
            continue
        try:
            parent = at(out, path[:-1])
            if not isinstance(parent, list) and len(parent) > 1:
                del parent[path[-1]]
        except (KeyError, IndexError, TypeError):
            pass  # it went with what held it
    return out


def shaped(shapes, base, rng):
    """A manifest with a few fields more, perhaps thinner first."""
    out, what = (thin(base, rng), ["thin"]) if rng.random() < 0.5 else (base, [])
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        added = shapes.add(out, rng)
        if added:
            out = added[0]
            what.append(added[1])
    return out, "; ".join(what)
