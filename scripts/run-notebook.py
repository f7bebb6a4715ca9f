"""Runs the code of a notebook, cell after cell, as Jupyter would, without Jupyter: what the tests check notebooks with.

    python scripts/run-notebook.py NOTEBOOK        (in the folder that it is to work in)
"""

import json
import os
import pathlib
import sys


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: run-notebook.py NOTEBOOK")
    os.environ.setdefault("MPLBACKEND", "Agg")
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    names: dict = {"__name__": "__main__"}
    cells = json.loads(pathlib.Path(sys.argv[1]).read_text())["cells"]
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    print(f"{sum(cell['cell_type'] == 'code' for cell in cells)} cells")


if __name__ == "__main__":
    main()
