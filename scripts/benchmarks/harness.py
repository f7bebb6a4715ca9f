"""How a benchmark is written.

A benchmark is a file of this folder that yields rows and hands them over:

    from harness import Row, best_of, main, run_experiment

    def rows():
        ours = run_experiment("dyson-remainder", CONFIGURATION).seconds
        peer = best_of(lambda: numpy_jets(...), repeats=3)
        yield Row("jets, d = 1, L = 12", ours, peer, peer_name="NumPy, same algorithm", at_least=30)

    if __name__ == "__main__":
        main(rows)

Both sides run in turn in one run, on one machine, with the same thread count; a ratio is peer / ours, so larger is
better. A row may name the limit it runs against (triad bandwidth, zgemm rate) with the share of it that was reached,
and any further figures (`notes`: scaling exponents, memory).
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

# Where the machine tells the system's OpenBLAS which processor kernels to use, that is for our programs only: the
# peers bring their own, and are measured with the kernels they choose. report.py sets these aside, we put them back.
PEER_UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ENVIRONMENT = {**os.environ, **json.loads(os.environ.get("VLASOV_BLAS_ENVIRONMENT", "{}"))}


@dataclass
class Row:
    """One line of the table; times in seconds."""

    name: str
    ours: float
    peer: float | None = None
    peer_name: str = ""
    at_least: float | None = None
    limit: str = ""
    limit_share: float | None = None
    limit_at_least: float | None = None
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return None if self.peer is None else self.peer / self.ours


@dataclass
class Run:
    """A finished run of one of our programs."""

    seconds: float
    processor_seconds: float
    summary: dict
    manifest: dict
    peak_bytes: int


def best_of(function: Callable[[], object], repeats: int = 3) -> float:
    """The shortest of several timings: the one least disturbed by the rest of the machine."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def binary(name: str) -> pathlib.Path:
    """One of our programs, as scripts/benchmark built it."""
    return pathlib.Path(ENVIRONMENT["VLASOV_BINARIES"]) / name


def run_experiment(
    name: str, configuration: str, *arguments: str, repeats: int = 1, binaries: pathlib.Path | None = None
) -> Run:
    """Runs an experiment on a YAML text; the fastest of `repeats` runs, wall clock of the whole process.

    `binaries` holds the programs of another build than scripts/benchmark's own.
    """
    best: Run | None = None
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "config.yaml").write_text(configuration)
            program = binaries / name if binaries else binary(name)
            command = [str(program), "--quiet", "--config", str(path / "config.yaml"), *arguments]
            start = time.perf_counter()
            process = subprocess.Popen([*command, "--output", str(path / "run")], env=ENVIRONMENT)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            code = process.returncode = os.waitstatus_to_exitcode(status)
            if code not in (0, 1):
                raise SystemExit(f"{name} ended with exit code {code}")
            run = Run(
                seconds,
                usage.ru_utime + usage.ru_stime,
                json.loads((path / "run" / "summary.json").read_text()),
                json.loads((path / "run" / "manifest.json").read_text()),
                usage.ru_maxrss * 1024,
            )
            if best is None or run.seconds < best.seconds:
                best = run
    assert best is not None
    return best


def main(rows: Callable[[], Iterable[Row]]) -> None:
    """Hands the rows to report.py, as one JSON object a line; what else a benchmark prints goes to stderr."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for row in rows():
        print(json.dumps({**asdict(row), "ratio": row.ratio}), file=output, flush=True)
        print(f"  {row.name}: {row.ours:.3g} s", file=sys.stderr)
