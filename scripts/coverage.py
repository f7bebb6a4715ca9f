"""The share of lines that the tests run, per module: reads `llvm-cov export -summary-only` from standard input."""

import json
import pathlib
import sys
from collections import defaultdict


def main() -> None:
    if len(sys.argv) != 2:
        print("usage: coverage.py ROOT < SUMMARY", file=sys.stderr)
        sys.exit(64)
    root = pathlib.Path(sys.argv[1])
    modules: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file in json.load(sys.stdin)["data"][0]["files"]:
        path = pathlib.Path(file["filename"])
        if not path.is_relative_to(root / "Sources"):
            continue
        lines = file["summary"]["lines"]
        module = modules[path.relative_to(root / "Sources").parts[0]]
        module[0] += lines["covered"]
        module[1] += lines["count"]
    covered = sum(module[0] for module in modules.values())
    count = sum(module[1] for module in modules.values())
    for name, (module_covered, module_count) in [*sorted(modules.items()), ("all", (covered, count))]:
        share = 100 * module_covered / module_count if module_count else float("nan")
        print(f"{name:24s} {module_covered:6d} of {module_count:6d} lines  {share:5.1f} %")


if __name__ == "__main__":
    main()
