"""Runs the benchmarks of this folder and prints their table; results/benchmark.json keeps it, Papers/benchmarks.md if asked to."""

import json
import os
import pathlib
import platform
import subprocess
import sys

from harness import PEER_UNSET

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOT_BENCHMARKS = {"harness", "report"}
BEGIN, END = "<!-- performance: begin -->", "<!-- performance: end -->"


def run(name: str) -> list[dict]:
    """The rows of one benchmark, from a process of its own; peers choose their own processor kernels."""
    environment = {key: value for key, value in os.environ.items() if key not in PEER_UNSET}
    kept = {key: os.environ[key] for key in PEER_UNSET if key in os.environ}
    environment["VLASOV_BLAS_ENVIRONMENT"] = json.dumps(kept)
    print(f"==> {name}", file=sys.stderr)
    process = subprocess.run(
        [sys.executable, str(HERE / f"{name}.py")], env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if process.returncode != 0:
        raise SystemExit(f"the benchmark {name} failed (exit code {process.returncode})")
    return [{"benchmark": name, **json.loads(line)} for line in process.stdout.splitlines()]


def number(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:.3g}{unit}"


def verdict(row: dict) -> str:
    """Whether the row's targets are met; empty where it has none."""
    pairs = [(row["ratio"], row["at_least"]), (row["limit_share"], row["limit_at_least"])]
    pairs = [(value, target) for value, target in pairs if value is not None and target is not None]
    return "" if not pairs else "yes" if all(value >= target for value, target in pairs) else "no"


def table(rows: list[dict]) -> str:
    """The Markdown table of all rows."""
    head = ["what", "ours", "peer", "", "ratio", "target", "limit", "share", "met", "notes"]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        share = None if row["limit_share"] is None else 100 * row["limit_share"]
        notes = ", ".join(
            f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}"
            for key, value in row["notes"].items()
        )
        lines.append([
            row["name"], number(row["ours"], " s"), number(row["peer"], " s"), row["peer_name"],
            number(row["ratio"], "×"), number(row["at_least"], "×"), row["limit"], number(share, " %"), verdict(row),
            notes,
        ])  # fmt: skip
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def processor() -> str:
    """The processor's name, as Linux gives it."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def write_page(text: str) -> None:
    page = ROOT / "Papers/benchmarks.md"
    content = page.read_text()
    before, _, rest = content.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"Papers/benchmarks.md has no pair of markers {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main() -> None:
    names = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    for name in names:
        if name not in known:
            raise SystemExit(f"no benchmark '{name}'; there are: {', '.join(known) or 'none'}")
    if unknown := [argument for argument in sys.argv[1:] if argument.startswith("-") and argument != "--page"]:
        raise SystemExit(f"unknown argument '{unknown[0]}'")
    machine = {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()}
    store = ROOT / "results" / "benchmark.json"
    fresh = {name: run(name) for name in names or known}
    # Benchmarks that were not asked for keep their last rows, as long as the machine is the same.
    last = json.loads(store.read_text()) if store.is_file() else {}
    kept = [row for row in last.get("rows", []) if row["benchmark"] in known and row["benchmark"] not in fresh]
    rows = [row for row in kept if last.get("machine") == machine] + [row for found in fresh.values() for row in found]
    if not rows:
        raise SystemExit("no benchmark to run")
    rows.sort(key=lambda row: row["benchmark"])
    store.parent.mkdir(exist_ok=True)
    store.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")
    text = f"{machine['processor']}, {machine['cores']} cores; both sides in one run.\n\n{table(rows)}"
    print(text)
    if "--page" in sys.argv:
        write_page(text)
    print("\nresults/benchmark.json", file=sys.stderr)


if __name__ == "__main__":
    main()
