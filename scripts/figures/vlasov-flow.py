"""vlasov-flow: field energy against time with the proven rates, portraits of phase space, what is conserved.

    python scripts/figures/vlasov-flow.py RESULTS [FIGURES]

Dashed lines have the slope of the enclosed root, through the largest value of their window. Portraits of a wave too small to be
seen on its Maxwellian show the density less its mean over q.
"""

import sys

import numpy as np
import style
from style import Figure, Run


def modes(run: Run) -> list:
    return [str(label) for label in run.array("mode")]


def name(mode) -> str:
    return "(" + ", ".join(map(str, mode)) + ")" if isinstance(mode, list) else str(mode)


def energy_against_time(run: Run) -> Figure:
    times, energies = run.array("series/series-time"), run.array("series/field-energy")
    figure, (panel,) = style.panels(1, 1, width=5.2, height=3.3)
    labels = modes(run)
    sizes = np.abs(energies).max(axis=0)
    shown = [k for k in np.argsort(-sizes)[:4] if sizes[k] > 1e-12 * sizes.max()]
    top = sizes.max()
    floor = max(np.nanmin(np.where(energies[:, shown] > 0, energies[:, shown], np.nan)), top * 1e-16)
    for index, k in enumerate(sorted(shown)):
        look = style.line(index, markers=False)
        panel.semilogy(
            times, np.maximum(np.abs(energies[:, k]), floor / 10), **look, linewidth=1.0, label=f"$n = {labels[k]}$"
        )
    drawn = False
    for fit in run.summary.get("fits", []):
        if fit["root"] is None:
            continue
        label, rate = name(fit["mode"]), float(np.mean(fit["root"]["gamma"]))
        inside = (times >= fit["from"]) & (times <= fit["to"])
        values = np.abs(energies[inside, labels.index(label)]) * np.exp(-2 * rate * times[inside])
        ends = np.array([fit["from"], fit["to"]])
        panel.semilogy(
            ends, values.max() * np.exp(2 * rate * ends) * 1.6, color=style.BLACK, linestyle=(0, (4, 2)), linewidth=1.2,
            label=None if drawn else r"$e^{2\gamma t}$, $\gamma$ of the enclosed root",
        )  # fmt: skip
        drawn = True
    panel.set_ylim(floor / 3, top * 20)
    pulses = run.summary.get("pulses", [])
    for pulse in pulses:
        style.mark_time(panel, pulse["time"], f"$m = {name(pulse['mode'])}$")
    if len(pulses) == 2 and all(isinstance(pulse["mode"], int) for pulse in pulses):
        (first, second) = (pulse["mode"] for pulse in pulses)
        if second > first:
            gap = pulses[1]["time"] - pulses[0]["time"]
            echo = pulses[0]["time"] + gap * second / (second - first)
            style.mark_time(panel, echo, f"echo, $m = {second - first}$", color=style.VERMILION)
    style.label(panel, r"time $t$", "field energy of a mode")
    # Labels of several components are wide.
    panel.legend(ncols=5 if max(map(len, labels)) < 4 else 3, loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0.2)
    return figure


def portraits(run: Run) -> Figure:
    data = {name.split("/")[1]: run.dataset[name] for name in run.dataset if name.startswith("portraits/")}
    species = list(data)
    times = data[species[0]][data[species[0]].dims[0]].values
    columns = len(times)
    figure, axes = style.panels(len(species), columns, height=0.6 + 1.7 * len(species), sharex=True, sharey="row")
    for row, one in enumerate(species):
        density, (p, q) = data[one].values, (data[one][axis].values for axis in data[one].dims[1:])
        mean = density.mean(axis=2, keepdims=True)
        isSmall = np.abs(density - mean).max() < 0.1 * density.max()
        shown = density - mean if isSmall else density
        for column, time in enumerate(times):
            panel = axes[row * columns + column]
            values = shown[column]
            if isSmall:
                limit = np.abs(values).max() or 1.0
                look = {"cmap": style.DIFFERENCE_MAP, "vmin": -limit, "vmax": limit}
            else:
                look = {"cmap": style.DENSITY_MAP, "vmin": 0, "vmax": shown.max()}
            image = panel.pcolormesh(q, p, values, shading="nearest", rasterized=True, **look)
            panel.grid(False)
            title = f"$t = {time:g}$"
            style.label(panel, "$q$" if row == len(species) - 1 else "", f"$p$, {one}" if column == 0 else "", title)
            if isSmall or column == columns - 1:
                bar = figure.colorbar(image, ax=panel, pad=0.02, format="%.1e" if isSmall else None)
                bar.ax.tick_params(labelsize=6)
                if column == columns - 1:
                    bar.set_label(r"$f-\langle f\rangle_q$" if isSmall else "$f$", fontsize=8)
    return figure


def conserved(run: Run) -> Figure:
    times, total, error = run.column("time"), run.column("total"), run.column("totalError")
    figure, axes = style.panels(1, 2, height=2.5)
    # An impulse gives energy at once: what is conserved is conserved from there on.
    starts = [0, *(pulse["time"] for pulse in run.summary.get("pulses", []))]
    before = np.array([max(start for start in starts if start <= time) for time in times])
    drift = np.where(times == before, np.nan, np.abs(total - [total[np.argmax(times >= start)] for start in before]))
    axes[0].semilogy(times[1:], np.maximum(drift[1:], 1e-17), **style.MEASURED_STYLE, label="drift since $t = 0$" if len(starts) == 1 else "drift since the last impulse")
    if np.isfinite(error).any():
        axes[0].semilogy(times[1:], np.maximum(error[1:], 1e-17), **style.line(0), label="its error bar")
    style.label(axes[0], "time $t$", "total energy", "energy")
    axes[0].legend()
    for index, one in enumerate(run.rows[0]["l2"]):
        values = np.array([row["l2"][one] for row in run.rows])
        axes[1].plot(times, 1 - values / values[0], **style.line(index), label=one)
    style.label(axes[1], "time $t$", r"$1-\|f_t\|_2/\|f_0\|_2$", "what has left the lattice")
    axes[1].legend()
    style.letter(axes)
    return figure


FIGURES = {"energy-against-time": energy_against_time, "conserved": conserved}

if __name__ == "__main__":
    if len(sys.argv) > 1 and style.holds(sys.argv[1], "portraits/"):
        FIGURES["portraits"] = portraits
    style.main(FIGURES)
