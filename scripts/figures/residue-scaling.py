"""residue-scaling: the terms of (3.5) in weak form against ħ, one panel for each of Propositions 4.1–4.5."""

import numpy as np
import style
from matplotlib.axes import Axes
from style import MARKERS, Figure, Run

PROPOSITIONS = {
    "4.1": (r"Proposition 4.1: $\nabla_q\cdot\mathcal{R}$", {"R": r"$\mathcal{R}$"}),
    "4.2": (
        r"Proposition 4.2: $\nabla_p\cdot\widetilde{\mathcal{R}}_{\alpha\alpha}$",
        {
            "Rtilde-11": r"$\widetilde{\mathcal{R}}_{11}$ direct",
            "Rtilde-22": r"$\widetilde{\mathcal{R}}_{22}$ direct",
            "Rtilde-11-exchange": r"$\widetilde{\mathcal{R}}_{11}$ exchange",
            "Rtilde-22-exchange": r"$\widetilde{\mathcal{R}}_{22}$ exchange",
        },
    ),
    "4.3": (
        r"Proposition 4.3: $\nabla_p\cdot\widetilde{\mathcal{R}}_{12}$",
        {
            "Rtilde-12": r"$\widetilde{\mathcal{R}}_{12}$ direct",
            "Rtilde-21": r"$\widetilde{\mathcal{R}}_{21}$ direct",
            "Rtilde-12-spectator": r"$\widetilde{\mathcal{R}}_{12}$ spectator",
            "Rtilde-21-spectator": r"$\widetilde{\mathcal{R}}_{21}$ spectator",
        },
    ),
    "4.4": (
        r"Proposition 4.4: $\widehat{\mathcal{R}}_{11}$",
        {
            "Rhat-11": r"$\widehat{\mathcal{R}}_{11}$ direct",
            "Rhat-11-exchange": r"$\widehat{\mathcal{R}}_{11}$ exchange",
        },
    ),
    "4.5": (r"Proposition 4.5: $\widehat{\mathcal{R}}_{12}$", {"Rhat-12": r"$\widehat{\mathcal{R}}_{12}$"}),
}


def curves(run: Run, terms: dict[str, str]) -> list[tuple[str, str, str]]:
    """(term, species, name in the legend) of a panel; the species is named where a term has one for each."""
    found = []
    for term, name in terms.items():
        species = [s for s in run.values("species") if run.select(term=term, species=s)]
        found += [(term, s, f"{name}, species {s}" if len(species) > 1 else name) for s in species]
    return found


def residues(run: Run, window: int) -> Figure:
    figure, axes = style.panels(2, 3, height=5.2)
    times = run.values("time")
    hbar = 1.0 / np.array(run.values("N"), dtype=float)
    for panel, (title, terms) in zip(axes, PROPOSITIONS.values()):
        for index, (term, species, name) in enumerate(curves(run, terms)):
            look = style.line(index, markers=False)
            for order, time in enumerate(times):
                value = np.abs(run.column("value", term=term, species=species, window=window, time=time))
                face = look["color"] if order == 0 else "white"
                panel.loglog(
                    hbar, value, **look, marker=MARKERS[index], markerfacecolor=face,
                    label=name if order == 0 else None,
                )  # fmt: skip
        # Room for the legend above the curves and for the wedge below them.
        bottom, top = panel.get_ylim()
        decades = np.log10(top / bottom)
        rows = min(4, len(curves(run, terms)))
        panel.set_ylim(bottom * 10 ** (-0.28 * decades), top * 10 ** (0.13 * rows * decades))
        panel.legend(loc="upper left", labelspacing=0.3, borderaxespad=0.1)
        wedge = (hbar.min() * 1.6, hbar.min() * 7.0)
        exponent = r"\frac{1}{2}" if "4.1" in title else r"\frac{1}{2}-\delta"
        style.slope_wedge(panel, wedge, bottom * 10 ** (-0.22 * decades), 0.5, f"paper: ${exponent}$")
        style.label(panel, r"$\hbar = 1/N$", "weak form, modulus", title)
    style.letter(axes[:5])
    slopes_table(run, axes[5], window, times)
    return figure


def slopes_table(run: Run, panel: Axes, window: int, times: list[float]) -> None:
    """The fitted slopes of all curves at all times, in a panel without axes."""
    panel.axis("off")
    entries = run.summary["slopes"]
    rows = []
    for number, (_, terms) in PROPOSITIONS.items():
        for term, species, name in curves(run, terms):
            slopes = [
                entry["slope"]
                for time in times
                for entry in entries
                if entry["term"] == term and entry["species"] == species and entry["window"] == window
                and np.isclose(entry["time"], time)
            ]  # fmt: skip
            rows.append([number, name, *("–" if slope is None else f"{slope:.2f}" for slope in slopes)])
    columns = [0.0, 0.13, *(0.66 + 0.22 * i for i in range(len(times)))]
    marks = ["filled", "open", "open"]
    heads = ["", "fitted slope", *(f"$t={t:g}$\n({marks[min(i, 2)]})" for i, t in enumerate(times))]
    step = 1.0 / (len(rows) + 3)
    for x, head in zip(columns, heads):
        panel.text(x, 1.0, head, transform=panel.transAxes, va="top", fontsize=7.5, linespacing=1.1)
    for index, row in enumerate(rows):
        for x, cell in zip(columns, row):
            panel.text(x, 1.0 - (index + 3) * step, cell, transform=panel.transAxes, va="center", fontsize=7.5)


def gaussian(run: Run) -> Figure:
    """The first window of the run."""
    return residues(run, 0)


def leading(run: Run) -> Figure:
    """How far each term is from its leading order, for the first two windows, at the last time."""
    windows = run.values("window")[:2]
    figure, axes = style.panels(1, len(windows), width=3.5 * len(windows), height=2.9, sharey=True)
    hbar = 1.0 / np.array(run.values("N"), dtype=float)
    names = {
        "R": r"$\mathcal{R}$", "Rtilde-11": r"$\widetilde{\mathcal{R}}_{11}$",
        "Rtilde-12": r"$\widetilde{\mathcal{R}}_{12}$", "Rhat-11": r"$\widehat{\mathcal{R}}_{11}$",
        "Rhat-12": r"$\widehat{\mathcal{R}}_{12}$",
    }  # fmt: skip
    species, time = run.values("species")[0], run.values("time")[-1]
    for panel, window in zip(axes, windows):
        for index, (term, name) in enumerate(names.items()):
            value = run.column("value", term=term, species=species, window=window, time=time)
            first = run.column("leading", term=term, species=species, window=window, time=time)
            error = np.abs(value / first - 1)
            # Where the leading order is the whole term what is left is rounding: no curve.
            exact = np.all(error < 1e-9)
            error = np.full_like(error, np.nan) if exact else np.where(error > 0, error, np.nan)
            panel.loglog(hbar, error, **style.line(index), label=name + (": rounding" if exact else ""))
        style.slope_wedge(panel, (hbar.min() * 1.25, hbar.min() * 3), 4e-7, 1.0, r"$\hbar$")
        style.label(panel, r"$\hbar = 1/N$", "", f"{run.summary['windows'][window]} window, $t = {time:g}$")
        panel.legend(loc="lower right", ncol=2, columnspacing=1.0)
        panel.set_ylim(1e-7, 1.0)
    axes[0].set_ylabel("|term / leading order − 1|")
    style.letter(axes)
    return figure


if __name__ == "__main__":
    style.main({"residues-against-hbar": gaussian, "leading-orders": leading})
