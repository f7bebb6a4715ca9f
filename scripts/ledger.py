"""Checks that Papers/ledger.md is true: what it names exists, and every row says where it stands.

python scripts/ledger.py            fails, and says where, if a row is wrong
python scripts/ledger.py --open     also lists the rows that nothing answers for yet
"""

import pathlib
import re
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
ANSWERED = ("certified", "checked")
REASONED = ("proof step: ", "not yet: ")


@dataclass
class Row:
    """One statement of the ledger."""

    line: int
    label: str
    code: list[str]
    tests: list[str]
    status: str


def rows(text: str) -> list[Row]:
    """The rows of all tables; a bar inside a cell is written with a backslash."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("| ") or line.startswith(("| ---", "| label ")):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) != 5:
            raise SystemExit(f"Papers/ledger.md:{number}: five cells expected, found {len(cells)}")
        found.append(Row(number, cells[0], *(re.findall(r"`([^`]+)`", cell) for cell in cells[2:4]), cells[4]))
    return found


def swift(folder: pathlib.Path) -> str:
    """All Swift text below a folder."""
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.swift")))


def code_exists(name: str) -> bool:
    """`Module/Type.member`, or `experiments/name`."""
    module, _, path = name.partition("/")
    if module == "experiments":
        return (ROOT / name / "main.swift").is_file()
    if not path or not (ROOT / "Sources" / module).is_dir():
        return False
    text = swift(ROOT / "Sources" / module)
    kind, *members = path.split(".")
    declared = re.search(rf"\b(struct|class|enum|protocol|actor|func|typealias|extension)\s+{re.escape(kind)}\b", text)
    return bool(declared) and all(
        re.search(rf"\b(func|var|let|case|struct|enum|init)\b[^\n]*\b{re.escape(member)}\b", text) for member in members
    )


def test_exists(name: str) -> bool:
    """`Suite.function`, both in one file."""
    suite, _, function = name.partition(".")
    for path in (ROOT / "Tests").rglob("*.swift"):
        text = path.read_text()
        if re.search(rf"\b(struct|class|extension)\s+{suite}\b", text) and re.search(rf"\bfunc `?{function}`?\b", text):
            return True
    return False


def complaints(row: Row) -> list[str]:
    """What is wrong with one row."""
    found = [f"no code '{name}' in Sources" for name in row.code if not code_exists(name)]
    found += [f"no test '{name}' in Tests" for name in row.tests if not test_exists(name)]
    if row.status in ANSWERED:
        if not row.code or not row.tests:
            found.append(f"'{row.status}' without {'code' if not row.code else 'a test'}")
    elif row.status != "not yet" and not row.status.startswith(REASONED):
        found.append(f"unknown status '{row.status}'")
    return [f"Papers/ledger.md:{row.line}: {row.label}: {text}" for text in found]


def main() -> None:
    if unknown := [argument for argument in sys.argv[1:] if argument != "--open"]:
        print(f"ledger.py: unknown argument '{unknown[0]}'", file=sys.stderr)
        sys.exit(64)
    ledger = rows((ROOT / "Papers" / "ledger.md").read_text())
    wrong = [complaint for row in ledger for complaint in complaints(row)]
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    open_rows = [row for row in ledger if row.status.startswith("not yet")]
    if "--open" in sys.argv:
        for row in open_rows:
            print(f"{row.line}: {row.label}")
    counts = ", ".join(f"{sum(row.status == status for row in ledger)} {status}" for status in ANSWERED)
    print(f"ledger: {len(ledger)} rows: {counts}, {len(open_rows)} not yet")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
