"""Commits over an Application's options: what is ignored, replaced, kept, tracked, run by hooks; and
drift between the commits, by somebody else's hands."""
import json

from argo_real import wait_until
from argo_repository import Repository, application

FORCED = "Replace=true,Force=true"


class Options(Repository):
    def __init__(self, url, seed):
        super().__init__(url, seed)
        r = self.random
        self.respect = r.random() < 0.5
        self.more = {name: r.sample(
            ["PruneLast=true", "ApplyOutOfSyncOnly=true"] + ["ServerSideApply=true"] * (name != "kept"),
            r.randint(0, 2)) for name in ("ignored", "hooked", "kept", "merged", "several")}
        self.settings = {"application.resourceTrackingMethod": r.choice(
            ["annotation", "label", "annotation+label"]),
            "resource.exclusions": "- apiGroups: ['']\n  kinds: [LimitRange]\n",
            "resource.customizations.ignoreDifferences.batch_CronJob":
                "jsonPointers: [/spec/suspend]\n"}

    def app(self, name, options=(), source=None, **spec):
        app = application(name, source or self.source(name), "opt-" + name,
                          ["CreateNamespace=true", *options, *self.more.get(name, [])],
                          selfHeal=False)
        app["spec"].update({k: v for k, v in spec.items() if k != "managed"})
        if "managed" in spec:
            app["spec"]["syncPolicy"]["managedNamespaceMetadata"] = spec["managed"]
        self.put(f"apps/{name}.yaml", app)

    def first(self):
        self.app("ignored", ["RespectIgnoreDifferences=true"] * self.respect, ignoreDifferences=[
            {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"],
             "jqPathExpressions": [".spec.template.spec.containers[] | " + self.random.choice([
                 'select(.name == "side") | .image', 'select(.name | test("^S.DE$"; "i")).image',
                 'select((.name | startswith("s")) and (.env // [] | length == 0)) | .image',
                 'select([.name] | inside(["main"]) | not) | .. | .image?'])]},
            {"group": "", "kind": "ConfigMap", "jqPathExpressions": [
                'select((.metadata.annotations // {}) | has("note/picked")) | .data.n',
                'if .metadata.name == "picked" then .data.extra else empty end',
                '.data[] | select(. == "never").deeper', "del(.data)"]},
            {"group": "*", "kind": "ConfigMap", "name": "owned",
             "managedFieldsManagers": ["scaler"]}])
        self.app("hooked")
        self.app("kept")
        self.app("replaced", ["Replace=true"])
        self.app("spaces", managed={"labels": {"tier": "one"}, "annotations": {"note": "first"}})
        self.app("merged")
        self.app("files", source=self.source("files", directory={
            "recurse": True, "include": "{a*,deep/*}.yaml", "exclude": "*/no*"}))
        app = application("several", None, "opt-several", ["CreateNamespace=true",
                                                           *self.more["several"]], selfHeal=False)
        del app["spec"]["source"]
        app["spec"]["sources"] = [
            {**self.source("charts/several"), "helm": {
                "valueFiles": ["$values/several/values.yaml", "$values/several/none.yaml"],
                "ignoreMissingValueFiles": True, "skipTests": True,
                "fileParameters": [{"name": "file", "path": "notes.txt"}]}},
            {"repoURL": self.url, "targetRevision": "HEAD", "ref": "values"},
            self.source("several/plain", directory={"include": "*.json"})]
        self.put("apps/several.yaml", app)
        self.put("apps/deep.yaml", application("deep", self.source("deep"), "argocd"))
        self.put("deep/deeper.yaml", application("deeper", self.source("deeper"), "argocd"))
        self.put("deeper/deepest.yaml", application(
            "deepest", self.source("deepest"), "opt-deepest", ["CreateNamespace=true"]))
        self.put("deepest/config.yaml", self.config("deepest"))
        self.files["charts/several/Chart.yaml"] = "apiVersion: v2\nname: several\nversion: 1.0.0\n"
        self.files["charts/several/notes.txt"] = "some text\n"
        self.files["charts/several/templates/all.yaml"] = (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: several}\ndata:\n"
            "  a: {{ .Values.a | quote }}\n  file: {{ .Values.file | quote }}\n---\n"
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: test\n  annotations:\n"
            "    helm.sh/hook: test\n")
        self.put("spaces/all.yaml", self.config("in-space"))
        for change in (self.change_ignored, self.change_hooked, self.change_kept,
                       self.change_replaced, self.change_merged, self.change_files,
                       self.change_several, self.change_spaces):
            change()

    def number(self):
        return str(self.random.randint(0, 999))

    def change_ignored(self):
        d = self.deployment("scaled")
        d["spec"]["replicas"] = self.random.randint(1, 3)
        d["spec"]["template"]["spec"]["containers"].append({"name": "side", "image": "side:1"})
        self.put("ignored/all.yaml", d, self.config("owned"), self.config("drifting"),
                 self.config("picked", annotations={"note/picked": "yes"}), {
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "job"},
            "spec": {"schedule": "0 0 * * *", "suspend": False, "jobTemplate": {"spec": {
                "template": {"spec": {"restartPolicy": "Never", "containers": [
                    {"name": "a", "image": "a:" + self.number()}]}}}}}})

    def hook(self, name, phase, **annotations):
        return self.config(name, annotations={"argocd.argoproj.io/hook": phase, **{
            "argocd.argoproj.io/" + k.replace("_", "-"): v for k, v in annotations.items()}})

    def change_hooked(self):
        self.put("hooked/all.yaml", self.config("plain", annotations={
            "argocd.argoproj.io/sync-wave": self.random.choice(["-1", "3"])}),
            self.hook("before", "PreSync"), self.hook("during", "Sync", sync_wave="2"),
            self.hook("after", "PostSync", hook_delete_policy="HookSucceeded"),
            self.hook("skipped", "Skip"), self.hook("end", "PostDelete"))

    def change_kept(self):
        objects = [self.config("stays", annotations={
            "argocd.argoproj.io/sync-options": "Prune=false"}), self.config("goes"),
            self.config("forced", annotations={"argocd.argoproj.io/sync-options": FORCED}),
            {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "excluded"},
             "spec": {"limits": [{"type": "Pod", "max": {"cpu": "1"}}]}}]
        objects[2]["immutable"] = True
        keep = self.random.sample(objects[:2], self.random.randint(0, 2))
        self.put("kept/all.yaml", *[o for o in objects[:2] if o in keep or not self.count > 30],
                 *objects[2:])

    def change_replaced(self):
        data = {f"k{i}": self.number() for i in range(self.random.randint(1, 4))}
        self.put("replaced/all.yaml", {**self.config("whole"), "data": data})

    def change_spaces(self):
        """Of the Application alone: Argo CD may sync a new revision before its own new spec."""
        app = json.loads(self.files["apps/spaces.yaml"])
        app["spec"]["syncPolicy"]["managedNamespaceMetadata"]["labels"] = {
            self.random.choice(["tier", "stage"]): "l" + self.number()}
        self.put("apps/spaces.yaml", app)

    def change_merged(self):
        r = self.random
        d = self.deployment("merged")
        main = d["spec"]["template"]["spec"]["containers"][0]
        main["env"] = [{"name": n, "value": self.number()}
                       for n in r.sample("ABCD", r.randint(0, 4))]
        main["ports"] = [{"containerPort": p} for p in r.sample([80, 81, 82], r.randint(0, 3))]
        main["volumeMounts"] = [{"name": v, "mountPath": "/" + v}
                                for v in r.sample(["one", "two"], r.randint(0, 2))]
        main["args"] = ["--x=" + self.number()] * r.randint(0, 2)
        if r.random() < 0.5:
            main["resources"] = {"limits": {"cpu": "1", "memory": r.choice(["1Gi", "512Mi"])}}
        d["spec"]["template"]["spec"]["volumes"] = [
            {"name": v["name"], "emptyDir": {}} for v in main["volumeMounts"]]
        d["metadata"]["labels"] = {k: "v" + self.number() for k in r.sample("xyz", r.randint(0, 3))}
        ports = r.sample([80, 443, 8080], r.randint(1, 3))
        self.put("merged/all.yaml", d, {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "merged"},
            "spec": {"selector": {"app": "merged", **({"z": "1"} if r.random() < 0.5 else {})},
                     "ports": [{"name": f"p{p}", "port": p} for p in ports]}}, {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": "merged"}, "rules": [
                {"apiGroups": [""], "resources": r.sample(["pods", "secrets", "services"], 2),
                 "verbs": ["get"]}][:r.randint(0, 1)]})

    def change_files(self):
        for path in [p for p in self.files if p.startswith("files/")]:
            del self.files[path]
        for path in self.random.sample(["a1", "a2", "b", "deep/x", "deep/no", "deep/y"], 4):
            self.put(f"files/{path}.yaml", self.config("of-" + path.replace("/", "-")))
        self.put("files/a0.yaml", self.config("always"))

    def change_several(self):
        self.files["several/values.yaml"] = f"a: v{self.number()}\n"
        self.put("several/plain/one.json", self.config("json"))

    def change_deepest(self):
        self.put("deepest/config.yaml", self.config("deepest"))

    def empty_deeper(self):
        """An app of apps that comes to nothing is not synced without allowEmpty."""
        for path in ("deepest/config.yaml",):
            self.files.pop(path, None)
        self.files["deepest/README"] = "nothing\n"

    def step(self):
        changes = [self.change_ignored, self.change_hooked, self.change_kept, self.change_replaced,
                   self.change_spaces, self.change_merged, self.change_files, self.change_several,
                   self.change_deepest, self.empty_deeper]
        made = self.random.sample(changes, 4)
        for change in made:
            change()
        return ", ".join(change.__name__ for change in made)

    def drift(self, cluster):
        """What others do in between: a scaler, somebody by hand."""
        def patch(path, body, manager):
            cluster.ask("PATCH", f"{path}?fieldManager={manager}", body,
                        "application/strategic-merge-patch+json")
        base = "namespaces/opt-ignored/"
        n = self.random.randint(0, 99)
        some = [
            lambda: patch(f"/apis/apps/v1/{base}deployments/scaled",
                          {"spec": {"replicas": 4 + n}}, "scaler"),
            lambda: patch(f"/apis/apps/v1/{base}deployments/scaled", {"spec": {"template": {"spec": {
                "containers": [{"name": "side", "image": f"side:{n}"}]}}}}, "somebody"),
            lambda: patch(f"/api/v1/{base}configmaps/owned", {"data": {"n": f"d{n}"}}, "scaler"),
            lambda: patch(f"/apis/batch/v1/{base}cronjobs/job", {"spec": {"suspend": True}}, "hand"),
            lambda: patch(f"/api/v1/{base}configmaps/drifting",
                          {"data": {"n": f"d{n}", "extra": f"e{n}"}}, "somebody"),
            lambda: patch(f"/api/v1/{base}configmaps/picked",
                          {"data": {"n": f"d{n}", "extra": f"e{n}"}}, "somebody"),
            lambda: patch("/apis/apps/v1/namespaces/opt-merged/deployments/merged",
                          {"metadata": {"labels": {"mine": f"m{n}"}},
                           "spec": {"template": {"spec": {"containers": [
                               {"name": "main", "env": [{"name": "MINE", "value": str(n)}]}]}}}},
                          "somebody"),
        ]
        for one in self.random.sample(some, self.random.randint(0, 3)):
            one()
        if self.random.random() < 0.4:
            self.leave(cluster, f"left{n}")

    def leave(self, cluster, name):
        """What git lost before base, and a sync did not take away: the next one does."""
        space = "opt-merged"
        mark = {"labels": {"app.kubernetes.io/instance": "merged"}} if (
            self.settings["application.resourceTrackingMethod"] == "label") else {
            "annotations": {"argocd.argoproj.io/tracking-id": f"merged:/ConfigMap:{space}/{name}"}}
        cluster.apply(f"/api/v1/namespaces/{space}/configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **mark}})
        path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/merged"
        wait_until(lambda: any(r["name"] == name for r in cluster.ask("GET", path)["status"].get(
            "resources", [])), "Argo CD tracks what is left")
