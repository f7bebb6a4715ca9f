"""results/index.html: what the runs of scripts/reproduce show, on one static page.

    python scripts/figures/gallery.py RESULTS

One section an experiment, from RESULTS/EXPERIMENT/reproduce: its title and first paragraph (from its README), its
verdicts, its figures, the parameters it ran with and where it ran. The page needs nothing but the files beside it.
"""

import html
import json
import pathlib
import re
import sys
from collections import Counter
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONGEST_TABLE = 40

STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --faint: #6b6b70; --paper: #ffffff; --line: #dcdce0; --panel: #f6f6f8;
  --good: #00684a; --bad: #b3380a; --open: #7a5b00; --link: #0060a0; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --faint: #a0a0a8; --paper: #17171a; --line: #3a3a40;
  --panel: #212126; --good: #58c9a0; --bad: #ff9a6b; --open: #e6c65a; --link: #7cc0f5; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 Georgia, "Times New Roman", serif; color: var(--ink); background: var(--paper); }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; } h2 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { max-width: 46rem; margin: .4rem 0 .9rem; } a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; margin: 1rem 0; }
section { border-top: 1px solid var(--line); padding: 2rem 0; }
.faint { color: var(--faint); font-size: .9rem; }
.verdicts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: .8rem 0; list-style: none;
  font-size: .95rem; }
.verdicts li { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .8rem; background: var(--panel); }
.holds { color: var(--good); } .violated { color: var(--bad); font-weight: bold; } .undecided { color: var(--open); }
figure { margin: 1.2rem 0; }
figure > a { display: block; background: #fff; border: 1px solid var(--line); border-radius: 4px; padding: .5rem; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { color: var(--faint); font-size: .9rem; margin-top: .3rem; }
table { border-collapse: collapse; font-size: .92rem; } td, th { text-align: left; padding: .2rem 1.2rem .2rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--link); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
  padding: .8rem 1rem; overflow-x: auto; font-size: .82rem; line-height: 1.4; }
.scroll { overflow-x: auto; }
"""


def read_json(path: pathlib.Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.is_file() else {}


def introduction(name: str) -> tuple[str, str]:
    """The title and the first paragraph of an experiment's README."""
    path = ROOT / "experiments" / name / "README.md"
    blocks = re.split(r"\n\s*\n", path.read_text().strip()) if path.is_file() else []
    title = next((block.lstrip("# ").strip() for block in blocks if block.startswith("#")), name)
    return title, next((block for block in blocks if block[0].isalpha()), "")


