"""Generated ApplicationSets over the corpus' repository: every generator that needs no forge, both
kinds of templates, patches and selectors, drawn at random and alike for a seed."""
import json

GO = {"path": "{{ .path.path }}", "base": "{{ .path.basename }}",
      "normal": "{{ .path.basenameNormalized }}", "first": "{{ index .path.segments 0 }}"}
FLAT = {"path": "{{path}}", "base": "{{path.basename}}", "normal": "{{ path.basenameNormalized }}",
        "first": "{{path[0]}}"}
CLUSTERS = [("east", {"env": "prod", "zone": "e"}, {"owner": "team-a"}),
            ("West_1.x", {"env": "dev"}, {}), ("south", {"env": "prod"}, {"tier": "2"}),
            ("north", {}, {})]
# Texts of a template: for any parameter set, for those with a name, and for rich ones.
GO_TEXTS = [
    "{{ default \"none\" .nothing }}", "{{ (fromYaml \"a: {b: 1}\").a.b }}", "plain {{ 1 }}",
    "{{ index (fromYamlArray \"[x, y]\") 1 }}", "{{ get . \"nope\" }}", "{{ slugify 20 true \"Ab c\" }}",
    "{{ hasKey . \"deep\" }}", "{{ dig \"deep\" \"key\" \"x\" . }}", "{{ toJson .deep | len }}",
    "{{ if true }}{{ \"q\" | quote }}{{ end }}", "{{ list 1 2 | toJson }}", "{{ dict \"a\" 1 | toYaml }}"]
NAMED_TEXTS = [
    "{{ .name | lower }}", "{{ .name | upper | trunc 3 }}", "{{ normalize .name }}", "{{- .name -}}",
    "{{ if eq .name \"a\" }}yes{{ else }}no{{ end }}", "{{ .name | replace \"a\" \"b\" | quote }}",
    "{{ slugify .name }}", "{{ slugify 5 false .name }}", "{{ .name | b64enc }}", "{{ .name | title }}",
    "{{ ternary \"t\" \"f\" (eq .name \"b\") }}", "{{ regexReplaceAll \"[aeiou]\" .name \"_\" }}",
    "{{ trimSuffix \"x\" .name }}", "{{ splitList \"-\" .name | first }}", "{{ .name | sha256sum }}",
    "{{ coalesce .nothing .name }}", "{{ printf \"%5s|%-5s|\" .name .name }}", "{{ semver \"1.2.3\" }}"]
RICH_TEXTS = [
    "{{ printf \"%v\" .n }}", "{{ with .deep }}{{ .key }}{{ end }}", "{{ toYaml .deep }}",
    "{{ range $i, $e := .list }}{{ $i }}={{ $e }};{{ end }}", "{{ join \",\" .list }}", "{{ .n }}",
    "{{ .list | toJson }}", "{{ add .n 1 }}", "{{ .big }}", "{{ .fraction }}", "{{ .flag }}",
    "{{ .none }}", "{{ .deep }}", "{{ .list }}", "{{ kindOf .n }}", "{{ int .n }}", "{{ .n | toString }}",
    "{{ eq .flag true }}", "{{ .deep | toJson | quote }}", "{{ len .list }}", "{{ printf \"%d\" .n }}"]


