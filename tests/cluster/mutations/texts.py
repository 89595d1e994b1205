"""Manifests as people write them: YAML in many styles, and the slips that are made in it."""
import json
import re

import yaml

SCALARS = ["yes", "no", "on", "off", "y", "n", "True", "FALSE", "~", "null", "Null", "", "0777",
           "0o777", "0x1F", "0b1", "0b101", "1_000", "1e3", "1.0", ".5", "5.", "+1", "-0", ".inf",
           ".nan", "1:30", "2020-01-01", "2020-01-01T00:00:00Z", "12345678901234567890", "1.10",
           "08", "1e1000", "0.1e-3", "=", "<<", "!!str 5", "!!int \"5\"", "!!binary YQ==", "!x y",
           "&a b", "*nowhere", "|", ">", "|-\n      x", "'it''s'", "\"a\\tb\"", "\"\\x41\"",
           "\"\\u00e9\"", "\"a\\qb\"", "'a", "\"a", "{a: b}", "[a, b]", "{", "[", "a: b", "a #b",
           "#b", "%x", "@x", "`x`", "{{ .Values.x }}", "\"{{ .Values.x }}\"", "${X}", "- a", "? a",
           "! x", "a\\b", "a\tb", "1 000", "1,000", "-", "--- ", "!!null ''", "!!bool \"true\"",
           "!!float 1", "!!map {}", "!!seq []", "!!set {a}", "0.0", "1d", "0x", "0b", "0o8",
           "-0b1", "+0x1", "-.inf", "1e", "1__0", "_1", "0_7", "190:20:30", "1.5e+3", "\"\"", "''"]
INSERTS = list(":#\"'{}[]%@`&*!|>,?-\t \\\n") + [": ", "- ", " #", "\u00a0", "\u2028", "\ufeff",
                                                  "\x07", "\r\n", "\x00", "\u0085", "é"]
LINES = ["", "# note", "---", "...", "  # note", "\t", "<<<<<<< HEAD", "=======", "nonsense",
         "nonsense: 1", "- nonsense", "{{- if .Values.x }}", "? a", ": b", "%YAML 1.1", "  nonsense: 1",
         "    - x", "  a: b: c", "  ", "\u00a0"]


def styled(value, rng, indent, inside=False):
    """Lines of a value in block or flow style, quoted in one way or another."""
    if isinstance(value, dict) and value and rng.random() > 0.06:
        return block_map(value, rng, indent)
    if isinstance(value, list) and value and rng.random() > 0.1:
        return block_list(value, rng, indent, inside)
    return None


def scalar(value, rng):
    if not isinstance(value, str):
        return json.dumps(value)
    if rng.random() < 0.15:
        return json.dumps(value, ensure_ascii=rng.random() < 0.5)
    style = "'" if rng.random() < 0.15 else None
    return yaml.safe_dump(value, default_style=style, width=10 ** 6, allow_unicode=True) \
        .removesuffix("\n").removesuffix("\n...")


def flow(value, rng):
    if isinstance(value, dict):
        return "{" + ", ".join("%s: %s" % (scalar(k, rng), flow(v, rng))
                               for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v, rng) for v in value) + "]"
    return json.dumps(value)


def entry(prefix, value, rng, indent, step):
    lines = styled(value, rng, indent + step, True)
    if lines is None:
        simple = not isinstance(value, (dict, list)) and not (isinstance(value, str) and "\n" in value)
        return [prefix + " " + (scalar(value, rng) if simple else flow(value, rng))]
    return [prefix + rng.choice(["", "", "", " ", "  # why"])] + lines


def block_map(value, rng, indent):
    lines, step = [], rng.choice([2, 2, 2, 4, 1])
    for key, item in value.items():
        inner = 0 if isinstance(item, list) and rng.random() < 0.5 else step
        lines += entry(" " * indent + scalar(key, rng) + ":", item, rng, indent, inner)
    return lines


