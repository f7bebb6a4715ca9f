"""The Vlasov flow against a grid method written in C: split-step/, operator splitting with FFTW shifts in (q,p).

The same problem, one thread each, at equal error: both sides run at the cheapest resolution of a table for which the density modes
are right, against our flow on a much finer lattice. Two species to t = 2, n = 1 … 4 of both to 1e-8; and Landau damping at k = 0.5 of
an amplitude of 1e-3 to t = 40, n = 1, 2 to a millionth of the amplitude, for ours also with a ξ grid that is chosen by itself.
"""

import functools
import itertools
import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np
from harness import ENVIRONMENT, Row, binary, main

SOURCES = pathlib.Path(__file__).resolve().parent / "split-step"
K, AMPLITUDE, FIELD_MODES = 0.5, 1e-3, 2
# Name, time, error, what both programs take behind the resolution, the exact lattice, and the tables of ours and of the peer.
PROBLEMS = (
    (
        "Vlasov flow to t = 2, density modes to 1e-8", "flow", "vlasov", 2.0, 1e-8, (), (24, 24.0, 0.0125),
        itertools.product((6, 8, 10, 14), (6.0, 8.0, 10.0, 16.0), (0.2, 0.1, 0.05, 0.025)),
        itertools.product((16, 24, 32, 48), (48, 64, 96, 128), (10, 20, 40, 80, 160, 320), (2, 4)),
    ),
    (
        "Landau damping to t = 40, density modes to 1e-6 of the wave", "landau", "landau", 40.0, 1e-6 * AMPLITUDE,
        (K, AMPLITUDE, FIELD_MODES), (6, 40.0, 0.0125, 0.0),
        [
            *itertools.product((2, 3, 4), (6.0, 8.0, 10.0, 14.0), (0.4, 0.2, 0.1, 0.05), (0.0,)),
            *itertools.product((2, 3), (8.0, 10.0, 14.0), (1.0, 0.8, 0.5, 0.4), (0.5, 0.4, 0.3, 0.25)),
        ],
        itertools.product((8, 12, 16), (64, 80, 96, 128), (80, 160, 320, 640), (2, 4)),
    ),
)  # fmt: skip


def ours(problem: str, time: float, more: tuple, modes: int, extent: float, step: float, *spacing: float):
    numbers = [modes, extent, step, time, *more, *spacing]
    command = [str(binary("benchmark-dyson-series")), "1", problem, *map(str, numbers)]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout)
    return result["seconds"], np.array(result["densities"])


def peer(program: str, time: float, more: tuple, positions: int, momenta: int, steps: int, order: int):
    arguments = [positions, momenta, 8, steps, time, order, 3, *more]
    output = subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
    seconds, *densities = map(float, output.split())
    return seconds, np.array(densities)


def cheapest(run, table, exact: np.ndarray, allowed: float) -> tuple[float, tuple, float]:
    """Seconds, resolution and error of the fastest entry of a table that is accurate enough."""
    best = (float("inf"), (), 0.0)
    for entry in table:
        seconds, densities = run(*entry)
        error = float(np.max(np.abs(densities - exact)))
        if error <= allowed and seconds < best[0]:
            best = (seconds, entry, error)
    if not best[1]:
        raise SystemExit("no resolution of the table is accurate enough")
    return best


def row(folder: str, name, problem, source, time, allowed, more, finest, table, peer_table) -> Row:
    program = os.path.join(folder, source)
    command = ["cc", "-O3", "-march=native", "-o", program, str(SOURCES / f"{source}.c"), "-lfftw3", "-lm"]
    subprocess.run(command, check=True)
    own = functools.partial(ours, problem, time, more)
    other = functools.partial(peer, program, time, more)
    _, exact = own(*finest)
    theirs = cheapest(other, peer_table, exact, allowed)
    mine = cheapest(own, table, exact, allowed)
    # The winners once more, in turn.
    seconds = [(own(*mine[1])[0], other(*theirs[1])[0]) for _ in range(5)]
    return Row(
        name, min(s[0] for s in seconds), min(s[1] for s in seconds), "C + FFTW split-step",
        notes={
            "ours (modes, ξ extent, Δt" + (", Δξ; 0: κΔt/2m)" if more else ")"): str(mine[1]), "our error": mine[2],
            "peer (q, p, steps, order)": str(theirs[1]), "its error": theirs[2],
        },
    )  # fmt: skip


def rows():
    with tempfile.TemporaryDirectory() as folder:
        for problem in PROBLEMS:
            yield row(folder, *problem)


if __name__ == "__main__":
    main(rows)
