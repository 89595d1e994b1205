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


def some(chance):
    return random.random() < chance


def variable(name):
    if some(0.2):
        return {"name": name, "valueFrom": random.choice([
            {"configMapKeyRef": {"name": "o", "key": random.choice("kl")}},
            {"fieldRef": {"fieldPath": "metadata.name"}},
            {"resourceFieldRef": {"resource": "limits.cpu", "divisor": random.choice(["1m", "0"])}}])}
    return {"name": name, **({} if some(0.1) else {"value": random.choice(["1", "2", "3", ""])})}


def probe():
    how = random.choice([{"httpGet": {"path": "/", "port": random.choice([80, "web"])}}, {"tcpSocket": {"port": 80}},
                         {"exec": {"command": ["true"]}}])
    return {**how, **({"periodSeconds": random.randint(5, 12)} if some(0.5) else {}),
            **({"initialDelaySeconds": 0} if some(0.2) else {})}


def container(name):
    c = {"name": name, "image": random.choice(["nginx:1", "nginx:2", "redis:7", "redis", "redis:latest"])}
    if some(0.6):
        c["env"] = [variable(n) for n in random.sample(["A", "B", "C"], 2)]
    if some(0.5):
        c["resources"] = {"requests": {"cpu": random.choice(["100m", "0.1", "1000m", "2", 1]), "memory": random.choice(["64Mi", "65536Ki", "0.5Gi"])}}
        if some(0.4):
            c["resources"]["limits"] = {"cpu": random.choice(["2", "2000m", "3.0"]), "memory": random.choice(["1Gi", "1024Mi", "2e9"])}
    if some(0.5):
        c["args"] = random.sample(["--a", "--b", "--c"], random.randint(1, 3))
    if some(0.5):
        c["ports"] = [{"containerPort": p, **({"protocol": "TCP"} if some(0.7) else {}),
                       **({"name": random.choice(["web", "alt"]) + str(p)} if some(0.5) else {})} for p in random.sample([80, 81, 443], 2)]
    if some(0.3):
        c["livenessProbe"] = probe()
    if some(0.2):
        c["securityContext"] = random.choice([{}, {"runAsNonRoot": True}, {"capabilities": {"drop": ["ALL"]}}, {"privileged": False}])
    if some(0.15):
        c[random.choice(["command", "lifecycle", "envFrom", "workingDir"])] = None
    if some(0.2):
        c["imagePullPolicy"] = random.choice(["Always", "IfNotPresent"])
    return c


def volume(name):
    return {"name": name, **random.choice([
        {"emptyDir": {}}, {"emptyDir": {"sizeLimit": random.choice(["1Gi", "1024Mi"])}},
        {"configMap": {"name": "o", **({"defaultMode": random.choice([420, 256])} if some(0.5) else {})}},
        {"secret": {"secretName": "o", "items": [{"key": k, "path": k} for k in random.sample("ab", random.randint(1, 2))]}},
        {"hostPath": {"path": "/tmp"}}])}


