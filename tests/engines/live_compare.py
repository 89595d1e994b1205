"""A cluster as it is, and whether what happened to it is what a plan had announced."""
import json
import os
import re
import ssl
import urllib.request

KINDS = ["api/v1/namespaces", "api/v1/configmaps", "api/v1/secrets", "api/v1/services",
         "api/v1/serviceaccounts", "apis/apps/v1/deployments", "apis/batch/v1/cronjobs",
         "apis/rbac.authorization.k8s.io/v1/roles", "apis/policy/v1/poddisruptionbudgets"]
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
VOLATILE = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp",
            "finalizers", "selfLink"]


class Api:
    def __init__(self, folder, kinds=()):
        self.kinds = [*KINDS, *kinds]
        with open(os.path.join(folder, "port")) as f:
            self.url = "https://127.0.0.1:%s/" % f.read().strip()
        self.context = ssl.create_default_context(cafile=os.path.join(folder, "ca.crt"))

    def call(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.url + path, method=method,
                                         data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", "Bearer admin-token")
        request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, context=self.context) as answer:
            return json.load(answer)

    def apply(self, path, body):
        return self.call("PATCH", path + "?fieldManager=test&force=true", body,
                         "application/apply-patch+yaml")

    def snapshot(self):
        found, self.uids = {}, {}
        for path in self.kinds:
            answer = self.call("GET", path)
            for item in answer["items"]:
                item["kind"] = answer["kind"][:-len("List")]
                item.pop("status", None)
                uid = item["metadata"]["uid"]
                for key in VOLATILE:
                    item["metadata"].pop(key, None)
                annotations = item["metadata"].get("annotations", {})
                annotations.pop(LAST_APPLIED, None)  # kubectl's own, which no plan shows
                if not annotations:
                    item["metadata"].pop("annotations", None)
                ns = item["metadata"].get("namespace", "")
                if ns.startswith("kube-") or item["metadata"]["name"].startswith(
                        ("kube-", "default")):
                    continue
                key = item["kind"], ns, item["metadata"]["name"]
                found[key], self.uids[key] = item, uid
        return found


# ---- the comparison ----

def names_of(tree):
    """The names of a list's entries, where all have one of their own."""
    if not isinstance(tree, list) or not all(isinstance(e, dict) and "name" in e for e in tree):
        return None
    names = [e["name"] for e in tree]
    return names if len(set(names)) == len(names) else None


def leaves(before, after, at=""):
    """JSON pointers of what differs; of a list of names that only changes its order, its own."""
    if before == after:
        return []
    one, two = names_of(before), names_of(after)
    if one and two and one != two and sorted(one) == sorted(two):
        by_name = {e["name"]: e for e in after}
        return [at] if any(e != by_name[e["name"]] for e in before) else []
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for key in sorted(set(before) | set(after)):
            found += leaves(before.get(key), after.get(key),
                            at + "/" + key.replace("~", "~0").replace("/", "~1"))
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [p for i, (b, a) in enumerate(zip(before, after)) for p in leaves(b, a, "%s/%d" % (at, i))]
    return [at]


def value_at(tree, pointer, path=""):
    """What a pointer leads to; entries that the path names are found by that."""
    named = re.findall(r'\[name="([^"]*)"\]', path)
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if named and names_of(tree):
            name = named.pop(0)
            tree = next((e for e in tree if e["name"] == name), None)
        elif isinstance(tree, list):
            tree = tree[int(part)] if int(part) < len(tree) else None
        else:
            tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def holds(want, got):
    """Whether what was planned is there; the server may have added defaults to it."""
    if isinstance(want, dict) and isinstance(got, dict):
        return all(holds(v, got.get(k)) for k, v in want.items())
    if isinstance(want, list) and isinstance(got, list):
        return len(want) == len(got) and all(holds(w, g) for w, g in zip(want, got))
    return want == got


def related(one, two):
    return one == two or one.startswith(two + "/") or two.startswith(one + "/")


def wrong_fields(change, before, after):
    """What an announced update and the real one do not agree on."""
    said = [f for f in change.get("fields", []) if f.get("cause") not in ("server", "stays")]
    problems = []
    if change["object"]["kind"] != "Secret":
        for field in said:
            got = value_at(after, field["pointer"], field["path"])
            if "after" in field and not holds(field["after"], got):
                problems.append("%s: planned %r, is %r" % (field["pointer"], field["after"], got))
            # Of a list, another entry may have taken its place.
            if "after" not in field and got is not None and got == field.get("before"):
                problems.append("%s: planned to go, is %r" % (field["pointer"], got))
    for pointer in leaves(before, after):
        # A move is a race between two owners: where the old one wins, the object is made anew.
        if change["action"] == "move" and pointer.startswith("/spec/clusterIP"):
            continue
        if not any(related(pointer, f["pointer"]) for f in said):
            problems.append("%s: changed, and was not planned" % pointer)
    return problems


def judge_one(change, key, before, after, anew):
    """What is wrong with one announced change."""
    old, new, action = before.get(key), after.get(key), change["action"]
    there = {"create": (False, True), "delete": (True, False)}.get(action, (True, True))
    if (bool(old), bool(new)) != there:
        return ["planned as %s, it was %s and is %s" % (
            action, "there" if old else "missing", "there" if new else "missing")]
    # A move is a race between two owners: where the old one wins, the object is made anew.
    if action != "move" and anew != (action == "replace"):
        return ["planned as %s, and it was%s made anew" % (action, "" if anew else " not")]
    if action in ("create", "delete"):
        return []
    return wrong_fields(change, old, new)


def judge(plan, before, after, anew):
    """Compare; returns the number of objects, and what is wrong."""
    problems, seen = [], set()
    for change in plan["changes"]:
        o = change["object"]
        key = o["kind"], o.get("namespace", ""), o["name"]
        seen.add(key)
        wrong = judge_one(change, key, before, after, key in anew)
        problems += ["%s %s/%s: " % key + p for p in wrong]
        if wrong:
            problems.append("%s %s/%s: the plan said: %s" % (*key, json.dumps(change)))
    for key in set(before) | set(after):
        if key not in seen and (before.get(key) != after.get(key) or key in anew):
            problems.append("%s %s/%s: changed, and is not in the plan: %s" % (
                *key, ", ".join(leaves(before.get(key), after.get(key)))))
    return len(seen | set(before) | set(after)), problems


def made_anew(old, new):
    return {key for key, uid in new.items() if key in old and old[key] != uid}


class Tally:
    def __init__(self, name):
        self.name = name
        self.objects = self.differing = self.passed = self.failed = 0
        self.actions = {}

    def add(self, plan, count, problems):
        self.objects += count
        self.differing += len({p.split(": ")[0] for p in problems})
        self.passed, self.failed = self.passed + (not problems), self.failed + bool(problems)
        for change in plan["changes"]:
            self.actions[change["action"]] = self.actions.get(change["action"], 0) + 1

    def say(self):
        print("%s: %d objects compared, %d differ; planned: %s" % (
            self.name, self.objects, self.differing,
            ", ".join("%d %s" % (v, k) for k, v in sorted(self.actions.items()))))
        print("%s: %d passed, %d failed" % (self.name, self.passed, self.failed))
