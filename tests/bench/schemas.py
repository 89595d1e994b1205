"""JSON Schemas for kubeconform, from a saved /openapi/v3 (`make schemas` keeps one): schemas.py DIR OUT

One file per kind, strict (no additional properties), with what it refers to beside it.
"""
import glob
import json
import os
import sys


def strict(value):
    if isinstance(value, list):
        return [strict(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for key, item in value.items():
        if key == "$ref" and isinstance(item, str):
            out[key] = item.replace("#/components/schemas/", "#/definitions/")
        elif not key.startswith("x-kubernetes-"):
            out[key] = strict(item)
    if out.get("type") == "object" and isinstance(out.get("properties"), dict):
        out.setdefault("additionalProperties", False)
    if value.get("x-kubernetes-int-or-string") or value.get("format") == "int-or-string":
        out = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
    return out


def main():
    source, target = sys.argv[1:]
    os.makedirs(target, exist_ok=True)
    files = glob.glob(os.path.join(source, "**", "*.json"), recursive=True)
    if not files:
        sys.exit("no schemas in " + source)
    for path in files:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        schemas = document.get("components", {}).get("schemas", {}) if isinstance(document, dict) else {}
        definitions = {name: strict(schema) for name, schema in schemas.items()}
        for name, schema in schemas.items():
            for kind in schema.get("x-kubernetes-group-version-kind", []):
                group = kind["group"].split(".")[0]
                file_name = "-".join(filter(None, [kind["kind"].lower(), group, kind["version"]]))
                with open(os.path.join(target, file_name + ".json"), "w", encoding="utf-8") as out:
                    json.dump({"definitions": definitions, "$ref": "#/definitions/" + name}, out)


main()
