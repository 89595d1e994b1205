"""A repository of HelmReleases and their charts that changes step by step, for tests/engines/helm."""
import json
import os
import shutil

from flux_series import SYNC, dump

GROUP = "helm.toolkit.fluxcd.io/"
WIDGETS = "shop.example.org"


def labels(name):
    return {"app": name}


def container(rng, name):
    tree = {"name": name, "image": "nginx:@image@",
            "env": [{"name": "E%d" % n, "value": str(rng.randrange(9))}
                    for n in rng.sample(range(5), rng.randrange(1, 4))],
            "ports": [{"name": "p%d" % n, "containerPort": 8000 + n}
                      for n in rng.sample(range(4), rng.randrange(1, 3))]}
    if rng.random() < 0.5:
        tree["args"] = ["--n=%d" % rng.randrange(9), "--x"][:rng.randrange(1, 3)]
    if rng.random() < 0.5:
        tree["resources"] = {"limits": {"cpu": "%dm" % rng.randrange(100, 900)}}
    if rng.random() < 0.3:
        tree["livenessProbe"] = {"httpGet": {"path": "/", "port": 80},
                                 "periodSeconds": rng.randrange(5, 20)}
    return tree


def pod(rng, restart="Always"):
    spec = {"containers": [container(rng, n) for n in ["main", "side"][:rng.randrange(1, 3)]],
            "volumes": [rng.choice([{"name": "v", "emptyDir": {}},
                                    {"name": "v", "configMap": {"name": "c"}}])]}
    if restart != "Always":
        spec["restartPolicy"] = restart
    if rng.random() < 0.4:
        spec["tolerations"] = [{"key": "k%d" % rng.randrange(3), "operator": "Exists"}]
    if rng.random() < 0.3:
        spec["nodeSelector"] = {"zone": "z%d" % rng.randrange(3)}
    return spec


def deployment(rng, name):
    spec = {"selector": {"matchLabels": labels(name)},
            "template": {"metadata": {"labels": labels(name)}, "spec": pod(rng)}}
    if rng.random() < 0.7:
        spec["replicas"] = "@replicas@"
    if rng.random() < 0.3:
        spec["strategy"] = rng.choice([{"type": "Recreate"}, {
            "type": "RollingUpdate", "rollingUpdate": {"maxSurge": rng.randrange(1, 4)}}])
    return {"spec": spec}


def service(rng, name):
    return {"spec": {"selector": labels(name), "ports": [
        {"name": "p%d" % n, "port": 80 + n, "targetPort": 8000 + rng.randrange(3)}
        for n in rng.sample(range(4), rng.randrange(1, 4))]}}


def ingress(rng, name):
    return {"spec": {"rules": [
        {"host": "h%d.example.org" % n, "http": {"paths": [
            {"path": "/", "pathType": "Prefix",
             "backend": {"service": {"name": name, "port": {"number": 80 + rng.randrange(3)}}}}]}}
        for n in rng.sample(range(4), rng.randrange(1, 3))]}}


def scaler(rng, name):
    return {"spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
                     "minReplicas": 1, "maxReplicas": rng.randrange(2, 9),
                     "metrics": [{"type": "Resource", "resource": {
                         "name": r, "target": {"type": "Utilization",
                                               "averageUtilization": rng.randrange(50, 90)}}}
                         for r in ["cpu", "memory"][:rng.randrange(1, 3)]]}}


def policy(rng, name):
    return {"spec": {"podSelector": {"matchLabels": labels(name)}, "policyTypes": ["Ingress"],
                     "ingress": [{"ports": [{"port": 80 + rng.randrange(9)}]}]}}


def widget(rng, name):
    spec = {"size": rng.randrange(9), "parts": [
        {"name": "p%d" % n, "count": rng.randrange(9)} for n in rng.sample(range(4), 2)]}
    if rng.random() < 0.5:
        spec["tags"] = ["t%d" % rng.randrange(9)]
    return {"spec": spec}


