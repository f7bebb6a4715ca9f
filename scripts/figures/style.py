"""The look that every figure shares, and the way a figure script reads and writes.

    python scripts/figures/NAME.py RESULTS [FIGURES]

RESULTS is the folder of a finished run (summary.json, data.h5); the figures go, each as PDF and PNG, into FIGURES, by
default RESULTS/figures. Of a sweep every member is drawn, in a folder of its own, and one figure shows what the sweep changes. Results
are read with scripts/results.py. A figure script names its figures and hands them over:

    import style

    def remainder_against_order(run: style.Run) -> style.Figure:
        figure, axes = style.panels(1, 2)
        axes[0].semilogy(run.column("order"), run.column("remainder"), **style.line(0), label=r"$|\\Delta_L|$")
        style.label(axes[0], r"order $L$", r"$|\\Delta_L|$")
        return figure

    if __name__ == "__main__":
        style.main({"remainder-against-order": remainder_against_order})
"""

import pathlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import matplotlib
import xarray

matplotlib.use("Agg")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import results  # noqa: E402  (scripts/results.py)
import matplotlib.pyplot as plt  # noqa: E402  (the backend is chosen first)
import numpy as np  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

# Okabe and Ito's colours, which remain distinct under every common colour blindness; black first, yellow last
# because it is the weakest on white.
BLACK, BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, YELLOW = COLOURS = (
    "#000000", "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#F0E442",
)  # fmt: skip
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

# What is measured is black; a bound or a method has one colour in all figures of the project.
MEASURED_STYLE: Mapping[str, Any] = {"color": BLACK, "linestyle": "-", "marker": "o"}
BOUND_STYLE: Mapping[str, dict[str, Any]] = {
    "paper": {"color": ORANGE, "linestyle": ":", "label": "paper"},
    "first-moment": {"color": GREEN, "linestyle": "-.", "label": "first moment"},
    "branching": {"color": VERMILION, "linestyle": "--", "label": "branching"},
    "multi-type": {"color": BLUE, "linestyle": "-", "label": "multi-type"},
    "data-aware": {"color": PURPLE, "linestyle": (0, (5, 1, 1, 1, 1, 1)), "label": "data-aware"},
}
# Phase-space densities (never negative) and differences (around zero).
DENSITY_MAP = "cividis"
DIFFERENCE_MAP = "RdBu_r"

SINGLE_WIDTH = 3.4  # inches, one column of a journal page
DOUBLE_WIDTH = 7.0  # both columns

