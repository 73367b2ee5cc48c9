"""The page itself: its policy, its order, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from screener import NOTICE
from screener.reports import wording
from screener.reports.base import Remarks, ScanView
from screener.reports.html import films as lists
from screener.reports.html.document import asset, head
from screener.reports.html.markup import safe
from screener.reports.html.summary import about, summary
from screener.reports.links import film_links
from screener.reports.overview import overview

_ALL = "--format xlsx, csv or jsonl gives all"


class HtmlReport:
    """One page. A browser stays quick with tens of thousands of lines, not with more.

    So the worklist's first `pictures` films have a picture, and of worklist and problems the first `rows`
    are shown; the page says what it leaves out. The other reports hold everything.
    """

    name = "report.html"

    def __init__(self, rows: int = 20_000, pictures: int = 5_000) -> None:
        self.rows = rows
        self.pictures = pictures

    def write(self, view: ScanView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(self._page(view, path.parent))
        return Remarks(notes=tuple(f"{self.name}: {note}" for note in self._left_out(view)))

    def _left_out(self, view: ScanView) -> Iterator[str]:
        counts = view.counts()
        films = wording.of_kind(view.provenance().kind, "films")
        if counts.scored > self.rows:
            yield f"the first {self.rows:,} of {counts.scored:,} {films}; {_ALL}"
        if counts.scored > self.pictures:
            yield f"pictures of the {self.pictures:,} most suspicious {films} only"
        if counts.total - counts.scored > self.rows:
            problems = counts.total - counts.scored
            yield f"the first {self.rows:,} of {problems:,} problems; {_ALL}"

    def _page(self, view: ScanView, folder: Path) -> Iterator[str]:
        provenance, counts = view.provenance(), view.counts()
        seen = overview(view.rows())
        link = film_links(provenance.root, folder)
        style, script = asset("report.css"), asset("report.js")
        yield head(f"{provenance.task_title}, {wording.days(provenance)}", provenance.program, style, script)
        yield (
            '<body><a class="skip" href="#worklist-title">Skip to the worklist</a>'
            '<span id="enlarge" hidden>Enlarge</span>\n'
            f'<header><h1>{safe(provenance.task_title)}</h1><p class="notice">{safe(NOTICE)}</p>'
            f"<p>{wording.counted_files(counts.total, seen.frames)}, model {safe(provenance.model)}, "
            f"{safe(wording.days(provenance))}</p>"
            "</header>\n<main>\n"
        )
        yield summary(provenance, counts, seen)
        yield '<section aria-labelledby="worklist-title"><h2 id="worklist-title" tabindex="-1">Worklist</h2>'
        for note in self._left_out(view):
            yield f'<p class="left-out">This page shows {safe(note)}.</p>'
        yield "<noscript><p>Pictures, search and sorting need JavaScript.</p></noscript>"
        yield lists.controls(counts, provenance.kind) + lists.worklist_head(provenance.kind)
        for rank, row in enumerate(islice(view.worklist(), self.rows), 1):
            yield lists.worklist_row(rank, row, provenance, link(row), rank <= self.pictures)
        yield "</tbody></table></section>\n"
        yield '<section aria-labelledby="problems"><h2 id="problems" tabindex="-1">Problems</h2>'
        yield lists.problems_head(provenance.kind)
        for number, row in enumerate(islice(view.problems(), self.rows), 1):
            yield lists.problem_row(number, row, link(row), number <= self.pictures)
        yield "</tbody></table></section>\n"
        yield about(provenance)
        yield (
            f"</main>\n<footer><p>{safe(NOTICE)}</p><p>{safe(provenance.program)}</p></footer>\n"
            '<dialog id="viewer" aria-labelledby="viewer-name">'
            '<form method="dialog"><button>Close</button></form>'
            '<div class="pair"></div><p id="viewer-name"></p></dialog>\n'
            f"<script>{script}</script></body></html>\n"
        )
