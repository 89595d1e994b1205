"""Commits over what holds a sync back, or has it done by another: confirmations, shared objects,
accounts to act as; and what others applied before, which a server-side apply takes over."""
import time

from argo_real import wait_until
from argo_repository import Repository, application

GROUP = "rbac.authorization.k8s.io"


class Guards(Repository):
    APPS = ("confirmed", "owning", "sharing", "acting", "lenient", "migrating", "doomed")
    commits = 6
    undone_at_once = True

    def __init__(self, url, seed):
        super().__init__(url, seed)
        self.settings = {"application.resourceTrackingMethod": self.random.choice(
            ["label", "annotation", "annotation+label"]),
                         "application.sync.impersonation.enabled": "true",
                         "application.sync.impersonation.enforced": "false"}
        self.kept, self.shared = {"a", "b", "c"}, False
        self.waits = self.confirm = False
        self.dooms = self.doomed = False
        self.allowed = ["configmaps"]
        self.migrates = self.random.random() < 0.7

    def app(self, name, options=(), **spec):
        namespace = "grd-shared" if name in ("owning", "sharing") else "grd-" + name
        app = application(name, self.source("guards/" + name), namespace, list(options))
        app["spec"].update(spec)
        # A retry is of the commit that failed: what is refused for good would hold the next one.
        app["spec"]["syncPolicy"]["retry"] = {"limit": 1 if name == "sharing" else 60, "backoff": {
            "duration": "2s", "factor": 1, "maxDuration": "2s"}}
        self.put(f"apps/{name}.yaml", app)

    def first(self):
        self.put("apps/namespaces.yaml", *[
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "grd-" + name}}
            for name in ("confirmed", "shared", "acting", "lenient", "migrating", "doomed")])
        self.put("apps/project.yaml", {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
            "metadata": {"name": "acting", "namespace": "argocd"},
            "spec": {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}],
                     "destinationServiceAccounts": [
                         {"server": "https://a*", "namespace": "*", "defaultServiceAccount": "nobody"},
                         {"server": "*", "namespace": "grd-a*", "defaultServiceAccount": "actor"}]}})
        self.app("confirmed")
        self.app("owning")
        self.app("sharing", ["FailOnSharedResource=true"])
        self.app("acting", project="acting")
        self.app("lenient", ["Validate=false"])
        self.app("migrating", ["ServerSideApply=true"] + [
            "ClientSideApplyMigration=false"] * (not self.migrates))
        self.app("doomed")
        self.permit()
        for name in self.APPS:
            self.change(name)

    def permit(self):
        verbs = ["get", "list", "watch", "create", "patch", "update", "delete"]
        self.put("apps/role.yaml", {
            "apiVersion": GROUP + "/v1", "kind": "Role",
            "metadata": {"name": "actor", "namespace": "grd-acting"},
            "rules": [{"apiGroups": ["", "apps"], "resources": list(self.allowed), "verbs": verbs}]}, {
            "apiVersion": GROUP + "/v1", "kind": "RoleBinding",
            "metadata": {"name": "actor", "namespace": "grd-acting"},
            "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "actor"},
            "subjects": [{"kind": "ServiceAccount", "name": "actor", "namespace": "grd-acting"}]})

    def change(self, name):
        if name == "confirmed":
            objects = [self.config(n, annotations={
                "argocd.argoproj.io/sync-options": "Prune=confirm"} if n == "a" else {})
                for n in sorted(self.kept)]
        elif name == "lenient":
            objects = [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "odd"}, "spec": {
                "selector": {"n": str(self.random.randint(0, 99))}, "ports": [{"port": 80}],
                **({"madeUp": True} if "guards/lenient/all.yaml" in self.files else {})}}]
        elif name == "doomed":
            objects = [self.config("free"), self.config("held", annotations={
                "argocd.argoproj.io/sync-options": "Delete=confirm"})]
        else:
            objects = [self.config(name)]
        if name == "owning":
            objects.append({"apiVersion": "v1", "kind": "Service", "metadata": {
                "name": "loose", "annotations": {
                    "argocd.argoproj.io/sync-options": "Prune=false,Validate=false"}}, "spec": {
                "selector": {"n": str(self.random.randint(0, 99))}, "ports": [{"port": 81}],
                **({"madeUp": True} if "guards/owning/all.yaml" in self.files else {})}})
        if name == "acting" and "deployments" in self.allowed:
            objects.append(self.deployment("acted"))
        if name == "owning" or (name == "sharing" and self.shared):
            objects.append(self.config("both"))
        self.put(f"guards/{name}/all.yaml", *objects)

    # --- the steps ---

    def confirm_or_wait(self):
        """What is to be confirmed goes, and others change; the next step finds it confirmed."""
        self.kept = {"b", "c"} if "a" in self.kept else {"a", "b", "c"}
        self.waits = "a" not in self.kept
        self.change("confirmed")

    def share(self):
        self.shared = not self.shared
        self.change("sharing")

    def act(self):
        """A right first, what needs it with a later step."""
        if "deployments" not in self.allowed:
            self.allowed.append("deployments")
            self.permit()
        else:
            self.change("acting")

    def doom(self):
        """An Application goes, and its deletion waits; the next step finds it confirmed."""
        if self.files.pop("apps/doomed.yaml", None):
            self.dooms = True
        else:
            self.app("doomed")
            self.change("doomed")

    def step(self):
        self.confirm, self.waits = self.waits, False
        self.doomed, self.dooms = self.dooms, False
        made = self.random.sample([self.confirm_or_wait, self.share, self.act], 2) + [self.doom]
        for one in made:
            one()
        names = self.random.sample(["owning", "lenient", "migrating"], 2)
        for name in names:
            self.change(name)
        return ", ".join([one.__name__ for one in made] + ["change " + n for n in names])

    @staticmethod
    def is_gone(cluster, path):
        """What the controller manager would do, which does not run: end foreground deletions."""
        base = "/api/v1/namespaces/grd-doomed/configmaps"
        for item in cluster.ask("GET", base)["items"]:
            meta = item["metadata"]
            if "foregroundDeletion" in meta.get("finalizers", []):
                cluster.ask("PATCH", f"{base}/{meta['name']}", {"metadata": {"finalizers": []}},
                            "application/merge-patch+json")
        return cluster.ask("GET", path) is None

    def drift(self, cluster):
        apps = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/"
        if self.confirm:
            cluster.ask("PATCH", apps + "confirmed", {"metadata": {"annotations": {
                "argocd.argoproj.io/deletion-approved": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))}}},
                "application/merge-patch+json")
            time.sleep(5)
        if self.doomed:
            cluster.ask("PATCH", apps + "doomed", {"metadata": {"annotations": {
                "argocd.argoproj.io/deletion-approved": time.strftime(
                    "%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}}, "application/merge-patch+json")
            wait_until(lambda: self.is_gone(cluster, apps + "doomed"),
                       "the confirmed deletion is done")
        manager = self.random.choice(["kubectl-client-side-apply", "somebody"])
        cluster.ask("PATCH", "/api/v1/namespaces/grd-migrating/configmaps/migrating"
                    f"?fieldManager={manager}", {"data": {"by-" + manager: "1"}},
                    "application/merge-patch+json")
