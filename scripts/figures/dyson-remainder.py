"""Figures of dyson-remainder: the remainder of the Dyson series beside the bounds whose hypotheses hold."""

import numpy as np
import style


def _point_name(run: style.Run, point: int) -> str:
    """The order (k,ℓ,…) of the marginal the point belongs to."""
    counts = run.select(point=point)[0]["marginal"]
    return "$(" + ",".join(str(count) for count in counts) + ")$"


def _remainder_label(run: style.Run) -> str:
    return r"remainder $|\Delta_L|$" + (" and its bounds" if run.bounds() else "")


def _draw_bounds(run: style.Run, axes, x: str, **wanted) -> None:
    horizontal = run.column(x, **wanted)
    for name in run.bounds():
        axes.semilogy(horizontal, run.column(f"bounds.{name}", **wanted), **style.BOUND_STYLE[name])


def _draw_remainder(run: style.Run, axes, x: str, **wanted) -> None:
    """|Δ_L| with its budget; where the budget is larger than the value only the sum is known. Proved rows are filled, by
    their enclosures, below Double's floor too."""
    horizontal = run.column(x, **wanted)
    rows = run.select(**wanted)
    if any(row.get("certified") for row in rows):
        proved = np.array([row["verdict"] == "proved" for row in rows])
        ends = np.array([row["certified"]["remainder"] if row.get("certified") else (np.nan, np.nan) for row in rows], float)
        middle = np.where(ends[:, 0] > 0, np.sqrt(np.maximum(ends[:, 0], 1e-300) * ends[:, 1]), ends[:, 1])
        axes.semilogy(horizontal, middle, color=style.BLACK, linewidth=0.8, linestyle="-")
        axes.vlines(horizontal, np.maximum(ends[:, 0], 1e-40), ends[:, 1], color=style.BLACK, linewidth=1.2)
        for mask, face, label in ((proved, style.BLACK, r"$|\Delta_L|$, proved"), (~proved, "white", r"$|\Delta_L|$, enclosed")):
            if mask.any():
                axes.semilogy(
                    horizontal[mask], middle[mask], color=style.BLACK, marker="o", linestyle="none",
                    markerfacecolor=face, label=label,
                )  # fmt: skip
        return
    value, budget = run.column("remainder", **wanted), run.column("remainderError", **wanted)
    known = value > budget
    axes.semilogy(
        horizontal[known], value[known], color=style.BLACK, marker="o", linestyle="-", label=r"actual $|\Delta_L|$"
    )
    axes.semilogy(
        horizontal[~known], (value + budget)[~known], color=style.BLACK, marker="v", linestyle="none",
        markerfacecolor="white", label="below (error budget)",
    )  # fmt: skip


def remainder_against_order(run: style.Run) -> style.Figure:
    """|Δ_L| and the bounds against L, a panel per time, at the point with the most particles."""
    times = run.values("time")
    point = run.values("point")[-1]
    figure, axes = style.panels(1, len(times), height=2.6, sharey=True, sharex=True)
    for panel, time in zip(axes, times):
        _draw_bounds(run, panel, "order", point=point, time=time)
        _draw_remainder(run, panel, "order", point=point, time=time)
        style.label(panel, r"order $L$", "", rf"{_point_name(run, point)}, $t={time:g}$")
        panel.set_xticks(np.arange(0, max(run.values("order")) + 1, 4))
    floor = run.column("remainder", point=point) + run.column("remainderError", point=point)
    enclosed = [row["certified"]["remainder"][1] for row in run.select(point=point) if row.get("certified")]
    low = min(0.3 * np.nanmin(np.append(floor, enclosed)), 1e-2)
    axes[0].set_ylim(bottom=low, top=1e9 if run.bounds() else None)
    axes[0].set_ylabel(_remainder_label(run))
    style.letter(axes)
    handles, labels = axes[-1].get_legend_handles_labels()
    seen = dict(zip(labels, handles))
    for panel in axes:
        seen.update({text: handle for handle, text in zip(*panel.get_legend_handles_labels())})
    figure.legend(seen.values(), seen.keys(), loc="outside lower center", ncols=6)
    return figure


