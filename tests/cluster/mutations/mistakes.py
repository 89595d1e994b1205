"""Mistakes as people make them: in the wrong place, of the wrong shape, one too long, half right."""
import copy
import re

from values import at, leaves

# What stands in fields of these names now and then.
WORDS = (
    (r"image", ["nginx:", " nginx", "nginx ", "nginx\n", "REPO/App", "", "a b", ":1", "nginx@sha256:1"]),
    (r"schedule", ["* * * *", "* * * * * *", "60 * * * *", "*/0 * * * *", "0 24 * * *", "@yearly",
                   "@every 5m", "@every x", "TZ=UTC 0 0 * * *", "CRON_TZ=Nowhere/X 0 0 * * *", "0 0 * * 7",
                   "0 0 * * MON-FRI", "0 0 * * mon", "5-1 * * * *", "0 0 L * *", "? ? ? ? ?", "0 0 31 2 *",
                   "*/90 * * * *", "1,2,x * * * *", "0 0 ? * 1#2", "@reboot", "0  0 * * *", "0 0 * JAN *"]),
    (r"timeZone", ["Local", "UTC", "utc", "Etc/UTC", "Europe/berlin", "GMT+1", "", "EST5EDT", "../UTC", "Etc/GMT+1"]),
    (r"(?i).*(cidr|ranges?)s?", ["10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "::/0", "0.0.0.0/0", "010.0.0.0/8",
                                 "fd00::/129", "::ffff:10.0.0.0/104", "10.0.0.0/08", "10.0.0.0/-1", " 10.0.0.0/8"]),
    (r"(?i).*ips?|address|ip", ["10.0.0.256", "010.0.0.1", "::1", "::ffff:1.2.3.4", "127.0.0.1", "169.254.1.1",
                                "0.0.0.0", "None", "224.0.0.1", "fe80::1", "fe80::1%eth0", "1.2.3", "10.0.0.1/32"]),
    (r"host(name)?|externalName|dnsName", ["a.b.", "*.a.b", "*", "a.*.b", "A.b", "http://a.b", "a.b:80", "10.0.0.1",
                                           "a_b.c", "*a.b", "-a.b", "a..b", ".a.b", "a.b/c", "xn--a.b"]),
    (r"(mount|sub|host|working)?[pP]ath(Expr)?|workingDir", ["", "/", "relative", "/a/../b", "..", "a/..", "/a:b", "a:b",
                                                             "/a//b", "/a/./b", "C:\\x", "$(HOME)/x", "/a b", "//", "/a/"]),
    (r"port|targetPort|nodePort|containerPort|hostPort|number|endPort", [
        0, -1, 65535, 65536, 80.5, "80", "http", "HTTP", "http_x", "a-very-long-port-name", "-http", "http-",
        "a--b", "8080", "1", "http/tcp", ""]),
    (r"protocol|appProtocol", ["tcp", "HTTP", "SCTP", "UDP", "ICMP", "", "TCP ", "kubernetes.io/h2c", "a/b/c"]),
    (r"fieldPath", ["metadata.labels", "metadata.labels['a b']", "metadata.annotations['A/b']", "metadata.uid",
                    "spec.nodename", "status.podIPs", "status.hostIPs", "spec.containers", "metadata.labels['']",
                    "metadata.labels[a]", "Metadata.name", "metadata.namespace", "status.phase",
                    "metadata.annotations['a/b/c']", "spec.serviceAccountName"]),
    (r"divisor", ["1", "1m", "1Ki", "2", "0", "1Mi", "1k", "1Gi"]),
    (r"operator", ["in", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Equal", "Equals", "==", ""]),
    (r"effect", ["NoSchedule", "NoExecute", "PreferNoSchedule", "noSchedule", "", "None"]),
    (r"topologyKey|key", ["", "a/b/c", "kubernetes.io/hostname", "-x", "a b", "A/b", "a" * 64, "é", "a_b", "a.", "x/"]),
    (r"mode|defaultMode", [0, 511, 512, 420, 644, 777, -1, "0644", 0o1777]),
    (r".*[pP]olicy", ["Always", "Never", "OnFailure", "IfNotPresent", "Retain", "Delete", "Cluster", "Local", "always"]),
    (r"type", ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Recreate", "RollingUpdate", "OnDelete", "File",
               "Opaque", "Utilization", "AverageValue", "Value", "Pods", "Percent", "RuntimeDefault", "Localhost"]),
    (r"accessModes", [["ReadWriteOncePod", "ReadWriteOnce"], ["RWO"], ["ReadOnlyMany"], [], ["ReadWriteMany"] * 2]),
    (r"verbs", [["*", "get"], ["get,list"], [""], [], ["GET"], ["use", "bind", "x y"], ["*"]]),
    (r"apiGroups", [["v1"], ["apps/v1"], [""], [], ["*", "apps"], ["*"], ["core"]]),
    (r"apiVersions", [["V1"], ["apps/v1"], [""], [], ["*", "v1"], ["v1 "], ["v1", "v1"]]),
    (r"resources", [["pods/*"], ["*/*", "pods"], ["*/scale", "*"], ["*"], [], ["Pods"], ["pods/log/x"], [""],
                    ["pods", "pods"], ["*/*"], ["*", "pods"], ["pods/*", "pods/exec"]]),
    (r"operations", [["*", "CREATE"], ["create"], [], ["CONNECT"], ["CREATE", "CREATE"], ["READ"]]),
    (r"finalizers", [["x"], ["a.b/c"], ["kubernetes"], ["foregroundDeletion", "orphan"], ["a b/c"], ["a.b/c", "a.b/c"]]),
    (r"annotations", [{"a/b/c": "x"}, {"": "x"}, {"A.b/c": "x"}, {"a": 1}, {"a": True}, {"a": None}, {"a" * 64: "x"},
                      {"a.b/" + "c" * 64: "x"}, {"a": "x" * 262145}, {"a b": ""}, {"kubernetes.io/": ""}]),
    (r"(match)?[lL]abels|nodeSelector", [{"a": "-x"}, {"a": "x" * 64}, {"a": ""}, {"a b": "x"}, {"a": "x y"}, {"a": "é"},
                                         {"a": 1}, {"a": True}, {"a": None}, {"a/b": "x_y.z"}, {"a": "x."}]),
    (r"requests|limits|capacity|hard|max|min|default|defaultRequest|overhead|podFixed", [
        {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"}, {"cpus": 1}, {"nvidia.com/gpu": "0.5"},
        {"nvidia.com/gpu": 1}, {"hugepages-2Mi": "1Mi"}, {"hugepages-2Mi": "2Mi"}, {"hugepages-3Mi": "3Mi"},
        {"requests.cpu": 1}, {"memory": "1GB"}, {"memory": "1m"}, {"cpu": "0.0001"}, {"cpu": "-1"}, {"storage": 0},
        {"pods": 1.5}, {"kubernetes.io/x": 1}, {"a/b/c": 1}, {"cpu": "1e3"}, {"cpu": None}, {"count/pods": "1"},
        {"count/deployments.apps": 2}, {"requests.nvidia.com/gpu": 1}, {"limits.nvidia.com/gpu": 1}, {"cpu": ""},
        {"x.storageclass.storage.k8s.io/requests.storage": "1Gi"}, {"services.nodeports": "1"}, {"cpu": "1 "}]),
    (r"(requiredD|preferredD|podA|nodeA|a)(.*)(ffinity|Execution)?", [[], {}, None]),
    (r".*[eE]xpression|rule|message[eE]xpression", ["", "true", "1", "self", "object.x", "self.x > 1 &&", "'a' + 1",
                                                   "oldSelf == self", "has(self.x)", "size(self) < 10", "request.name"]),
    (r"pattern", ["[", "(?=x)", "^a$", "\\d+", "(?P<a>x)", "*", "a{2000}"]),
    (r".*(Seconds|Period|Threshold|Delay|Limit|Count|Replicas|replicas|ndex|eight|riority|arallelism|ompletions)", [
        -1, 0, 1, 2, 3, 10, 100, 101, 3600, 86400, 86401, 2147483647, 2147483648, "5", 1.5, "30s", None]),
    (r"sizeLimit|storage|memory|cpu", ["-1", "0", "1Gi", "1.5Gi", "1GB", "1 Gi", "", 1, 1.5, "0.1", "1Ki1"]),
    (r"data|stringData|binaryData", [{"a/b": "x"}, {"..": "x"}, {".": "x"}, {"..a": "x"}, {"a b": "x"}, {"": "x"}, {"a": 1},
                                     {"a": None}, {"a": {"b": 1}}, {"a": "!!!"}, {"x" * 254: "eA=="}, {"é": "x"}, {}]),
    (r"maxSurge|maxUnavailable|minAvailable|partition", [0, "0", "0%", "100%", "101%", "-5%", -1, "50", "5.5%", "% ", 1]),
    (r"name", ["", "A", "a_b", "a.b", "-a", "a-", "a" * 63, "a" * 64, "a" * 253, "a" * 254, "a/b", "1a", "1", "é", " a",
               "a ", "a\n", "..", ".", "%", "a--b", "system:x", "default", "kubernetes.io/x"]),
)
# Left alone: the server is asked at a path made of them.
KEPT = ("apiVersion", "kind")


def places(tree, kinds):
    """Where a value of these types is, outside of what tells the request's path."""
    return [p for p, v in leaves(tree) if p and p[0] not in KEPT and p != ("metadata", "namespace")
            and isinstance(v, kinds)]


def put(tree, path, value):
    at(tree, path[:-1])[path[-1]] = value


def word(tree, rng, _):
    """A value that other fields of such a name have, right or wrong."""
    path = rng.choice(places(tree, object))
    field = next((s for s in reversed(path) if isinstance(s, str)), "")
    for pattern, values in WORDS:
        if re.fullmatch(pattern, field):
            put(tree, path, copy.deepcopy(rng.choice(values)))
            return path
    return None


def length(tree, rng, _):
    """A text at and just above the usual limits."""
    path = rng.choice(places(tree, str))
    text = at(tree, path)
    fill = rng.choice(["a", "a", "a-", "a.", "aB", "1"])
    size = rng.choice([15, 16, 52, 53, 58, 63, 64, 127, 128, 243, 253, 254, 316, 317, 1024, 1025])
    put(tree, path, (text + fill * size)[:size] if rng.random() < 0.5 else (fill * size)[:size])
    return path


def affix(tree, rng, _):
    """Something before or behind a text."""
    path = rng.choice(places(tree, str))
    extra = rng.choice([" ", "\n", ".", "-", "/", ":", ",", "_", "\t", "é", "%", "0", "*", "\"", "'", "\u200b", "="])
    put(tree, path, extra + at(tree, path) if rng.random() < 0.4 else at(tree, path) + extra)
    return path


def wrap(tree, rng, _):
    """A value in a list, in a map, as JSON text, or out of what held it."""
    path = rng.choice(places(tree, object))
    value = at(tree, path)
    choices = [[value], {"value": value}, {"name": value}, str(value)]
    if isinstance(value, list) and value:
        choices += [value[0], ",".join(map(str, value)), [value], {str(i): v for i, v in enumerate(value)}]
    if isinstance(value, dict) and value:
        choices += [[{"name": k, "value": v} for k, v in value.items()], list(value.values()), list(value),
                    next(iter(value.values())), ["%s=%s" % e for e in value.items()]]
    put(tree, path, rng.choice(choices))
    return path


def moved(tree, rng, _):
    """A field one level up or down, or beside where it belongs."""
    path = rng.choice([p for p in places(tree, object) if isinstance(p[-1], str)])
    parent = at(tree, path[:-1])
    targets = [p for p, v in leaves(tree) if isinstance(v, dict) and p != path[:-1] and p[:len(path)] != path]
    near = [p for p in targets if abs(len(p) - len(path)) <= 2 and p[:len(path) - 3] == path[:max(len(path) - 3, 0)]]
    if not targets:
        return None
    target = at(tree, rng.choice(near or targets))
    target[path[-1]] = parent.pop(path[-1])
    return path


def renamed(tree, rng, shapes):
    """A key as another one of its schema, in another convention, or in singular or plural."""
    path = rng.choice([p for p in places(tree, object) if isinstance(p[-1], str)])
    key, parent = path[-1], at(tree, path[:-1])
    names = [re.sub("([A-Z])", lambda m: "_" + m[1].lower(), key), re.sub("([A-Z])", lambda m: "-" + m[1].lower(), key),
             key + "s", key.rstrip("s"), key[:-1], key.lower(), key.upper(), key + " ", key[0] + key]
    known = [s for p, s, _ in walk(tree, shapes) if p == path[:-1]]
    names += list(known[0].get("properties", {})) if known else []
    new = rng.choice([n for n in names if n != key and n] or ["x"])
    put(tree, path[:-1] + (new,), parent.pop(key))
    return path


def walk(tree, shapes):
    schema = shapes.of_kind(tree["apiVersion"], tree["kind"]) if shapes else None
    return shapes.walk(tree["apiVersion"], schema, tree) if schema else []


def swapped(tree, rng, _):
    """Two values of one map, or of one list, exchanged."""
    path = rng.choice(places(tree, object))
    parent = at(tree, path[:-1])
    steps = range(len(parent)) if isinstance(parent, list) else list(parent)
    others = [s for s in steps if s != path[-1]]
    if not others or not path[:-1]:
        return None
    other = rng.choice(others)
    parent[path[-1]], parent[other] = parent[other], parent[path[-1]]
    return path


def listed(tree, rng, _):
    """A list with an entry too many, doubled with a change, turned round, or with a hole."""
    found = [p for p in places(tree, list) if at(tree, p)]
    if not found:
        return None
    path = rng.choice(found)
    items = at(tree, path)
    twin = copy.deepcopy(rng.choice(items))
    if isinstance(twin, dict) and twin and rng.random() < 0.7:
        key = rng.choice(list(twin))
        if rng.random() < 0.5 or not isinstance(twin[key], (str, int)):
            del twin[key]
        else:
            twin[key] = "%s-2" % twin[key] if isinstance(twin[key], str) else twin[key] + 1
    kind = rng.choice(["twin", "twin", "twin", "none", "text", "round", "nest", "empty"])
    new = {"twin": items + [twin], "none": items + [None], "text": items + ["x"], "round": items[::-1],
           "nest": [items], "empty": items + [{}]}[kind]
    put(tree, path, new)
    return path


def alike(tree, rng, _):
    """A name that another entry has already, in this list or in another."""
    found = [p for p in places(tree, (str, int)) if isinstance(p[-1], str) and p[0] != "metadata"]
    path = rng.choice(found)
    others = [p for p in found if p[-1] == path[-1] and p != path]
    if not others:
        return None
    put(tree, path, at(tree, rng.choice(others)))
    return path


def counted(tree, rng, _):
    """A number off by one, too large, a fraction, or with a unit."""
    found = [p for p in places(tree, (int, float)) if not isinstance(at(tree, p), bool)]
    if not found:
        return None
    path = rng.choice(found)
    n = at(tree, path)
    put(tree, path, rng.choice([n + 1, n - 1, -n, n * 10, n * 1000, n + 0.5, "%ds" % n, "%d" % n, 1 << 31,
                                1 << 40, 1 << 63, (1 << 63) - 1, [n], n + 0.25]))
    return path


def key(tree, rng, _):
    """Another key in a map of free keys."""
    path = rng.choice(places(tree, dict) or [("metadata",)])
    new = rng.choice(["a b", "A", "a/b", "a/b/c", "", "-", "é", "a" * 64, "a" * 254, ".", "..", "x.y/z", "/x", "x/",
                      "kubernetes.io/x", "name", "cpu", "a:b", "a=b"])
    put(tree, path + (new,), rng.choice(["x", "", 1, None, True, {}, [], "1", "1Gi", "x" * 64]))
    return path


def both(tree, rng, shapes):
    """Another member of a union: a field that stands beside this one elsewhere."""
    added = shapes and shapes.add(tree, rng)
    if not added:
        return None
    tree.update(added[0])
    return (added[1],)


WAYS = ((word, 30), (length, 6), (affix, 8), (wrap, 8), (moved, 7), (renamed, 8), (swapped, 6), (listed, 9), (alike, 7),
        (counted, 8), (key, 5), (both, 5))


def mistaken(base, rng, shapes):
    """A manifest with one to three mistakes, and what they are."""
    out, what = copy.deepcopy(base), []
    names, weights = [w for w, _ in WAYS], [n for _, n in WAYS]
    for _ in range(rng.choice([1, 1, 1, 1, 2, 3])):
        for _ in range(8):
            way = rng.choices(names, weights)[0]
            try:
                path = way(out, rng, shapes)
            except (LookupError, TypeError, AttributeError, ArithmeticError):
                continue  # an earlier mistake left nothing there
            if path:
                what.append("%s %s" % (way.__name__, ".".join(map(str, path))))
                break
    for field in KEPT:
        out[field] = base[field]
    return out, "; ".join(what)
