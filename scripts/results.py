"""The results of runs and sweeps, for Python: one file, to be copied or put on the path; nothing to install.

    import results

    run = results.open_run("results/vlasov-flow/first")     # an xarray.Dataset: named dimensions, labels, units, equations
    run["density"].sel(species="electron", mode=1).real     # complex numbers are complex
    table = results.rows("results/vlasov-flow/first")       # a pandas.DataFrame of summary.json's rows
    fits = results.rows("results/vlasov-flow/first", "fits")
    sweep = results.open_sweep("results/vlasov-flow/sweep") # an xarray.Dataset with a dimension for each key of a grid
    table = results.rows("results/vlasov-flow/sweep")       # the rows of all members, with what each of them overrides

Needs h5py and xarray; `rows` gives a list of dictionaries where there is no pandas. An array of a group of data.h5 is called after
both, `series/density`. A dimension is called after its axis, `time`; where two groups have different axes of one name, after group and
axis, `series/time`.
"""

import itertools
import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import h5py
import numpy as np
import xarray

Folder = str | pathlib.Path

# Pairs of numbers that are intervals [lower, upper] and not complex numbers [re, im].
INTERVALS = frozenset({"omega", "gamma", "ratio", "near", "p-range"})


def summary(folder: Folder) -> dict[str, Any]:
    """summary.json of a run or a sweep; says what is missing where the folder holds none."""
    file = pathlib.Path(folder) / "summary.json"
    if not file.is_file():
        raise FileNotFoundError(f"{folder} holds no summary.json: not the results of a finished run")
    return json.loads(file.read_text())


def is_sweep(folder: Folder) -> bool:
    """Whether the folder holds a sweep and not one run."""
    return "sweep" in summary(folder)


def members(folder: Folder) -> list[tuple[pathlib.Path, dict[str, Any]]]:
    """The folders of a sweep's members that have results, each with what it overrides."""
    own = pathlib.Path(folder)
    return [
        (own / entry["folder"], entry["overrides"])
        for entry in summary(folder)["sweep"]
        if (own / entry["folder"] / "summary.json").is_file()
    ]


def open_run(folder: Folder) -> xarray.Dataset:
    """Every array of data.h5 in one Dataset, read whole: `units` and `equation` are attributes, an axis `part` (re, im) becomes a
    complex number."""
    path = pathlib.Path(folder) / "data.h5"
    if not path.is_file():
        raise FileNotFoundError(f"{folder} holds no data.h5: not the results of a finished run")
    with h5py.File(path, "r") as file:
        sets = _sets(file)
        names = _dimension_names({scale: item for scale, item in sets.items() if _is_scale(item)})
        coordinates = {names[scale]: _labels(sets[scale], names[scale]) for scale in names}
        variables = {
            name: _variable(item, [names.get(scale) for scale in _scales(item)], coordinates)
            for name, item in sets.items()
            if not _is_scale(item)
        }
        attributes = {key: value for key, value in file.attrs.items() if isinstance(value, str)}
    used = set(itertools.chain.from_iterable(variable.dims for variable in variables.values()))
    labels = {name: variable for name, variable in coordinates.items() if name in used and name not in variables}
    return xarray.Dataset(variables, labels, attributes)


def open_sweep(folder: Folder) -> xarray.Dataset:
    """The arrays of all members in one Dataset. A grid has a dimension for each key, called after its last part (`time-step`, or all
    of the path where two keys end alike); a list has the dimension `member`, along which the overrides are labels. Where members
    have different axes, what one of them lacks is NaN."""
    runs = members(folder)
    if not runs:
        raise FileNotFoundError(f"{folder}: no member of this sweep has results")
    names = _short_names(runs)
    data = xarray.concat(
        [open_run(path) for path, _ in runs], "member", join="outer", data_vars="all", coords="minimal",
        compat="override", combine_attrs="drop_conflicts",
    )  # fmt: skip
    values = {path: [_label(overrides.get(path)) for _, overrides in runs] for path in names}
    axes = {path: list(dict.fromkeys(values[path])) for path in names}
    combinations = set(zip(*values.values(), strict=True))
    if len(combinations) == len(runs) == np.prod([len(axis) for axis in axes.values()]):
        index = xarray.Coordinates.from_pandas_multiindex(_multi_index(names, values), "member")
        return data.assign_coords(index).unstack("member").reindex({names[path]: axes[path] for path in names})
    labels = {names[path]: ("member", np.array(values[path])) for path in names}
    return data.assign_coords(labels | {"member": [path.name for path, _ in runs]})


