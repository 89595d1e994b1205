"""A generated repository with every kind of source that an Application can have, and Applications
over it whose settings are drawn at random, alike for a seed."""
import json
import random

NAMES = ["nginx", "cache", "api", "worker", "web"]


class Corpus:
    """Files by path, and Applications by name."""

    def __init__(self, url, seed):
        self.url, self.r, self.files, self.apps = url, random.Random(seed), {}, {}
        self.count = 0
        self.directories()
        self.kustomizations()
        self.charts()
        self.values()

    # --- pieces --------------------------------------------------------------------------------

    def some(self, chance=0.5):
        return self.r.random() < chance

    def pick(self, *of):
        return self.r.choice(of)

    def few(self, of, most=3):
        return self.r.sample(of, self.r.randint(1, min(most, len(of))))

    def config(self, name=None, **metadata):
        self.count += 1
        return {"apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": name or f"config-{self.count}", **metadata},
                "data": {"n": str(self.count), "text": self.pick("a: b", "yes", "1e3", "0x10", "")}}

    def deployment(self, name):
        labels = {"app": name}
        image = self.pick("nginx", "nginx:1.2", "reg.test:5000/team/nginx:1", "redis@sha256:" + "a" * 64)
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name,
                "labels": labels}, "spec": {"replicas": self.r.randint(1, 3),
                "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": image}]}}}}

    def any_object(self):
        self.count += 1
        name = f"{self.pick(*NAMES)}-{self.count}"
        return self.pick(
            lambda: self.config(name), lambda: self.deployment(name),
            lambda: self.config(name, namespace=self.pick("one", "two")),
            lambda: self.config(name, annotations={"argocd.argoproj.io/sync-wave": "2"}),
            lambda: self.config(name, annotations={"argocd.argoproj.io/hook": self.pick(
                "PreSync", "Skip", "PostSync,Sync", "SyncFail")}),
            lambda: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                     "metadata": {"name": name}, "rules": []},
            lambda: {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
            lambda: {"apiVersion": "v1", "kind": "List", "items": [
                self.config(), self.deployment(name)]},
            lambda: {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
                     "stringData": {"password": "p"}, "data": {"k": "dg=="}},
            lambda: {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "run-"},
                     "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": []}}}},
            lambda: {"apiVersion": "example.test/v1", "kind": "Thing", "metadata": {"name": name},
                     "spec": {"big": 12345678901234567, "small": 0.1, "e": 1e21, "none": None}},
        )()

    def put(self, path, *objects):
        self.files[path] = "---\n".join(json.dumps(o, indent=1) + "\n" for o in objects)

    # --- the repository ------------------------------------------------------------------------

    def directories(self):
        for i in range(6):
            top = f"dir/{i}"
            for _ in range(self.r.randint(2, 5)):
                self.count += 1
                folder = self.pick("", "", "sub/", "sub/deep/", "other/", "_x/", ".hidden/")
                name = self.pick("a", "b", "c", "app", "values", "skip-me") + str(self.count)
                self.put(f"{top}/{folder}{name}{self.pick('.yaml', '.yml', '.yaml')}",
                         *[self.any_object() for _ in range(self.r.randint(1, 3))])
            self.put(f"{top}/one.json", self.config())
            self.put(f"{top}/sub/two.json", self.config())
            self.files[f"{top}/README.md"] = "# not a manifest\n"
            self.files[f"{top}/.hidden.yaml"] = self.yaml(self.config())
            if self.some():
                self.files[f"{top}/values.yaml"] = "replicas: 1\nimage: {tag: x}\n"
            if self.some():
                self.files[f"{top}/empty.yaml"] = self.pick("", "# nothing\n", "---\n---\n")
            if self.some():
                self.files[f"{top}/skipped.yaml"] = (
                    "# +argocd:skip-file-rendering\n" + self.yaml(self.config()))
            if self.some():
                self.put(f"{top}/manifest.txt", self.config())
            if self.some(0.3):
                self.files[f"{top}/not.json"] = self.yaml(self.config())
            if self.some(0.3):
                self.files[f"{top}/data.json"] = self.pick('{"title": "x", "panels": [1]}\n',
                                                           '[]', '{}',
                                                           '{"apiVersion": "v1"}')
            if self.some(0.3):
                self.files[f"{top}/broken.yaml"] = self.pick(
                    "a: [1\n", "{{ .Values.x }}: y\n", "just text\n", "- a\n- b\n",
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\n")
        self.put("dir/twice/a.yaml", self.config("same"), self.config("same"))
        self.put("dir/twice/b.yaml", self.config("same"), self.config("same", namespace="other"))
        self.put("dir/list.yaml/x.yaml", {"apiVersion": "v1", "kind": "ConfigMapList", "items": [
            self.config(), self.config()]})
        self.put("single.yaml", self.config())

    def yaml(self, o):
        return (f"apiVersion: {o['apiVersion']}\nkind: {o['kind']}\nmetadata:\n"
                f"  name: {o['metadata']['name']}\ndata:\n  a: 'b'\n  t: |\n    x\n    y\n")

    def kustomizations(self):
        for i in range(4):
            top = f"kust/{i}"
            objects = [self.deployment("nginx"), self.deployment("cache"), self.config("settings")]
            self.put(f"{top}/base/all.yaml", *objects)
            self.files[f"{top}/base/{self.pick('kustomization.yaml', 'kustomization.yml', 'Kustomization')}"] = (
                "resources: [all.yaml]\n" + self.pick("", "commonLabels: {team: a}\n",
                                                      "namePrefix: base-\n"))
            lines = "resources: [../base]\n"
            if self.some():
                lines += "configMapGenerator:\n- name: made\n  literals: [a=1, b=2]\n"
            if self.some():
                lines += "images:\n- {name: nginx, newTag: '9'}\n- {name: redis, newName: r.test/redis}\n"
            if self.some():
                lines += "replicas:\n- {name: nginx, count: 7}\n"
            if self.some():
                lines += "nameSuffix: -o\n"
            if self.some():
                lines += "namespace: overlaid\n"
            if self.some():
                lines += "labels:\n- pairs: {tier: x}\n  includeTemplates: true\n"
            if self.some():
                lines += "patches:\n- patch: |-\n    - {op: add, path: /data/p, value: own}\n  target: {kind: ConfigMap}\n"
            self.files[f"{top}/overlay/kustomization.yaml"] = lines
        for name in ("extra", "debug"):
            self.put(f"kust/components/{name}/{name}.yaml", self.config(name))
            self.files[f"kust/components/{name}/kustomization.yaml"] = (
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
                f"resources: [{name}.yaml]\n" + ("commonAnnotations: {debug: 'on'}\n"
                                                 if name == "debug" else ""))
        self.files["kust/charted/kustomization.yaml"] = "resources: []\nconfigMapGenerator:\n- name: x\n  literals: [a=b]\n"

    def charts(self):
        for i in range(3):
            top = f"charts/{i}"
            self.files[f"{top}/Chart.yaml"] = (
                f"apiVersion: v2\nname: chart{i}\nversion: 1.{i}.0\nappVersion: '2'\n"
                + ("dependencies:\n- {name: child, version: 0.1.0, condition: child.enabled}\n"
                   if i else ""))
            self.files[f"{top}/values.yaml"] = (
                "replicas: 2\ntone: none\nlist: [a, b]\nmap: {a: 1, b: {c: 2}}\nflag: true\n"
                "text: ''\nfile: ''\nchild: {enabled: true, say: hi}\nglobal: {zone: z}\n")
            self.files[f"{top}/values-prod.yaml"] = "tone: prod\nmap: {b: {c: 3, d: 4}}\n"
            self.files[f"{top}/env/one.yaml"] = "tone: one\nlist: [one]\n"
            self.files[f"{top}/env/two.yaml"] = "replicas: 22\n"
            self.files[f"{top}/notes.txt"] = "line one\nline, two\n"
            self.files[f"{top}/templates/all.yaml"] = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
  labels: {chart: {{ .Chart.Name }}-{{ .Chart.Version }}, app.kubernetes.io/instance: {{ .Release.Name }}}
data:
  values: {{ .Values | toJson | quote }}
  release: "{{ .Release.Name }} {{ .Release.Namespace }} {{ .Release.IsInstall }} {{ .Release.Service }} {{ .Release.Revision }}"
  kube: {{ .Capabilities.KubeVersion.Version | quote }}
  minor: {{ .Capabilities.KubeVersion.Minor | quote }}
  has: "{{ .Capabilities.APIVersions.Has "example.test/v1" }} {{ .Capabilities.APIVersions.Has "example.test/v1/Thing" }}"
  looked: {{ lookup "v1" "Namespace" "" "default" | toJson | quote }}
  notes: {{ .Files.Get "notes.txt" | quote }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: "i:{{ .Values.tone }}"}]}
