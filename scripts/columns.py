"""Writes what the keys of a program's results are into its page, from the results themselves.

    python scripts/columns.py results/NAME/RUN …

`columns` of summary.json says it, from the descriptions of the program's columns; of several runs of one program the keys are put
together. The tests see to it that no key is without a text.
"""

import json
import pathlib
import sys
from collections.abc import Mapping

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = "## Columns\n\nWhat `columns` of `summary.json` says (made by `scripts/columns.py`).\n"

Tables = Mapping[str, Mapping[str, str]]


def section(tables: Tables) -> str:
    """A table in Markdown for every list of rows."""
    lines = [HEAD]
    for name, keys in tables.items():
        if keys:
            lines += [f"| `{name}` | what |", "| --- | --- |"]
            lines += [f"| `{key}` | {text.replace('|', chr(92) + '|')} |" for key, text in keys.items()]
            lines.append("")
    return "\n".join(lines)


def with_section(page: str, text: str) -> str:
    """The page with its section, at the end where it has none."""
    before, _, rest = page.partition(HEAD.splitlines()[0] + "\n")
    after = rest[rest.index("\n## ") + 1 :] if "\n## " in rest else ""
    return before.rstrip("\n") + "\n\n" + text.rstrip("\n") + "\n" + ("\n" + after if after else "")


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit("usage: columns.py RESULTS …")
    found: dict[str, dict[str, dict[str, str]]] = {}
    for folder in sys.argv[1:]:
        summary = json.loads((pathlib.Path(folder) / "summary.json").read_text())
        for name, keys in summary["columns"].items():
            found.setdefault(summary["experiment"], {}).setdefault(name, {}).update(keys)
    for program, tables in found.items():
        page = ROOT / "experiments" / program / "README.md"
        page.write_text(with_section(page.read_text(), section(tables)))


if __name__ == "__main__":
    main()
