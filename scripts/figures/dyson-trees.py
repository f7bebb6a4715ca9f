"""Figures of dyson-trees: the terms of the series with error bars, how fast the error falls, and the bounds."""

import sys

import numpy as np
import style

SIGMAS = 2


def _point_name(run: style.Run, point: int) -> str:
    counts = run.select(point=point)[0]["marginal"]
    return "$(" + ",".join(str(count) for count in counts) + ")$"


def _draw_terms(run: style.Run, axes, label: str, color, marker: str, shift: float = 0.0, **wanted) -> None:
    """|D_j| ± 2σ; a term below 2σ is an upper limit, |D_j| + 2σ, drawn as an open triangle."""
    order = run.column("order", **wanted) + shift
    value, error = np.abs(run.column("value", **wanted)), run.column("standardError", **wanted)
    seen = (value > SIGMAS * error) & (error > 0) | (error == 0) & (value > 0)
    bars = np.array([np.minimum(SIGMAS * error, 0.95 * value), SIGMAS * error])
    # A gap, not a line, across an order that is not resolved.
    axes.errorbar(
        order, np.where(seen, value, np.nan), yerr=bars, color=color, marker=marker, linestyle="-", capsize=2,
        elinewidth=0.9, label=label,
    )  # fmt: skip
    axes.plot(order[~seen], (value + SIGMAS * error)[~seen], color=color, marker="v", linestyle="none", markerfacecolor="white")


def _legend(figure, axes) -> None:
    limit = axes.plot([], [], color="#7F7F7F", marker="v", markerfacecolor="white", linestyle="none")[0]
    handles, labels = axes.get_legend_handles_labels()
    handles, labels = [*handles, limit], [*labels, "upper limit, not resolved"]
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))


def terms_against_order(run: style.Run) -> style.Figure:
    """|D_j| with error bars against j, a panel per point, a colour per time."""
    points, times = run.values("point"), run.values("time")
    figure, axes = style.panels(1, len(points), width=style.DOUBLE_WIDTH, height=2.9, sharey=True)
    for panel, point in zip(axes, points):
        for index, (time, color) in enumerate(zip(times, style.shades(len(times)))):
            _draw_terms(
                run, panel, rf"$t={time:g}$", color, style.MARKERS[index], 0.06 * (index - (len(times) - 1) / 2), point=point,
                time=time,
            )  # fmt: skip
        panel.set_yscale("log")
        panel.set_xticks(run.values("order"))
        style.label(panel, r"order $j$", "", f"marginal {_point_name(run, point)}")
    axes[0].set_ylabel(rf"$|D_j| \pm {SIGMAS}\sigma$")
    _legend(figure, axes[0])
    style.letter(axes)
    return figure


def error_against_samples(run: style.Run) -> style.Figure:
    """The standard error against the number of trees for both samplers, with the fitted slopes."""
    samples, orders = run.array("convergence/samples"), run.array("convergence/order")
    errors = run.array("convergence/standard-error")
    slopes = {(entry["sampler"], entry["order"]): (entry["slope"], entry["slopeError"]) for entry in run.summary["slopes"]}
    figure, axes = style.panels(1, len(orders), height=2.8, sharey=True)
    looks = {
        "sobol": {"color": style.BLUE, "marker": "o", "linestyle": "-"},
        "pseudorandom": {"color": style.VERMILION, "marker": "s", "linestyle": "--"},
    }
    for column, (panel, order) in enumerate(zip(axes, orders)):
        for row, (name, look) in enumerate(looks.items()):
            slope, error = slopes[name, order]
            fitted = "no slope" if slope is None else f"slope {slope:.2f} ± {error:.2f}".replace("-", "−")
            label = f"{'Sobol' if name == 'sobol' else 'pseudo-random'}, {fitted}"
            panel.loglog(samples, errors[row, column], **look, label=label)
        style.label(panel, "trees", "", rf"$D_{{{order}}}$")
        panel.legend(loc="upper right")
        panel.set_xticks([1e4, 1e5, 1e6])
    axes[0].set_ylabel(r"standard error $\sigma$ of $D_j$")
    seen = errors[errors > 0]
    if seen.size:
        axes[0].set_ylim(seen.min() / 2, seen.max() * 6)
    style.letter(axes)
    return figure


def terms_and_bounds(run: style.Run) -> style.Figure:
    """|D_j| beside the four bounds of |Δ_j|, a panel per time, at the point with the most particles."""
    times, point = run.values("time"), run.values("point")[-1]
    figure, axes = style.panels(1, len(times), height=2.9, sharey=True)
    for panel, time in zip(axes, times):
        order = run.column("order", point=point, time=time)
        for name in run.bounds("termBounds"):
            panel.semilogy(order, run.column(f"termBounds.{name}", point=point, time=time), **style.BOUND_STYLE[name])
        _draw_terms(run, panel, rf"$|D_j| \pm {SIGMAS}\sigma$", style.BLACK, "o", point=point, time=time)
        panel.set_yscale("log")
        panel.set_xticks(order)
        style.label(panel, r"order $j$", "", rf"{_point_name(run, point)}, $t={time:g}$")
    axes[0].set_ylabel(r"$|D_j|$" + (r" and the bounds of $|\Delta_j|$" if run.bounds("termBounds") else ""))
    _legend(figure, axes[0])
    style.letter(axes)
    return figure


if __name__ == "__main__":
    figures = {"terms-against-order": terms_against_order, "terms-and-bounds": terms_and_bounds}
    if len(sys.argv) > 1 and "slopes" in style.first(sys.argv[1]).summary:
        figures["error-against-samples"] = error_against_samples
    style.main(figures)
