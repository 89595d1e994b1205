"""Pairs of an object as it was and as it is to become, each a mutation of another."""
import copy


def siblings(base, bases):
    """Other manifests of its kind, under its name."""
    out = []
    for other in bases:
        if other["kind"] == base["kind"] and other["apiVersion"] == base["apiVersion"]:
            other = copy.deepcopy(other)
            other["metadata"]["name"] = base["metadata"]["name"]
            out.append(other)
    return out


def grafted(base, other, rng):
    """One field of a sibling's in place of one's own; a level or two down."""
    out, here, there = copy.deepcopy(base), None, other
    here = out
    for _ in range(rng.choice([1, 2, 2, 2, 3])):
        keys = [k for k in {**here, **there} if k not in ("apiVersion", "kind", "metadata")]
        if not keys:
            break
        key = rng.choice(keys)
        if isinstance(here.get(key), dict) and isinstance(there.get(key), dict):
            here, there = here[key], there[key]
            continue
        if key in there:
            here[key] = copy.deepcopy(there[key])
        else:
            here.pop(key)
        return out, "graft %s" % key
    return copy.deepcopy(other), "sibling"


def makeable(manifest, base):
    """As it can be made for real: under its own name, and deleted again."""
    meta = manifest.get("metadata")
    if not isinstance(meta, dict):
        return None
    out = copy.deepcopy(manifest)
    meta = out["metadata"]
    for field in ("finalizers", "generateName", "ownerReferences", "deletionTimestamp"):
        meta.pop(field, None)
    meta["name"] = base["metadata"]["name"]
    if "namespace" in base["metadata"]:
        meta["namespace"] = base["metadata"]["namespace"]
    else:
        meta.pop("namespace", None)
    return out


def pair(base, bases, ways, rng):
    """(old, new, what): each is the base, a mutation of it, or a graft of a sibling's."""
    sides, said = [], []
    for _ in range(2):
        way = rng.choice(["base", "graft", "graft", "mutate", "mutate"])
        made, what = base, "base"
        if way == "graft":
            made, what = grafted(base, rng.choice(siblings(base, bases)), rng)
        elif way == "mutate":
            made, what = rng.choice(ways)(base)
        made = makeable(made, base)
        if not made:
            return None
        sides.append(made)
        said.append(what)
    if sides[0] == sides[1]:
        return None
    return sides[0], sides[1], " -> ".join(said)
