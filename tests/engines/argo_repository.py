"""Commits of a repository that an Argo CD applies: one series over the types of sources."""
import json
import os
import random
import shutil


def application(name, source, namespace, options=(), **policy):
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd",
                         "finalizers": ["resources-finalizer.argocd.argoproj.io"]},
            "spec": {"project": "default", "source": source,
                     "destination": {"server": "https://kubernetes.default.svc",
                                     "namespace": namespace},
                     "syncPolicy": {"automated": {"prune": True, "selfHeal": True, **policy},
                                    **({"syncOptions": list(options)} if options else {})}}}


class Repository:
    """Files by path; each step changes some, at random but alike for a seed."""
    commits = 8
    undone_at_once = False  # what others change between the commits

    def __init__(self, url, seed):
        self.url, self.random, self.files, self.count = url, random.Random(seed), {}, 0
        self.settings = {}  # of argocd-cm

    def source(self, path, **more):
        return {"repoURL": self.url, "targetRevision": "HEAD", "path": path, **more}

    def put(self, path, *objects):
        self.files[path] = "---\n".join(json.dumps(o, indent=1) + "\n" for o in objects)

    def config(self, name, **metadata):
        self.count += 1
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata},
                "data": {"n": str(self.count), "r": str(self.random.randint(0, 99))}}

    def deployment(self, name, image="nginx:1"):
        labels = {"app": name}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
                "spec": {"replicas": self.random.randint(0, 2), "selector": {"matchLabels": labels},
                         "template": {"metadata": {"labels": labels}, "spec": {"containers": [
                             {"name": "main", "image": image,
                              "env": [{"name": "R", "value": str(self.random.randint(0, 9))}]}]}}}}

    def first(self):
        """App of apps over every type of source, and an ApplicationSet."""
        self.put("apps/plain.yaml", application(
            "plain", self.source("plain", directory={"recurse": True, "exclude": "*skip*"}),
            "web", ["CreateNamespace=true"]))
        self.put("apps/overlay.yaml", application(
            "overlay", self.source("kustomize/overlay", kustomize={
                "namePrefix": "pre-", "images": ["nginx=registry.test/nginx:2"],
                "commonLabels": {"owner": "$ARGOCD_APP_NAME"},
                "commonAnnotations": {"note": "from the application"}}),
            "tools", ["CreateNamespace=true", "ServerSideApply=true"]))
        self.put("apps/chart.yaml", application(
            "chart", self.source("charts/greeter", helm={
                "releaseName": "hello", "valueFiles": ["more.yaml"],
                "parameters": [{"name": "tone", "value": "a,b"}],
                "valuesObject": {"replicas": 0}}),
            "greet", ["CreateNamespace=true"]))
        self.put("apps/set.yaml", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet",
            "metadata": {"name": "set", "namespace": "argocd"},
            "spec": {"goTemplate": True, "goTemplateOptions": ["missingkey=error"], "generators": [
                {"matrix": {"generators": [
                    {"git": {"repoURL": self.url, "revision": "HEAD",
                             "directories": [{"path": "addons/*"},
                                             {"path": "addons/none", "exclude": True}]}},
                    {"list": {"elements": [{"stage": "one", "n": 1}, {"stage": "two", "n": 2}]}}]}}],
                "template": {
                    "metadata": {"name": "{{ .path.basename }}-{{ .stage }}",
                                 "labels": {"n": "{{ .n }}"}},
                    "spec": {**application("x", self.source(
                        "{{ .path.path }}", kustomize={"nameSuffix": "-{{ .stage }}"}),
                        "fresh", ["CreateNamespace=true"])["spec"]}},
                "templatePatch": "metadata:\n  annotations:\n    stage: {{ .stage | quote }}\n"}})
        self.put("plain/config.yaml", self.config("first"), self.config("second"))
        self.put("plain/deep/workload.yaml", self.deployment("web"), {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}})
        self.put("plain/skip.yaml", self.config("skipped"))
        self.put("plain/role.yaml", {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": "plain-reader"},
            "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]})
        self.put("kustomize/base/all.yaml", self.deployment("tool"), self.config("settings"))
        self.files["kustomize/base/kustomization.yaml"] = "resources: [all.yaml]\n"
        self.files["kustomize/overlay/kustomization.yaml"] = (
            "resources: [../base]\nconfigMapGenerator:\n- name: made\n  literals: [a=1]\n")
        self.files["charts/greeter/Chart.yaml"] = "apiVersion: v2\nname: greeter\nversion: 1.0.0\n"
        self.files["charts/greeter/values.yaml"] = "tone: none\nreplicas: 5\ngreeting: hi\n"
        self.files["charts/greeter/more.yaml"] = "greeting: hello\n"
        self.files["charts/greeter/templates/all.yaml"] = (
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
            "  labels:\n    app.kubernetes.io/instance: {{ .Release.Name }}\ndata:\n"
            "  greeting: {{ .Values.greeting }}\n  tone: {{ .Values.tone | quote }}\n"
            "  replicas: {{ .Values.replicas | quote }}\n  in: {{ .Release.Namespace }}\n")
        for name in ("cache", "none"):
            self.put(f"addons/{name}/all.yaml", self.config(name))
            self.files[f"addons/{name}/kustomization.yaml"] = "resources: [all.yaml]\n"

    def change_values(self):
        self.files["charts/greeter/more.yaml"] = f"greeting: {self.random.choice('abcdef')}bc\n"

    def change_plain(self):
        self.put("plain/config.yaml", self.config("first"),
                 self.config("second", labels={"step": str(self.random.randint(0, 99))}))

    def change_workload(self):
        self.put("plain/deep/workload.yaml", self.deployment("web"), {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"},
                     "ports": [{"port": 80}, {"port": 443, "name": "tls"}][:1]}})

    def change_base(self):
        self.put("kustomize/base/all.yaml", self.deployment("tool", "nginx:1"),
                 self.config("settings"))

    def change_generated(self):
        self.files["kustomize/overlay/kustomization.yaml"] = (
            "resources: [../base]\nconfigMapGenerator:\n- name: made\n"
            f"  literals: [a={self.random.randint(10, 99)}]\n")

    def change_application(self):
        app = json.loads(self.files["apps/overlay.yaml"])
        app["spec"]["source"]["kustomize"]["commonAnnotations"]["note"] = (
            f"note {self.random.randint(0, 999)}")
        self.put("apps/overlay.yaml", app)

    def add_addon(self):
        name = f"addon{self.count}"
        self.put(f"addons/{name}/all.yaml", self.config(name))
        self.files[f"addons/{name}/kustomization.yaml"] = "resources: [all.yaml]\n"

    def drop_addon(self):
        names = sorted({p.split("/")[1] for p in self.files if p.startswith("addons/addon")})
        for path in [p for p in self.files if names and p.startswith(f"addons/{names[0]}/")]:
            del self.files[path]

    def add_object(self):
        name = f"extra{self.count}"
        self.put(f"plain/extra/{name}.yaml", self.config(
            name, annotations={"argocd.argoproj.io/sync-wave": str(self.random.randint(-2, 2))}))

    def drop_object(self):
        for path in sorted(p for p in self.files if p.startswith("plain/extra/"))[:1]:
            del self.files[path]

    def move_object(self):
        for path in sorted(p for p in self.files if p.startswith("plain/extra/"))[:1]:
            self.files["kustomize/overlay/" + os.path.basename(path)] = self.files.pop(path)

    def drift(self, cluster):
        """What others do to the cluster between the commits."""

    def step(self):
        changes = [self.change_values, self.change_plain, self.change_workload, self.change_base,
                   self.change_generated, self.change_application, self.add_addon, self.drop_addon,
                   self.add_object, self.drop_object]
        made = self.random.sample(changes, 3)
        for change in made:
            change()
        return ", ".join(change.__name__ for change in made)

    def write(self, folder):
        for name in os.listdir(folder):
            if name != ".git":
                path = os.path.join(folder, name)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
        for path, text in self.files.items():
            full = os.path.join(folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w") as f:
                f.write(text)
