"""HelmReleases that the real helm-controller applies, for tests/engines/helm-controller: those of
helm_series.py, and what only a controller has: charts that change under an old version, policies of
CRDs, post-renderers, drift that is undone but for what is ignored, revisions and their commits."""
import json
import os

from flux_series import dump
from helm_series import Series, labels

# What is asked of the controller so that it waits for no pod.
QUICK = {"disableWait": True, "disableWaitForJobs": True}


def revision_map():
    return {"metadata": {"labels": {"helm.sh/chart": "@version@"}},
            "data": {"revision": "{{ .Release.Revision }}", "upgrade": "{{ .Release.IsUpgrade }}",
                     "install": "{{ .Release.IsInstall }}",
                     "widgets": "{{ .Capabilities.APIVersions.Has `shop.example.org/v1/Widget` }}",
                     "values": "{{ .Values | toJson | b64enc }}",
                     "minor": "{{ .Capabilities.KubeVersion.Minor }}"}}


class ControllerSeries(Series):
    def __init__(self, rng, url):
        self.url = url
        self.forgotten = set()  # whose chart's version the last commit should have changed
        super().__init__(rng, True)
        for release in self.releases.values():
            self.dress(release)

    def dress(self, release):
        release.spec["install"] = dict(release.spec.get("install", {}), **QUICK)
        release.spec["upgrade"] = dict(release.spec.get("upgrade", {}), **QUICK)
        release.strategy = self.rng.choice(["ChartVersion", "ChartVersion", "Revision"])
        release.value_files, release.spec_of_chart, release.settings = [], {}, {}
        if self.rng.random() < 0.3:
            release.spec["storageNamespace"] = "default"
        if self.rng.random() < 0.3:
            release.spec["persistentClient"] = False
        if self.rng.random() < 0.5:
            self.see_revision(release)

    def see_revision(self, release):
        name = release.name + "-revision"
        tree = revision_map()
        tree["metadata"].update(name=name, labels=dict(tree["metadata"]["labels"], **labels(name)))
        release.templates[name] = dict(tree, apiVersion="v1", kind="ConfigMap")

    # ---- what is done to releases ----

    def held(self):
        """A chart changes, and nobody thinks of its version."""
        version = {name: r.version for name, r in self.releases.items()}
        self.rng.choice([self.change, self.create, self.delete])()
        for name, old in version.items():
            if self.releases[name].version != old:
                self.releases[name].version = old
                self.forgotten.add(name)

    def step(self):
        """What source-controller packed is known for one commit: then the version is mended."""
        forgotten, self.forgotten = self.forgotten & set(self.releases), set()
        what = super().step()
        for name in forgotten & set(self.releases):
            self.releases[name].version += 1
            self.forgotten.discard(name)
        return what

    def bump(self):
        self.pick_release().version += 1

    def crds(self):
        release = self.pick_release()
        release.spec["upgrade"]["crds"] = self.rng.choice(["Skip", "CreateReplace", "Create"])
        for crd in release.crds.values():
            crd["metadata"].setdefault("annotations", {})["n"] = str(self.rng.randrange(99))
        release.version += 1

    def post_render(self):
        release, name = self.pick("ConfigMap", "Service", "Deployment")
        if not name:
            return
        kind = release.templates[name]["kind"]
        patch = {"op": "add", "path": "/metadata/annotations",
                 "value": {"post": "p%d" % self.rng.randrange(99)}}
        release.spec["postRenderers"] = self.rng.choice([[], [{"kustomize": {
            "patches": [{"target": {"kind": kind, "name": name}, "patch": "[%s]" % (
                str(patch).replace("'", '"'))}]}}], [{"kustomize": {
                    "images": [{"name": "nginx", "newTag": "9.%d" % self.rng.randrange(9)}]}}]])

    def detect(self):
        """Drift is undone, but for what is ignored."""
        release = self.pick_release()
        ignore = [{"paths": ["/data/k0"]}, {"paths": ["/spec/replicas"],
                                            "target": {"kind": "Deployment"}},
                  {"paths": ["/metadata/labels"]}, {"paths": ["/spec/template/spec/containers"]}]
        release.spec["driftDetection"] = {
            "mode": self.rng.choice(["enabled", "enabled", "warn", "disabled"]),
            "ignore": self.rng.sample(ignore, self.rng.randrange(3))}

    def common(self):
        self.pick_release().spec["commonMetadata"] = {
            "labels": {"team": "t%d" % self.rng.randrange(9)}}

    def strategy(self):
        release = self.pick_release()
        release.strategy = self.rng.choice(["ChartVersion", "Revision"])

    def values_files(self):
        """Each change of these files' list is a version of the chart."""
        release = self.pick_release()
        files = ["charts/%s/%s.yaml" % (release.name, n) for n in ("values", "more", "none")]
        release.value_files = self.rng.choice([[], files[:1], files[:2], files])
        release.spec_of_chart = {"ignoreMissingValuesFiles": True} if release.value_files else {}

    def values_from(self):
        """Values of a ConfigMap, some at a path, over and under the release's own."""
        release = self.pick_release()
        name = "values-" + release.name
        number = str(self.rng.randrange(99))
        release.settings = {"values.yaml": json.dumps({
            "deep": {"y": number, "z": {"q": 1.5}}, "flat": number, "replicas": 7}),
            "number": number, "quoted": "'%s'" % number, "braces": "{a,b}", "dots": "x=y"}
        refs = [{"valuesKey": "number", "targetPath": "deep.x"},
                {"valuesKey": "number", "targetPath": "text"},
                {"valuesKey": "quoted", "targetPath": "deep.quoted"},
                {"valuesKey": "braces", "targetPath": "deep.list"},
                {"valuesKey": "braces", "targetPath": "deep.literal", "literal": True},
                {"valuesKey": "dots", "targetPath": "ann.example\\.org/key"},
                {"valuesKey": "number", "targetPath": "deep.own[1].n"},
                {"valuesKey": "none", "targetPath": "deep.none", "optional": True},
                {"valuesKey": "none", "optional": True}, {}, {}]
        release.spec["valuesFrom"] = [dict(ref, kind="ConfigMap", name=name) for ref in
                                      self.rng.sample(refs, self.rng.randrange(1, 8))]
        if self.rng.random() < 0.5:
            release.values["deep"] = {"x": "own", "own": [{"n": 1}, {"n": 2}]}
        else:
            release.values.pop("deep", None)

    def arrive(self):
        before = set(self.releases)
        super().arrive()
        for name in set(self.releases) - before:
            self.dress(self.releases[name])

    def mode(self):
        release = self.pick_release()
        release.spec["upgrade"]["serverSideApply"] = self.rng.choice(["enabled", "disabled", "auto"])
        release.values["text"] = "m%d" % self.rng.randrange(99)

    def preserve(self):
        """Values that git lost stay. Such a release is upgraded again and again, where the release
        has values that git lacks: what shows its revision is none for it."""
        release = self.pick_release()
        if release.name + "-revision" in release.templates or "valuesFrom" in release.spec:
            return
        release.spec["upgrade"]["preserveValues"] = self.rng.random() < 0.8
        for name in self.rng.sample(sorted(release.values), min(2, len(release.values))):
            del release.values[name]
        release.values["extra%d" % self.rng.randrange(3)] = {"n": self.rng.randrange(9)}
        if self.rng.random() < 0.5:
            release.version += 1

    def actions(self):
        return super().actions() + [self.held, self.held, self.bump, self.crds, self.post_render,
                                    self.post_render, self.detect, self.detect, self.common,
                                    self.strategy, self.values_files, self.values_files,
                                    self.by_hand, self.values_from, self.values_from,
                                    self.preserve, self.preserve, self.preserve]

    # ---- the files ----

    def source(self):
        tree = super().source()
        tree["spec"] = {"interval": "1h", "url": self.url, "ref": {"branch": "main"}}
        return tree

    def helm_release(self, release):
        tree = super().helm_release(release)
        chart = tree["spec"]["chart"]["spec"]
        if release.strategy != "ChartVersion":
            chart["reconcileStrategy"] = release.strategy
        if release.value_files:
            chart["valuesFiles"] = release.value_files
        chart.update(release.spec_of_chart)
        return tree

    def write(self, folder):
        super().write(folder)
        for release in self.releases.values():
            if release.settings:
                name = "values-" + release.name
                dump(os.path.join(folder, "clusters", "test", name + ".yaml"),
                     {"apiVersion": "v1", "kind": "ConfigMap", "data": release.settings,
                      "metadata": {"name": name, "namespace": "shop"}})

    def write_chart(self, folder, release):
        super().write_chart(folder, release)
        dump(os.path.join(folder, "more.yaml"), {"more": "m"})