def secret(rng, name):
    return {rng.choice(["stringData", "data"]): {
        "k%d" % n: "cGFzcw==" if rng.random() < 0.5 else "YWJj"
        for n in rng.sample(range(4), rng.randrange(1, 3))}}


KINDS = {
    ("v1", "ConfigMap"): lambda rng, name: {"data": {
        "k%d" % n: rng.choice(["@text@", "v%d" % rng.randrange(9)])
        for n in rng.sample(range(5), rng.randrange(1, 4))}},
    ("v1", "Secret"): secret,
    ("v1", "ServiceAccount"): lambda rng, name: (
        {"automountServiceAccountToken": False} if rng.random() < 0.5 else {}),
    ("v1", "Service"): service,
    ("rbac.authorization.k8s.io/v1", "Role"): lambda rng, name: {"rules": [{
        "apiGroups": [""], "resources": ["pods"],
        "verbs": rng.sample(["get", "list", "watch"], 2)}]},
    ("policy/v1", "PodDisruptionBudget"): lambda rng, name: {"spec": {
        "minAvailable": rng.randrange(3), "selector": {"matchLabels": labels(name)}}},
    ("apps/v1", "Deployment"): deployment,
    ("batch/v1", "CronJob"): lambda rng, name: {"spec": {
        "schedule": "%d 3 * * *" % rng.randrange(60),
        "jobTemplate": {"spec": {"template": {"spec": pod(rng, "Never")}}}}},
    ("networking.k8s.io/v1", "Ingress"): ingress,
    ("networking.k8s.io/v1", "NetworkPolicy"): policy,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): scaler,
    (WIDGETS + "/v1", "Widget"): widget,
}

CRD = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
       "metadata": {"name": "widgets." + WIDGETS},
       "spec": {"group": WIDGETS, "scope": "Namespaced",
                "names": {"kind": "Widget", "plural": "widgets", "singular": "widget",
                          "listKind": "WidgetList"},
                "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                    "openAPIV3Schema": {"type": "object", "properties": {"spec": {
                        "type": "object", "properties": {
                            "size": {"type": "integer"},
                            "color": {"type": "string", "default": "red"},
                            "tags": {"type": "array", "items": {"type": "string"}},
                            "parts": {"type": "array", "items": {
                                "type": "object", "properties": {
                                    "name": {"type": "string"},
                                    "count": {"type": "integer"}}}}}}}}}}]}}


def gadgets(number):
    """Another CRD, of a chart's crds/."""
    text = json.dumps(CRD).replace("widget", "gadget%d" % number).replace("Widget", "Gadget%d" % number)
    return json.loads(text)


class Release:
    """A HelmRelease, its values and its chart."""

    def __init__(self, name, helm4):
        self.name = name
        self.version = 1
        self.values = {"replicas": 1, "image": "1.1", "text": "a"}
        self.templates, self.crds = {}, {}
        self.spec = {"install": {"serverSideApply": False}} if helm4 and name == "beta" else {}

    def labels(self):
        return {GROUP + "name": self.name, GROUP + "namespace": "shop"}


