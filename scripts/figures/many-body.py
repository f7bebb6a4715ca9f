"""The figures of many-body: Husimi measures over time, the terms of (3.5), Lemma 2.3, natural occupations.

    python scripts/figures/many-body.py RESULTS [FIGURES]
"""

import numpy as np

import style

SPECIES_LABEL = (r"m^{(1,0)}", r"m^{(0,1)}")
TERMS = (
    ("divR", r"$\nabla_q\cdot\mathcal{R}$", style.BLUE, ""),
    ("force", "classical force", style.ORANGE, "//"),
    ("residueForce", r"$\nabla_p\cdot\tilde{\mathcal{R}}$", style.GREEN, ".."),
    ("residuePair", r"$\hat{\mathcal{R}}$", style.VERMILION, "xx"),
)


def husimi_over_time(run: style.Run) -> style.Figure:
    names = run.summary["species"]
    times = run.array("time")
    q, p = run.array("husimi/q"), run.array("husimi/p")
    chosen = np.unique(np.linspace(0, len(times) - 1, 5).round().astype(int))
    figure, axes = style.panels(2, len(chosen), height=3.5, sharex=True, sharey=True)
    top = max(run.array(f"husimi/{name}").max() for name in names)
    # One more column, so that the period closes.
    edge = np.append(q, q[0] + (q[1] - q[0]) * len(q))
    image = None
    for row, name in enumerate(names):
        values = run.array(f"husimi/{name}")
        for column, index in enumerate(chosen):
            panel = axes[row * len(chosen) + column]
            closed = np.concatenate([values[index], values[index][:, :1]], axis=1)
            image = panel.pcolormesh(edge, p, closed, vmin=0, vmax=top, cmap="magma", shading="gouraud", rasterized=True)
            panel.contour(edge, p, closed, levels=top * np.array([0.2, 0.4, 0.6, 0.8]), colors="white", linewidths=0.35)
            panel.grid(False)
            panel.set_xticks([0, np.pi, 2 * np.pi] if abs(edge[-1] - 2 * np.pi) < 1e-9 else [0, edge[-1]])
            if abs(edge[-1] - 2 * np.pi) < 1e-9:
                panel.set_xticklabels(["0", r"$\pi$", r"$2\pi$"])
            if row == 0:
                panel.set_title(f"$t = {times[index]:g}$", loc="center")
            if row == 1:
                panel.set_xlabel("$q$")
            if column == 0:
                panel.set_ylabel(f"{name}\n$p$")
    colour = figure.colorbar(image, ax=list(axes), shrink=0.9, pad=0.01, aspect=30)
    colour.set_label(f"${SPECIES_LABEL[0]}$ (top), ${SPECIES_LABEL[1]}$ (bottom)")
    colour.outline.set_linewidth(0.4)
    return figure