class Sets:
    def __init__(self, corpus):
        self.c, self.r, self.sets = corpus, corpus.r, {}
        self.files()

    def pick(self, *of):
        return self.r.choice(of)

    def some(self, chance=0.5):
        return self.r.random() < chance

    def files(self):
        f = self.c.files
        for name in ("web", "Data_Base", "cache.one", "none", "very-" + "long-" * 14 + "name"):
            f[f"addons/{name}/values.yaml"] = "a: 1\n"
            f[f"addons/{name}/deep/more/values.yaml"] = "a: 1\n"
        f["addons/.hidden/values.yaml"] = "a: 1\n"
        for i, name in enumerate(("east", "West_1.x", "south")):
            f[f"envs/{name}/config.json"] = json.dumps({
                "name": f"n{i}", "cluster": {"name": name, "server": f"https://{name}.test", "n": i},
                "n": i, "big": 12345678 * 10 ** i, "fraction": i + 0.5, "flag": i == 1, "none": None,
                "deep": {"key": f"k{i}", "list": [1, {"a": "b"}]}, "list": ["x", "y"][:i + 1],
                "a.b": "dotted", "empty": "", "zero": 0}, indent=1)
            f[f"envs/{name}/config.yaml"] = (
                f"name: y{i}\nn: {i}\nlist: [p, q]\ndeep: {{key: yk{i}}}\non: yes\nwhen: 2020-01-01\n"
                f"octal: 010\ntext: |\n  a\n  b\nbig: 1{'0' * 20}\nfraction: 1.0\nflag: true\n")
        f["envs/list.yaml"] = "- {name: l0, n: 0, deep: {key: a}, list: [a]}\n- {name: l1, n: 1}\n"
        f["envs/empty.yaml"] = ""
        secrets = []
        for name, labels, annotations in CLUSTERS:
            secrets.append({"apiVersion": "v1", "kind": "Secret", "metadata": {
                "name": "cluster-" + name.lower().replace("_", "-"), "namespace": "argocd",
                "labels": {"argocd.argoproj.io/secret-type": "cluster", **labels},
                **({"annotations": annotations} if annotations else {})},
                "stringData": {"name": name, "server": f"https://{name.lower()}.test",
                               "config": "{}", **({"project": "p1"} if name == "south" else {})}})
        self.c.put("clusters/secrets.yaml", *secrets)
        self.secrets = secrets

    # --- generators ----------------------------------------------------------------------------

    def values(self, go, git=False):
        name = ".name" if go else "name"
        base = (".path.basename" if go else "path.basename") if git else name
        return {"fixed": "v", "own": "x-{{ %s }}" % base, **({"both": "{{ %s }}-{{ %s }}" % (
            base, base)} if self.some(0.3) else {})}

    def list(self, go, keys="abc"):
        out = []
        for key in self.r.sample(keys, self.r.randint(1, len(keys))):
            e = {"name": key, "extra": self.pick("1", "two", "")}
            if go:
                e.update(n=self.pick(1, 2.5, 1000000, 123456789012), list=["l" + key, "m"],
                         deep={"key": key * 2, "b": True}, big=1e21, fraction=0.1, flag=False, none=None)
            elif self.some(0.2):
                e["values"] = {"inner": "i" + key}
            elif self.some(0.1):
                e["number"] = 5
            out.append(e)
        if go and self.some(0.2):
            return {"list": {"elements": [], "elementsYaml": json.dumps(out)}}
        return {"list": {"elements": out}}

    def git(self, go, values=True):
        g = {"repoURL": self.c.url, "revision": self.pick("HEAD", "main")}
        if self.some(0.5):
            g["directories"] = [{"path": p} for p in self.r.sample(
                ["addons/*", "addons/*/deep", "addons/*/*", "envs/*", "addons/w*", "addons/[a-z]*",
                 "*", "addons/web", "*/*/deep/*", "dir/*", "kust/?"], self.r.randint(1, 2))]
            if self.some():
                g["directories"].append({"path": self.pick("addons/none", "addons/*_*", "envs/*",
                                                           "*/.hidden"), "exclude": True})
        else:
            g["files"] = [{"path": p} for p in self.r.sample(
                ["envs/*/config.json", "envs/**/config.yaml", "envs/east/*", "**/config.json",
                 "envs/list.yaml", "envs/*.yaml", "envs/empty.yaml", "envs/*/config.*",
                 "envs/east", "envs/*/config.json"], self.r.randint(1, 2))]
            if self.some(0.3):
                g["files"].append({"path": self.pick("envs/south/*", "**/config.yaml",
                                                     "envs/*/config.json"), "exclude": True})
        if self.some(0.2):
            g["pathParamPrefix"] = "pre"
        if values and self.some(0.4):
            g["values"] = self.values(go, git="pathParamPrefix" not in g)
        return {"git": g}

    def clusters(self, go):
        c = {}
        if self.some(0.6):
            c["selector"] = self.pick(
                {"matchLabels": {"env": "prod"}}, {"matchLabels": {"env": "none"}},
                {"matchExpressions": [{"key": "env", "operator": "Exists"}]},
                {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["dev"]}]},
                {"matchExpressions": [{"key": "env", "operator": "In", "values": ["dev", "prod"]},
                                      {"key": "zone", "operator": "DoesNotExist"}]},
                {"matchLabels": {"argocd.argoproj.io/secret-type": "cluster"}}, {})
        if self.some(0.4):
            c["values"] = self.values(go)
        if go and self.some(0.1):
            c["flatList"] = True
        return {"clusters": c}

    def simple(self, go):
        return self.pick(lambda: self.list(go), lambda: self.git(go), lambda: self.clusters(go))()

    def nested(self, go, keys):
        """A matrix or merge in another: no deeper, and the inner ones have no selectors of theirs."""
        inner = self.pick(
            lambda: {"matrix": {"generators": [self.list(go, keys), {"list": {"elements": [
                {"stage": "s-{{ .name }}" if go else "s-{{name}}"}, {"stage": "t"}]}}]}},
            lambda: {"merge": {"mergeKeys": ["name"], "generators": [
                self.list(go, keys), {"list": {"elements": [{"name": keys[0], "more": "inner"}]}}]}},
            lambda: {"matrix": {"generators": [self.clusters(go), {"list": {"elements": [
                {"stage": "of-{{ .name }}" if go else "of-{{name}}"}]}}]}})()
        if self.some(0.2):
            inner["selector"] = {"matchExpressions": [
                {"key": "name", "operator": "NotIn", "values": [keys[0]]}]}
        if self.some(0.2):
            kind = next(k for k in inner if k != "selector")
            inner[kind]["generators"][0]["selector"] = {"matchExpressions": [
                {"key": "name", "operator": "In", "values": list(keys[:2]) + ["east"]}]}
        return inner

    def matrix(self, go):
        first = self.nested(go, "ab") if self.some(0.2) else self.simple(go)
        second = self.pick(lambda: self.simple(go), lambda: {"list": {"elements": [
            {"stage": "s-{{ .name }}" if go else "s-{{name}}"}, {"stage": "t"}]}})()
        if self.some(0.1):
            second = self.nested(go, "de")
        if "git" in first and "git" in second:
            second["git"]["pathParamPrefix"] = "second"
        if go and "files" in first.get("git", {}) and self.some(0.4):
            second = {"list": {"elements": [], "elementsYaml": "{{ .list | toJson }}"}}
            if self.some():
                second = {"list": {"elements": [], "elementsYaml":
                                   "{{ range .list }}- {item: {{ . }}}\n{{ end }}"}}
        if "list" in first and self.some(0.3):
            second = {"git": {"repoURL": self.c.url, "revision": "HEAD", "directories": [
                {"path": "addons/{{ .name }}*" if go else "addons/{{name}}*"}]}}
        return {"matrix": {"generators": [first, second]}}

    def merge(self, go):
        base = self.pick(lambda: self.list(go, "abcd"), lambda: self.clusters(go),
                         lambda: self.matrix(go))()
        override = [self.list(go, "abcd") for _ in range(self.r.randint(1, 2))]
        if self.some(0.2):
            override.append(self.nested(go, "bc"))
        for o in override:
            if "list" in o and self.some() and o["list"]["elements"]:
                o["list"]["elements"][0]["name"] = self.pick("east", "south", "a")
                o["list"]["elements"][0]["more"] = "m"
        return {"merge": {"mergeKeys": self.pick(["name"], ["name"], ["name", "extra"], ["nothing"]),
                          "generators": [base] + override}}

    def generator(self, go):
        g = self.pick(lambda: self.list(go), lambda: self.git(go), lambda: self.git(go),
                      lambda: self.clusters(go), lambda: self.matrix(go), lambda: self.matrix(go),
                      lambda: self.merge(go))()
        if self.some(0.2):
            g["selector"] = self.pick(
                {"matchLabels": {"name": "a"}}, {"matchLabels": {"path.basename": "web"}},
                {"matchExpressions": [{"key": "name", "operator": "In", "values": ["a", "east", "n1"]}]},
                {"matchExpressions": [{"key": "extra", "operator": "NotIn", "values": ["two"]}]},
                {"matchExpressions": [{"key": "metadata.labels.env", "operator": "Exists"}]},
                {"matchLabels": {"deep.key": "aa"}})
        kind = next(k for k in g if k != "selector")
        if kind in ("list", "git", "clusters") and self.some(0.15):
            g[kind]["template"] = {"metadata": {"labels": {"from": "generator"}}, "spec": {
                "project": "other", "destination": {"namespace": "of-generator"}}}
        return g

    # --- the set -------------------------------------------------------------------------------

    def name_of(self, go, g):
        """A template of a name that tells the parameter sets apart."""
        def parts(g):
            if "git" in g:
                prefix = g["git"].get("pathParamPrefix")
                at = f"{prefix}." if prefix else ""
                files = "files" in g["git"]
                yield ("{{ .%spath.path | replace \"/\" \"-\" | normalize }}" % at if go else
                       "{{%spath.basenameNormalized}}" % at)
                if files:
                    yield ("{{ .%spath.filenameNormalized }}" if go else
                           "{{%spath.filenameNormalized}}") % at
                if files:
                    yield "{{ .name }}" if go else "{{name}}"
            elif "matrix" in g:
                for inner in g["matrix"]["generators"]:
                    yield from parts(inner)
            elif "merge" in g:
                yield from parts(g["merge"]["generators"][0])
            elif "list" in g and "stage" in json.dumps(g["list"]["elements"]):
                yield "{{ .stage }}" if go else "{{stage}}"
            elif "list" in g and "{{" in g["list"].get("elementsYaml", ""):
                yield "{{ .item }}" if go else "{{item}}"
            elif g.get("clusters", {}).get("flatList"):
                yield "{{ len .clusters }}"
            else:
                yield "{{ .name | lower }}" if go else "{{name}}"
        return "-".join(dict.fromkeys(parts(g)))

    def template(self, go, g):
        git = "git" in g and "pathParamPrefix" not in g["git"]
        text = json.dumps(g)
        rich = "flatList" not in text and ('"list"' in text or '"files"' in text)
        named = "flatList" not in text and (rich or "clusters" in g)
        texts = list(GO.values() if go else FLAT.values()) if git else []
        if go:
            texts += self.r.sample(GO_TEXTS, 2) + (self.r.sample(NAMED_TEXTS, 3) if named else [])
            texts += self.r.sample(RICH_TEXTS, 3) if rich or self.some(0.05) else []
        texts += [] if go else [
            "{{name}}", "{{ name }}", "{{extra}}", "{{nothing}}", "{{values.own}}", "{{ values.fixed}}",
            "{{metadata.labels.env}}", "{{metadata.annotations.owner}}", "{{server}}", "{{ deep.key }}",
            "{{list.0}}", "{{cluster.server}}", "{{big}}", "{{fraction}}", "{{flag}}", "{{none}}",
            "{{n}}", "{{nameNormalized}}", "{{project}}", "{{a.b}}", "{{ deep.list.1.a }}"]
        texts += ["plain"] + ([] if go else ["{{values.both}}"])
        if go and '"own"' in text and (git or "clusters" in g):
            texts += ["{{ .values.own }}"] * 3
        metadata = {"name": self.name_of(go, g)}
        if self.some(0.7):
            metadata["annotations"] = {f"a{i}": t for i, t in enumerate(
                self.r.sample(texts, min(len(texts), 4)))}
        if self.some(0.3):
            metadata["labels"] = {"app": "x", **({"{{ .name }}": "key"} if go and self.some(0.2) else {})}
        if self.some(0.2):
            metadata["finalizers"] = self.pick([], ["foreground-finalizer.argocd.argoproj.io"])
        spec = {"project": "default", "source": self.pick(
            lambda: {"repoURL": self.c.url, "targetRevision": "HEAD", "path": "dir/0"},
            lambda: {"repoURL": self.c.url, "path": "charts/0", "helm": {
                "valueFiles": [self.r.choice(texts)], "values": "tone: " + self.r.choice(texts) + "\n",
                "parameters": [{"name": "t", "value": self.r.choice(texts), "forceString": True}],
                "valuesObject": {"x": {"y": [self.r.choice(texts), 3, True]}}}},
            lambda: {"repoURL": self.c.url, "path": "kust/0/base", "kustomize": {
                "images": ["a=" + self.r.choice(texts)], "replicas": [{"name": "x", "count": 2}],
                "commonLabels": {"l": self.r.choice(texts)}}})(),
            "destination": {"server": "https://kubernetes.default.svc", "namespace": self.r.choice(texts)}}
        if self.some(0.3):
            spec["syncPolicy"] = {"automated": {"prune": True, "selfHeal": False}, "syncOptions": [
                "CreateNamespace=true", "x=" + self.r.choice(texts)]}
        if self.some(0.2):
            spec["ignoreDifferences"] = [{"group": "apps", "kind": "Deployment",
                                          "jsonPointers": ["/spec/replicas"]}]
        return {"metadata": metadata, "spec": spec}

    def patch(self, go):
        name = "{{ .name }}" if go else "{{name}}"
        return self.pick(
            "metadata:\n  annotations:\n    patched: " + name + "\n",
            "spec:\n  syncPolicy:\n    syncOptions: [Patched=true]\n    automated: null\n",
            "spec:\n  source:\n    helm:\n      parameters: [{name: p, value: 'q'}]\n      valuesObject: {patched: {a: [1]}}\n",
            "metadata:\n  finalizers: [extra/finalizer]\n  labels: {l: m}\n",
            "spec:\n  project: evil\n  source: null\n  sources:\n  - {repoURL: x, path: z}\n",
            "{{- if eq .name \"a\" }}\nspec:\n  revisionHistoryLimit: 3\n{{- end }}\n" if go else
            "spec:\n  revisionHistoryLimit: 3\n",
            "spec:\n  info: [{name: nn, value: v}]\n  destination: {name: other}\n",
            "metadata: {labels: {a: b}}\n", "", "not a mapping" if self.some(0.2) else "{}")

    def add(self):
        name, go = f"set-{len(self.sets)}", self.some(0.6)
        generators = [self.generator(go)]
        spec = {"generators": generators, "template": self.template(go, generators[0])}
        if self.some(0.15):
            second = self.list(go, "xyz")
            generators.append(second)
        if go:
            spec["goTemplate"] = True
            options = self.pick(["missingkey=error"], ["missingkey=error"], ["missingkey=default"],
                                ["missingkey=zero"], None)
            if options:
                spec["goTemplateOptions"] = options
        if self.some(0.3):
            spec["templatePatch"] = self.patch(go)
        if self.some(0.2):
            spec["syncPolicy"] = {"preserveResourcesOnDeletion": True}
        self.sets[name] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet",
                           "metadata": {"name": name, "namespace": "argocd"}, "spec": spec}