"""
            self.files[f"{top}/templates/hook.yaml"] = (
                "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-check\n"
                "  annotations: {helm.sh/hook: " + self.pick("pre-install", "post-upgrade",
                                                            "test", "crd-install", "pre-delete")
                + "}\nspec: {template: {spec: {restartPolicy: Never, containers: []}}}\n")
            self.files[f"{top}/templates/test.yaml"] = (
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-test\n"
                "  annotations: {helm.sh/hook: test}\nspec: {containers: [{name: a, image: b}]}\n")
            self.files[f"{top}/crds/thing.yaml"] = (
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: "
                "{name: others.example.test}\nspec: {group: example.test, scope: Namespaced, names:"
                " {kind: Other, plural: others}, versions: [{name: v1, served: true, storage: true,"
                " schema: {openAPIV3Schema: {type: object}}}]}\n")
            if i:
                self.files[f"{top}/charts/child/Chart.yaml"] = (
                    "apiVersion: v2\nname: child\nversion: 0.1.0\n")
                self.files[f"{top}/charts/child/values.yaml"] = "say: nothing\n"
                self.files[f"{top}/charts/child/templates/c.yaml"] = (
                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-child\n"
                    "data:\n  say: {{ .Values.say }}\n  zone: {{ .Values.global.zone }}\n")
        self.files["charts/2/values.schema.json"] = json.dumps({
            "type": "object", "properties": {"replicas": {"type": "integer", "maximum": 50},
                                             "tone": {"type": "string"}}})

    def values(self):
        self.files["values/shared.yaml"] = "tone: shared\nglobal: {zone: east}\nmap: {x: 9}\n"
        self.files["values/a.yaml"] = "tone: a\n"
        self.files["values/b.yaml"] = "list: [1, 2, 3]\nmap: null\n"
        self.files["values/deep/c.yaml"] = "flag: false\n"
        self.files["values/file.txt"] = "from a file\n"

    # --- Applications --------------------------------------------------------------------------

    def source(self, path, **more):
        return {"repoURL": self.url, "targetRevision": self.pick("HEAD", "main", "HEAD"),
                "path": path, **more}

    def directory(self):
        how = {}
        if self.some(0.7):
            how["recurse"] = True
        if self.some(0.4):
            how["include"] = self.pick("*.yaml", "*.json", "{*.yml,*.json}", "sub/*", "sub/**",
                                       "[a-b]*.yaml", "*/a*", "**/*.yaml", "{sub,other}/*", "?.*",
                                       "[!a]*", "a*,b*")
        if self.some(0.4):
            how["exclude"] = self.pick("*skip*", "{broken*,not*}", "*.json", "sub/*", "**/deep/**",
                                       "[b-z]*", "*/*")
        if self.some(0.15):
            how["disableExtensionFilter"] = True
        path = self.pick(*[f"dir/{i}" for i in range(6)], "dir/twice", "dir/list.yaml", "dir")
        return self.source(path, **({"directory": how} if how else {}))

    def kustomize(self):
        k = {}
        if self.some(0.4):
            k["namePrefix"] = self.pick("pre-", "p.")
        if self.some(0.3):
            k["nameSuffix"] = "-suf"
        if self.some(0.5):
            k["images"] = self.few(["nginx=other.test/nginx:3", "nginx:5", "redis:7",
                                    "reg.test:5000/team/nginx=x.test/y:$ARGOCD_APP_REVISION_SHORT",
                                    "nginx@sha256:" + "b" * 64, "nginx=n2@sha256:" + "c" * 64,
                                    "redis=cache.test:80/redis", "nginx=foo:1@sha256:" + "d" * 64])
        if self.some(0.3):
            k["replicas"] = self.few([{"name": "nginx", "count": 4}, {"name": "cache", "count": "5"},
                                      {"name": "base-nginx", "count": 6}])
        if self.some(0.4):
            k["commonLabels"] = self.pick({"team": "b"}, {"owner": "$ARGOCD_APP_NAME"},
                                          {"x": "${ARGOCD_APP_NAMESPACE}", "y": "1"})
            for flag in ("forceCommonLabels", "labelWithoutSelector", "labelIncludeTemplates"):
                if self.some(0.3):
                    k[flag] = True
        if self.some(0.3):
            k["commonAnnotations"] = self.pick({"note": "$ARGOCD_APP_REVISION_SHORT_8"},
                                               {"debug": "off"}, {"a": "$$x", "b": "${NOPE}"})
            for flag in ("forceCommonAnnotations", "commonAnnotationsEnvsubst"):
                if self.some():
                    k[flag] = True
        if self.some(0.3):
            k["namespace"] = "set-by-app"
        if self.some(0.3):
            k["patches"] = self.few([
                {"patch": "- {op: replace, path: /spec/replicas, value: 11}",
                 "target": {"kind": "Deployment"}},
                {"patch": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {z: z}\n"},
                {"patch": "- {op: add, path: /metadata/name, value: renamed}",
                 "target": {"kind": "ConfigMap", "name": "settings"}, "options": {"allowNameChange": True}},
                {"patch": "- {op: add, path: /metadata/labels/q, value: q}",
                 "target": {"labelSelector": "app=nginx", "group": "apps", "version": "v1"}}])
        if self.some(0.3):
            k["components"] = self.few(["../../components/extra", "../../components/debug",
                                        "../../components/none"])
            k["ignoreMissingComponents"] = self.some(0.7)
        if self.some(0.1):
            k["kubeVersion"] = "1.30.0"
        path = self.pick(*[f"kust/{i}/{p}" for i in range(4) for p in ("base", "overlay")],
                         "kust/charted")
        return self.source(path, **({"kustomize": k} if k else {}))

    def helm(self, ref=None):
        h = {}
        if self.some(0.4):
            h["releaseName"] = self.pick("hello", "rel-x")
        if self.some(0.6):
            files = ["values-prod.yaml", "env/one.yaml", "env/*.yaml", "/values/shared.yaml",
                     "../../values/a.yaml", "/values/*.yaml", "missing.yaml", "/values/**/*.yaml",
                     "values-$ARGOCD_APP_NAME.yaml", "/values/${ARGOCD_APP_PROJECT_NAME}.yaml",
                     "./values-prod.yaml", "env/none-*.yaml", "../../../outside.yaml"]
            if ref:
                files += [f"${ref}/values/shared.yaml", f"${ref}/values/b.yaml",
                          f"${ref}/values/nope.yaml", f"${ref}/values/*.yaml", f"${ref}/charts/0/values-prod.yaml",
                          "$other/x.yaml"] * 2
            h["valueFiles"] = self.few(files)
            h["ignoreMissingValueFiles"] = self.some(0.7)
        if self.some(0.5):
            h["parameters"] = [dict(p) for p in self.few([
                {"name": "replicas", "value": "3"}, {"name": "tone", "value": "a,b"},
                {"name": "flag", "value": "false"}, {"name": "text", "value": "007"},
                {"name": "text", "value": "12", "forceString": True},
                {"name": "list", "value": "{x,y,z}"}, {"name": "list[1]", "value": "second"},
                {"name": "map.b.c", "value": "null"}, {"name": "map.k\\.l", "value": "dotted"},
                {"name": "tone", "value": "$ARGOCD_APP_NAME"}, {"name": "tone", "value": "a=b"},
                {"name": "tone", "value": ""}, {"name": "child.say", "value": "$$"},
                {"name": "text", "value": "back\\slash"}, {"name": "text", "value": "\"q\""},
                {"name": "text", "value": "a\\,b,c"}, {"name": "global.zone", "value": " spaced "},
                {"name": "map.n", "value": "1.50"}, {"name": "map.m", "value": "1234567890123"}], 4)]
        if self.some(0.2):
            h["fileParameters"] = [{"name": "file", "path": self.pick(
                "notes.txt", "/values/file.txt", "../../values/file.txt", "nope.txt")}]
        if self.some(0.3):
            h["values"] = self.pick("tone: inline\n", "map: {a: null, z: 1}\nlist: []\n",
                                    "replicas: 60\n", "# nothing\n", "tone: 1.10\ntext: '2'\nflag: yes\n")
        if self.some(0.3):
            h["valuesObject"] = self.pick({"tone": "object"}, {"map": {"b": {"c": "o"}}, "n": 1e3},
                                          {"list": [{"a": 1}, None, 2.5]}, {})
        for flag, chance in (("skipCrds", 0.3), ("skipTests", 0.3), ("skipSchemaValidation", 0.3),
                             ("passCredentials", 0.1)):
            if self.some(chance):
                h[flag] = True
        if self.some(0.2):
            h["kubeVersion"] = self.pick("1.29.3", "v1.31.0", "1.28")
        if self.some(0.2):
            h["apiVersions"] = ["example.test/v1", "example.test/v1/Thing"][:self.r.randint(1, 2)]
        if self.some(0.2):
            h["namespace"] = "helm-ns"
        if self.some(0.1):
            h["version"] = "v3"
        return self.source(f"charts/{self.r.randint(0, 2)}", **({"helm": h} if h else {}))

    def add(self, **more):
        name = f"app-{len(self.apps)}"
        spec = {"project": "default", "destination": {
            "server": "https://kubernetes.default.svc", "namespace": self.pick("one", "two", "far")}}
        if self.some(0.25):
            ref = self.pick("vals", "values-repo")
            sources = [self.helm(ref)]
            if self.some():
                sources.append(self.pick(self.directory, self.kustomize)())
            other = self.source("values") if self.some(0.3) else self.source(None)
            if other["path"] is None or self.some(0.7):
                other.pop("path")
            other["ref"] = ref
            sources.insert(self.r.randint(0, len(sources)), other)
            spec["sources"] = sources
        else:
            spec["source"] = self.pick(self.directory, self.kustomize, self.helm, self.helm)()
        spec.update(more)
        self.apps[name] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                           "metadata": {"name": name, "namespace": "argocd"}, "spec": spec}
        for source in [spec.get("source")] + spec.get("sources", []):
            if source and source.get("path", "").startswith(("charts/", "kust/")) and self.some(0.1):
                self.files[f"{source['path']}/.argocd-source-{name}.yaml"] = self.pick(
                    "helm:\n  parameters:\n  - {name: tone, value: overridden}\n",
                    "kustomize:\n  namePrefix: over-\n", "helm: {releaseName: over}\n")
