"""Enclosures in ball arithmetic: the terms against L and the radius, the solution against the radius; balls' matrices beside Arb's dots."""

import json
import subprocess

from harness import ENVIRONMENT, Row, binary, main


def _notes(entries, key):
    return {f"{key} {entry[key]:g}, s (radius)": f"{entry['seconds']:.1f} ({entry['reached']:.0e})" for entry in entries}


def rows():
    found = json.loads(
        subprocess.run(
            [str(binary("benchmark-certification"))], env=ENVIRONMENT, check=True, capture_output=True, text=True
        ).stdout
    )
    terms = found["orders"][-1]["seconds"]
    yield Row(
        "certified terms, L = 12, t = 2, radius 1e-15", terms,
        notes={**_notes(found["orders"], "orders"), **_notes(found["radii"], "radius")},
    )  # fmt: skip
    solution = found["solution"][-1]["seconds"]
    yield Row(
        "certified solution, t = 2, radius 1e-14", solution,
        notes=_notes(found["solution"], "radius"),
    )  # fmt: skip
    yield Row(
        "matrix of balls times vector, 57 × 57, 128 bits", found["matrix"], found["arb"],
        peer_name="Arb's dot products", at_least=3,
    )  # fmt: skip


if __name__ == "__main__":
    main(rows)
