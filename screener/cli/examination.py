"""An examination as the terminal shows it, and as one JSON object."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from screener import NOTICE, __version__
from screener.cli.result import dump
from screener.commands.checks.findings import Finding, Health
from screener.commands.doctor import Examination

_NAME = 33
"""Columns of a finding's name, as many as that of the longest model that ships."""

_NARROW = 72
"""Columns below which a finding's text stands under its name, not beside it."""

_STYLES = {"ok": ("✓ ok", "green"), "note": ("● note", "yellow"), "fault": ("✕ FAULT", "red")}


class Page:
    """The terminal, written finding by finding: the slow checks then show where they are."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._heading = ""

    def show(self, heading: str, finding: Finding) -> None:
        """Print one finding, and its heading before the first of it."""
        if heading != self._heading:
            self._console.print(Text(f"\n{heading}" if self._heading else heading, "bold"))
            self._heading = heading
        texts = [Text(finding.text)]
        if finding.remedy:
            texts.append(Text(f"→ {finding.remedy}", "cyan"))
        line = Table.grid(padding=(0, 1))
        line.add_column(width=7)
        line.add_column(overflow="fold")
        if self._console.width < _NARROW:
            for text in (Text(finding.name, "bold"), *texts):
                line.add_row("" if line.row_count else _word(finding.health), text)
        else:
            line.columns[1].width = _NAME
            line.add_column(overflow="fold")
            for text in texts:
                first = not line.row_count
                line.add_row(_word(finding.health) if first else "", finding.name if first else "", text)
        self._console.print(Padding(line, (0, 0, 0, 2)))

    def close(self, examination: Examination) -> None:
        """Print the verdict."""
        self._console.print()
        style = _STYLES[examination.health][1]
        self._console.print(Text(verdict(examination), f"bold {style}"), soft_wrap=True)
        self._console.print(Text(NOTICE, "dim italic"), soft_wrap=True)


def _word(health: Health) -> Text:
    word, style = _STYLES[health]
    return Text(word, style if health == "ok" else f"bold {style}")


def verdict(examination: Examination) -> str:
    """The examination in one line."""
    faults, notes = examination.count(Health.FAULT), examination.count(Health.NOTE)
    checks = f"{len(examination.findings)} checks"
    noted = f", {notes} note{'s' * (notes > 1)}" if notes else ""
    if not faults:
        return f"Ready to scan: {checks}, no fault{noted}."
    names = ", ".join(f.name for f in examination.findings if f.health is Health.FAULT)
    return f"Not fit to scan: {faults} fault{'s' * (faults > 1)} in {checks}{noted}: {names}."


def print_examination_json(examination: Examination) -> None:
    """Print the examination as one JSON object on stdout."""
    dump(
        {
            "exit_code": examination.exit_code,
            "verdict": examination.health.value,
            "summary": verdict(examination),
            "program": __version__,
            "findings": [
                {
                    "part": heading,
                    "name": finding.name,
                    "verdict": finding.health.value,
                    "text": finding.text,
                    "remedy": finding.remedy,
                }
                for heading, findings in examination.parts
                for finding in findings
            ],
        }
    )