def remainder_against_time(run: style.Run) -> style.Figure:
    """The same against t at fixed L, with the convergence times of the bounds."""
    orders = [order for order in (2, 4, 8) if order in run.values("order")]
    point = run.values("point")[0]
    figure, axes = style.panels(1, len(orders), height=2.7, sharex=True)
    for panel, order in zip(axes, orders):
        _draw_bounds(run, panel, "time", point=point, order=order)
        _draw_remainder(run, panel, "time", point=point, order=order)
        for name, text in (("paper", r"$\tau$"), ("branching", r"$T^*$")):
            radius = run.summary["radii"].get(name)
            if radius is not None and radius <= 1.2 * max(run.values("time")):
                style.mark_time(panel, radius, text, color=style.BOUND_STYLE[name]["color"])
        style.label(panel, r"time $t$", "", rf"{_point_name(run, point)}, $L={order}$")
    axes[0].set_ylabel(_remainder_label(run))
    style.letter(axes)
    seen = {}
    for panel in axes:
        seen.update({text: handle for handle, text in zip(*panel.get_legend_handles_labels())})
    figure.legend(seen.values(), seen.keys(), loc="outside lower center", ncols=6)
    return figure


def ratio_against_time(run: style.Run) -> style.Figure:
    """The observed geometric ratio per order of |Δ_L|, and of each bound, against t.

    The ratio is (|Δ_L2|/|Δ_L1|)^{1/(L2−L1)} over the largest range of L ≥ 2 in which the remainder stands ten times
    above its error budget; the bounds over the same range. A bound converges where its ratio is below one.
    """
    figure, axes = style.panels(1, 1, width=style.SINGLE_WIDTH * 1.25, height=3.1)
    panel = axes[0]
    for index, point in enumerate(run.values("point")):
        times, ratios, bounds = [], [], {name: [] for name in run.bounds()}
        for time in run.values("time"):
            order = run.column("order", point=point, time=time)
            value = run.column("remainder", point=point, time=time)
            clear = (value > 10 * run.column("remainderError", point=point, time=time)) & (order >= 2)
            if np.count_nonzero(clear) < 2:
                continue
            last = np.argmin(clear[1:]) if not clear[1:].all() else len(clear) - 1
            first = 1
            if last <= first:
                continue
            steps = order[last] - order[first]
            times.append(time)
            ratios.append((value[last] / value[first]) ** (1 / steps))
            for name in bounds:
                bound = run.column(f"bounds.{name}", point=point, time=time)
                bounds[name].append((bound[last] / bound[first]) ** (1 / steps))
        panel.semilogy(
            times, ratios, color=style.BLACK, marker=style.MARKERS[index], linestyle="-", linewidth=0.8,
            label=rf"$|\Delta_L|$, {_point_name(run, point)}",
        )  # fmt: skip
        if index == 0:
            for name, values in bounds.items():
                panel.semilogy(times, values, **{**style.BOUND_STYLE[name], "label": f"bound: {style.BOUND_STYLE[name]['label']}"})
    panel.axhline(1, color="#7F7F7F", linewidth=0.7)
    for name, text in (("paper", r"$\tau$"), ("branching", r"$T^*$")):
        radius = run.summary["radii"].get(name)
        if radius is not None:
            style.mark_time(panel, radius, text, color=style.BOUND_STYLE[name]["color"])
    style.label(panel, r"time $t$", "geometric ratio per order")
    handles, labels = panel.get_legend_handles_labels()
    ordered = sorted(zip(labels, handles), key=lambda entry: not entry[0].startswith("bound"))
    figure.legend([entry[1] for entry in ordered], [entry[0] for entry in ordered], loc="outside lower center", ncols=2)
    return figure


if __name__ == "__main__":
    style.main({
        "remainder-against-order": remainder_against_order,
        "remainder-against-time": remainder_against_time,
        "ratio-against-time": ratio_against_time,
    })
