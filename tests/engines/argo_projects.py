"""Commits over AppProjects: what they let an Application do, and when; and drift that Argo CD undoes
by itself, or leaves alone, as the Application says."""
import time

from argo_real import wait_until
from argo_repository import Repository, application

ALWAYS = {"schedule": "* * * * *", "duration": "1h"}
NEVER = {"schedule": "0 0 29 2 *", "duration": "1m"}
ANY = {"group": "*", "kind": "*"}


class Projects(Repository):
    APPS = ("open", "kinds", "place", "origin", "wide", "calendar", "scoped", "healed")

    def app(self, name, options=(), **spec):
        app = application(name, self.source(name), "prj-" + name, ["CreateNamespace=true", *options])
        app["spec"].update({"project": name, **spec})
        # What is refused now may be let next.
        app["spec"]["syncPolicy"]["retry"] = {"limit": 60, "backoff": {
            "duration": "2s", "factor": 1, "maxDuration": "2s"}}
        self.put(f"apps/{name}.yaml", app)

    def project(self, name, **spec):
        self.put(f"apps/project-{name}.yaml", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}],
                     "clusterResourceWhitelist": [ANY], **spec}})

    def first(self):
        for name in self.APPS:
            self.project(name)
            self.change(name)
        for name in ("open", "kinds", "place", "origin", "wide", "calendar", "scoped"):
            self.app(name)
        self.app("healed", ["RespectIgnoreDifferences=true"] * (self.random.random() < 0.5),
                 ignoreDifferences=[
                     {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]},
                     {"group": "", "kind": "ConfigMap", "name": "shared",
                      "managedFieldsManagers": ["scaler"]}])

    def change(self, name):
        """What the app applies."""
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                "metadata": {"name": "plain-" + name}, "rules": [
                    {"apiGroups": [""], "resources": ["pods"],
                     "verbs": self.random.sample(["get", "list", "watch"], 2)}]}
        more = {"wide": [role], "healed": [self.deployment("scaled"), self.config("shared")],
                "open": [self.config("apart", annotations={
                    "argocd.argoproj.io/sync-options": self.random.choice(
                        ["ServerSideApply=true", "Replace=true", "Delete=false", "Prune=false"])})]}
        self.put(f"{name}/all.yaml", self.config("config"), *more.get(name, []))

    # --- what projects let ---

    def let_kinds(self):
        self.project("kinds", **self.random.choice([
            {}, {"namespaceResourceBlacklist": [{"group": "", "kind": "ConfigMap"}]},
            {"namespaceResourceWhitelist": [{"group": "apps", "kind": "*"}]},
            {"namespaceResourceWhitelist": [{"group": "", "kind": "Config*"}]}]))

    def let_place(self):
        server = "https://kubernetes.default.svc"
        self.project("place", destinations=self.random.choice([
            [{"server": server, "namespace": "prj-*"}], [{"server": server, "namespace": "other"}],
            [{"server": "*", "namespace": "*"}, {"server": server, "namespace": "!prj-place"}],
            [{"name": "in-cluster", "namespace": "*"}], [{"server": "https://a", "namespace": "*"}],
            [{"server": "!https://a", "namespace": "*"}]]))

    def let_origin(self):
        self.project("origin", sourceRepos=self.random.choice([
            ["*"], [self.url], ["https://example.test/*"], ["*", "!" + self.url],
            ["file:///*/*/*/*.git"], ["file:///**"], []]))

    def let_wide(self):
        self.project("wide", **self.random.choice([
            {"clusterResourceWhitelist": []}, {"clusterResourceWhitelist": [ANY]},
            {"clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}]},
            {"clusterResourceWhitelist": [{**ANY, "name": "plain-w*"}]},
            {"clusterResourceBlacklist": [{"group": "*", "kind": "ClusterRole"}]}]))

    def let_calendar(self):
        any_app = {"applications": ["*"]}
        self.project("calendar", syncWindows=self.random.choice([
            [], [{"kind": "deny", **ALWAYS, **any_app}], [{"kind": "deny", **NEVER, **any_app}],
            [{"kind": "allow", **NEVER, **any_app}], [{"kind": "allow", **ALWAYS, **any_app}],
            [{"kind": "deny", **ALWAYS, "namespaces": ["prj-calendar"], "manualSync": True}],
            [{"kind": "deny", **ALWAYS, "clusters": ["other"]}],
            [{"kind": "deny", **ALWAYS, "applications": ["cal*"], "namespaces": ["other"],
              "andOperator": True}],
            [{"kind": "allow", **NEVER, **any_app}, {"kind": "allow", **ALWAYS, **any_app}],
            [{"kind": "deny", "schedule": f"0 {(time.gmtime().tm_hour + 12) % 24} * * *",
              "duration": "1h", **any_app}]]))

    def let_scoped(self):
        self.project("scoped", permitOnlyProjectScopedClusters=self.random.random() < 0.6)

    # --- the steps: projects or what is applied, as Argo CD may see either first ---

    def drop_apps(self):
        """An Application goes, with what it applied; later it comes again."""
        if "apps/open.yaml" in self.files:
            del self.files["apps/open.yaml"]
        else:
            self.change("open")
            self.app("open")

    def step(self):
        lets = [self.let_kinds, self.let_place, self.let_origin, self.let_wide, self.let_calendar,
                self.let_scoped]
        self.turn = not getattr(self, "turn", False)
        if self.turn:
            made = self.random.sample(lets, 4)
            for one in made:
                one()
            return ", ".join(one.__name__ for one in made)
        if self.random.random() < 0.4:
            self.drop_apps()
        names = self.random.sample(self.APPS, 6)
        for name in names:
            self.change(name)
        return "change " + ", ".join(names)

    def drift(self, cluster):
        def patch(path, body, manager):
            cluster.ask("PATCH", f"{path}?fieldManager={manager}", body,
                        "application/strategic-merge-patch+json")
        def config(name, **data):
            patch(f"/api/v1/namespaces/prj-{name}/configmaps/config", {"data": data}, "somebody")
        n = str(self.random.randint(100, 999))
        # It is undone at once, with what projects let by then: only in steps that leave them alone.
        if not self.turn and self.random.random() < 0.5:
            config("calendar", r=n)
        if self.random.random() < 0.4:
            config("healed", r=n, mine=n)
            # It is undone at once; in between, a sync of the next commit may come first or not.
            path = "/api/v1/namespaces/prj-healed/configmaps/config"
            wait_until(lambda: cluster.ask("GET", path)["data"]["r"] != n, "drift is undone")
            return
        # What differs alone in ignored fields stays until something else makes Argo CD sync.
        patch("/apis/apps/v1/namespaces/prj-healed/deployments/scaled",
              {"spec": {"replicas": int(n)}}, "scaler")
        patch("/api/v1/namespaces/prj-healed/configmaps/shared", {"data": {"n": n}},
              self.random.choice(["scaler", "somebody"]))
        time.sleep(5)
