"""A real Argo CD for tests: a private kube-apiserver, redis, and Argo CD's controllers and API, all
on free loopback ports and stopped by the test that started them."""
import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Conflict(RuntimeError):
    """The object is no longer what the request was made for."""


class Cluster:
    """The API server, by its admin's token."""

    def __init__(self, folder):
        self.folder = folder
        out = subprocess.run([HERE + "/../cluster/apiserver", "start", folder], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        self.kubeconfig = out.strip().splitlines()[-1]
        with open(folder + "/port") as f:
            self.url = "https://127.0.0.1:" + f.read().strip()
        self.context = ssl.create_default_context(cafile=folder + "/ca.crt")

    def ask(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(
            self.url + path, method=method, data=json.dumps(body).encode() if body else None,
            headers={"Authorization": "Bearer admin-token", "Content-Type": kind})
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=60) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code == 404 and method in ("GET", "PATCH"):
                return None
            failure = Conflict if error.code == 409 else RuntimeError
            raise failure(f"{method} {path}: {error.read().decode()[:500]}") from error

    def apply(self, path, body):
        """Server-side; JSON is YAML."""
        self.ask("PATCH", f"{path}/{body['metadata']['name']}?fieldManager=test&force=true", body,
                 "application/apply-patch+yaml")

    def stop(self):
        subprocess.run([HERE + "/../cluster/apiserver", "stop", self.folder], check=False)


def wait_until(holds_now, what, seconds=120):
    end = time.time() + seconds
    while not holds_now():
        if time.time() > end:
            raise RuntimeError("timed out: " + what)
        time.sleep(0.3)


class Daemons:
    """Programs that run beside the test, and end with it."""

    def __init__(self, logs):
        self.logs, self.running = logs, []

    def start(self, name, argv, env):
        log = open(f"{self.logs}/{name}.log", "wb")
        self.running.append(subprocess.Popen(argv, env=env, stdout=log, stderr=log,
                                             stdin=subprocess.DEVNULL, cwd=self.logs))

    def stop(self):
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def start_argocd(work, cluster, daemons, with_api=False):
    """Redis and the three controllers; the cluster that they run in is the test's own. With its API
    server the address of that is returned."""
    argocd = subprocess.run([HERE + "/argocd-build"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout.strip()
    peers = subprocess.run([HERE + "/../peers", "helm", "kustomize"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.strip()
    for crd in sorted(os.listdir(argocd + "/crds")):
        apply_crd(cluster, f"{argocd}/crds/{crd}")
    for plural in ("applications", "applicationsets", "appprojects"):
        wait_until(lambda p=plural: cluster.ask("GET", f"/apis/argoproj.io/v1alpha1/{p}"),
                   f"{plural} served")
    configure(cluster)
    redis, repo = free_port(), free_port()
    env = {
        "PATH": f"{argocd}/bin:{peers}:{os.environ['PATH']}", "HOME": work, "TMPDIR": work + "/tmp",
        "KUBECONFIG": cluster.kubeconfig, "HOSTNAME": "argocd-application-controller-0",
        "ARGOCD_FAKE_IN_CLUSTER": "true", "ARGOCD_GPG_ENABLED": "false",
        "ARGOCD_TLS_DATA_PATH": work + "/tls", "ARGOCD_SSH_DATA_PATH": work + "/ssh",
        "ARGOCD_GNUPGHOME": work + "/gpg", "ARGOCD_PLUGINSOCKFILEPATH": work + "/plugins",
        "ARGOCD_APPLICATION_CONTROLLER_REPO_SERVER_TIMEOUT_SECONDS": "120",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    for name in ("tmp", "tls", "ssh", "gpg", "plugins"):
        os.mkdir(f"{work}/{name}")
    libraries = [root for root, _, files in os.walk(argocd + "/redis")
                 if any(f.startswith("libjemalloc") for f in files)]
    daemons.start("redis", [argocd + "/redis/usr/bin/redis-server", "--port", str(redis), "--bind",
                            "127.0.0.1", "--save", "", "--appendonly", "no"],
                  {**env, "LD_LIBRARY_PATH": ":".join(libraries)})

    def run(name, *arguments):
        daemons.start(name, [argocd + "/argocd", *arguments],
                      {**env, "ARGOCD_BINARY_NAME": name})

    run("argocd-repo-server", "--port", str(repo), "--metrics-port", str(free_port()), "--address",
        "127.0.0.1", "--metrics-address", "127.0.0.1", "--redis", f"127.0.0.1:{redis}")
    run("argocd-application-controller", "--kubeconfig", cluster.kubeconfig, "--namespace",
        "argocd", "--redis", f"127.0.0.1:{redis}", "--repo-server", f"127.0.0.1:{repo}",
        "--metrics-port", str(free_port()), "--app-resync", "600",
        "--self-heal-backoff-timeout-seconds", "2", "--self-heal-backoff-factor", "1")
    run("argocd-applicationset-controller", "--kubeconfig", cluster.kubeconfig, "--namespace",
        "argocd", "--argocd-repo-server", f"127.0.0.1:{repo}", "--metrics-addr",
        f"127.0.0.1:{free_port()}", "--probe-addr", f"127.0.0.1:{free_port()}", "--webhook-addr",
        f"127.0.0.1:{free_port()}", "--enable-progressive-syncs", "--refresh-grace-period-seconds",
        "1")
    if not with_api:
        return None
    api = free_port()
    run("argocd-server", "--kubeconfig", cluster.kubeconfig, "--namespace", "argocd", "--redis",
        f"127.0.0.1:{redis}", "--repo-server", f"127.0.0.1:{repo}", "--address", "127.0.0.1",
        "--port", str(api), "--metrics-address", "127.0.0.1", "--metrics-port", str(free_port()),
        "--insecure", "--disable-auth", "--repo-server-timeout-seconds", "120")
    url = f"http://127.0.0.1:{api}"
    wait_until(lambda: answers(url + "/api/version"), "Argo CD's API")
    return url


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def apply_crd(cluster, path):
    """The server reads the file as it is: it is YAML."""
    with open(path, "rb") as f:
        text = f.read()
    name = os.path.basename(path).split("-")[0] + "s.argoproj.io"
    request = urllib.request.Request(
        f"{cluster.url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}"
        "?fieldManager=test", method="PATCH", data=text,
        headers={"Authorization": "Bearer admin-token",
                 "Content-Type": "application/apply-patch+yaml"})
    urllib.request.urlopen(request, context=cluster.context, timeout=60).close()


def configure(cluster, settings=None):
    """What the installation's manifests would make, as far as the controllers ask for it; with
    the data of argocd-cm."""
    part_of = {"app.kubernetes.io/part-of": "argocd"}
    cluster.apply("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace",
                                         "metadata": {"name": "argocd"}})
    base = "/api/v1/namespaces/argocd"
    data = {"argocd-cm": settings or {}, "argocd-cmd-params-cm": {
        "applicationsetcontroller.enable.progressive.syncs": "true"}}
    for name in ("argocd-cm", "argocd-rbac-cm", "argocd-cmd-params-cm", "argocd-ssh-known-hosts-cm",
                 "argocd-tls-certs-cm", "argocd-gpg-keys-cm"):
        cluster.apply(base + "/configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": part_of},
            "data": data.get(name, {})})
    key = base64.b64encode(b"0123456789abcdef").decode()
    cluster.apply(base + "/secrets", {"apiVersion": "v1", "kind": "Secret", "data": {
        "server.secretkey": key}, "metadata": {"name": "argocd-secret", "labels": part_of}})
    cluster.apply("/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects", {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
        "metadata": {"name": "default"},
        "spec": {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}],
                 "clusterResourceWhitelist": [{"group": "*", "kind": "*"}]}})


def git(folder, *arguments):
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "t",
           "GIT_AUTHOR_EMAIL": "t@test", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@test"}
    return subprocess.run(["git", "-C", folder, *arguments], check=True, env=env,
                          stdout=subprocess.PIPE, text=True).stdout.strip()
