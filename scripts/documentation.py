"""Gathers the pages of the documentation archive, and checks that no public declaration is without a comment.

python scripts/documentation.py ROOT SYMBOLS CATALOGUE

CATALOGUE gets the modules' landing pages, the notes of Papers/, a page per experiment made from its README, and
README.md's introduction as the front page.
"""

import json
import pathlib
import re
import sys


STARTS = ("model-and-conventions", "keys", "from-a-potential-to-a-certified-remainder", "standard-problems")


def own_name(path: pathlib.Path) -> str:
    """The page of an experiment is called after it, that of a note after its file."""
    return path.parent.name if path.name == "README.md" else path.stem


def page(path: pathlib.Path, names: set[str]) -> str:
    """A Markdown file as a page: links to other pages become the archive's, links to other files their text."""

    def link(match: re.Match) -> str:
        text, target = match.groups()
        if re.match("https?:", target):
            return match.group(0)
        file = (path.parent / target.split("#")[0]).resolve()
        return f"[{text}](doc:{own_name(file)})" if own_name(file) in names else text

    lines, in_code = [], False
    for line in path.read_text().splitlines():
        if line.startswith("```"):
            in_code = not in_code
        if not in_code and not line.startswith("    "):
            line = re.sub(r"!\[[^]]*\]\([^)]*\)", "", line)
            line = re.sub(r"\[([^]]*)\]\(([^)]*)\)", link, line)
        lines.append(line)
    return "\n".join(lines) + "\n"


def front(title: str, groups: dict[str, list[str]]) -> str:
    """The archive's front page."""
    topics = "".join(f"\n### {name}\n\n" + "".join(f"- {entry}\n" for entry in group) for name, group in groups.items())
    return (
        f"# {title}\n\nTwo-species Vlasov hierarchies as objects one can compute with.\n\n"
        f"@Metadata {{\n  @TechnologyRoot\n}}\n\n## Topics\n{topics}"
    )


def undocumented(symbols: pathlib.Path) -> list[str]:
    """The public declarations without a comment, those apart that have it from the protocol they implement."""
    found = []
    for file in sorted(symbols.glob("*.symbols.json")):
        graph = json.loads(file.read_text())
        inherited = {
            edge["source"]
            for edge in graph["relationships"]
            if edge["kind"] == "defaultImplementationOf" or "sourceOrigin" in edge
        }
        for symbol in graph["symbols"]:
            if "docComment" in symbol or "location" not in symbol or symbol["identifier"]["precise"] in inherited:
                continue
            source = pathlib.Path(symbol["location"]["uri"].split("/Sources/")[-1])
            line = symbol["location"]["position"]["line"] + 1
            found.append(f"Sources/{source}:{line}: {'.'.join(symbol['pathComponents'])}")
    return found


def main() -> None:
    if len(sys.argv) != 4:
        print("usage: documentation.py ROOT SYMBOLS CATALOGUE", file=sys.stderr)
        sys.exit(64)
    root, symbols, catalogue = map(pathlib.Path, sys.argv[1:])
    notes = sorted((root / "Papers").glob("*.md"))
    experiments = sorted(root.glob("experiments/*/README.md"))
    landings = sorted((root / "Sources").glob("*/*.docc/*.md"))
    names = {own_name(path) for path in notes + experiments}
    for path in notes + experiments:
        (catalogue / f"{own_name(path)}.md").write_text(page(path, names))
    for path in landings:
        (catalogue / path.name).write_text(path.read_text())
    groups = {
        "Start here": [f"<doc:{name}>" for name in STARTS],
        "Experiments": [f"<doc:{own_name(path)}>" for path in experiments],
        "Notes": [f"<doc:{path.stem}>" for path in notes if path.stem not in STARTS],
        "Modules": [f"``{path.stem}``" for path in landings],
    }
    (catalogue / "vlasov-hierarchy.md").write_text(front("vlasov-hierarchy", groups))
    if missing := undocumented(symbols):
        print("\n".join(missing))
        raise SystemExit(f"{len(missing)} public declarations have no comment")


if __name__ == "__main__":
    main()
