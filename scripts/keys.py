"""The page of all keys of all programs, from what their readers ask for.

    python scripts/keys.py BINARIES > Papers/keys.md

BINARIES is the folder of the built programs; each is asked for its `--schema`. A test holds the page against them.
"""

import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent

SECTIONS = {
    "model": "The model",
    "initial": "The data at t = 0",
    "lattice": "The lattice",
    "": "Everything else",
}
HEAD = """# All keys

What may stand in a configuration, of which program, and what is meant where nothing is written. This page is made from the programs
themselves (`scripts/keys.py`, from `PROGRAM --schema`) and is held against them by a test; `PROGRAM --dump-config` shows a complete
example. What the symbols mean is in [Model and conventions](model-and-conventions.md).

A dot leads into a mapping, `[]` to the elements of a list, `*` is the name of a species, `(bump)` says of which `kind` a key is. Where
one number is asked for by axis and d = 1, it may stand without brackets. `required` is what has no default.
"""


def schema(binary: pathlib.Path) -> dict[str, Any]:
    """What a program says of its configuration."""
    return json.loads(subprocess.run([binary, "--schema"], check=True, capture_output=True, text=True).stdout)


def kinds(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The alternatives of a place."""
    yield from node.get("anyOf", [node])


def range_text(node: Mapping[str, Any]) -> str:
    """The range of a number, as an interval."""
    low = node.get("minimum", node.get("exclusiveMinimum"))
    high = node.get("maximum", node.get("exclusiveMaximum"))
    # The limit that all numbers have in magnitude is not worth a word.
    low, high = (None if end is not None and abs(end) >= 1e100 else end for end in (low, high))
    if low is None and high is None:
        return ""
    left = "[" if "minimum" in node else "("
    right = "]" if "maximum" in node else ")"
    if high is None:
        return f" {'≥' if 'minimum' in node else '>'} {low:g}"
    return f" {'≤' if 'maximum' in node else '<'} {high:g}" if low is None else f" in {left}{low:g}, {high:g}{right}"


def type_text(node: Mapping[str, Any]) -> str:
    """What may be written, in words."""
    texts: list[str] = []
    for one in kinds(node):
        kind = one.get("type")
        if "enum" in one:
            text = ", ".join(f"`{word}`" for word in one["enum"])
        elif "const" in one:
            text = f"`{one['const']}`"
        elif kind in ("number", "integer"):
            text = kind + range_text(one)
        elif kind == "array":
            inner = type_text(one["items"]) if one["items"] else "anything"
            text = "list" if "mapping" in inner else f"list of: {inner}"
        elif kind == "object":
            text = "mapping"
        elif kind == "boolean":
            text = "`true`, `false`"
        elif isinstance(kind, list):
            text = "text"
        elif kind == "null":
            continue
        else:
            text = "anything"
        if text not in texts:
            texts.append(text)
    return "; or ".join(texts)


def entries(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Every key below a place: its path, its schema, and whether it must be there."""
    for one in kinds(node):
        if one.get("type") == "array":
            yield from entries(one["items"], path + "[]")
        word = one.get("properties", {}).get("kind", {}).get("const")
        mark = f"({word})" if word else ""
        for key, inner in one.get("properties", {}).items():
            if key == "kind" and word:
                yield f"{path}.kind", inner | {"const": word}, "kind" in one.get("required", [])
            else:
                place = f"{path}.{key}" if path else key
                yield place + mark, inner, key in one.get("required", [])
                yield from entries(inner, place)
        if isinstance(one.get("additionalProperties"), Mapping) and not path.startswith("sweep"):
            place = f"{path}.*"
            yield place, one["additionalProperties"], False
            yield from entries(one["additionalProperties"], place)


def gathered(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[tuple, set[str]]]:
    """By path: what is said of the key, with the programs that say so. Kinds of a mapping that say the same are one."""
    found: dict[str, dict[tuple, set[str]]] = {}
    for program, whole in schemas.items():
        own: dict[str, list[tuple[set[str], tuple]]] = {}
        words: dict[str, list[str]] = {}
        for marked, node, required in entries(whole):
            path, _, mark = marked.partition("(")
            if "const" in node and path.endswith(".kind"):
                words.setdefault(path, []).append(node["const"])
            default = "required" if required else f"`{json.dumps(node['default'])}`" if "default" in node else ""
            said = (node.get("description", ""), type_text(node), default)
            marks = {mark.rstrip(")")} - {""}
            for known, other in own.setdefault(path, []):
                if other == said:
                    known |= marks
                    break
            else:
                own[path].append((marks, said))
        for path, said_all in own.items():
            if path in words:
                texts = ", ".join(f"`{word}`" for word in dict.fromkeys(words[path]))
                said_all = [(set(), (said_all[0][1][0], texts, said_all[0][1][2]))]
            for marks, (text, kind, default) in said_all:
                only = ", ".join(sorted(marks)) if len(said_all) > 1 or len(marks) == 1 else ""
                found.setdefault(path, {}).setdefault((only, text, kind, default), set()).add(program)
    return found


def programs_text(programs: set[str], everyone: set[str]) -> str:
    return "all" if programs == everyone else ", ".join(sorted(programs))


def page(schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """The page in Markdown."""
    everyone = set(schemas)
    found = gathered(schemas)
    lines = [HEAD]
    for section, title in SECTIONS.items():
        chosen = [
            path
            for path in found
            if (path.split(".")[0].rstrip("[]") == section if section else path.split(".")[0].rstrip("[]") not in SECTIONS)
            and not path.startswith(("hierarchy.initial.", "further[]."))
        ]
        lines += [f"## {title}", "", "| key | what | values | default | programs |", "| --- | --- | --- | --- | --- |"]
        for path in sorted(chosen, key=lambda one: order(one, found)):
            for (only, text, kind, default), programs in found[path].items():
                if not kind:
                    continue  # It may only be null.
                name = f"`{path}`" + (f" ({only})" if only else "")
                cells = [name, text, kind, default, programs_text(programs, everyone)]
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def order(path: str, found: Mapping[str, Any]) -> int:
    """As the programs read them; of what stands at the top level the keys of fewer programs are together."""
    return list(found).index(path)


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: keys.py BINARIES")
    names = sorted(file.parent.name for file in ROOT.glob("experiments/*/main.swift"))
    print(page({name: schema(pathlib.Path(sys.argv[1]) / name) for name in names}), end="")


if __name__ == "__main__":
    main()
