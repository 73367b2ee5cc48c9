"""An evaluation's reports into their folder, each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from screener.errors import OutputError, OutputTaken, UnknownName
from screener.models.card import CARD
from screener.reports.base import Writer
from screener.reports.excel.edited import edited
from screener.reports.publish import Published, put
from screener.training.evaluation.document import JsonReport, Predictions
from screener.training.evaluation.page import HtmlReport
from screener.training.evaluation.pictures import Illustrated
from screener.training.evaluation.plots import PLOTS
from screener.training.evaluation.request import FORMATS
from screener.training.evaluation.workbook import ExcelReport

_EVERY = frozenset(
    (
        *(report.name for report in (HtmlReport, ExcelReport, JsonReport, Predictions)),
        *PLOTS,
    )
)
"""What an evaluation may be written as."""

_ELSEWHERE = "choose another folder with --out"


def check_place(folder: Path) -> None:
    """Refuse a folder where an evaluation's reports would replace what no evaluation wrote.

    Raises:
        OutputTaken: it holds a model, or files called like reports without an evaluation's JSON beside them.
    """
    if (folder / CARD).is_file():
        raise OutputTaken(
            f"{folder} holds a model, and some of its files are named like reports; {_ELSEWHERE}"
        )
    strange = [name for name in sorted(_EVERY) if (folder / name).exists()]
    if strange and not _is_ours(folder):
        raise OutputTaken(
            f"{folder / strange[0]} would be replaced, and no evaluation's {JsonReport.name} is beside it; "
            f"move it elsewhere, or {_ELSEWHERE}"
        )


def write_reports(view: Illustrated, formats: Sequence[str], folder: Path) -> Published:
    """The reports of `view` in `folder`; see `reports.publish`.

    The JSON is always among them and is written first: it says whose the others are. Those of an evaluation
    that was there before and are not written anew are removed, but for a workbook that somebody has worked
    in: they would tell of other scores under the same roof.

    Raises:
        OutputTaken: see `check_place`.
        OutputError: the folder cannot be written or is full.
    """
    check_place(folder)
    before = _is_ours(folder)
    asked = [writer for format in dict.fromkeys(formats) for writer in _writers(format, view)]
    mark = JsonReport.name
    writers = [JsonReport(), *(writer for writer in asked if writer.name != mark)]
    published = put(writers, view, folder)
    if before:
        _remove(folder, _EVERY - {writer.name for writer in writers})
    paths = dict(zip((writer.name for writer in writers), published.paths, strict=True))
    return replace(published, paths=tuple(paths[writer.name] for writer in asked))


def _is_ours(folder: Path) -> bool:
    """Whether the folder's `evaluation.json` is one that this program wrote."""
    try:
        found = json.loads((folder / JsonReport.name).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"schema", "notice", "confusion", "thresholds"} <= found.keys()


def _remove(folder: Path, names: frozenset[str]) -> None:
    for path in (folder / name for name in sorted(names)):
        if path.suffix == ".xlsx" and edited(path):
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"{path}, from an earlier evaluation, cannot be removed: {error.strerror}; close it, or "
                f"{_ELSEWHERE}"
            ) from error


def _writers(format: str, view: Illustrated) -> Iterator[Writer[Illustrated]]:
    match format:
        case "html":
            yield HtmlReport()
        case "xlsx":
            yield ExcelReport()
        case "json":
            yield JsonReport()
        case "csv":
            yield Predictions()
        case "png":
            yield from (*view.plots, *((view.contact_sheet,) if view.contact_sheet else ()))
        case _:
            raise UnknownName("report format", format, FORMATS)