class Series:
    """What git wants, and how it and the cluster change."""

    def __init__(self, rng, helm4):
        self.rng, self.helm4, self.number = rng, helm4, 0
        self.releases = {}
        self.live = []  # what is done by hand before the next commit
        for name in ("alpha", "beta", "gamma"):
            self.releases[name] = Release(name, helm4)
            for _ in range(5):
                self.create(self.releases[name])

    # ---- charts ----

    def pick_release(self):
        return self.releases[self.rng.choice(sorted(self.releases))]

    def tree(self, release, version, kind, name):
        meta = {"name": name, "labels": dict(release.labels(), **labels(name))}
        if self.rng.random() < 0.4:
            meta["annotations"] = {"note": str(self.rng.randrange(9))}
        if self.rng.random() < 0.3:
            meta["labels"]["helm.sh/chart"] = "@chart@"
        return dict({"apiVersion": version, "kind": kind, "metadata": meta},
                    **KINDS[version, kind](self.rng, name))

    def create(self, release=None):
        release = release or self.pick_release()
        version, kind = self.rng.choice(sorted(KINDS))
        self.number += 1
        name = "%s-%d" % (kind.lower()[:6], self.number)
        release.templates[name] = self.tree(release, version, kind, name)
        release.version += 1

    def pick(self, *kinds):
        found = [(r, n) for r in sorted(self.releases)
                 for n, t in sorted(self.releases[r].templates.items())
                 if "hook" not in n and (not kinds or t["kind"] in kinds)]
        if not found:
            return None, None
        release, name = self.rng.choice(found)
        return self.releases[release], name

    def change(self):
        release, name = self.pick()
        if not name:
            return
        old = release.templates[name]
        new = self.tree(release, old["apiVersion"], old["kind"], name)
        if "helm.sh/resource-policy" in old["metadata"].get("annotations", {}):
            new["metadata"].setdefault("annotations", {})["helm.sh/resource-policy"] = "keep"
        release.templates[name] = new
        release.version += 1

    def delete(self):
        release, name = self.pick()
        if name:
            del release.templates[name]
            release.version += 1

    def keep(self):
        """An object is marked to be kept, or what is marked goes from the chart."""
        release, name = self.pick()
        if not name:
            return
        notes = release.templates[name]["metadata"].setdefault("annotations", {})
        if notes.get("helm.sh/resource-policy"):
            del release.templates[name]
        else:
            notes["helm.sh/resource-policy"] = "keep"
        release.version += 1

    def hook(self):
        release = self.pick_release()
        self.number += 1
        name = "hook-%d" % self.number
        release.templates[name] = {
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "labels": release.labels(),
                         "annotations": {"helm.sh/hook": "pre-upgrade,pre-install"}},
            "data": {"n": str(self.number)}}
        release.version += 1

    def value(self):
        release = self.pick_release()
        key = self.rng.choice(["image", "replicas", "text"])
        release.values[key] = {"replicas": self.rng.randrange(1, 6),
                               "image": "1.%d" % self.rng.randrange(30),
                               "text": "t%d" % self.rng.randrange(99)}[key]

    def nothing(self):
        """A commit that no release sees: what has drifted stays so."""

    # ---- releases ----

    def arrive(self):
        self.number += 1
        release = self.releases["team-%d" % self.number] = Release("team-%d" % self.number, False)
        if self.rng.random() < 0.5:
            crd = gadgets(self.number)
            crd["metadata"]["labels"] = release.labels()
            release.crds[crd["metadata"]["name"]] = crd
        self.create(release)
        self.create(release)

    def leave(self):
        if len(self.releases) > 2:
            del self.releases[self.rng.choice(sorted(set(self.releases) - {"alpha"}))]

    def mode(self):
        """Server-side from now on, or not: with a change, for an upgrade to come of it."""
        if not self.helm4:
            return
        release = self.pick_release()
        release.spec["upgrade"] = {"serverSideApply": self.rng.choice(
            ["enabled", "disabled", "auto"])}
        release.values["text"] = "m%d" % self.rng.randrange(99)

    def force(self):
        """Objects are put whole where they are not applied server-side."""
        release = self.pick_release()
        upgrade = release.spec.setdefault("upgrade", {})
        upgrade["force"] = not upgrade.get("force")
        release.values["text"] = "f%d" % self.rng.randrange(99)

    # ---- the cluster ----

    def by_hand(self):
        release, name = self.pick("Deployment", "ConfigMap", "Service", "Widget", "CronJob")
        if name:
            self.live.append((self.rng.choice(["kubectl-edit", "kubectl-patch", "autoscaler"]),
                              release.templates[name]["kind"], name))

    def keep_by_hand(self):
        """Somebody marks an object of the cluster; then the chart loses it."""
        release, name = self.pick()
        if name:
            self.live.append(("keep", release.templates[name]["kind"], name))
            del release.templates[name]
            release.version += 1

    def adopt(self):
        """A chart takes in what somebody had made."""
        release = self.pick_release()
        self.number += 1
        kind = self.rng.choice(["ConfigMap", "Service", "Widget"])
        version = {"Widget": WIDGETS + "/v1"}.get(kind, "v1")
        name = "adopt-%d" % self.number
        release.templates[name] = self.tree(release, version, kind, name)
        release.version += 1
        self.live.append(("adopt", kind, name))

    def actions(self):
        return [self.create, self.change, self.change, self.change, self.delete, self.keep,
                self.hook, self.value, self.value, self.nothing, self.arrive, self.leave,
                self.mode, self.force, self.by_hand, self.by_hand, self.keep_by_hand, self.adopt]

    def step(self):
        self.live = []
        chosen = self.rng.sample(self.actions(), 4)
        for action in chosen:
            action()
        return ", ".join(a.__name__ for a in chosen)

    # ---- the files ----

    def write(self, folder):
        for sub in ("clusters", "charts"):
            shutil.rmtree(os.path.join(folder, sub), ignore_errors=True)
        cluster = os.path.join(folder, "clusters", "test")
        dump(os.path.join(cluster, "sync.yaml"), SYNC)
        dump(os.path.join(cluster, "source.yaml"), self.source())
        dump(os.path.join(cluster, "controller.yaml"), self.controller())
        for release in self.releases.values():
            dump(os.path.join(cluster, release.name + ".yaml"), self.helm_release(release))
            self.write_chart(os.path.join(folder, "charts", release.name), release)
        with open(os.path.join(folder, "number"), "a") as f:
            f.write("x")

    def source(self):
        return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
                "metadata": {"name": "flux-system", "namespace": "flux-system"},
                "spec": {"interval": "1h", "url": "https://git.example.org/fleet.git"}}

    def controller(self):
        image = "ghcr.io/fluxcd/helm-controller:v" + ("1.6.3" if self.helm4 else "1.4.5")
        return {"apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "helm-controller", "namespace": "flux-system"},
                "spec": {"selector": {"matchLabels": labels("helm-controller")},
                         "template": {"metadata": {"labels": labels("helm-controller")},
                                      "spec": {"containers": [{"name": "manager",
                                                               "image": image}]}}}}

    def helm_release(self, release):
        return {"apiVersion": GROUP + "v2", "kind": "HelmRelease",
                "metadata": {"name": release.name, "namespace": "shop"},
                "spec": dict({"interval": "1h", "values": release.values, "chart": {"spec": {
                    "chart": "./charts/" + release.name, "interval": "1h",
                    "sourceRef": {"kind": "GitRepository", "name": "flux-system",
                                  "namespace": "flux-system"}}}}, **release.spec)}

    def write_chart(self, folder, release):
        dump(os.path.join(folder, "Chart.yaml"),
             {"apiVersion": "v2", "name": release.name, "version": "0.%d.0" % release.version})
        dump(os.path.join(folder, "values.yaml"), {"unused": True})
        for name, crd in release.crds.items():
            dump(os.path.join(folder, "crds", name + ".yaml"), crd)
        for name, tree in release.templates.items():
            path = os.path.join(folder, "templates", name + ".yaml")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            text = json.dumps(tree, indent=2)
            text = text.replace('"@replicas@"', "{{ .Values.replicas }}")
            text = text.replace("@image@", "{{ .Values.image }}")
            text = text.replace("@text@", "{{ .Values.text }}")
            text = text.replace("@chart@", "{{ .Chart.Name }}-{{ .Chart.Version | replace `+` `_` }}")
            text = text.replace("@version@", "{{ .Chart.Version | replace `+` `_` }}")
            with open(path, "w") as f:
                f.write(text)
