"""Mutations of one value at one place of a tree."""
import copy

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
