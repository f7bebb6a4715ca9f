"""mean-field-rate: how far N fermions are from the mean field, beside the certified bound and its three parts."""

import numpy as np
import style

PARTS = {
    "data": {"color": style.COLOURS[1], "linestyle": "-", "label": "data"},
    "recollisions": {"color": style.COLOURS[2], "linestyle": "--", "label": "recollisions"},
    "kernel": {"color": style.COLOURS[3], "linestyle": ":", "label": "kernel"},
}


def _numbers(run: style.Run, source: str = "fermions") -> list[list[int]]:
    """The numbers of particles of one source, in their order."""
    seen = []
    for row in run.select(source=source):
        if row["N"] not in seen:
            seen.append(row["N"])
    return seen


def _name(number: list[int]) -> str:
    return "(" + ", ".join(str(count) for count in number) + ")"


def _point(run: style.Run, point: int) -> str:
    counts = run.select(point=point)[0]["marginal"]
    return "$(" + ",".join(str(count) for count in counts) + ")$"


def _is_useful(run: style.Run, time: float) -> bool:
    """Whether there are bounds at this time that are not already beyond all measure, shortly below T."""
    bounds = [row["bound"] for row in run.select(time=time) if row["bound"] is not None]
    return bool(bounds) and max(bounds) < 100


