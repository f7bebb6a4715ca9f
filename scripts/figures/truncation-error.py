"""truncation-error: errors of the closures against time, and what they make of pairs and energies.

    python scripts/figures/truncation-error.py RESULTS [FIGURES]

Of a sweep over the rank, RESULTS itself or RESULTS/sweep, the error against the rank is drawn too. The grey area is what the lattice,
the reference and shared orbitals may be off by: a closure's error is known above it, and open markers are those that are not.
"""

import pathlib
import sys

import numpy as np
import style
from style import Figure, Run

CLOSURES = {"zero": 1, "factorised": 0, "cumulant": 2, "exact": 4}


def name(marginal: list[int]) -> str:
    return "(" + ",".join(str(count) for count in marginal) + ")"


def look(closure: str) -> dict:
    return style.line(CLOSURES.get(closure, 3))


def floor(rows: list[dict]) -> np.ndarray:
    """What the lattice and the reference may be off by, relative to the largest |w|, and what shared orbitals miss."""
    return np.array(
        [(row["latticeError"] + row["referenceError"]) / row["referenceMax"] + row["storageShare"] for row in rows]
    )


def draw(panel, places, rows: list[dict], closure: str) -> None:
    """The errors of one closure; markers of what is not above the floor are open. A zero is below the edge."""
    error = np.array([row["max"] / row["referenceMax"] for row in rows])
    error = np.where(error > 0, error, 1e-17)
    (line,) = panel.semilogy(places, error, **look(closure), label=closure)
    hidden = error <= floor(rows)
    if hidden.any():
        panel.semilogy(
            np.asarray(places)[hidden], error[hidden], linestyle="none", marker=line.get_marker(),
            markerfacecolor="white", markeredgecolor=line.get_color(), zorder=3,
        )  # fmt: skip


def shade(panel, places, heights: np.ndarray) -> None:
    """The floor, down to the edge of the panel."""
    bottom = panel.get_ylim()[0]
    panel.fill_between(places, np.full(len(heights), bottom * 1e-6), heights, color="#DDDDDD", linewidth=0, zorder=0)


def limits(axes, runs: list[Run]) -> None:
    """All that is above a third of the floor, or a third of the least error that is more than rounding."""
    rows = [row for run in runs for row in run.rows if row["max"] > 1e-13 * row["referenceMax"]]
    errors = np.array([row["max"] / row["referenceMax"] for row in rows])
    low = max(min(errors.min(), np.median(floor(rows))) / 3, 1e-16)
    for panel in axes:
        panel.set_ylim(low, errors.max() * 2)