def rows(folder: Folder, name: str = "rows") -> Any:
    """A list of summary.json, by default its rows, as a pandas.DataFrame (a list of dictionaries where there is no pandas): keys of
    objects with dots, `bounds.paper`; [re, im] as a complex number; a marginal as "(2,1)"; null as NaN. Of a sweep the lists of all
    members below each other, with `member` and what it overrides before the rest."""
    if is_sweep(folder):
        runs = members(folder)
        names = _short_names(runs)
        lines = [
            {"member": path.name} | {names[key]: value for key, value in overrides.items()} | line
            for path, overrides in runs
            for line in _lines(summary(path), name, path)
        ]
    else:
        lines = _lines(summary(folder), name, folder)
    try:
        import pandas
    except ImportError:
        return lines
    return pandas.DataFrame(lines)


def number(value: Any, key: str = "") -> Any:
    """An entry of a row as a number where it is one: null is NaN, a pair of decimals that is no interval complex."""
    if value is None:
        return np.nan
    if isinstance(value, list) and all(isinstance(part, int) for part in value) and value:
        return "(" + ",".join(map(str, value)) + ")"
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, int | float | None) for part in value):
        low, high = (np.nan if part is None else float(part) for part in value)
        return (low, high) if key.split(".")[-1] in INTERVALS else complex(low, high)
    return value


def _lines(whole: Mapping[str, Any], name: str, folder: Folder) -> list[dict[str, Any]]:
    found = whole.get(name)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        lists = [key for key, value in whole.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
        raise KeyError(f"{folder} has no list '{name}'; there are: {', '.join(lists) or 'none'}")
    return [{key: number(value, key) for key, value in _flat(entry)} for entry in found]


def _flat(entry: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _sets(file: h5py.File) -> dict[str, h5py.Dataset]:
    found: dict[str, h5py.Dataset] = {}
    file.visititems(lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None)
    return found


def _is_scale(item: h5py.Dataset) -> bool:
    return item.attrs.get("CLASS") in (b"DIMENSION_SCALE", "DIMENSION_SCALE")


def _scales(item: h5py.Dataset) -> list[str]:
    return [next((scale.name.lstrip("/") for scale in axis.values()), "") for axis in item.dims]


def _dimension_names(scales: Mapping[str, h5py.Dataset]) -> dict[str, str]:
    """The name of each axis: the last part of its path, unless another group has other labels under it."""
    labels: dict[str, set] = {}
    for path, item in scales.items():
        labels.setdefault(path.split("/")[-1], set()).add(item[()].tobytes() if item.dtype != object else tuple(item[()]))
    return {path: path.split("/")[-1] if len(labels[path.split("/")[-1]]) == 1 else path for path in scales}


def _labels(item: h5py.Dataset, name: str) -> xarray.Variable:
    values = item.asstr()[()].astype(str) if item.dtype == object else item[()]
    return xarray.Variable((name,), values, _attributes(item))


def _variable(
    item: h5py.Dataset, dimensions: Sequence[str | None], coordinates: Mapping[str, xarray.Variable]
) -> xarray.Variable:
    values = item.asstr()[()].astype(str) if item.dtype == object else item[()]
    names = [name or f"axis-{place}" for place, name in enumerate(dimensions)]
    if names and names[-1].split("/")[-1] == "part" and list(coordinates[names[-1]].values) == ["re", "im"]:
        values = values[..., 0] + 1j * values[..., 1]
        names.pop()
    return xarray.Variable(names, values, _attributes(item))


def _attributes(item: h5py.Dataset) -> dict[str, str]:
    kept = {key: item.attrs.get(key) for key in ("units", "equation")}
    return {key: value for key, value in kept.items() if isinstance(value, str) and value}


def _short_names(runs: Sequence[tuple[pathlib.Path, Mapping[str, Any]]]) -> dict[str, str]:
    """The last part of every overridden path, or all of it where two end alike."""
    paths = list(dict.fromkeys(key for _, overrides in runs for key in overrides))
    last = [path.split(".")[-1] for path in paths]
    return {path: end if last.count(end) == 1 else path for path, end in zip(paths, last, strict=True)}


def _label(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _multi_index(names: Mapping[str, str], values: Mapping[str, list]) -> Any:
    import pandas  # comes with xarray

    return pandas.MultiIndex.from_arrays(list(values.values()), names=[names[path] for path in values])