def pod_spec(names):
    """What else a template may have: lists of every sort, defaults left out or written, nulls."""
    containers = [container(n) for n in names]
    spec = {"containers": containers}
    if some(0.4):
        volumes = random.sample(["u", "v", "w"], random.randint(1, 2))
        spec["volumes"] = [volume(n) for n in volumes]
        containers[0]["volumeMounts"] = [{"name": n, "mountPath": "/" + n, **({"readOnly": some(0.5)} if some(0.4) else {})} for n in volumes]
    if some(0.25):
        spec["tolerations"] = [{"key": k, "operator": "Exists", "effect": "NoSchedule"} for k in random.sample("xyz", random.randint(1, 2))]
    if some(0.25):
        spec["topologySpreadConstraints"] = [
            {"maxSkew": random.randint(1, 2), "topologyKey": k, "whenUnsatisfiable": random.choice(["DoNotSchedule", "ScheduleAnyway"]),
             "labelSelector": {"matchLabels": {"app": "o"}}} for k in random.sample(["zone", "host"], random.randint(1, 2))]
    if some(0.2):
        spec["hostAliases"] = [{"ip": f"10.0.0.{n}", "hostnames": random.sample(["a", "b"], random.randint(1, 2))} for n in random.sample([1, 2], random.randint(1, 2))]
    if some(0.2):
        spec["imagePullSecrets"] = [{"name": n} for n in random.sample("pqr", random.randint(1, 2))]
    if some(0.2):
        spec["nodeSelector"] = random.choice([labels(1), labels(2), None])
    if some(0.2):
        spec["initContainers"] = [{**container(n), "restartPolicy": "Always"} for n in random.sample(["first", "second"], random.randint(1, 2))]
    if some(0.2):
        spec["terminationGracePeriodSeconds"] = random.choice([30, 10, None])
    if some(0.2):
        spec["serviceAccountName"] = random.choice(["o", "default"])
    if some(0.15):
        spec["affinity"] = random.choice([{}, None, {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": random.randint(1, 9), "podAffinityTerm": {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "o"}}}}]}}])
    return spec


def objects(ns, i):
    meta = {"namespace": ns, "name": f"o{i}"}
    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "labels": labels(2)},
        "spec": {
            "selector": {"matchLabels": {"app": "o"}},
            "template": {
                "metadata": {"labels": {"app": "o", **labels(1)}, **random.choice([{}, {"annotations": None}, {"annotations": labels(1)}])},
                "spec": pod_spec(random.sample(["one", "two", "three"], 2)),
            },
        },
    }
    if some(0.8):
        deployment["spec"]["replicas"] = random.choice([1, 2, 3, None])
    if some(0.3):
        deployment["spec"]["strategy"] = random.choice([{"type": "Recreate"}, {}, {"rollingUpdate": {"maxSurge": random.choice([1, "25%", "50%"])}}])
    if some(0.2):
        deployment["spec"][random.choice(["minReadySeconds", "revisionHistoryLimit"])] = random.choice([0, 10, 5])
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {**meta, "annotations": labels(2)},
        "spec": {
            "selector": labels(2),
            "ports": [{"name": random.choice([f"p{p}", f"q{p}"]), "port": p, **({"protocol": "TCP"} if some(0.7) else {}),
                       **({"targetPort": random.choice([p, "web", p + 1000])} if some(0.7) else {})} for p in random.sample([80, 81, 82, 83], 2)],
        },
    }
    if some(0.3):
        service["spec"][random.choice(["sessionAffinity", "internalTrafficPolicy"])] = None
    if some(0.2):
        service["spec"].update(sessionAffinity="ClientIP")
    config = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {**meta, "finalizers": []},
        "data": {k: random.choice(["1", "2", "3", "", "a\n b\n", "\u00e9"]) for k in random.sample("klmn", 3)},
    }
    if some(0.2):
        config["binaryData"] = {"z": random.choice(["AA==", "/w=="])}
    if some(0.1):
        config["immutable"] = False
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
                     "template": {"metadata": {"labels": {"app": "o"}}, "spec": pod_spec(["one"])}}}


def cron_job(meta):
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta,
            "spec": {"schedule": random.choice(["* * * * *", "0 1 * * *"]), "concurrencyPolicy": random.choice(["Allow", "Forbid"]),
                     "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", **pod_spec(random.sample(["one", "two"], 1))}}}}}}


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


def daemon_set(meta):
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {**meta, "labels": labels(2)},
            "spec": {"selector": {"matchLabels": {"app": "o"}},
                     **({"updateStrategy": random.choice([{"type": "OnDelete"}, {"rollingUpdate": {"maxUnavailable": random.choice([1, "10%"])}}])} if some(0.5) else {}),
                     "template": {"metadata": {"labels": {"app": "o"}}, "spec": pod_spec(["one"])}}}


def disruption_budget(meta):
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta,
            "spec": {"selector": {"matchLabels": labels(1)}, **random.choice([{"minAvailable": 1}, {"minAvailable": "50%"}, {"maxUnavailable": 1}])}}


def limit_range(meta):
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": meta,
            "spec": {"limits": [{"type": "Container", "max": {"cpu": random.choice(["64", "64000m"]), "memory": random.choice(["1Ti", "1024Gi"])}}]}}


def claim(meta):
    """What else it has can't be changed."""
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {**meta, "labels": labels(2), "annotations": labels(1)},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "resources": {"requests": {"storage": "1Gi"}}}}


def role_binding(meta):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {**meta, "labels": labels(1)},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "o"},
            "subjects": [{"kind": "ServiceAccount", "name": n, **({"namespace": meta["namespace"]})} for n in random.sample("abc", random.randint(1, 2))]}


