"""Flux's controllers on loopback: an API server, a git server, and a repository that is pushed to it."""
import http.server
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from flux_series import SYNC
from live_compare import Api

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# ---- a git server ----

class Git(http.server.BaseHTTPRequestHandler):
    root = ""

    def log_message(self, *args):
        pass

    def answer(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        env = dict(os.environ, GIT_PROJECT_ROOT=self.root, GIT_HTTP_EXPORT_ALL="1",
                   PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                   CONTENT_TYPE=self.headers.get("Content-Type", ""),
                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
                   GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        out = subprocess.run(["git", "http-backend"], input=body, env=env,
                             capture_output=True).stdout
        head, _, body = out.partition(b"\r\n\r\n")
        status, lines = 200, []
        for line in head.decode().split("\r\n"):
            key, _, value = line.partition(": ")
            if key == "Status":
                status = int(value.split()[0])
            elif key:
                lines.append((key, value))
        self.send_response(status)
        for key, value in lines:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


# ---- the run ----

class Rig:
    kinds = ["apis/kustomize.toolkit.fluxcd.io/v1/kustomizations"]  # beside the usual ones
    controllers = ["source-controller", "kustomize-controller"]

    def __init__(self, binary, scratch):
        self.binary, self.scratch, self.daemons = binary, scratch, []
        self.server = os.path.join(scratch, "server")
        self.work = os.path.join(scratch, "work")
        self.bare = os.path.join(scratch, "git", "fleet.git")

    def start(self):
        self.programs = programs = subprocess.run([os.path.join(HERE, "flux-build")], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout.strip()
        subprocess.run([os.path.join(HERE, "../cluster/apiserver"), "start", self.server],
                       check=True, stdout=subprocess.DEVNULL)
        self.api = Api(self.server, self.kinds)
        self.start_git()
        self.install(programs)
        storage, address = os.path.join(self.scratch, "storage"), "127.0.0.1:%d" % free_port()
        os.makedirs(storage)
        self.daemon(programs, "source-controller", "--storage-path=" + storage,
                    "--storage-addr=" + address, "--storage-adv-addr=" + address)
        self.daemon(programs, "kustomize-controller", "--requeue-dependency=1s")

    def start_git(self):
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.bare], check=True)
        subprocess.run(["git", "init", "-q", "-b", "main", self.work], check=True)
        self.git("remote", "add", "origin", self.bare)
        handler = type("Handler", (Git,), {"root": os.path.dirname(self.bare)})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/fleet.git" % server.server_port

    def install(self, programs):
        for folder in [name + ".crds" for name in self.controllers]:
            for name in sorted(os.listdir(os.path.join(programs, folder))):
                with open(os.path.join(programs, folder, name), "rb") as f:
                    text = f.read()
                request = urllib.request.Request(
                    self.api.url + "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                    data=text, method="POST")
                request.add_header("Authorization", "Bearer admin-token")
                request.add_header("Content-Type", "application/yaml")
                urllib.request.urlopen(request, context=self.api.context).close()
        self.api.apply("api/v1/namespaces/flux-system", {
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "flux-system"}})
        self.wait("the CRDs", lambda: self.api.call(
            "GET", "apis/kustomize.toolkit.fluxcd.io/v1/kustomizations") and self.api.call(
            "GET", "apis/source.toolkit.fluxcd.io/v1/gitrepositories"))

    def daemon(self, programs, name, *flags):
        log = open(os.path.join(self.scratch, name + ".log"), "w")
        env = dict(os.environ, KUBECONFIG=os.path.join(self.server, "kubeconfig"),
                   RUNTIME_NAMESPACE="flux-system", NO_PROXY="127.0.0.1")
        self.daemons.append(subprocess.Popen(
            [os.path.join(programs, name), "--watch-all-namespaces",
             "--enable-leader-election=false", "--metrics-addr=127.0.0.1:%d" % free_port(),
             "--health-addr=127.0.0.1:%d" % free_port(), *flags],
            env=env, stdout=log, stderr=log))

    def stop(self):
        for daemon in self.daemons:
            daemon.terminate()
        for daemon in self.daemons:
            daemon.wait()
        subprocess.run([os.path.join(HERE, "../cluster/apiserver"), "stop", self.server])

    def git(self, *args):
        env = dict(os.environ, GIT_AUTHOR_NAME="t", GIT_AUTHOR_EMAIL="t@t", GIT_COMMITTER_NAME="t",
                   GIT_COMMITTER_EMAIL="t@t", GIT_CONFIG_GLOBAL="/dev/null")
        return subprocess.run(["git", "-C", self.work, *args], check=True, env=env, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def wait(self, what, holds, seconds=90):
        end = time.time() + seconds
        while time.time() < end:
            try:
                if holds():
                    return
            except (urllib.error.HTTPError, urllib.error.URLError):
                pass
            time.sleep(0.2)
        for name in self.controllers:
            path = os.path.join(self.scratch, name + ".log")
            if os.path.exists(path):
                with open(path) as f:
                    print("".join(f.readlines()[-8:]), file=sys.stderr)
        sys.exit("engines-flux: %s did not come in %d s" % (what, seconds))

    def bootstrap(self):
        path = "apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/flux-system"
        self.source = path
        self.api.apply(path, {
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": {"name": "flux-system", "namespace": "flux-system"},
            "spec": {"interval": "1h", "url": self.url, "ref": {"branch": "main"}}})
        self.api.apply("apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/"
                       "flux-system", SYNC)
        self.api.apply("api/v1/namespaces/flux-system/serviceaccounts/deployer", {
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": "deployer", "namespace": "flux-system"}})
        self.api.apply("apis/rbac.authorization.k8s.io/v1/clusterrolebindings/deployer", {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "deployer"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                        "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "deployer",
                          "namespace": "flux-system"}]})

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def reconciled(self, commit, count):
        items = self.api.call("GET", "apis/kustomize.toolkit.fluxcd.io/v1/kustomizations")["items"]
        for item in items:
            status = item.get("status", {})
            ready = [c for c in status.get("conditions", []) if c["type"] == "Ready"]
            if item["metadata"].get("deletionTimestamp") or not ready or \
                    ready[0]["status"] != "True" or \
                    ready[0].get("observedGeneration") != item["metadata"]["generation"] or \
                    status.get("observedGeneration") != item["metadata"]["generation"] or \
                    not status.get("lastAppliedRevision", "").endswith(commit):
                return False
        return len(items) == count

    def push(self, commit, count):
        self.git("push", "-q", "origin", "HEAD:main")
        self.api.call("PATCH", self.source,
                      {"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": commit}}},
                      "application/merge-patch+json")
        self.wait("reconciliation of " + commit, lambda: self.reconciled(commit, count))

    def plan(self, base):
        env = dict(os.environ, KUBECONFIG=os.path.join(self.server, "kubeconfig"))
        ran = subprocess.run([self.binary, "plan", "HEAD", "--base", base, "-o", "json"],
                             cwd=self.work, env=env, text=True, capture_output=True)
        if not ran.stdout.startswith("{"):
            sys.exit("engines-flux: no plan: " + ran.stderr)
        return json.loads(ran.stdout)
