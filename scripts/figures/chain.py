"""The figure of chain: what every arrow from the N-body Schrödinger equation to Vlasov costs.

    python scripts/figures/chain.py RESULTS [FIGURES]
"""

import numpy as np

import style

ARROW = {
    "exact": "exact", "moyal-hierarchy": "Moyal hierarchy", "hartree-fock": "Hartree–Fock", "hartree": "Hartree",
    "vlasov": "Vlasov",
}  # fmt: skip


def chain(run: style.Run) -> style.Figure:
    stages, species = run.summary["stages"], run.summary["species"]
    times = run.array("time")
    q, p = (run.array(f"husimi/{stages[0]}/{axis}") for axis in "qp")
    pair = run.summary.get("pair")
    figure = style.plt.figure(figsize=(style.DOUBLE_WIDTH, 8.2 if pair else 5.6))
    if pair:
        upper, lower, last = figure.subfigures(3, 1, height_ratios=[1, 1.05, 1.1])
    else:
        upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.05])

    # Above: the Husimi measure of the first species at the last time, stage by stage.
    panels = upper.subplots(1, len(stages), sharey=True)
    pictures = [run.array(f"husimi/{stage}/{species[0]}")[-1] for stage in stages]
    top = max(picture.max() for picture in pictures)
    edge = np.append(q, q[0] + (q[1] - q[0]) * len(q))
    for panel, stage, picture in zip(panels, stages, pictures, strict=True):
        closed = np.concatenate([picture, picture[:, :1]], axis=1)
        image = panel.pcolormesh(edge, p, closed, vmin=0, vmax=top, cmap="magma", shading="gouraud", rasterized=True)
        panel.contour(edge, p, closed, levels=top * np.array([0.2, 0.4, 0.6, 0.8]), colors="white", linewidths=0.4)
        panel.grid(False)
        if abs(edge[-1] - 2 * np.pi) < 1e-9:
            panel.set_xticks([0, np.pi, 2 * np.pi], ["0", r"$\pi$", r"$2\pi$"])
        panel.set_xlabel("$q$")
        panel.set_title(ARROW[stage], loc="center")
    panels[0].set_ylabel("$p$")
    bar = upper.colorbar(image, ax=list(panels), shrink=0.9, pad=0.01, aspect=25)
    bar.set_label(f"$m$ of the {species[0]} at $t = {times[-1]:g}$")
    bar.outline.set_linewidth(0.4)

    # Below: the distances of neighbours over time, then the same for one fermion of each species.
    panels = list(distances(lower, stages, run.summary["rows"], times, species))
    if pair:
        panels += list(distances(last, pair["stages"], pair["rows"], times, species))
        last.suptitle("one fermion of each species", fontsize="medium")
    style.letter(panels)
    return figure


def distances(figure, stages: list, rows: list, times, species: list):
    panels = figure.subplots(1, 3)
    arrows = list(zip(stages[:-1], stages[1:], strict=True)) + [(stages[0], stages[-1])]
    quantities = (("densityDistance", "density modes"), ("husimiL1", r"Husimi $L^1$"), ("w1", "Husimi $W_1$"))
    for panel, (key, text) in zip(panels, quantities, strict=True):
        for index, (source, target) in enumerate(arrows):
            values = [
                [
                    np.nan if row[key] is None else row[key]
                    for row in rows
                    if (row["from"], row["to"], row["species"]) == (source, target, name)
                ]
                for name in species
            ]
            look = style.line(["hartree-fock", "hartree", "vlasov", "moyal-hierarchy"].index(target))
            if index == len(arrows) - 1:
                look.update(color=style.BLACK, linestyle=(0, (1, 1)))
            panel.semilogy(
                times[1:], np.max(np.array(values, dtype=float), axis=0)[1:], **look,
                label=f"{ARROW[source]} → {ARROW[target]}",
            )  # fmt: skip
        style.label(panel, "time", text)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return panels


if __name__ == "__main__":
    style.main({"chain": chain})