plt.rcParams.update({
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": True,
    "axes.grid": True,
    "axes.labelsize": 9,
    "axes.linewidth": 0.6,
    "axes.prop_cycle": plt.cycler(color=COLOURS[1:7]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
    "font.family": "serif",
    "font.serif": ["STIXGeneral", "DejaVu Serif"],
    "font.size": 9,
    "grid.color": "#D9D9D9",
    "grid.linewidth": 0.4,
    "image.cmap": DENSITY_MAP,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "lines.linewidth": 1.3,
    "lines.markersize": 3.6,
    "mathtext.fontset": "stix",
    "pdf.fonttype": 42,
    "savefig.dpi": 300,
    "xtick.direction": "out",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
})  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A finished run: its folder and its summary; arrays are read from data.h5 when they are asked for."""

    folder: pathlib.Path
    summary: Mapping[str, Any]

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of summary.json."""
        return self.summary["rows"]

    def select(self, **wanted: Any) -> list[Mapping[str, Any]]:
        """The rows in which every named entry has the given value; numbers agree to nine digits."""
        return [row for row in self.rows if all(_equal(row[key], value) for key, value in wanted.items())]

    def column(self, name: str, **wanted: Any) -> np.ndarray:
        """One entry of the selected rows as an array; null becomes NaN, [re, im] a complex number.

        A dot reaches into an object: `bounds.multi-type`.
        """
        return np.array([results.number(_reach(row, name)) for row in self.select(**wanted)])

    def values(self, name: str) -> list[Any]:
        """The different values of one entry, in the order of their first appearance."""
        seen: list[Any] = []
        for row in self.rows:
            if row[name] not in seen:
                seen.append(row[name])
        return seen

    def bounds(self, entry: str = "bounds") -> list[str]:
        """The bounds that say something: named in the rows, and a number in at least one of them."""
        return [
            name
            for name in BOUND_STYLE
            if any(row.get(entry, {}).get(name) is not None for row in self.rows)
        ]

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The arrays of data.h5 with their axes by name, `series/density`; complex numbers are complex."""
        return results.open_run(self.folder)

    def array(self, path: str) -> np.ndarray:
        """An array of data.h5, or the labels of an axis, whole."""
        name = path if path in self.dataset.variables else path.split("/")[-1]
        return self.dataset[name].values


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, float) or isinstance(wanted, float):
        return value is not None and wanted is not None and bool(np.isclose(value, wanted, rtol=1e-9, atol=0))
    return value == wanted


def _reach(row: Mapping[str, Any], name: str) -> Any:
    value: Any = row
    for part in name.split("."):
        value = None if value is None else value[part]
    return value


def load(folder: str | pathlib.Path) -> Run:
    """The run of a folder; says what is missing where it is not one."""
    folder = pathlib.Path(folder)
    for name in ("summary.json", "data.h5"):
        if not (folder / name).is_file():
            raise SystemExit(f"{folder} holds no {name}: not the results of a finished run")
    return Run(folder, results.summary(folder))


def first(folder: str | pathlib.Path) -> Run:
    """The run of a folder; of a sweep its first member."""
    if (pathlib.Path(folder) / "summary.json").is_file() and results.is_sweep(folder):
        return load(results.members(folder)[0][0])
    return load(folder)


def holds(folder: str | pathlib.Path, prefix: str) -> bool:
    """Whether the run, or the first member of the sweep, has arrays whose names begin so."""
    if not (pathlib.Path(folder) / "summary.json").is_file():
        return False
    runs = [one for one, _ in results.members(folder)] if results.is_sweep(folder) else [pathlib.Path(folder)]
    return any(str(name).startswith(prefix) for name in results.open_run(runs[0])) if runs else False


def line(index: int, markers: bool = True) -> dict[str, Any]:
    """Colour, dash and marker of the index-th curve: told apart without colour too."""
    look = {"color": COLOURS[1 + index % 6], "linestyle": DASHES[index % len(DASHES)]}
    return {**look, "marker": MARKERS[index % len(MARKERS)]} if markers else look


def shades(count: int) -> list[Any]:
    """Colours for an ordered family (times, orders, N), from dark to light, distinct in grey."""
    return list(plt.get_cmap("viridis")(np.linspace(0.0, 0.85, count)))


def panels(
    rows: int, columns: int, width: float = DOUBLE_WIDTH, height: float | None = None, **options: Any
) -> tuple[Figure, np.ndarray]:
    """A figure of rows × columns panels, lettered (a), (b), … by `letter`; the axes as a flat array."""
    height = height or rows * 0.72 * width / columns
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)
    return figure, axes.ravel()


def label(axes: Axes, x: str, y: str, title: str = "") -> None:
    """Axis labels, with the unit where there is one, and a short title."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if title:
        axes.set_title(title)


def letter(axes: Sequence[Axes]) -> None:
    """(a), (b), … before the title of each panel, if there is more than one."""
    if len(axes) > 1:
        for index, panel in enumerate(axes):
            panel.set_title(f"({chr(ord('a') + index)})  {panel.get_title(loc='left')}".rstrip())


def mark_time(axes: Axes, time: float, text: str, **look: Any) -> None:
    """A vertical line at a time (τ, T*, …) with its name along the top."""
    axes.axvline(time, **{"color": BLACK, "linewidth": 0.7, "linestyle": (0, (2, 2)), **look})
    axes.annotate(
        text, (time, 1), xycoords=("data", "axes fraction"), xytext=(2, -2), textcoords="offset points",
        fontsize=7.5, va="top", color=look.get("color", BLACK),
    )  # fmt: skip


def slope_wedge(axes: Axes, x: tuple[float, float], y: float, slope: float, text: str = "") -> None:
    """A triangle that shows the power law y ~ x^slope in a log–log panel, from x[0] to x[1], starting at y."""
    end = y * (x[1] / x[0]) ** slope
    axes.fill([x[0], x[1], x[1]], [y, y, end], facecolor="#E8E8E8", edgecolor="#7F7F7F", linewidth=0.6, zorder=0.5)
    axes.annotate(
        text or f"{slope:g}", (x[1], (y * end) ** 0.5), xytext=(2, 0), textcoords="offset points", fontsize=7.5,
        va="center", color="#4D4D4D",
    )  # fmt: skip


def save(figure: Figure, folder: pathlib.Path, name: str) -> None:
    """Writes the figure as PDF and PNG, without the time of day, so that a rerun gives the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.pdf", metadata={"CreationDate": None})
    figure.savefig(folder / f"{name}.png", metadata={"Software": None})
    plt.close(figure)


def main(
    figures: Mapping[str, Callable[[Run], Figure]],
    of_sweeps: Mapping[str, Callable[[list[Run]], Figure | None]] | None = None,
) -> None:
    """The command line of a figure script: draws every figure of the run, or of every member of the sweep and what its members have
    together."""
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(f"usage: {pathlib.Path(sys.argv[0]).name} RESULTS [FIGURES]")
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else source / "figures"
    if (source / "summary.json").is_file() and results.is_sweep(source):
        for folder, _ in results.members(source):
            draw_all(figures, load(folder), target / folder.name)
        if (overview := sweep_overview(source)) is not None:
            save(overview, target, "sweep")
            print(target / "sweep.png")
        for name, draw in (of_sweeps or {}).items():
            if (figure := draw([load(folder) for folder, _ in results.members(source)])) is not None:
                save(figure, target, name)
                print(target / f"{name}.png")
    else:
        draw_all(figures, load(source), target)


def draw_all(figures: Mapping[str, Callable[[Run], Figure]], run: Run, folder: pathlib.Path) -> None:
    """Draws every figure of one run."""
    for name, draw in figures.items():
        save(draw(run), folder, name)
        print(folder / f"{name}.png")


# What a sweep is about, by experiment: the list of summary.json, the column, and its name.
SWEPT = {
    "chain": ("rows", "densityDistance", "distance of density modes"),
    "dispersion": ("rows", "gamma", r"growth rate $\gamma$"),
    "dyson-remainder": ("rows", "remainder", r"$|\Delta_L|$"),
    "dyson-trees": ("rows", "standardError", "standard error"),
    "finite-size": ("rows", "max", r"$\|\cdot\|_\infty$"),
    "many-body": ("rows", "energy", "energy"),
    "mean-field-rate": ("rows", "difference", "difference"),
    "residue-scaling": ("rows", "value", "residue"),
    "truncation-error": ("rows", "max", r"$\|w-w_{\rm exact}\|_\infty$"),
    "vlasov-flow": ("rows", "total", "total energy"),
    "vlasov-limit": ("rows", "w1", "$W_1$"),
}
MOST_CURVES = 8


def sweep_overview(folder: pathlib.Path) -> Figure | None:
    """What the sweep changes: the experiment's main number at the last time against the first key that is a number, one curve for
    every other label (the first eight); None where no key is a number."""
    experiment = results.summary(folder)["experiment"]
    if experiment == "vlasov-flow" and all(results.summary(one).get("fits") for one, _ in results.members(folder)):
        name, column, text = "fits", "rate", r"fitted rate $\gamma$"
    else:
        name, column, text = SWEPT[experiment]
    overrides = [values for _, values in results.members(folder)]
    table = results.rows(folder, name)
    paths = [key for key in overrides[0] if all(isinstance(one.get(key), int | float) for one in overrides)]
    if not paths or column not in table:
        return None
    swept = [key for key in table.columns[1 : 1 + len({key for one in overrides for key in one})]]
    x = next(key for key in swept if key == paths[0] or paths[0].endswith("." + key))
    if "time" in table and "time" not in swept:
        table = table[table["time"] == table["time"].max()]
    labels = [
        key
        for key in table.columns
        if key not in ("member", "verdict", "state", "time", x, column)
        and (key in swept or table[key].dtype == object or str(table[key].dtype) in ("str", "string", "int64"))
        and table[key].map(lambda value: isinstance(value, str | int | float)).all()
        and 1 < table[key].nunique() <= 40
    ]
    figure, (panel,) = panels(1, 1, width=5.6, height=3.6)
    groups = list(table.groupby(labels, sort=False)) if labels else [((), table)]
    for index, (values, group) in enumerate(groups[:MOST_CURVES]):
        group = group.sort_values(x)
        heights = [np.mean(value) if isinstance(value, tuple) else value for value in group[column]]
        panel.plot(group[x], np.abs(heights) if np.iscomplexobj(heights) else heights, **line(index),
                   label=", ".join(f"{key} {value}" for key, value in zip(labels, values)))  # fmt: skip
    everything = np.concatenate([np.ravel(one.get_ydata()) for one in panel.lines])
    if len(everything) and (everything > 0).all() and everything.max() > 20 * everything.min():
        panel.set_yscale("log")
    if len(groups) > MOST_CURVES:
        panel.set_title(f"{MOST_CURVES} of {len(groups)} curves")
    if labels:
        panel.legend(fontsize=6.5, loc="center left", bbox_to_anchor=(1.0, 0.5))
    panel.set_xlabel(paths[0])
    panel.set_ylabel(text)
    if all(float(value).is_integer() for value in table[x]):
        panel.xaxis.get_major_locator().set_params(integer=True)
    return figure
