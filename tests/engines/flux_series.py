"""A Flux repository that changes step by step, for tests/engines/flux: what a commit may do."""
import json
import os
import shutil

KUSTOMIZE = "kustomize.toolkit.fluxcd.io/"


def labels(name):
    return {"app": name}


def config_map(rng, meta, name):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta,
            "data": {"a": str(rng.randrange(100)), "host": "www.${domain}",
                     "level": "${level:=info}", "part": "${zone:1:3}", "size": "n${#zone}",
                     "none": "x${nothing}y", "or": "${nothing:-${zone}}", "money": "$${zone}",
                     "swap": "${zone/o/0}", "cut": "${domain%.org}", "up": "${zone^}"}}


def deployment(rng, meta, name):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
            "spec": {"replicas": rng.randrange(1, 4), "selector": {"matchLabels": labels(name)},
                     "template": {"metadata": {"labels": labels(name)},
                                  "spec": {"containers": [{
                                      "name": "main", "image": "nginx:1.%d" % rng.randrange(20),
                                      "env": [{"name": "HOST", "value": "${domain}"},
                                              {"name": "UP", "value": "${zone^^}"},
                                              {"name": "N", "value": "x${zone:0:2}"}]}]}}}}


def cron_job(rng, meta, name):
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta,
            "spec": {"schedule": "%d 3 * * *" % rng.randrange(60),
                     "jobTemplate": {"spec": {"template": {"spec": {
                         "restartPolicy": "Never",
                         "containers": [{"name": "main", "image": "nginx"}]}}}}}}


def small(kind, **content):
    version = {"Role": "rbac.authorization.k8s.io/v1", "PodDisruptionBudget": "policy/v1"}
    return lambda rng, meta, name: dict(
        {"apiVersion": version.get(kind, "v1"), "kind": kind, "metadata": meta},
        **{key: value(rng, name) for key, value in content.items()})


OBJECTS = {
    "ConfigMap": config_map,
    "Secret": small("Secret", stringData=lambda rng, name: {
        "password": "p%d" % rng.randrange(1000)}),
    "ServiceAccount": small("ServiceAccount"),
    "Service": small("Service", spec=lambda rng, name: {
        "selector": labels(name), "ports": [{"name": "http", "port": rng.randrange(80, 90)}]}),
    "Role": small("Role", rules=lambda rng, name: [{
        "apiGroups": [""], "resources": ["pods"],
        "verbs": rng.sample(["get", "list", "watch"], 2)}]),
    "PodDisruptionBudget": small("PodDisruptionBudget", spec=lambda rng, name: {
        "minAvailable": rng.randrange(3), "selector": {"matchLabels": labels(name)}}),
    "Deployment": deployment,
    "CronJob": cron_job,
}

SYNC = {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
        "metadata": {"name": "flux-system", "namespace": "flux-system"},
        "spec": {"interval": "1h", "retryInterval": "2s", "path": "./clusters/test", "prune": True,
                 "sourceRef": {"kind": "GitRepository", "name": "flux-system"}}}

COMPONENT = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component",
             "labels": [{"pairs": {"component": "yes"}, "includeTemplates": False}],
             "patches": [{"target": {"kind": "ServiceAccount"},
                          "patch": '[{"op": "add", "path": "/automountServiceAccountToken",'
                                   ' "value": false}]'}]}


def dump(path, tree):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(tree, f, indent=2)


def spec_of(name):
    return {"interval": "1h", "retryInterval": "2s", "path": "./apps/" + name, "prune": True,
            "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
            "dependsOn": [{"name": "flux-system"}],
            "postBuild": {"substitute": {"domain": name + ".example.org"},
                          "substituteFrom": [{"kind": "ConfigMap", "name": "settings"},
                                             {"kind": "Secret", "name": "none",
                                              "optional": True}]}}


