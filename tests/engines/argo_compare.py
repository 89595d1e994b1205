"""What an Argo CD made of a commit, held against the plan of it."""
import json
import re
import time

from argo_guards import Guards
from argo_policies import Policies
from argo_projects import Projects
from argo_real import Conflict

NAMESPACES = ["web", "greet", "tools", "fresh"] + ["opt-" + name for name in (
    "ignored", "hooked", "kept", "replaced", "spaces", "merged", "files", "several", "deepest")] + [
        "prj-" + name for name in Projects.APPS] + ["set-" + name for name, _ in Policies.SETS] + ["grd-" + name for name in (*Guards.APPS, "shared")]
# What the apps hold, and Argo CD's own: path, whether it is namespaced.
KINDS = [
    ("/api/v1", "namespaces", False),
    ("/api/v1", "configmaps", True),
    ("/api/v1", "services", True),
    ("/api/v1", "serviceaccounts", True),
    ("/apis/apps/v1", "deployments", True),
    ("/apis/batch/v1", "cronjobs", True),
    ("/apis/rbac.authorization.k8s.io/v1", "clusterroles", False),
    ("/apis/rbac.authorization.k8s.io/v1", "roles", True),
    ("/apis/rbac.authorization.k8s.io/v1", "rolebindings", True),
    ("/apis/argoproj.io/v1alpha1", "applications", True),
    ("/apis/argoproj.io/v1alpha1", "applicationsets", True),
    ("/apis/argoproj.io/v1alpha1", "appprojects", True),
]


# --- what is compared ----------------------------------------------------------------------------

EMPTY_TEMPLATE = {"metadata": {}, "spec": {"destination": {}, "project": ""}}


def drop_empty_templates(value):
    """The ApplicationSet controller puts them into generators, and every apply takes them out."""
    if isinstance(value, list):
        return [drop_empty_templates(v) for v in value]
    if isinstance(value, dict):
        return {k: drop_empty_templates(v) for k, v in value.items()
                if k != "template" or v != EMPTY_TEMPLATE}
    return value


def clean(o):
    """Without what the server and the controllers keep for themselves."""
    o = json.loads(json.dumps(o))
    if o.get("kind") == "ApplicationSet" or "generators" in o.get("spec", {}):
        o["spec"]["generators"] = drop_empty_templates(o["spec"]["generators"])
    meta = o["metadata"]
    for key in ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation",
                "ownerReferences"):
        meta.pop(key, None)
    for key in ("kubectl.kubernetes.io/last-applied-configuration", "argocd.argoproj.io/refresh",
                "deployment.kubernetes.io/revision"):
        meta.get("annotations", {}).pop(key, None)
    if "finalizers" in meta:
        meta["finalizers"] = [f for f in meta["finalizers"] if "-delete-finalizer." not in f]
    if not meta.get("annotations"):
        meta.pop("annotations", None)
    for key in ("status", "operation"):
        o.pop(key, None)
    return o


def snapshot(cluster):
    found = {}
    for base, plural, namespaced in KINDS:
        reply = cluster.ask("GET", f"{base}/{plural}") or {"items": [], "kind": "List"}
        for item in reply["items"]:
            meta = item["metadata"]
            space = meta.get("namespace", "")
            if namespaced and space not in NAMESPACES + ["argocd"]:
                continue
            if space == "argocd" and plural not in ("applications", "applicationsets",
                                                    "appprojects"):
                continue
            if meta["name"] in ("kube-root-ca.crt", "default") or meta.get("deletionTimestamp"):
                continue
            if not namespaced and not (meta["name"] in NAMESPACES or "plain" in meta["name"]):
                continue
            found[reply["kind"][:-4], space, meta["name"]] = clean(item)
    return found


# Lists whose entries are known by a key: their places change with those before them.
KEYS = ("name", "containerPort", "port", "mountPath", "key", "ip")