def inline(text: str) -> str:
    """Markdown's inline code and emphasis, the rest as it is; links keep their text."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", html.escape(" ".join(text.split())))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def text_of(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:.4g}" if isinstance(value, float) else html.escape(str(value))


def verdicts(summary: dict[str, Any]) -> str:
    """How many entries hold, are violated, are undecided; for runs without verdicts, how many rows there are."""
    entries = [entry for value in summary.values() if isinstance(value, list) for entry in value]
    counted = Counter(entry["verdict"] for entry in entries if isinstance(entry, dict) and "verdict" in entry)
    rows = f"<li>{len(summary.get('rows', []))} rows</li>"
    items = [
        f'<li class="{verdict}">{verdict}: {counted[verdict]}</li>'
        for verdict in ("holds", "violated", "undecided", "none")
        if counted[verdict]
    ]
    return f'<ul class="verdicts">{"".join(items) or rows}</ul>'


def short_tables(summary: dict[str, Any]) -> str:
    """The short lists of a summary (checks, slopes, rates), a table each; the rows themselves are in the figures."""
    parts = []
    for key, value in summary.items():
        short = isinstance(value, list) and 0 < len(value) <= LONGEST_TABLE
        if key == "rows" or not short or not all(isinstance(entry, dict) for entry in value):
            continue
        columns = list(value[0])
        head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
        body = "".join(
            "<tr>"
            + "".join(f'<td class="{entry.get(column)}">{text_of(entry.get(column))}</td>' for column in columns)
            + "</tr>"
            for entry in value
        )
        parts.append(
            f"<details open><summary>{html.escape(key)}</summary><div class=scroll>"
            f"<table><tr>{head}</tr>{body}</table></div></details>"
        )
    return "".join(parts)


def scalars(summary: dict[str, Any]) -> str:
    """The single numbers of a summary (radii, rates, …) as a table."""
    cells = []
    for key, value in summary.items():
        if isinstance(value, dict):
            cells += [
                (f"{key}, {inner}", number) for inner, number in value.items() if not isinstance(number, (dict, list))
            ]
        elif not isinstance(value, list) and key != "experiment":
            cells.append((key, value))
    lines = "".join(f"<tr><td>{html.escape(key)}</td><td>{text_of(value)}</td></tr>" for key, value in cells)
    return f"<table>{lines}</table>" if lines else ""


def pixel_width(image: pathlib.Path) -> int:
    """The width of a PNG, from its header."""
    return int.from_bytes(image.read_bytes()[16:20], "big")


def figures(run: pathlib.Path, results: pathlib.Path) -> str:
    """The figures in the order they were drawn, all at the scale of a page two columns wide."""
    parts = []
    images = sorted((run / "figures").glob("*.png"), key=lambda image: (image.stat().st_mtime_ns, image.name))
    for image in images:
        source = image.relative_to(results).as_posix()
        pdf = image.with_suffix(".pdf").relative_to(results).as_posix()
        caption = image.stem.replace("-", " ")
        parts.append(
            f'<figure><a href="{source}"><img src="{source}" alt="{caption}" width="{pixel_width(image) * 9 // 20}">'
            f'</a><figcaption>{caption} · <a href="{pdf}">PDF</a></figcaption></figure>'
        )
    return "".join(parts)


def provenance(run: pathlib.Path) -> str:
    """Where the run comes from: its manifest, without the long entries."""
    cells = []
    for key, value in read_json(run / "manifest.json").items():
        if isinstance(value, dict):
            cells += [
                (f"{key}, {inner}", entry)
                for inner, entry in value.items()
                if key != "outputsSHA256" and len(str(entry)) < 60
            ]
        else:
            cells.append((key, value))
    lines = "".join(f"<tr><td>{html.escape(key)}</td><td>{text_of(value)}</td></tr>" for key, value in cells)
    return (
        f"<details><summary>Provenance</summary><div class=scroll><table>{lines}</table></div></details>"
        if lines
        else ""
    )


def section(run: pathlib.Path, results: pathlib.Path) -> str:
    name = run.parent.name
    title, paragraph = introduction(name)
    summary = read_json(run / "summary.json")
    configuration = (run / "config.yaml").read_text() if (run / "config.yaml").is_file() else ""
    files = " · ".join(
        f'<a href="{(run / file).relative_to(results).as_posix()}">{file}</a>'
        for file in ("summary.json", "data.h5", "manifest.json", "config.yaml")
        if (run / file).is_file()
    )
    return f"""<section id="{name}">
<h2>{inline(title)}</h2>
<p class="faint"><code>{name}</code> · {files}</p>
<p>{inline(paragraph)}</p>
{verdicts(summary)}
{figures(run, results)}
{short_tables(summary)}
<div class="scroll">{scalars(summary)}</div>
<details><summary>Parameters</summary><pre>{html.escape(configuration)}</pre></details>
{provenance(run)}
</section>"""


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: gallery.py RESULTS")
    results = pathlib.Path(sys.argv[1]).resolve()
    runs = sorted(path.parent for path in results.glob("*/reproduce/summary.json"))
    # The main job first, then the others by name.
    runs.sort(key=lambda run: run.parent.name != "dyson-remainder")
    links = "".join(f'<a href="#{run.parent.name}">{run.parent.name}</a>' for run in runs)
    body = "".join(section(run, results) for run in runs)
    page = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>vlasov-hierarchy: results</title><style>{STYLE}</style></head>
<body>
<header><h1>Results</h1>
<p>Every experiment of this project on its default configuration, as <code>scripts/reproduce all</code> left them.</p>
<nav>{links}</nav></header>
<main>{body}</main>
</body>
</html>
"""
    (results / "index.html").write_text(page)
    print(results / "index.html")


if __name__ == "__main__":
    main()