def block_list(value, rng, indent, _):
    lines = []
    for item in value:
        below = styled(item, rng, indent + 2)
        if below is None:
            lines += entry(" " * indent + "-", item, rng, indent, 2)
        elif rng.random() < 0.9:
            lines += [" " * indent + "- " + below[0].lstrip(" ")] + below[1:] \
                if below[0].startswith(" " * (indent + 2)) else [" " * indent + "-"] + below
        else:
            lines += [" " * indent + "-"] + below
    return lines


def written(manifest, rng):
    """The lines of a manifest, the first keys in any order."""
    keys = list(manifest)
    if rng.random() < 0.2:
        rng.shuffle(keys)
    lines = block_map({k: manifest[k] for k in keys}, rng, 0)
    if rng.random() < 0.2:
        lines.insert(0, rng.choice(["---", "# a comment", "--- # start", "\n---", "%YAML 1.1\n---"]))
    if rng.random() < 0.1:
        lines.append(rng.choice(["...", "# end", "", "---", "---\n", "  ", "...\n---"]))
    return lines


def slip(lines, rng):
    """One mistake, or harmless change, in the lines; what it is."""
    at = rng.randrange(len(lines))
    line = lines[at]
    kind = rng.choice(["value", "value", "value", "insert", "insert", "remove", "indent", "indent",
                       "dedent", "line", "double", "drop", "swap", "key", "tab", "cut", "shift",
                       "join", "first"])
    if kind == "value" and ":" in line:
        lines[at] = line.split(":")[0] + ": " + rng.choice(SCALARS)
    elif kind == "key" and ":" in line:
        head, _, tail = line.lstrip(" -").partition(":")
        lead = line[:len(line) - len(line.lstrip(" -"))]
        new = rng.choice(["yes", "1", "~", "\"%s\"" % head, "'%s'" % head, "? " + head, head + " ",
                          "!!str " + head, head.upper(), head + "\t", "1.5", "&k " + head, "<<",
                          "\"%s\" " % head, "[a]", "{a: b}", "", "2020-01-01", "0x10", "true"])
        lines[at] = lead + new + ":" + tail
    elif kind == "insert":
        place = rng.randrange(len(line) + 1)
        lines[at] = line[:place] + rng.choice(INSERTS) + line[place:]
    elif kind == "remove" and line:
        place = rng.randrange(len(line))
        lines[at] = line[:place] + line[place + 1:]
    elif kind == "indent":
        lines[at] = " " * rng.choice([1, 1, 2, 2, 3, 4]) + line
    elif kind == "dedent":
        lines[at] = line[min(rng.choice([1, 2, 2, 4]), len(line) - len(line.lstrip(" "))):]
    elif kind == "line":
        lines.insert(at, rng.choice(LINES))
    elif kind == "double":
        lines.insert(at, line)
    elif kind == "drop":
        del lines[at]
    elif kind == "swap" and at:
        lines[at - 1], lines[at] = lines[at], lines[at - 1]
    elif kind == "tab":
        lines[at] = line.replace("  ", "\t", 1)
    elif kind == "cut":
        del lines[at + 1:]
    elif kind == "shift":
        for i in range(at, min(len(lines), at + rng.randrange(2, 6))):
            lines[i] = rng.choice(["  ", " "]) + lines[i]
    elif kind == "join" and at:
        lines[at - 1:at + 1] = [lines[at - 1] + " " + line.strip()]
    elif kind == "first":
        lines[0] = rng.choice([" ", "  ", "\t", "\ufeff", "- ", "{", "# x\n ", "'", "!x "]) + lines[0]
    return "%s %d %r" % (kind, at, line.strip()[:60])


def texted(base, rng):
    """The text of a manifest with a slip in it, and what it is."""
    lines = written(base, rng)
    what = slip(lines, rng) if rng.random() < 0.92 else "style"
    end = "\r\n" if rng.random() < 0.05 else "\n"
    text = end.join(lines) + (end if rng.random() < 0.9 else "")
    if len(re.findall(r"^---", "\n".join(lines).lstrip(), re.M)) > (lines[0][:3] in ("---", "%YA")):
        return None  # the server reads only the first of several documents
    if rng.random() < 0.03:
        text, what = json.dumps(base, indent=rng.choice([None, 2])), "json"
    return text.encode("utf-8", "surrogatepass"), what
