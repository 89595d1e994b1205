"""A real API server's verdicts, over one connection."""
import copy
import http.client
import json
import re
import ssl
import time
import urllib.parse

import yaml

# Refusals that say something of this cluster, or of the request's path, not of the manifest.
OF_THE_CLUSTER = re.compile(
    r"provided (port|IP) is already allocated|not configured for dual-stack|admin-access: true"
    r"|does not match the namespace sent on the request|no RuntimeClass with name"
    r"|no PriorityClass with name|is not in the valid range"
    r"|is not configured on this cluster|only dynamically provisioned pvc can be resized")


class Server:
    """The API server's verdicts, over one connection."""

    def __init__(self, kubeconfig):
        config = yaml.safe_load(open(kubeconfig))
        cluster = config["clusters"][0]["cluster"]
        self.host = cluster["server"].split("//")[1]
        self.token = next(u["user"]["token"] for u in config["users"] if u["name"] == "admin")
        self.context = ssl._create_unverified_context()
        self.connection = None
        self.resources = {}

    def request(self, method, path, body=None, content="application/json"):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": content}
        for attempt in (1, 2):
            try:
                if not self.connection:
                    self.connection = http.client.HTTPSConnection(
                        self.host, context=self.context, timeout=60)
                text = body if isinstance(body, bytes) else body and json.dumps(body)
                self.connection.request(method, path, text, headers)
                answer = self.connection.getresponse()
                text = answer.read()
                return answer.status, json.loads(text) if text else {}
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.connection = None
                if attempt == 2:
                    return 0, {}

    def path(self, manifest):
        api, kind = manifest.get("apiVersion"), manifest.get("kind")
        prefix = "/apis/" + api if "/" in api else "/api/" + api
        if api not in self.resources:
            status, answer = self.request("GET", prefix)
            self.resources[api] = {r["kind"]: r for r in reversed(answer.get("resources", []))
                                   if "/" not in r["name"]} if status == 200 else {}
        resource = self.resources[api].get(kind)
        if not resource:
            return None
        if resource["namespaced"]:
            metadata = manifest.get("metadata")
            namespace = (metadata.get("namespace") if isinstance(metadata, dict) else None) or "default"
            prefix += "/namespaces/" + urllib.parse.quote(str(namespace), safe="")
        return prefix + "/" + resource["name"]

    def verdict(self, manifest, text=None):
        """(refused, message, first field); None when the answer is the environment's. `text` is
        sent for the manifest that it was before a mistake was made in it."""
        path = self.path(manifest)
        if not path:
            return None
        query = "?fieldValidation=Strict&dryRun=All"
        if text is not None:
            return self.read(*self.request("POST", path + query, text, "application/yaml"))
        status, answer = self.request("POST", path + query, manifest)
        if status in (200, 201) and manifest["kind"] == "Service":
            # a dry run asks no allocator of node ports
            status, answer = self.request("POST", path + query.split("&")[0], manifest)
            self.request("DELETE", path + "/" + (answer.get("metadata") or {}).get("name", "-"))
        return self.read(status, answer)

    @staticmethod
    def read(status, answer):
        if status in (200, 201):
            return False, "", None
        if status in (0, 404, 409, 429) or status >= 500:
            return None
        if OF_THE_CLUSTER.search(answer.get("message", "")):
            return None
        causes = (answer.get("details") or {}).get("causes") or []
        return True, answer.get("message", ""), causes[0].get("field") if causes else None

    def make(self, manifest):
        """Make an object for real; whether it was."""
        path = self.path(manifest)
        name = (manifest.get("metadata") or {}).get("name")
        if not path or not name:
            return False
        made = self.request("PATCH", "%s/%s?fieldManager=mutations" % (path, name), manifest,
                            "application/apply-patch+yaml")[0] in (200, 201)
        if made and manifest["kind"] == "PersistentVolumeClaim":
            self.bind(path + "/" + name, manifest)
        if made and manifest["kind"] == "CustomResourceDefinition":
            self.wait_established(path + "/" + name)
        return made

    def wait_established(self, path):
        for _ in range(50):
            conditions = self.request("GET", path)[1].get("status", {}).get("conditions") or []
            if any(c["type"] == "Established" and c["status"] == "True" for c in conditions):
                return
            time.sleep(0.1)

    def bind(self, path, claim):
        """As a claim soon is; no controller runs here."""
        size = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
        status = {"phase": "Bound", "capacity": {"storage": size}}
        self.request("PATCH", path + "/status", {"status": status}, "application/merge-patch+json")

    def delete(self, manifest):
        """Delete what make() made, at once."""
        path = "%s/%s" % (self.path(manifest), manifest["metadata"]["name"])
        self.request("DELETE", path + "?gracePeriodSeconds=0&propagationPolicy=Background")
        if manifest["kind"] in ("PersistentVolume", "PersistentVolumeClaim", "Namespace"):
            self.request("PATCH", path, {"metadata": {"finalizers": None}},
                         "application/merge-patch+json")

    def update_verdict(self, old, manifest):
        """The same for an update of what make() made; None where a PUT and an apply disagree."""
        path = "%s/%s" % (self.path(old), old["metadata"]["name"])
        query = "?dryRun=All&fieldValidation=Strict"
        applied = self.read(*self.request(
            "PATCH", path + query + "&fieldManager=mutations&force=true", manifest,
            "application/apply-patch+yaml"))
        if manifest["kind"] == "Job" or applied is None:  # a PUT would lack a job's selector
            return applied
        body = copy.deepcopy(manifest)
        live = self.request("GET", path)[1]
        body["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
        put = self.read(*self.request("PUT", path + query, body))
        return put if put and put[0] == applied[0] else None