def _shown_times(run: style.Run) -> list[float]:
    """Three times with a bound, an early one, one half way, and the last, at which all sources are if there are such."""
    sources = run.values("source")
    bounded = [time for time in run.values("time") if time > 0 and _is_useful(run, time)]
    times = [time for time in bounded if all(run.select(time=time, source=source) for source in sources)] or bounded
    return [times[index] for index in sorted({len(times) // 3, 2 * len(times) // 3, len(times) - 1})] if times else []


def _draw_difference(axes, horizontal: np.ndarray, difference: np.ndarray, error: np.ndarray, **look) -> None:
    """Differences above their error bar; where they are not, the sum of the two as an open triangle."""
    known = difference > error
    axes.errorbar(
        horizontal[known], difference[known], yerr=np.minimum(error[known], 0.99 * difference[known]), elinewidth=0.7, **look
    )
    if (~known).any():
        axes.plot(
            horizontal[~known], (difference + error)[~known], marker="v", markerfacecolor="white", linestyle="none",
            color=look["color"],
        )  # fmt: skip


def against_number(run: style.Run) -> style.Figure:
    """|μ_N − μ_∞| and its bound against N at three times, a colour for each point; small N without the marginal left out."""
    times = _shown_times(run)
    figure, axes = style.panels(1, max(1, len(times)), height=3.2, sharey=True)
    for panel, time in zip(axes, times):
        for index, point in enumerate(run.values("point")):
            for source in run.values("source"):
                rows = [
                    row for row in run.select(time=time, point=point, source=source)
                    if all(k <= n for k, n in zip(row["marginal"], row["N"]))
                ]  # fmt: skip
                if not rows:
                    continue
                total = np.array([sum(row["N"]) for row in rows])
                look = style.line(index)
                if source != "fermions":
                    look = {**look, "markerfacecolor": "white", "linewidth": 0.7}
                _draw_difference(
                    panel, total, np.array([row["difference"] for row in rows]),
                    np.array([row["differenceError"] for row in rows]),
                    label=_point(run, point) if source == "fermions" else None, **look,
                )  # fmt: skip
                bound = np.array([np.nan if row["bound"] is None else row["bound"] for row in rows])
                panel.plot(total, bound, color=look["color"], linewidth=2.2, alpha=0.4)
        panel.set_xscale("log")
        panel.set_yscale("log")
        ticks = sorted({sum(number) for source in run.values("source") for number in _numbers(run, source)})
        panel.set_xticks(ticks, [str(tick) for tick in ticks])
        panel.minorticks_off()
        style.label(panel, "particles $N$", "", f"$t = {time:g}$")
    axes[0].set_ylabel(r"$|\mu_{N,\hbar}-\mu_\infty|$ (marks), bound (bands)")
    style.letter(axes)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6, title="marginal; filled: fermions, open: hierarchies")
    return figure


def against_time(run: style.Run) -> style.Figure:
    """The same against t, a panel for each point, with T."""
    points = run.values("point")
    columns = min(2, len(points))
    rows = -(-len(points) // columns)
    figure, axes = style.panels(rows, columns, height=2.4 * rows + 0.4, sharex=True)
    colours = style.shades(len(_numbers(run)))
    for panel, point in zip(axes, points):
        for number, colour, marker in zip(_numbers(run), colours, style.MARKERS):
            wanted = [row for row in run.select(point=point, source="fermions") if row["N"] == number]
            if any(k > n for k, n in zip(wanted[0]["marginal"], number)):
                continue
            time = np.array([row["time"] for row in wanted])
            difference = np.array([row["difference"] for row in wanted])
            error = np.array([row["differenceError"] for row in wanted])
            visible = difference + error > 1e-8
            _draw_difference(
                panel, time[visible], difference[visible], error[visible], color=colour, marker=marker, linestyle="none",
                label=_name(number),
            )  # fmt: skip
            bound = np.array([np.nan if row["bound"] is None else row["bound"] for row in wanted])
            panel.plot(time, np.where(bound > 1e-8, bound, np.nan), color=colour, linewidth=1.2)
        panel.set_yscale("log")
        bottom = min(
            (row["difference"] for row in run.select(point=point, source="fermions") if row["time"] > 0 and row["difference"] > 1e-8),
            default=1e-4,
        )
        panel.set_ylim(bottom / 3, 30)
        radius = run.summary["radii"][point]
        if radius is not None and radius <= 1.1 * max(run.values("time")):
            style.mark_time(panel, radius, "$T$")
        style.label(panel, r"time $t$", "", f"{_point(run, point)}")
    for panel in axes[::columns]:
        panel.set_ylabel(r"$|\mu_{N,\hbar}-\mu_\infty|$, bound")
    style.letter(axes)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6, title=r"$(N_1, N_2, \ldots)$; lines: bound")
    return figure


def parts(run: style.Run) -> style.Figure:
    """The three parts of the bound against t, for the largest N, a panel for each point."""
    points = run.values("point")
    number = _numbers(run)[-1]
    columns = min(4, len(points))
    rows = -(-len(points) // columns)
    figure, axes = style.panels(rows, columns, height=2.5 * rows + 0.3, sharex=True, sharey=True)
    for panel, point in zip(axes, points):
        wanted = [
            row for row in run.select(point=point, source="fermions") if row["N"] == number and row["bound"] is not None
        ]  # fmt: skip
        time = np.array([row["time"] for row in wanted])
        for part, look in PARTS.items():
            value = np.array([row["parts"][part] for row in wanted])
            panel.plot(time, np.where(value > 1e-9, value, np.nan), **look)
        bound = np.array([row["bound"] for row in wanted])
        panel.plot(time, np.where(bound > 1e-9, bound, np.nan), color=style.BLACK, linewidth=0.8, label="bound")
        measured = np.array([row["difference"] for row in wanted])
        panel.plot(
            time, np.where(measured > 1e-9, measured, np.nan), color=style.BLACK, marker="o", linestyle="none", markersize=3,
            label="difference",
        )  # fmt: skip
        panel.set_yscale("log")
        panel.set_ylim(1e-5, 30)
        style.label(panel, r"time $t$", "", f"{_point(run, point)}, N = {_name(number)}")
    axes[0].set_ylabel("parts of the bound")
    style.letter(axes)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure


if __name__ == "__main__":
    style.main({
        "mean-field-rate-against-number": against_number,
        "mean-field-rate-against-time": against_time,
        "mean-field-rate-parts": parts,
    })
