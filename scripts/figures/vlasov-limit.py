"""vlasov-limit: Husimi measures against the Vlasov equations, in the 1-Wasserstein distance and side by side."""

import sys

import numpy as np
import style
from matplotlib.lines import Line2D
from style import BLACK, MARKERS, Figure, Run

TITLES = {
    "vlasov": r"$W_1(m_N,\, m)$, Vlasov",
    "smoothed-vlasov": r"$W_1(m_N,\, m * a_\hbar)$, smoothed Vlasov",
}


def rates(run: Run) -> Figure:
    """W1 against N, a panel for each reference, with the range of fitted powers of ħ."""
    references = run.values("reference")
    figure, axes = style.panels(1, len(references), width=3.5 * len(references), height=3.1)
    numbers = np.array(run.values("N"), dtype=float)
    times, species = run.values("time"), run.values("species")
    shades = style.shades(len(times))
    for panel, reference in zip(axes, references):
        for s, name in enumerate(species):
            for time, colour in zip(times, shades):
                panel.loglog(
                    numbers, run.column("w1", reference=reference, species=name, time=time, window=0), color=colour,
                    marker=MARKERS[s], linestyle="-" if s == 0 else "--",
                    markerfacecolor=colour if s == 0 else "white",
                )  # fmt: skip
        if reference == "vlasov":
            moved = run.column("displacement", reference=reference, species=species[0], time=times[-1], window=0)[0]
            panel.axhline(moved, color=BLACK, linewidth=0.7, linestyle=(0, (2, 2)))
            panel.annotate(
                rf"$W_1(m_0, m_{{{times[-1]:g}}})$, species {species[0]}", (numbers[-1], moved), xytext=(0, 2),
                textcoords="offset points", va="bottom", ha="right", fontsize=7.5,
            )  # fmt: skip
        else:
            errors = [
                run.column("referenceError", reference=reference, species=name, time=time, window=0)
                for name in species
                for time in times
            ]
            panel.fill_between(
                numbers, np.min(errors, axis=0), np.max(errors, axis=0), color="#BBBBBB", alpha=0.6, linewidth=0
            )
            panel.annotate(
                "at most the error of the reference", (numbers[0], np.sqrt(np.min(errors) * np.max(errors, axis=0)[0])),
                xytext=(3, 0), textcoords="offset points", va="center", fontsize=7.5, color="#444444",
            )  # fmt: skip
        values = run.column("w1", reference=reference, window=0)
        power = 1.0 if reference == "vlasov" else 2.0
        start = values.max() * (0.12 if reference == "vlasov" else 0.03)
        reach = (numbers[-1] / numbers[0]) ** 0.3
        wedge = (numbers[0] * 1.1, numbers[0] * 1.1 * reach)
        name = r"$\hbar$" if reference == "vlasov" else r"$\hbar^2$"
        style.slope_wedge(panel, wedge, start, -power, name)
        bottom, top = panel.get_ylim()
        panel.set_ylim(min(bottom, start * reach**-power / 1.5), top * 1.5)
        fitted = [
            entry["rate"]
            for entry in run.summary["rates"]
            if entry["reference"] == reference and entry["window"] == 0 and entry["rate"] is not None
        ]
        title = TITLES[reference]
        if fitted:
            panel.annotate(
                rf"fitted: $\hbar^{{{min(fitted):.2f}}}$ … $\hbar^{{{max(fitted):.2f}}}$", (0.97, 0.8),
                xycoords="axes fraction", ha="right", fontsize=8,
            )  # fmt: skip
        style.label(panel, "$N$", "", title)
    axes[0].set_ylabel("1-Wasserstein distance")
    looks = [Line2D([], [], color=colour, label=f"$t={time:g}$") for time, colour in zip(times, shades)]
    looks += [
        Line2D([], [], color="#7F7F7F", linestyle="-" if s == 0 else "--", marker=MARKERS[s],
               markerfacecolor="#7F7F7F" if s == 0 else "white", label=f"species {name}")
        for s, name in enumerate(species)
    ]  # fmt: skip
    figure.legend(handles=looks, loc="outside lower center", ncol=len(looks))
    style.letter(axes)
    return figure


