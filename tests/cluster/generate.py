"""What the generating cases share: objects, edits by other managers, running programs."""
import json
import os
import random
import subprocess
import zlib

GITOPS = os.environ["GITOPS"]
random.seed(int(os.environ.get("SEED", "7")))


def run(*argv, text=None, ok=(0,)):
    done = subprocess.run(argv, input=text, capture_output=True, text=True)
    assert done.returncode in ok, (argv, done.returncode, done.stdout, done.stderr)
    return done.stdout


def labels(n):
    return {k: random.choice("xyz") for k in random.sample(["a", "b", "c", "d"], n)}


def container(name):
    c = {"name": name, "image": random.choice(["nginx:1", "nginx:2", "redis:7"])}
    if random.random() < 0.6:
        c["env"] = [{"name": n, "value": random.choice("123")} for n in random.sample(["A", "B", "C"], 2)]
    if random.random() < 0.5:
        c["resources"] = {"requests": {"cpu": random.choice(["100m", "0.1", "1000m", "2"]), "memory": "64Mi"}}
    if random.random() < 0.5:
        c["args"] = random.sample(["--a", "--b", "--c"], random.randint(1, 3))
    if random.random() < 0.5:
        c["ports"] = [{"containerPort": p, "protocol": "TCP"} for p in random.sample([80, 81, 443], 2)]
    return c


def objects(ns, i):
    meta = {"namespace": ns, "name": f"o{i}"}
    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "labels": labels(2)},
        "spec": {
            "replicas": random.randint(1, 3),
            "selector": {"matchLabels": {"app": "o"}},
            "template": {
                "metadata": {"labels": {"app": "o", **labels(1)}},
                "spec": {"containers": [container(n) for n in random.sample(["one", "two", "three"], 2)]},
            },
        },
    }
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {**meta, "annotations": labels(2)},
        "spec": {
            "selector": labels(2),
            "ports": [{"name": f"p{p}", "port": p, "protocol": "TCP", "targetPort": p} for p in random.sample([80, 81, 82, 83], 2)],
        },
    }
    config = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {**meta, "finalizers": []},
        "data": {k: random.choice("123") for k in random.sample("klmn", 3)},
    }
    config["metadata"].pop("finalizers")
    return [deployment, service, config] + [OTHERS[zlib.crc32(str(i).encode()) % len(OTHERS)]({"namespace": ns, "name": f"x{i}"})]


def secret(meta):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {**meta, "labels": labels(1)},
            "type": "Opaque", "data": {k: random.choice(["MQ==", "Mg==", "Mw=="]) for k in random.sample("abc", 2)}}


def stateful_set(meta):
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {**meta, "labels": labels(1)},
            "spec": {"serviceName": "o", "replicas": random.randint(1, 3),
                     "updateStrategy": random.choice([{"type": "OnDelete"}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}]),
                     "selector": {"matchLabels": {"app": "o"}},
                     "template": {"metadata": {"labels": {"app": "o"}}, "spec": {"containers": [container("one")]}}}}


def cron_job(meta):
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta,
            "spec": {"schedule": random.choice(["* * * * *", "0 1 * * *"]), "concurrencyPolicy": random.choice(["Allow", "Forbid"]),
                     "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [container(n) for n in random.sample(["one", "two"], 1)]}}}}}}


def ingress(meta):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {**meta, "annotations": labels(2)},
            "spec": {"rules": [{"host": f"{h}.example.org", "http": {"paths": [
                {"path": p, "pathType": random.choice(["Prefix", "Exact"]), "backend": {"service": {"name": "o", "port": {"number": 80}}}}
                for p in random.sample(["/", "/a", "/b"], random.randint(1, 2))]}} for h in random.sample("xyz", random.randint(1, 2))]}}


def role(meta):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {**meta, "labels": labels(1)},
            "rules": [{"apiGroups": [""], "resources": [r], "verbs": random.sample(["get", "list", "watch"], random.randint(1, 3))}
                      for r in random.sample(["pods", "configmaps", "services"], random.randint(1, 2))]}


def network_policy(meta):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta,
            "spec": {"podSelector": {"matchLabels": labels(1)}, "policyTypes": ["Ingress"],
                     "ingress": [{"from": [{"podSelector": {"matchLabels": labels(1)}}], "ports": [{"protocol": "TCP", "port": random.choice([80, 443])}]}]}}


def autoscaler(meta):
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta,
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "o"}, "minReplicas": random.randint(1, 2),
                     "maxReplicas": random.randint(3, 5),
                     "metrics": [{"type": "Resource", "resource": {"name": n, "target": {"type": "Utilization", "averageUtilization": random.randint(50, 60)}}}
                                 for n in random.sample(["cpu", "memory"], random.randint(1, 2))]}}


def service_account(meta):
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**meta, "annotations": labels(2)},
            "imagePullSecrets": [{"name": n} for n in random.sample("uvw", 2)]}


OTHERS = [secret, stateful_set, cron_job, ingress, role, network_policy, autoscaler, service_account]


def write(every):
    with open("all.json", "w") as out:
        for o in every:
            out.write("---\n" + json.dumps(o, indent=1) + "\n")
    run("git", "add", "-A")
    run("git", "commit", "-q", "--allow-empty", "-m", "x")


def repository(ns):
    run("git", "init", "-q", "--template=", "-b", "main", ".")
    run("kubectl", "create", "namespace", ns)


def meddle(ns, every):
    """Other managers change, add and own fields."""
    for o in every:
        kind, name = o["kind"], o["metadata"]["name"]
        if random.random() < 0.5:
            patch = {"metadata": {"labels": labels(2)}}
            if kind == "ConfigMap":
                patch["data"] = {random.choice("klmn"): random.choice("123x")}
            if kind == "Deployment":
                patch["spec"] = {"replicas": random.randint(1, 4)}
            run("kubectl", "-n", ns, "patch", kind, name, "--type", "merge", "-p", json.dumps(patch),
                "--field-manager", random.choice(["ann", "ben"]))
        if random.random() < 0.3:
            extra = {"apiVersion": o["apiVersion"], "kind": kind,
                     "metadata": {"namespace": ns, "name": name, "labels": {"e": "f"}}}
            run("kubectl", "apply", "--server-side", "--field-manager", "cat", "--force-conflicts", "-f", "-",
                text=json.dumps(extra))