def hierarchy_terms(run: style.Run) -> style.Figure:
    rows = run.summary["hierarchy"]
    points = sorted({row["point"] for row in rows})
    times = sorted({row["time"] for row in rows})
    # At most nine times, so that the bars can be told apart.
    shown = {times[i] for i in np.unique(np.linspace(0, len(times) - 1, 9).round().astype(int))}
    figure, axes = style.panels(1, len(points) + 1, height=2.7, width=style.DOUBLE_WIDTH * 1.15)
    for panel, point in zip(axes, points, strict=False):
        mine = [row for row in rows if row["point"] == point and row["time"] in shown]
        x = np.arange(len(mine))
        up, down = np.zeros(len(mine)), np.zeros(len(mine))
        for key, name, colour, hatch in TERMS:
            value = np.array([row[key] for row in mine])
            base = np.where(value >= 0, up, down)
            panel.bar(
                x, value, 0.72, bottom=base, color=colour, hatch=hatch, edgecolor="white", linewidth=0.2, label=name
            )
            up += np.maximum(value, 0)
            down += np.minimum(value, 0)
        left = [row["dtm"] + row["transport"] for row in mine]
        panel.plot(x, left, "D", color=style.BLACK, markersize=2.4, label=r"$\partial_t m + p\cdot\nabla_q m$")
        panel.axhline(0, color=style.BLACK, linewidth=0.5)
        marks = x[:: max(1, len(x) // 3)]
        panel.set_xticks(marks, [f"{mine[i]['time']:g}" for i in marks])
        style.label(panel, "time", "", f"$({mine[0]['marginal'][0]},{mine[0]['marginal'][1]})$")
        low, high = min(down.min(), *left), max(up.max(), *left)
        panel.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
        panel.tick_params(axis="y", labelsize=6.5, pad=1)
    axes[0].set_ylabel("terms of (3.5)")
    last = axes[len(points)]
    floor = 1e-18
    for index, point in enumerate(points):
        mine = [row for row in rows if row["point"] == point]
        marginal = mine[0]["marginal"]
        last.semilogy(
            [row["time"] for row in mine], [max(abs(row["defect"]), floor) for row in mine],
            **style.line(index), label=f"({marginal[0]},{marginal[1]})",
        )  # fmt: skip
    last.axhline(np.finfo(float).eps, color=style.BLACK, linewidth=0.6, linestyle=":")
    last.set_ylim(floor, 1e-12)
    style.label(last, "time", "", "|defect|")
    last.legend(ncols=2, fontsize=6.5, handlelength=1.4, columnspacing=0.8, loc="upper left")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=5)
    return figure


def kinetic_energy(run: style.Run) -> style.Figure:
    names = run.summary["species"]
    times, kinetic, bound = run.array("time"), run.array("kinetic"), run.array("kinetic-bound")
    figure, axes = style.panels(1, 2, height=2.6)
    for index, name in enumerate(names):
        look = style.line(index)
        axes[0].semilogy(times, kinetic[:, index], **look, label=rf"{name}, $\langle\mathcal{{K}}\rangle/N$")
        axes[0].semilogy(
            times, bound[:, index], color=look["color"], linestyle=look["linestyle"], linewidth=0.8, alpha=0.8,
            label=f"{name}, bound",
        )  # fmt: skip
        axes[1].plot(times, kinetic[:, index], **look, label=name)
    style.label(axes[0], "time", "kinetic energy per particle", "Lemma 2.3 with explicit constants")
    style.label(axes[1], "time", "kinetic energy per particle", "the energies alone")
    axes[1].set_ylim(bottom=0)
    for panel in axes:
        panel.legend()
    style.letter(axes)
    return figure


def natural_occupations(run: style.Run) -> style.Figure:
    names = run.summary["species"]
    times = run.array("time")
    figure, axes = style.panels(1, 2, height=2.7, sharey=True)
    for panel, name, species in zip(axes, names, (0, 1), strict=True):
        values = run.array(f"occupations/{name}")
        particles = round(values[0].sum())
        for orbital in range(values.shape[1]):
            filled = orbital < particles
            panel.semilogy(
                times, np.maximum(values[:, orbital], 1e-12), color=style.BLUE if filled else style.VERMILION,
                linestyle="-" if filled else "--", linewidth=1.2,
                label={0: f"filled at $t = 0$ ({particles})", particles: "empty at $t = 0$"}.get(orbital),
            )  # fmt: skip
        style.label(panel, "time", "natural occupation" if species == 0 else "", name)
        panel.set_ylim(1e-7, 2)
        panel.legend(loc="lower right")
    style.letter(axes)
    return figure


def against_hartree_fock(run: style.Run) -> style.Figure:
    names = run.summary["species"]
    times = run.array("time")
    figure, axes = style.panels(1, 1, width=style.SINGLE_WIDTH, height=2.6)
    quantities = (("traceDistance", r"Tr$|\gamma-\gamma_\mathrm{HF}|/N$"), ("husimiL1", r"Husimi $L^1$"))
    # Up to where the companion, if it failed, went along.
    followed = [(time, row["hartreeFock"]) for time, row in zip(times, run.rows, strict=True) if row["hartreeFock"]]
    for which, (key, text) in enumerate(quantities):
        for index, name in enumerate(names):
            look = {**style.line(index), "linestyle": style.DASHES[which], "marker": style.MARKERS[which]}
            axes[0].plot(
                [time for time, _ in followed], [figures[key][index] for _, figures in followed], **look,
                label=f"{name}, {text}",
            )  # fmt: skip
    style.label(axes[0], "time", "exact against Hartree–Fock")
    axes[0].legend()
    return figure


if __name__ == "__main__":
    import sys

    figures = {"husimi-over-time": husimi_over_time, "kinetic-energy": kinetic_energy}
    run = style.first(sys.argv[1]) if len(sys.argv) > 1 else None
    if run is not None and run.summary["hierarchy"]:
        figures["hierarchy-terms"] = hierarchy_terms
    if run is not None and run.summary["method"] == "exact":
        figures["natural-occupations"] = natural_occupations
    if run is not None and any(row["hartreeFock"] for row in run.rows):
        figures["against-hartree-fock"] = against_hartree_fock
    style.main(figures)
