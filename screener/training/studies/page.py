"""`study.html`: one page that needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from screener import NOTICE
from screener.reports.base import Remarks
from screener.reports.html.blocks import picture, section, table
from screener.reports.html.document import asset, head
from screener.reports.html.markup import safe
from screener.training.studies.compare import Line, measure_name
from screener.training.studies.results import FINISHED, TRIALS
from screener.training.studies.view import StudyView


class Page:
    """The table group by group, the plots, every trial with its model's card, and where it all comes from."""

    name = "study.html"

    def write(self, view: StudyView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_page(view))
        return Remarks()


def _page(view: StudyView) -> Iterator[str]:
    result = view.result
    title = f"{result.study}: {result.title}"
    yield head(title, result.program, asset("report.css") + asset("figures.css"))
    yield (
        f'<body><header><h1>{safe(title)}</h1><p class="notice">{safe(NOTICE)}</p>'
        f"<p>{safe(result.source)}, {safe(result.day)}</p></header>\n<main>\n"
    )
    said = "".join(f"<li>{safe(line)}</li>" for line in view.said)
    yield section("Before you rely on this", f'<div class="caveats"><ul>{said}</ul></div>')
    lines = view.lines
    for group in dict.fromkeys(line.group for line in lines):
        own = [line for line in lines if line.group == group]
        yield section(f"Theirs and ours: {group}", _table(view, own))
    shown = "".join(picture(plot.title, plot.png) for plot in view.pictures)
    if shown:
        yield section("Plots", f'<div class="plots">{shown}</div>')
    yield section("Trials", _trials(view))
    yield section("Where the figures come from", table("", ("", ""), [(a, [b]) for a, b in view.facts]))
    yield f"</main>\n<footer><p>{safe(NOTICE)}</p><p>{safe(result.program)}</p></footer></body></html>\n"


def _table(view: StudyView, lines: list[Line]) -> str:
    measures = [name for name in view.result.measures if any(name in line.figures for line in lines)]
    heads = ("Trial", "Whose", "On", *(measure_name(name) for name in measures), "")
    rows = []
    for line in lines:
        cells = [line.whose, line.on or line.state]
        cells += [f"{line.figures[name]:.3f}" if name in line.figures else "" for name in measures]
        said = ("best of the group" if line.best else "", line.verdict or line.why)
        rows.append((line.trial, [*cells, "; ".join(filter(None, said))]))
    return table("", heads, rows)


def _trials(view: StudyView) -> str:
    rows = []
    for one in view.result.trials:
        name = safe(one.trial.name)
        if one.state == FINISHED:
            place = quote(f"{TRIALS}/{one.trial.name}/card.html")
            name = f'<a href="{place}">{name}</a>'
        notes = "; ".join(filter(None, (one.trial.note, *one.notes, one.why)))
        rows.append(f"<li>{name}: {safe(one.state)}{safe(f'. {notes}') if notes else ''}</li>")
    return f"<ul>{''.join(rows)}</ul>"
