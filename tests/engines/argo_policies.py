"""Commits over ApplicationSets: what their controller changes, keeps and leaves of Applications that
are there, by policy, preserved and ignored fields, and step by step; what others change of them."""
from argo_repository import Repository, application

RULES = [
    {"jsonPointers": ["/spec/source/kustomize/namePrefix"]},
    {"jqPathExpressions": [".spec.source.kustomize.images"]},
    {"name": "ignored-b", "jsonPointers": ["/metadata/labels/step", "/spec/syncPolicy/syncOptions/1"]},
    {"jqPathExpressions": ['.spec.info[] | select(.name == "who") | .value']},
    {"jqPathExpressions": ['.spec.info[]? | select(.name == "who")']},
]


class Policies(Repository):
    APPS = "abc"
    commits = 6
    undone_at_once = True
    # name, policy
    SETS = [("plain", "sync"), ("only", "create-only"), ("update", "create-update"),
            ("delete", "create-delete"), ("preserved", None), ("ignored", None), ("rolling", None)]

    def __init__(self, url, seed):
        super().__init__(url, seed)
        self.there = {name: set("ab") for name, _ in self.SETS}
        self.rules = self.random.sample(RULES, 3)

    def elements(self, name):
        # A step that begins with the new revision may take an Application for done that has yet to
        # get its new spec: where the controller syncs, specs stay.
        if name == "rolling":
            return [{"n": n, "prefix": "p" + n, "step": "0"} for n in sorted(self.there[name])]
        return [{"n": n, "prefix": f"p{self.random.randint(0, 9)}", "step": str(self.random.randint(0, 9))}
                for n in sorted(self.there[name])]

    def set(self, name):
        policy = dict(self.SETS)[name]
        spec = application("x", self.source(
            f"sets/{name}/{{{{ .n }}}}", kustomize={
                "namePrefix": "{{ .prefix }}-", "images": ["nginx=registry.test/nginx:2"]}), f"set-{name}", ["CreateNamespace=true"])["spec"]
        spec["info"] = [{"name": "who", "value": "{{ .prefix }}"}, {"name": "step", "value": "{{ .step }}"}]
        of = {"goTemplate": True, "generators": [{"list": {"elements": self.elements(name)}}],
              "template": {"metadata": {
                  "name": name + "-{{ .n }}", "labels": {"step": "{{ .step }}", "of": "{{ .n }}"},
                  "annotations": {"made": "{{ .prefix }}"}}, "spec": spec},
              "templatePatch": "spec: {source: {kustomize: {forceCommonLabels: false, "
                               "nameSuffix: ''}}, destination: {name: ''}}"}
        if policy:
            # What a deleted Application left, one of the same name takes for its own: not here.
            of["syncPolicy"] = {"applicationsSync": policy, **(
                {"preserveResourcesOnDeletion": True} if policy in ("create-only", "create-update") else {})}
        if name == "preserved":
            of["preservedFields"] = {"annotations": ["theirs", "made"], "labels": ["mine"]}
        if name == "ignored":
            of["ignoreApplicationDifferences"] = self.rules
        if name == "rolling":
            of["strategy"] = {"type": "RollingSync", "rollingSync": {"steps": [
                {"matchExpressions": [{"key": "of", "operator": "In", "values": [v]}]} for v in "ab"]
                + [{"matchExpressions": [{"key": "of", "operator": "NotIn", "values": ["a", "b"]}]}]}}
        self.put(f"apps/set-{name}.yaml", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet",
            "metadata": {"name": name, "namespace": "argocd"}, "spec": of})

    def change(self, name, n):
        self.put(f"sets/{name}/{n}/all.yaml", self.config(f"of-{n}"), self.deployment(f"web-{n}"))
        self.files[f"sets/{name}/{n}/kustomization.yaml"] = "resources: [all.yaml]\n"

    def first(self):
        for name, _ in self.SETS:
            for n in self.APPS:
                self.change(name, n)
            self.set(name)

    def step(self):
        made = []
        for name, _ in self.random.sample(self.SETS, 4):
            what = self.random.choice(["objects", "template", "elements"])
            if what == "objects":
                self.change(name, self.random.choice(self.APPS))
            else:
                if what == "elements":
                    self.there[name] ^= {self.random.choice("bc")}
                self.set(name)
            made.append(f"{what} of {name}")
        return ", ".join(made)

    def drift(self, cluster):
        """Others change Applications by hand: with the next step, the controller has its say."""
        base = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/"
        n = str(self.random.randint(0, 99))
        for name in self.random.sample(["only", "update", "preserved", "ignored"], 2):
            app = self.random.choice(sorted(self.there[name] & set("ab")))
            body = self.random.choice([
                {"metadata": {"annotations": {"theirs": n, "other": n}}},
                {"metadata": {"labels": {"mine": n, "step": n}}},
                {"metadata": {"annotations": {"made": n}}},
                {"spec": {"source": {"kustomize": {"namePrefix": f"hand{n}-"}}}},
                {"spec": {"source": {"kustomize": {"images": [f"nginx=hand.test/nginx:{n}"]}}}},
                {"spec": {"info": [{"name": "who", "value": "hand" + n}, {"name": "step", "value": "1"}]}},
            ])
            cluster.ask("PATCH", f"{base}{name}-{app}?fieldManager=hand", body,
                        "application/merge-patch+json")