def endpoint_slice(meta):
    return {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {**meta, "labels": labels(1)}, "addressType": "IPv4",
            "ports": [{"name": random.choice("pq"), "port": p} for p in random.sample([80, 81], random.randint(1, 2))][:1],
            "endpoints": [{"addresses": [f"10.1.0.{random.randint(1, 9)}"], **({"conditions": {"ready": some(0.5)}} if some(0.5) else {})}]}


def widget(meta):
    """A custom resource with every sort of list, defaults and a null that a default fills."""
    return {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {**meta, "annotations": labels(1)},
            "spec": {**({"size": random.randint(1, 3)} if some(0.6) else {}), **({"color": random.choice(["red", "blue", None])} if some(0.6) else {}),
                     "rows": [{"id": i, "text": random.choice("xyz"), **({"more": {"deep": some(0.5)}} if some(0.4) else {})} for i in random.sample("pqr", 2)],
                     "tags": random.sample(["t1", "t2", "t3"], random.randint(1, 3)),
                     "steps": [random.choice("mn") for _ in range(random.randint(1, 3))],
                     "whole": labels(random.randint(1, 2)), "free": {random.choice("gh"): {"i": random.choice([1, 2.5, "x", True])}}}}


OTHERS = [secret, stateful_set, cron_job, ingress, role, network_policy, autoscaler, service_account, daemon_set,
          disruption_budget, limit_range, claim, role_binding, endpoint_slice, widget]
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.org"},
    "spec": {"group": "example.org", "scope": "Namespaced", "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
             "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                 "spec": {"type": "object", "properties": {
                     "size": {"type": "integer", "default": 7}, "color": {"type": "string", "default": "green"},
                     "rows": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"],
                              "items": {"type": "object", "required": ["id"], "properties": {
                                  "id": {"type": "string"}, "text": {"type": "string"}, "rank": {"type": "integer", "default": 1},
                                  "more": {"type": "object", "properties": {"deep": {"type": "boolean"}}}}}},
                     "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                     "steps": {"type": "array", "items": {"type": "string"}},
                     "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": {"type": "string"}},
                     "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}}}}}]}}


def write(every):
    with open("all.json", "w") as out:
        for o in every:
            out.write("---\n" + json.dumps(o, indent=1) + "\n")
    run("git", "add", "-A")
    run("git", "commit", "-q", "--allow-empty", "-m", "x")


def repository(ns):
    run("git", "init", "-q", "--template=", "-b", "main", ".")
    run("kubectl", "create", "namespace", ns)
    run("kubectl", "apply", "-f", "-", text=json.dumps(DEFINITION))
    run("kubectl", "wait", "--for=condition=Established", "crd/widgets.example.org", "--timeout=30s")


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
            if kind == "Widget":
                patch["spec"] = {"size": random.randint(1, 9), "free": {"g": {"j": 1}}}
            run("kubectl", "-n", ns, "patch", kind, name, "--type", "merge", "-p", json.dumps(patch),
                "--field-manager", random.choice(["ann", "ben"]))
        if random.random() < 0.3:
            extra = {"apiVersion": o["apiVersion"], "kind": kind,
                     "metadata": {"namespace": ns, "name": name, "labels": {"e": "f"}}}
            if kind in ("Deployment", "DaemonSet", "StatefulSet") and some(0.6):
                extra["spec"] = {"template": {"spec": {"containers": [
                    {"name": c["name"], "env": [{"name": random.choice("ABD"), "value": "cat"}], "image": c["image"]}
                    for c in o["spec"]["template"]["spec"]["containers"][:1]]}}}
            if kind == "ConfigMap" and some(0.5):
                extra["data"] = {random.choice("klmn"): random.choice("12"), "cat": "1"}
            if kind == "Service" and some(0.5):
                extra["spec"] = {"ports": [{**o["spec"]["ports"][0], "protocol": "TCP"}]}
            if kind == "Widget" and some(0.7):
                extra["spec"] = {"rows": [{"id": random.choice("pqs"), "text": "cat"}], "tags": [random.choice(["t1", "cat"])]}
            # a value beside another's valueFrom is refused: then nobody has meddled
            run("kubectl", "apply", "--server-side", "--field-manager", "cat", "--force-conflicts", "-f", "-",
                text=json.dumps(extra), ok=(0, 1))