def portraits(run: Run) -> Figure:
    """The densities at the last time: Husimi for growing N, then the Vlasov solution; a row for each species."""
    numbers, times, species = run.values("N"), run.values("time"), run.values("species")
    husimi, vlasov = run.array("husimi"), run.array("vlasov")
    q, p = run.array("q"), run.array("p")
    chosen = sorted({0, len(numbers) // 2, len(numbers) - 1})
    columns = len(chosen) + 1
    figure, axes = style.panels(2, columns, height=3.6, sharex=True, sharey=True)
    axes = axes.reshape(2, columns)
    peak = max(husimi[:, -1, 0].max(), vlasov[-1].max())
    half = (q[1] - q[0]) / 2
    window = (q[0] - half, q[-1] + half, p[0] - (p[1] - p[0]) / 2, p[-1] + (p[1] - p[0]) / 2)
    image = None
    for row, name in enumerate(species):
        pictures = [(f"Husimi, $N={numbers[i]}$", husimi[i, -1, 0, row]) for i in chosen]
        for column, (title, density) in enumerate([*pictures, ("Vlasov", vlasov[-1, row])]):
            panel = axes[row, column]
            panel.grid(False)
            image = panel.imshow(
                density, origin="lower", extent=window, aspect="auto", vmin=0, vmax=peak, interpolation="nearest"
            )
            if row == 0:
                panel.set_title(title)
            else:
                panel.set_xlabel("$q$")
            if column == 0:
                panel.set_ylabel(f"$p$, species {name}")
            panel.set_xticks([0, np.pi, 2 * np.pi] if np.isclose(q[-1] + half, 2 * np.pi) else [])
            panel.set_xticklabels(["0", r"$\pi$", r"$2\pi$"] if np.isclose(q[-1] + half, 2 * np.pi) else [])
    figure.colorbar(image, ax=axes, label=rf"$m(q,p)$ at $t={times[-1]:g}$", shrink=0.85, pad=0.015)
    return figure


def factorisation(run: Run) -> Figure:
    """The L1 distance of the exact pair measures from products against time, beside Hartree–Fock."""
    rows = run.summary["factorisation"]
    numbers = sorted({row["N"] for row in rows})
    figure, axes = style.panels(1, 2, height=2.7)
    for number, colour, marker in zip(numbers, style.shades(len(numbers)), MARKERS):
        own = [row for row in rows if row["N"] == number]
        times = [row["time"] for row in own]
        look = {"color": colour, "marker": marker}
        axes[0].plot(times, [row["cross"] for row in own], **look, label=f"exact, $N={number}$")
        axes[1].plot(times, [row["pair"][0] for row in own], **look, label=f"exact, $N={number}$")
        axes[1].plot(
            times, [row["hartreeFockPair"][0] for row in own], color=colour, linestyle=":",
            label=r"Hartree–Fock: $n_\alpha\hbar$" if number == numbers[-1] else None,
        )  # fmt: skip
    axes[0].axhline(0, color=BLACK, linewidth=0.8, linestyle=":", label="Hartree–Fock: 0")
    style.label(axes[0], "$t$", r"$L^1$ distance $/\,(2\pi)^2$", r"$m^{(1,1)} - m_1\otimes m_2$")
    style.label(axes[1], "$t$", "", r"$m^{(2,0)} - m_1\otimes m_1$")
    axes[1].set_ylim(bottom=0)
    axes[0].legend(loc="upper left")
    axes[1].legend(loc="upper right", ncol=2, columnspacing=1.0)
    axes[1].set_ylim(top=1.35 * axes[1].get_ylim()[1])
    style.letter(axes)
    return figure


if __name__ == "__main__":
    figures = {"distance-against-n": rates, "portraits": portraits}
    # Only where the configuration asks for exact states.
    if "factorisation" in style.first(sys.argv[1] if len(sys.argv) > 1 else ".").summary:
        figures["factorisation"] = factorisation
    style.main(figures)