def entry(item, i):
    """What stands for an entry of a list in a path."""
    for key in KEYS if isinstance(item, dict) else ():
        if key in item:
            return f"[{key}={item[key]}]"
    return str(i)


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, path + (key,))
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from leaves(inner, path + (entry(inner, i),))
    elif value not in ({}, [], None):
        yield path, value


def steps(path):
    """spec.ports[port=80,protocol="TCP"].name in its parts: keys, places, and entries' keys."""
    for key, inner in re.findall(r'([^.\[\]]+)|\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]', path):
        if key:
            yield key
        elif inner.isdigit():
            yield int(inner)
        elif re.match(r"\w*=", inner):
            pairs = re.findall(r'(\w*)=("(?:[^"\\]|\\.)*"|[^,]*)', inner)
            yield {k: json.loads(v) for k, v in pairs}
        else:
            yield inner


def find(value, path):
    """The value at a plan's path, and the path in the form of leaves(); None where it is not."""
    at = ()
    for step in steps(path):
        if isinstance(step, dict):
            fits = [(i, v) for i, v in enumerate(value if isinstance(value, list) else [])
                    if v == step.get("") or (isinstance(v, dict) and all(
                        v.get(k) == w or (k == "protocol" and k not in v)
                        for k, w in step.items()))]
            if not fits:
                return None, None
            value, at = fits[0][1], at + (entry(fits[0][1], fits[0][0]),)
        elif isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return None, None
            value, at = value[step], at + (entry(value[step], step),)
        else:
            if not isinstance(value, dict) or step not in value:
                return None, None
            value, at = value[step], at + (step,)
    return value, at


EMPTY = (None, "", [], {})


def holds(announced, live):
    """The announced value, and perhaps what the server added to it."""
    if announced in EMPTY and live in EMPTY:
        return True
    if isinstance(announced, dict):
        return isinstance(live, dict) and all(holds(v, live.get(k)) for k, v in announced.items())
    if isinstance(announced, list):
        return isinstance(live, list) and len(live) == len(announced) and all(
            holds(a, b) for a, b in zip(announced, live))
    return announced == live


def wanted(field):
    """What becomes of a field: drift that nobody undoes stays as it is."""
    stays = field.get("cause") == "stays" or (
        field.get("cause") == "drift" and not field.get("undone"))
    return field.get("before" if stays else "after")


def check_announced(change, key, after):
    for field in change.get("fields", []):
        live, _ = find(after[key], field["path"])
        if field.get("cause") != "server" and not holds(wanted(field), live):
            yield f"{key} {field['path']}: announced {wanted(field)!r}, found {live!r}"


def check_changed(change, key, before, after):
    """What changed and was not announced."""
    old, new = dict(leaves(before)), dict(leaves(after))
    told = [find(side, field["path"])[1] for field in (change or {}).get("fields", [])
            for side in (before, after)]
    told = [path for path in told if path is not None]
    for path in sorted((p for p in set(old) | set(new) if old.get(p) != new.get(p)), key=str):
        if key[0] == "Application" and {old.get(path), new.get(path)} == {"", None}:
            continue  # a controller that writes an Application adds or leaves out empty fields
        if not any(path[:len(t)] == t for t in told):
            yield (f"{key} {'.'.join(path)} changed unannounced: {old.get(path)!r} to "
                   f"{new.get(path)!r}")


def check_project(change, key, before, after):
    """Its lists have no keys: which of its fields change, and that others do not."""
    told = {re.match(r"\w+(\.\w+)?", f["path"])[0] for f in (change or {}).get("fields", [])}
    made = {f"{part}.{name}" for part in ("metadata", "spec")
            for name in set(before[part]) | set(after[part])
            if before[part].get(name) != after[part].get(name)}
    if told != made:
        yield f"{key}: announced {sorted(told)}, changed {sorted(made)}"


