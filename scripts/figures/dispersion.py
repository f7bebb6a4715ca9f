"""dispersion: proved roots against the wave number and the temperature ratio, and the growth rates with their maxima."""

import sys

import numpy as np
import style


def _cases(run: style.Run) -> list[str]:
    return run.values("case")


def _middle(rows: list, name: str) -> np.ndarray:
    """The middles of enclosures; NaN where there is no root."""
    return np.array([np.nan if row[name] is None else 0.5 * sum(row[name]) for row in rows])


def _along_wavenumbers(run: style.Run, case: str) -> list:
    """The first root of each wave number, where there are several."""
    rows = [row for row in run.select(case=case) if row["root"] == 0 and row["temperatureRatio"] is None]
    return rows if len(rows) > 1 else []


def _grows(rows: list) -> bool:
    return bool((np.nan_to_num(_middle(rows, "gamma")) > 0).any())


def frequencies(run: style.Run) -> style.Figure:
    """Re ω and −γ of the least damped waves against k."""
    cases = [case for case in _cases(run) if _along_wavenumbers(run, case) and not _grows(_along_wavenumbers(run, case))]
    figure, axes = style.panels(1, 2, height=2.8)
    for index, case in enumerate(cases):
        rows = _along_wavenumbers(run, case)
        k = np.array([row["wavenumber"] for row in rows])
        axes[0].plot(k, _middle(rows, "omega"), **style.line(index), label=case)
        axes[1].semilogy(k, -_middle(rows, "gamma"), **style.line(index), label=case)
    style.label(axes[0], r"wave number $k$", r"frequency $\omega$")
    style.label(axes[1], r"wave number $k$", r"damping rate $-\gamma$")
    if len(cases) > 1:
        axes[0].legend()
    style.letter(axes)
    return figure


def temperatures(run: style.Run) -> style.Figure:
    """Frequency and damping of every root against the temperature ratio."""
    figure, axes = style.panels(1, 2, height=2.8)
    index = 0
    for case in _cases(run):
        rows = [row for row in run.select(case=case) if row["temperatureRatio"] is not None and row["omega"] is not None]
        for place in sorted({row["root"] for row in rows}):
            own = [row for row in rows if row["root"] == place]
            ratio = np.array([row["temperatureRatio"] for row in own])
            omega, gamma = _middle(own, "omega"), _middle(own, "gamma")
            name = case if place == 0 else f"{case}, root {place}"
            # Only the first roots are one branch; the others come into the box one by one.
            look = style.line(index) if place == 0 else {**style.line(index), "linestyle": "none", "markerfacecolor": "white"}
            axes[0].semilogx(ratio, omega, **look, label=name)
            axes[1].loglog(ratio, -gamma / omega, **look, label=name)
            index += 1
    ratios = sorted({row["temperatureRatio"] for row in run.rows if row["temperatureRatio"] is not None})
    for panel in axes:
        panel.set_xticks(ratios, [f"{ratio:g}" for ratio in ratios])
        panel.minorticks_off()
    style.label(axes[0], "temperature ratio", r"frequency $\omega$")
    style.label(axes[1], "temperature ratio", r"$-\gamma/\omega$")
    if index > 1:
        axes[1].legend()
    style.letter(axes)
    return figure


def growth(run: style.Run) -> style.Figure:
    """Growth rates against k, what is damped below zero, and the enclosed maxima."""
    cases = [case for case in _cases(run) if _along_wavenumbers(run, case) and _grows(_along_wavenumbers(run, case))]
    maxima = {entry["case"]: entry for entry in run.summary["maxima"] if entry["gamma"] is not None}
    figure, axes = style.panels(1, 1, width=4.6, height=3.0)
    axes = np.atleast_1d(axes)
    for index, case in enumerate(cases):
        rows = _along_wavenumbers(run, case)
        look = style.line(index)
        axes[0].plot([row["wavenumber"] for row in rows], _middle(rows, "gamma"), **look, label=case)
        if case in maxima:
            k, gamma = (0.5 * sum(maxima[case][name]) for name in ("wavenumber", "gamma"))
            axes[0].plot(
                [k], [gamma], marker="*", markersize=9, color=look["color"], linestyle="none",
                label=rf"$\gamma$ = {gamma:.6f} at $k$ = {k:.6f}",
            )  # fmt: skip
    axes[0].axhline(0, color=style.BLACK, linewidth=0.6)
    style.label(axes[0], r"wave number $k$", r"growth rate $\gamma$")
    axes[0].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def figures(run: style.Run) -> dict:
    """Those for which the run has something to show."""
    wavy = [rows for rows in (_along_wavenumbers(run, case) for case in _cases(run)) if rows]
    chosen = {}
    if any(not _grows(rows) for rows in wavy):
        chosen["dispersion-roots"] = frequencies
    if any(_grows(rows) for rows in wavy):
        chosen["dispersion-growth"] = growth
    if any(row["temperatureRatio"] is not None for row in run.rows):
        chosen["dispersion-temperatures"] = temperatures
    return chosen


if __name__ == "__main__":
    style.main(figures(style.first(sys.argv[1])) if len(sys.argv) > 1 else {})
