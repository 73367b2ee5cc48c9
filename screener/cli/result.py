"""A scan's result as the terminal shows it, and as one JSON object."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from screener import NOTICE
from screener.cli.plain import plain
from screener.cli.progress import duration
from screener.errors import ScreenerError
from screener.records import Band, Row, ScanResult, Status
from screener.reports.wording import cautions, counted, film_name, of_kind

BAND_STYLES = {Band.POSITIVE: "bold red", Band.UNCERTAIN: "bold yellow", Band.NEGATIVE: "green"}
_BAND_WORDS = {
    Band.POSITIVE: "▲ positive",
    Band.UNCERTAIN: "◆ uncertain: read first",
    Band.NEGATIVE: "○ negative",
}
_STATUS_WORDS = {
    Status.OUT_OF_SCOPE: "out of scope",
    Status.UNREADABLE: "unreadable",
    Status.TOO_LARGE: "too large",
    Status.TIMED_OUT: "timed out",
    Status.FAILED: "failed",
}


def print_result(result: ScanResult) -> None:
    """Print the closing tables on stdout: counts, the most suspicious films, where the reports are."""
    console = Console(highlight=False)
    console.print()
    console.print(_counts(result))
    if result.top:
        console.print(_top(result))
    for report in result.reports:
        console.print(Text.assemble(("Report  ", "bold"), shown_path(report)), soft_wrap=True)
    for note in _notes(result):
        console.print(Text.assemble(("Note    ", "bold yellow"), plain(note)), soft_wrap=True)
    console.print(Text(_closing(result), "dim"), soft_wrap=True)
    console.print(Text(NOTICE, "dim italic"), soft_wrap=True)


def print_json(result: ScanResult) -> None:
    """Print the result as one JSON object on stdout."""
    dump(summary(result))


@contextmanager
def failure_as_json(wanted: bool) -> Iterator[None]:
    """Where it is `wanted`, print what stops the command as one JSON object: `exit_code` and `error`."""
    try:
        yield
    except ScreenerError as error:
        if wanted:
            dump({"exit_code": error.exit_code, "error": str(error)})
        raise


def dump(fields: dict[str, Any]) -> None:
    """Print `fields` as one JSON object on stdout."""
    json.dump(fields, sys.stdout, ensure_ascii=True, indent=2)
    sys.stdout.write("\n")


def summary(result: ScanResult) -> dict[str, Any]:
    """The result as plain values for JSON."""
    provenance = result.provenance
    return {
        "exit_code": result.exit_code,
        "out": os.fsdecode(result.out),
        "reports": [os.fsdecode(path) for path in result.reports],
        "program": provenance.program,
        "model": provenance.model,
        "model_sha256": provenance.model_sha256,
        "task": provenance.task,
        "engine": provenance.engine,
        "operating_points": {p.name: p.threshold for p in provenance.operating_points},
        "films": result.counts.total,
        "status": {status.value: n for status, n in result.counts.status.items()},
        "band": {band.value: n for band, n in result.counts.band.items()},
        "top": [
            {
                "name": row.name,
                "frame": row.frame,
                "id": row.image_id,
                "score": row.score,
                "band": row.band and row.band.value,
                "cautions": [caution.value for caution in row.cautions],
            }
            for row in result.top
        ],
        "reused": result.reused,
        "seconds": round(result.seconds, 3),
        "films_per_second": round(result.rate, 3),
        "missing_ids": list(result.missing_ids),
        "notes": list(result.notes),
        "notice": NOTICE,
    }


def where_reasons_are(reports: Sequence[Path]) -> str:
    """Where a reader finds why a file has no score, among the `reports` that were written."""
    if any(path.suffix in (".xlsx", ".html") for path in reports):
        return "see Problems"
    if any(path.suffix == ".jsonl" for path in reports):
        return "see rows.jsonl"
    return "--format xlsx tells why"


def _counts(result: ScanResult) -> Table:
    provenance = result.provenance
    first, last = provenance.operating_points[0], provenance.operating_points[-1]
    between = f"{first.threshold:.4f} to {last.threshold:.4f}" if first != last else "one threshold"
    ranges = {
        Band.POSITIVE: f"score {last.threshold:.4f} or more",
        Band.UNCERTAIN: between,
        Band.NEGATIVE: f"under {first.threshold:.4f}",
    }
    table = Table(
        title=f"{provenance.task_title}, {provenance.model}",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
    )
    table.add_column(of_kind(provenance.kind, "Films"), justify="right")
    table.add_column("Outcome")
    table.add_column("", style="dim")
    for band in (Band.POSITIVE, Band.UNCERTAIN, Band.NEGATIVE):
        count = result.counts.band.get(band, 0)
        table.add_row(str(count), Text(_BAND_WORDS[band], BAND_STYLES[band]), ranges[band])
    reasons = where_reasons_are(result.reports)
    for status, words in _STATUS_WORDS.items():
        if count := result.counts.status.get(status, 0):
            table.add_row(str(count), Text(f"✕ {words}", "magenta"), f"not scored: {reasons}")
    table.add_section()
    table.add_row(str(result.counts.total), "all")
    return table


def _top(result: ScanResult) -> Table:
    table = Table(title="Most suspicious", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("#", justify="right", style="dim")
    table.add_column("Score", justify="right")
    table.add_column("Band")
    table.add_column(of_kind(result.provenance.kind, "Film"), overflow="fold")
    said = [cautions(row) for row in result.top]
    if any(said):
        table.add_column("Cautions", style="yellow")
    for number, (row, caution) in enumerate(zip(result.top, said, strict=True), 1):
        last = (caution,) if any(said) else ()
        table.add_row(str(number), _score(row), _band(row), Text(film_name(row)), *last)
    return table


def _score(row: Row) -> str:
    return "" if row.score is None else f"{row.score:.4f}"


def _band(row: Row) -> Text:
    return Text() if row.band is None else Text(_BAND_WORDS[row.band], BAND_STYLES[row.band])


def _notes(result: ScanResult) -> list[str]:
    notes = list(result.notes)
    if missing := result.missing_ids:
        some = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        ids = counted(len(missing), "id")
        notes.append(f"submission.csv lacks {ids} of the sample submission: {some}")
    return notes


def _closing(result: ScanResult) -> str:
    new = result.counts.total - result.reused
    films = of_kind(result.provenance.kind, counted(new, "film"))
    text = f"{films} in {duration(result.seconds)}, {result.rate:.1f} a second, {result.provenance.engine}"
    return f"{text}; {result.reused} kept from an earlier run" if result.reused else text


def shown_path(path: Path) -> str:
    """The path as it is best typed: relative to here where it lies below, printable."""
    inside = path.is_relative_to(Path.cwd())
    shown = path.relative_to(Path.cwd()) if inside else path
    return plain(os.fsencode(shown).decode("utf-8", "backslashreplace"))