def check_hooks(plan, after):
    for hook in plan.get("hooks", []):
        o = hook["object"]
        key = o["kind"], o.get("namespace", ""), o["name"]
        if (key in after) != (hook.get("deletePolicy") != "HookSucceeded"):
            yield f"{key}, a hook ({hook['when']}), {'is' if key in after else 'is not'} there"


def held_back(plan):
    """Applications that the plan says nothing is applied of: refused, or held by a calendar."""
    told = [re.match(r"Application argocd/([^:]*): ", f["message"]) for f in plan["findings"]
            if f["rule"] in ("engine/refused", "engine/held-back")]
    return {m[1] for m in told if m}


def check(plan, before, after):
    """Complaints: what was announced and is not so, what changed unannounced."""
    held = held_back(plan)
    wrong, announced = list(check_hooks(plan, after)), {}
    hooks = {(h["object"]["kind"], h["object"].get("namespace", ""), h["object"]["name"])
             for h in plan.get("hooks", [])}
    for change in plan["changes"]:
        o = change["object"]
        key = o["kind"], o.get("namespace", ""), o["name"]
        if change.get("owner", {}).get("name") in held:
            continue  # so it is as if nothing had been announced
        announced[key] = change
        if change["action"] == "delete" and key in after:
            wrong.append(f"{key} was to be deleted and is there")
        if change["action"] in ("create", "update", "replace", "move"):
            if key not in after:
                wrong.append(f"{key} was to be there ({change['action']})")
            elif key[0] != "AppProject" or key not in before:
                wrong += check_announced(change, key, after)
    for key in sorted((set(before) | set(after)) - hooks):
        change = announced.get(key)
        if key not in after:
            if not change or change["action"] != "delete":
                wrong.append(f"{key} went unannounced")
        elif key not in before:
            if not change or change["action"] not in ("create", "move"):
                wrong.append(f"{key} came unannounced")
        else:
            compare = check_project if key[0] == "AppProject" else check_changed
            wrong += compare(change, key, before[key], after[key])
    return wrong


def is_synced(app):
    """As it is now, not as it was before somebody changed it."""
    sync = app.get("status", {}).get("sync", {})
    done = app.get("status", {}).get("operationState", {}).get("syncResult", {})
    at = sync.get("revision"), sync.get("revisions")
    return ((sync.get("status") == "Synced" or
             at == (done.get("revision"), done.get("revisions"))) and not app.get("operation")
            and sync.get("comparedTo", {}).get("source") == app["spec"].get("source"))


def quiet(cluster, url):
    """Wait until nothing changes by itself: what is undone at once is no drift."""
    last = None
    for _ in range(40):
        now = snapshot(cluster)
        apps = cluster.ask("GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications")
        if now == last and all(is_synced(a) for a in apps["items"]
                               if sources(a)[0]["repoURL"] == url):
            return
        last = now
        roll_out(cluster)
        collect_garbage(cluster)
        time.sleep(3)


# --- waiting ---------------------------------------------------------------------------------------

def refresh(cluster, sets):
    base = "/apis/argoproj.io/v1alpha1/namespaces/argocd/"
    plural = "applicationsets" if sets else "applications"
    key = "argocd.argoproj.io/" + ("application-set-refresh" if sets else "refresh")
    for item in cluster.ask("GET", base + plural)["items"]:
        try:
            cluster.ask("PATCH", f"{base}{plural}/{item['metadata']['name']}",
                        {"metadata": {"annotations": {key: "true" if sets else "hard"}}},
                        "application/merge-patch+json")
        except RuntimeError as error:
            if "being deleted" not in str(error):
                raise


def sources(app):
    return app["spec"].get("sources") or [app["spec"]["source"]]


def is_at(status, commit):
    return set(status.get("revisions") or [status.get("revision")]) == {commit}


