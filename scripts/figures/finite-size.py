"""finite-size: the distance to N = ∞ against N, and of the Moyal hierarchy to the classical one against ħ.

Full lines are the distances, dotted ones those of the marginals divided by their masses (without the falling factorials); the
grey area is what the lattice and the reference may be off by.
"""

import numpy as np
import style
from style import Figure, Run


def name(marginal: list[int]) -> str:
    return "(" + ",".join(str(count) for count in marginal) + ")"


def finite_size(run: Run) -> Figure:
    sides = [side for side in ("N", "hbar") if sum(row[side] is not None for row in run.rows) > 0]
    figure, axes = style.panels(1, len(sides), height=3.0)
    closure = run.values("closure")[0]
    time = run.values("time")[-1]
    for panel, side in zip(axes, sides):
        values = [value for value in run.values(side) if value is not None]
        for index, marginal in enumerate(run.values("marginal")):
            selected = [run.select(closure=closure, time=time, marginal=marginal, **{side: value}) for value in values]
            distance = [rows[0]["max"] for rows in selected]
            normalised = [rows[0]["normalisedMax"] for rows in selected]
            slope = [
                entry["slope"] for entry in run.summary["slopes"]
                if entry["against"] == side and entry["marginal"] == marginal
                and entry["closure"] == closure and entry["time"] == time
            ]  # fmt: skip
            text = name(marginal) + (f", slope {slope[0]:.2f}".replace("-", "−") if slope and slope[0] is not None else "")
            panel.loglog(values, distance, **style.line(index), label=text)
            if side == "N":
                options = {**style.line(index), "linestyle": ":", "marker": ""}
                panel.loglog(values, [np.nan if value is None else value for value in normalised], **options)
        high = max(values)
        shown = [row for row in run.rows if row[side] is not None and row["time"] == time]
        off = max(row["referenceError"] + row["latticeError"] for row in shown)
        smallest = [value for row in shown for value in (row["max"], row["normalisedMax"]) if value]
        least = min(smallest)
        greatest = max(row["max"] for row in shown)
        panel.axhspan(least / 1e6, off, color="#DDDDDD", linewidth=0, zorder=0)
        # Room for the legend: below the falling curves, above the rising ones.
        if side == "N":
            panel.set_ylim(bottom=least / 12)
            style.slope_wedge(panel, (high * 0.45, high * 0.9), greatest * 0.9, -1, r"$-1$")
            style.label(panel, "particles $N$", r"$\|w_N-w_\infty\|_\infty$", f"finite $N$, $t = {time:g}$")
        else:
            panel.set_ylim(bottom=least / 3, top=greatest * 12)
            style.slope_wedge(panel, (high * 0.45, high * 0.9), least * 1.1, 2, r"$2$")
            style.label(panel, r"$\hbar$", r"$\|w_\hbar-w_0\|_\infty$", f"Moyal against classical, $t = {time:g}$")
        panel.set_xticks(values, [f"{value:g}" for value in values])
        panel.minorticks_off()
        panel.legend(title="marginal", fontsize=7)
    style.letter(axes)
    return figure


if __name__ == "__main__":
    style.main({"finite-size": finite_size})