class Series:
    """A repository's wanted state, and the ways in which it changes."""

    def __init__(self, rng):
        self.rng = rng
        self.number = 0
        self.apps = {}
        self.specs = {}
        self.own = {}      # an app's own kustomization.yaml; none: Flux makes it
        self.ignored = False  # by .sourceignore
        self.settings = {"zone": "north", "level": "warn"}
        self.live = []     # what somebody does in the cluster before the next commit

        for name in ("alpha", "beta", "gamma"):
            self.apps[name] = {}
            self.specs[name] = spec_of(name)
            for _ in range(4):
                self.create(name)

    # ---- objects ----

    def create(self, app=None):
        app = app or self.rng.choice(sorted(self.specs))
        kind = self.rng.choice(sorted(OBJECTS))
        self.number += 1
        name = "%s-%d" % (kind.lower()[:6], self.number)
        self.apps[app][name] = self.fresh(kind, name)

    def fresh(self, kind, name):
        return OBJECTS[kind](self.rng, {"name": name, "namespace": "shop"}, name)

    def pick(self, *kinds):
        found = [(a, n) for a in sorted(self.specs) for n, o in sorted(self.apps[a].items())
                 if not kinds or o["kind"] in kinds]
        return self.rng.choice(found) if found else (None, None)

    def mark(self, tree, key, value):
        tree["metadata"].setdefault("annotations", {})[KUSTOMIZE + key] = value

    def change(self):
        app, name = self.pick()
        if not name:
            return
        old = self.apps[app][name]
        fresh = self.fresh(old["kind"], name)
        if self.rng.random() < 0.5:
            fresh["metadata"]["annotations"] = {"note": str(self.rng.randrange(100))}
        for key, value in old["metadata"].get("annotations", {}).items():
            if key.startswith(KUSTOMIZE):
                fresh["metadata"].setdefault("annotations", {})[key] = value
        if "label" in old.get("spec", {}).get("selector", {}).get("matchLabels", {}):
            self.select(fresh, old["spec"]["selector"]["matchLabels"]["label"])
        if "immutable" in old:
            fresh = dict(fresh, data=old["data"], immutable=True)
        self.apps[app][name] = fresh

    def delete(self):
        app, name = self.pick()
        if name:
            del self.apps[app][name]

    def move(self):
        app, name = self.pick()
        others = [a for a in sorted(self.specs) if a != app]
        if name and others:
            self.apps[self.rng.choice(others)][name] = self.apps[app].pop(name)

    def keep(self):
        """Git loses what is marked never to be pruned, or the mark comes."""
        app, name = self.pick()
        if not name:
            return
        notes = self.apps[app][name]["metadata"].get("annotations", {})
        if notes.get(KUSTOMIZE + "prune"):
            del self.apps[app][name]
        else:
            self.mark(self.apps[app][name], "prune", "disabled")

    def ssa(self):
        app, name = self.pick("ConfigMap", "Service", "Role")
        if name:
            self.mark(self.apps[app][name], "ssa",
                      self.rng.choice(["Merge", "IfNotPresent", "Ignore", "Override"]))

    def unsubstituted(self):
        app, name = self.pick("ConfigMap", "Deployment")
        if name:
            self.mark(self.apps[app][name], "substitute", "disabled")

    def select(self, tree, value):
        tree["spec"]["selector"]["matchLabels"]["label"] = value
        tree["spec"]["template"]["metadata"]["labels"]["label"] = value

    def immutable(self):
        """A change that the server refuses, of an object that may be made anew."""
        app, name = self.pick("Deployment", "ConfigMap")
        if not name:
            return
        tree = self.apps[app][name]
        if any(k in tree["metadata"].get("annotations", {}).get(KUSTOMIZE + "ssa", "")
               for k in ("Ignore", "IfNotPresent")):
            return
        self.mark(tree, "force", "enabled")
        if tree["kind"] == "Deployment":
            self.select(tree, "v%d" % self.rng.randrange(1000))
        else:
            tree["immutable"] = True
            tree["data"]["a"] = "i%d" % self.rng.randrange(1000)

    # ---- Kustomizations ----

    def spec(self):
        return self.specs[self.rng.choice(sorted(self.specs))]

    def toggle(self, key, value):
        spec = self.spec()
        if spec.pop(key, None) is None:
            spec[key] = value
        return spec

    def substitute(self):
        if self.rng.random() < 0.5:
            self.settings["zone"] = self.rng.choice(["north", "south", "east", "west"])
        else:
            self.spec()["postBuild"]["substitute"]["domain"] = \
                "d%d.example.org" % self.rng.randrange(99)

    def patch(self):
        self.toggle("patches", self.rng.choice([
            [{"target": {"kind": "ConfigMap"},
              "patch": json.dumps([{"op": "add", "path": "/data/patched",
                                    "value": str(self.rng.randrange(9))}])}],
            [{"target": {"kind": "Deployment", "name": "deploy-.*"},
              "patch": json.dumps({"apiVersion": "apps/v1", "kind": "Deployment",
                                   "metadata": {"name": "any"},
                                   "spec": {"replicas": self.rng.randrange(9)}})}],
            [{"target": {"kind": "Role"},
              "patch": "$patch: delete\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
                       "metadata:\n  name: any\n"}]]))

    def metadata(self):
        self.toggle("commonMetadata", {"labels": {"team": "t%d" % self.rng.randrange(9)},
                                       "annotations": {"by": "a%d" % self.rng.randrange(9)}})

    def images(self):
        self.spec()["images"] = [{"name": "nginx", "newTag": "1.%d" % self.rng.randrange(30, 50)}]

    def components(self):
        self.toggle("components", ["../../components/extra"])

    def namespace(self):
        self.toggle("targetNamespace", "mall")

    def affix(self):
        self.toggle(self.rng.choice(["namePrefix", "nameSuffix"]), "x%d-x" % self.rng.randrange(9))

    def force(self):
        self.toggle("force", True)

    def awaits(self, one, other):
        """Whether one depends on the other, by others too."""
        return one == other or any(self.awaits(d["name"], other)
                                   for d in self.specs.get(one, {}).get("dependsOn", []))

    def depends(self):
        """One comes to depend on another, or no more; in any order, but in no circle."""
        names = sorted(self.specs)
        if len(names) > 1:
            before, after = self.rng.sample(names, 2)
            wanted = self.specs[after]["dependsOn"]
            if {"name": before} in wanted:
                wanted.remove({"name": before})
            elif not self.awaits(before, after):
                wanted.append({"name": before})

    def health(self):
        spec = self.spec()
        spec["healthChecks"] = [{"apiVersion": "kustomize.toolkit.fluxcd.io/v1",
                                 "kind": "Kustomization", "name": "flux-system",
                                 "namespace": "flux-system"}]

    def own_kustomization(self):
        """An app gets a kustomization of its own, with a generator, or loses it."""
        app = self.rng.choice(sorted(self.specs))
        if self.own.pop(app, None) is None:
            self.own[app] = {"n": str(self.rng.randrange(100))}

    def ignore(self):
        """A .sourceignore comes that leaves a file of each app out, or goes."""
        self.ignored = not self.ignored

    def account(self):
        self.toggle("serviceAccountName", "deployer")

    def leave(self):
        """A Kustomization goes; what it applied goes with it, or stays, as its policy says."""
        if len(self.specs) < 3:
            return
        app = self.rng.choice([a for a in sorted(self.specs) if a != "alpha"])
        del self.specs[app]
        for spec in self.specs.values():
            spec["dependsOn"] = [d for d in spec["dependsOn"] if d["name"] != app]
        self.apps.pop(app)
        self.own.pop(app, None)

    def policy(self):
        self.toggle("deletionPolicy", self.rng.choice(["Orphan", "Delete", "MirrorPrune"]))

    def arrive(self):
        self.number += 1
        name = "team-%d" % self.number
        self.apps[name], self.specs[name] = {}, spec_of(name)
        self.create(name)

    # ---- the cluster ----

    def by_hand(self):
        """Somebody changes what Flux applied."""
        self.live.append(self.rng.choice(["kubectl", "kubectl-edit", "autoscaler"]))

    def adopt(self):
        """Git takes in what somebody had applied with kubectl, with fields that git has not."""
        self.number += 1
        name = "adopt-%d" % self.number
        app = self.rng.choice(sorted(self.specs))
        self.apps[app][name] = {"apiVersion": "v1", "kind": "ConfigMap",
                                "metadata": {"name": name, "namespace": "shop"},
                                "data": {"a": str(self.rng.randrange(9))}}
        if self.rng.random() < 0.3:
            self.mark(self.apps[app][name], "ssa", "Merge")
        self.live.append(name)

    def step(self):
        self.live = []
        actions = [self.create, self.change, self.change, self.delete, self.move, self.substitute,
                   self.patch, self.metadata, self.images, self.keep, self.ssa, self.immutable,
                   self.unsubstituted, self.components, self.namespace, self.affix, self.force,
                   self.depends, self.health, self.own_kustomization, self.leave, self.policy,
                   self.arrive, self.by_hand, self.adopt, self.ignore,
                   self.account]
        chosen = self.rng.sample(actions, 4)
        for action in chosen:
            action()
        return ", ".join(a.__name__ for a in chosen)

    # ---- the files ----

    def write(self, folder):
        for sub in ("clusters", "apps", "components"):
            shutil.rmtree(os.path.join(folder, sub), ignore_errors=True)
        cluster = os.path.join(folder, "clusters", "test")
        for name, spec in self.specs.items():
            dump(os.path.join(cluster, name + ".yaml"),
                 {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                  "metadata": {"name": name, "namespace": "flux-system"}, "spec": spec})
        dump(os.path.join(cluster, "settings.yaml"),
             {"apiVersion": "v1", "kind": "ConfigMap",
              "metadata": {"name": "settings", "namespace": "flux-system"}, "data": self.settings})
        for name in ("shop", "mall"):
            dump(os.path.join(cluster, name + ".yaml"),
                 {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        dump(os.path.join(cluster, "sync.yaml"), SYNC)
        with open(os.path.join(folder, ".sourceignore"), "w") as f:
            f.write("# nothing else\n" + ("/apps/*/skip.yaml\n" if self.ignored else ""))
        dump(os.path.join(folder, "components", "extra", "kustomization.yaml"), COMPONENT)
        for app in self.specs:
            self.write_app(os.path.join(folder, "apps", app), app)

    def write_app(self, folder, app):
        dump(os.path.join(folder, "keep.yaml"),
             {"apiVersion": "v1", "kind": "ConfigMap",
              "metadata": {"name": "keep-" + app, "namespace": "shop"}, "data": {"k": "v"}})
        dump(os.path.join(folder, "skip.yaml"),
             {"apiVersion": "v1", "kind": "ConfigMap",
              "metadata": {"name": "skip-" + app, "namespace": "shop"}, "data": {"k": "v"}})
        # left out by default, so while .sourceignore has no patterns of its own
        dump(os.path.join(folder, "cloudbuild.yaml"),
             {"apiVersion": "v1", "kind": "ConfigMap",
              "metadata": {"name": "built-" + app, "namespace": "shop"}, "data": {"k": "v"}})
        for name, tree in self.apps[app].items():
            dump(os.path.join(folder, name + ".yaml"), tree)
        if app in self.own:
            dump(os.path.join(folder, "kustomization.yaml"),
                 {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
                  "resources": ["keep.yaml"] + [n + ".yaml" for n in sorted(self.apps[app])],
                  "configMapGenerator": [{"name": "made-" + app, "namespace": "shop", "literals": [
                      "n=" + self.own[app]["n"], "at=${zone}"]}]})