def rests(app, commit):
    """Of one that the plan says is not synced: Argo CD has looked at it, and says why or is done."""
    status = app.get("status", {})
    operation = status.get("operationState", {})
    message = operation.get("message", "")
    tries = operation.get("phase", "") == "Running" and not any(
        word in message for word in ("not valid", "confirmation", "Shared resource"))
    told = "confirmation" in message or any(c["type"] in ("InvalidSpecError", "UnknownError")
               for c in status.get("conditions", []))
    return (told or is_at(status.get("sync", {}), commit)) and not tries


def settled(cluster, url, commit, wanted, held):
    """Which of the repository's apps are not yet what the commit makes of them."""
    apps = cluster.ask("GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications")["items"]
    # One whose deletion waits for somebody is there, and will be.
    apps = [a for a in apps if sources(a)[0]["repoURL"] == url
            and not (a["metadata"]["name"] == "doomed" and a["metadata"].get("deletionTimestamp"))]
    waiting = set(wanted) ^ {a["metadata"]["name"] for a in apps}
    for a in apps:
        if a["metadata"]["name"] in held:
            if not rests(a, commit):
                waiting.add(a["metadata"]["name"])
            continue
        status = a.get("status", {})
        sync, operation = status.get("sync", {}), status.get("operationState", {})
        emptied = any("wipe out" in c["message"] for c in status.get("conditions", []))
        done = (sync.get("status") == "Synced" or emptied or
                is_at(operation.get("syncResult", {}), commit))
        if (not is_at(sync, commit) or not done or a.get("operation")
                or operation.get("phase") not in ("Succeeded",)):
            waiting.add(a["metadata"]["name"])
    return sorted(waiting)


def roll_out(cluster):
    """What the controller manager would do, which does not run: say that Deployments are done."""
    for item in cluster.ask("GET", "/apis/apps/v1/deployments")["items"]:
        meta, count = item["metadata"], item["spec"]["replicas"]
        if item.get("status", {}).get("observedGeneration") == meta["generation"]:
            continue
        done = {name: count for name in ("replicas", "updatedReplicas", "readyReplicas",
                                         "availableReplicas")}
        cluster.ask("PATCH", f"/apis/apps/v1/namespaces/{meta['namespace']}/deployments/"
                    f"{meta['name']}/status",
                    {"status": {"observedGeneration": meta["generation"], **done}},
                    "application/merge-patch+json")


def collect_garbage(cluster):
    """The same: end foreground deletions."""
    for base, plural, namespaced in KINDS:
        for item in (cluster.ask("GET", f"{base}/{plural}") or {"items": []})["items"]:
            meta = item["metadata"]
            if "foregroundDeletion" not in meta.get("finalizers", []):
                continue
            space = f"/namespaces/{meta['namespace']}" if namespaced else ""
            try:
                cluster.ask("PATCH", f"{base}{space}/{plural}/{meta['name']}", {"metadata": {
                    "resourceVersion": meta["resourceVersion"],
                    "finalizers": [f for f in meta["finalizers"] if f != "foregroundDeletion"]}},
                    "application/merge-patch+json")
            except Conflict:
                pass  # another finalizer went meanwhile: the next round does it


def wait(cluster, url, commit, wanted, held):
    end, last = time.time() + 180, 0
    while time.time() < end:
        waiting = settled(cluster, url, commit, wanted, held)
        if not waiting:
            time.sleep(1)
            if not settled(cluster, url, commit, wanted, held):
                return
        roll_out(cluster)
        collect_garbage(cluster)
        if time.time() - last > 6:
            refresh(cluster, True)
            refresh(cluster, False)
            last = time.time()
        time.sleep(0.5)
    for name in waiting:
        app = cluster.ask("GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/" + name)
        status = (app or {}).get("status", {})
        print("#", name, json.dumps({
            "sync": status.get("sync", {}).get("status"),
            "revision": status.get("sync", {}).get("revision"),
            "conditions": status.get("conditions"),
            "message": status.get("operationState", {}).get("message"),
            "resources": [r for r in status.get("resources", []) if r.get("status") != "Synced"]}))
    raise RuntimeError(f"Argo CD did not apply {commit[:8]}: {waiting}")
