"""The Vlasov flow on a ξ grid that is chosen by itself against the grid of the time step, Δξ = κΔt/2m, at equal error.

One species, σ = 0.8, a cosine potential of 0.5, in d = 1 to t = 2 and 1e-9 of the mass, in d = 3 to t = 1 and 1e-6. Each side
runs at the cheapest resolution of a table for which all density modes n ≤ 4 there are are right, against a finer run of ours.
"""

import functools
import json
import subprocess

import numpy as np
from harness import ENVIRONMENT, Row, binary, main

# Name, dimension, error, modes, extent, time, spacing and step of the exact run, tables (Δξ, Δt) of the chosen and of the whole shifts.
PROBLEMS = (
    (
        "flow, d = 1, t = 2, chosen Δξ against whole shifts, to 1e-9", 1, 1e-9, 12, 12.0, 2.0, (0.125, 0.125),
        ((0.5, 0.5), (0.4, 0.5), (0.3, 0.5), (0.25, 0.5), (0.25, 0.25)),
        ((0, 0.125), (0, 0.0625), (0, 0.03125), (0, 0.015625)), 5,
    ),
    (
        "flow, d = 3, t = 1, chosen Δξ against whole shifts, to 1e-6", 3, 1e-6, 2, 7.0, 1.0, (0.4, 0.25),
        ((0.6, 0.5), (0.54, 0.5), (0.5, 0.5)), ((0, 0.5), (0, 0.25)), 8,
    ),
)  # fmt: skip


def flow(dimension: int, modes: int, extent: float, time: float, spacing: float, step: float):
    numbers = [modes, extent, step, time, spacing, dimension]
    command = [str(binary("benchmark-dyson-series")), "1", "spacing", *map(str, numbers)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout)
    return result["seconds"], np.array(result["densities"])


def cheapest(run, table, exact: np.ndarray, allowed: float):
    """Seconds, entry and error of the fastest entry of a table that is accurate enough."""
    found = []
    for entry in table:
        seconds, densities = run(*entry)
        error = float(np.max(np.abs(densities - exact)))
        if error <= allowed:
            found.append((seconds, entry, error))
    if not found:
        raise SystemExit("no resolution of the table is accurate enough")
    return min(found)


def rows():
    for name, dimension, allowed, modes, extent, time, finest, chosen, whole, at_least in PROBLEMS:
        run = functools.partial(flow, dimension, modes, extent, time)
        _, exact = run(*finest)
        ours, peer = cheapest(run, chosen, exact, allowed), cheapest(run, whole, exact, allowed)
        seconds = [(run(*ours[1])[0], run(*peer[1])[0]) for _ in range(3)]
        yield Row(
            name, min(s[0] for s in seconds), min(s[1] for s in seconds), "whole shifts, Lawson's RK4", at_least,
            notes={"ours (Δξ, Δt)": str(ours[1]), "our error": ours[2], "whole (Δt)": peer[1][1], "its error": peer[2]},
        )


if __name__ == "__main__":
    main(rows)