def error_against_time(run: Run) -> Figure:
    marginals = run.values("marginal")
    columns = 3 if len(marginals) > 4 else max(1, len(marginals))
    lines = -(-len(marginals) // columns)
    figure, axes = style.panels(lines, columns, height=2.2 * lines, sharex=True, sharey=True)
    for panel, marginal in zip(axes, marginals):
        for closure in run.values("closure"):
            rows = run.select(closure=closure, marginal=marginal)
            times = [row["time"] for row in rows]
            draw(panel, times, rows, closure)
        shade(panel, times, floor(rows))
        style.label(panel, "time $t$", "", rf"$w^{{{name(marginal)}}}$")
    limits(axes[: len(marginals)], [run])
    for panel in axes[::columns]:
        panel.set_ylabel(r"$\|w-w_{\rm exact}\|_\infty\,/\,\|w_{\rm exact}\|_\infty$")
    for panel in axes[len(marginals):]:
        panel.axis("off")
    style.letter(axes[: len(marginals)])
    handles, labels = axes[0].get_legend_handles_labels()
    if len(axes) > len(marginals):
        axes[-1].legend(handles, labels, loc="center", title=f"closure, rank R = {run.summary['rank']}")
    else:
        axes[0].legend(title="closure")
    return figure


def chosen_times(run: Run) -> list[int]:
    """Places of at most three times, the first and the last among them."""
    count = len(run.array("time"))
    return sorted({int(round(i)) for i in np.linspace(0, count - 1, min(3, count))})


def pair_panels(
    run: Run, name: str, places: np.ndarray, profile, labels: tuple[str, str], options: dict, log: bool = False
) -> Figure:
    """One row a pair of species, one column a time: the exact solution in grey, each closure over it."""
    computed, exact = run.array(name), run.array(name + "-exact")
    pairs, times = [str(pair) for pair in run.array("pair")], run.array("time")
    chosen = chosen_times(run)
    figure, axes = style.panels(len(pairs), len(chosen), height=1.9 * len(pairs), sharex=True, sharey="row")
    for row, pair in enumerate(pairs):
        for column, time in enumerate(chosen):
            panel = axes[row * len(chosen) + column]
            panel.plot(places, profile(exact[time, row, 0]), color="#BDBDBD", linewidth=4, label="exact")
            for index, closure in enumerate(run.values("closure")):
                panel.plot(places, profile(computed[index, time, row, 0]), **{**look(closure), **options}, label=closure)
            if log:
                panel.set_yscale("log")
                panel.set_xticks(places)
            else:
                panel.ticklabel_format(axis="y", useOffset=False)
            head = f"$t = {times[time]:g}$, {pair}" if row == 0 else pair
            style.label(panel, labels[0] if row == len(pairs) - 1 else "", labels[1] if column == 0 else "", head)
    axes[0].legend()
    style.letter(axes)
    return figure


def structure_factor(run: Run) -> Figure:
    """|S(k)| of every pair of species, along the first axis; below a billionth there is rounding."""
    modes = run.array("mode")

    def profile(values: np.ndarray) -> np.ndarray:
        size = np.abs(values[1:])
        return np.where(size > 1e-9, size, np.nan)

    labels = ("mode $m$", r"$|S(\kappa m)|$")
    return pair_panels(run, "structure-factor", modes[1:], profile, labels, {}, log=True)


def pair_distribution(run: Run) -> Figure:
    """g(x) of every pair of species, along the first axis, from −Λ/2 to Λ/2."""
    places = run.array("x")
    count = len(places)
    length = places[1] * count
    order = np.r_[np.arange(count // 2, count), np.arange(count // 2 + 1)]
    x = np.where(order >= count // 2, places[order] - length, places[order])
    x[-1] = length / 2
    return pair_panels(
        run, "pair-distribution", 2 * x / length, lambda values: values[order], ("$2x/\\Lambda$", "$g(x)$"), {"marker": ""}
    )


def energies(run: Run) -> Figure:
    """Kinetic, interaction and correlation energy, the exact ones in grey, and how far the total is off the exact one."""
    times = run.array("time")

    def parts(suffix: str, which) -> dict[str, np.ndarray]:
        single = run.array("species-energy" + suffix)[which].sum(axis=-2)
        pair = run.array("pair-energy" + suffix)[which].sum(axis=-2)
        return {
            "kinetic": single[:, 0], "interaction": pair[:, 0], "correlation": pair[:, 1],
            "total": single.sum(axis=-1) + pair[:, 0],
        }  # fmt: skip

    figure, axes = style.panels(2, 2, height=4.2, sharex=True)
    exact = parts("-exact", slice(None))
    for panel, name in zip(axes, exact):
        is_total = name == "total"
        origin, unit = (exact["total"], 1e6) if is_total else (0 * times, 1e3)
        panel.plot(times, unit * (exact[name] - origin), color="#BDBDBD", linewidth=4, label="exact")
        for index, closure in enumerate(run.values("closure")):
            panel.plot(times, unit * (parts("", index)[name] - origin), **look(closure), label=closure)
        style.label(
            panel, "time $t$" if name in ("correlation", "total") else "",
            r"$10^6\,(E-E_{\rm exact})$" if is_total else r"$10^3\,E$", name,
        )  # fmt: skip
    axes[0].legend()
    style.letter(axes)
    return figure


def error_against_rank(runs: list[Run]) -> Figure | None:
    runs = sorted(runs, key=lambda one: one.summary["rank"])
    ranks = [one.summary["rank"] for one in runs]
    if len(ranks) < 2 or len(set(ranks)) < len(ranks):
        return None
    times = [t for t in runs[0].values("time") if t > 0]
    first = runs[0].values("marginal")[0]
    figure, axes = style.panels(1, len(times), height=2.6, sharey=True)
    for panel, time in zip(axes, times):
        heights = np.zeros(len(ranks))
        for closure in dict.fromkeys(closure for one in runs for closure in one.values("closure")):
            found = [one.select(closure=closure, time=time, marginal=first) for one in runs]
            places = [place for place, rows in enumerate(found) if rows]
            rows = [found[place][0] for place in places]
            draw(panel, [ranks[place] for place in places], rows, closure)
            heights[places] = np.maximum(heights[places], floor(rows))
        shade(panel, ranks, heights)
        panel.set_xticks(ranks)
        style.label(panel, "rank $R$", "", f"$t = {time:g}$")
    limits(axes, runs)
    symbol = f"w^{{{name(first)}}}"
    axes[0].set_ylabel(rf"$\|{symbol}-{symbol}_{{\rm exact}}\|_\infty\,/\,\|{symbol}_{{\rm exact}}\|_\infty$")
    axes[0].legend(title="closure", loc="lower left", fontsize=7)
    style.letter(axes)
    return figure


FIGURES = {
    "error-against-time": error_against_time, "structure-factor": structure_factor, "pair-distribution": pair_distribution, "energies": energies,
}  # fmt: skip

if __name__ == "__main__":
    beside = sorted(pathlib.Path(sys.argv[1]).glob("sweep/run-*")) if len(sys.argv) > 1 else []
    if beside:
        FIGURES["error-against-rank"] = lambda _: error_against_rank([style.load(folder) for folder in beside])
    style.main(FIGURES, {"error-against-rank": error_against_rank})
