"""What a bench found, on the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from screener.cli.progress import duration
from screener.commands.timings.records import BenchResult, Tuned
from screener.commands.timings.verdict import shares
from screener.reports.wording import counted, of_kind

_NAME, _BAR = 31, 16
"""Columns of a step's name and of a bar that is all of the time."""

_WORDS = {
    "read": "read the file and hash it",
    "decode": "decode it to grey levels",
    "scope": "check that it is in scope",
    "prepare": "shrink it to the model's input",
    "thumbnail": "draw its thumbnail",
    "model": "run the model",
    "store": "commit its row",
    "report": "write csv and xlsx, on one core",
}


def print_bench(result: BenchResult) -> None:
    """Print where the time goes, the rates, what the limit is, and what was tried."""
    console = Console(highlight=False)
    kinds = ", ".join(f"{count} {kind}" for kind, count in result.kinds)
    films = of_kind(result.task_kind, "films")
    counts = of_kind(result.task_kind, counted(result.films, "film"))
    console.print(Text(f"{counts} ({kinds}), {result.model}, {result.engine}", "bold"))
    console.print()
    console.print(_steps(result))
    console.print()
    console.print(_rates(result))
    console.print()
    many = 10_000
    night = result.startup + many / result.rates.scan
    once = f"{result.startup:.1f} s to start, once a scan. {many:,} {films} like these: {duration(night)}."
    console.print(Text(once))
    console.print(Text(" ".join(result.limit), "bold"))
    if result.tuned:
        console.print()
        console.print(_trials(result.tuned, result.task_kind))
        console.print(Text(_verdict(result.tuned, result.task_kind), "bold"))
    for note in result.notes:
        console.print(Text.assemble(("Note: ", "bold yellow"), note))


def _steps(result: BenchResult) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(of_kind(result.task_kind, "A film on one core"), width=_NAME)
    for heading in ("Median, ms", "Mean, ms", "All, s", "Of a scan"):
        table.add_column(heading, justify="right", width=10)
    table.add_column("")
    share_of = shares(result.steps, result.cores)
    for step in result.steps:
        share = share_of[step.name]
        figures = (
            f"{step.median * 1e3:.2f}",
            f"{step.mean * 1e3:.2f}",
            f"{step.mean * result.films:.2f}",
            f"{share:.0%}",
        )
        table.add_row(_WORDS[step.name], *figures, "█" * round(share * _BAR))
    film = sum(step.mean for step in result.steps)
    table.add_row("all", "", f"{film * 1e3:.2f}", f"{film * result.films:.2f}", "100%", style="bold")
    return table


def _rates(result: BenchResult) -> Table:
    rates, cores = result.rates, f"{result.cores} core{'s' * (result.cores > 1)}"
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"This machine, {cores}", width=_NAME)
    table.add_column(of_kind(result.task_kind, "Films/s"), justify="right", width=10)
    table.add_column("")
    table.add_row("decode workers alone", f"{rates.decode:.1f}")
    table.add_row(
        "the model alone",
        f"{rates.model:.1f}" if isfinite(rates.model) else of_kind(result.task_kind, "no film"),
    )
    table.add_row("the limit of the two together", f"{rates.limit:.1f}")
    table.add_row(
        "a whole scan with reports", f"{rates.scan:.1f}", f"{rates.share:.0%} of the limit", style="bold"
    )
    return table


def _trials(tuned: Tuned, kind: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Shared out otherwise", width=_NAME)
    for heading in (of_kind(kind, "Films/s"), "Of usual", "Rounds"):
        table.add_column(heading, justify="right", width=10)
    plain = median(tuned.trials[0].rates)
    for trial in tuned.trials:
        rate = median(trial.rates)
        figures = f"{rate:.1f}", f"{rate / plain:.2f}", str(len(trial.rates))
        table.add_row(trial.way.said, *figures, style="bold" if trial.way == tuned.best else "")
    return table


def _verdict(tuned: Tuned, kind: str) -> str:
    if tuned.best is None:
        said = "Too few films to tell: raise --limit, or name a folder of more films. Nothing is remembered."
        return of_kind(kind, said)
    if tuned.best == tuned.trials[0].way:
        forgotten = f"; what {tuned.kept} held is forgotten" if tuned.kept else ""
        return f"The usual way stays: none was faster for certain{forgotten}."
    return f"Later scans use {tuned.best.said}, as {tuned.kept} remembers."


def fields(result: BenchResult) -> dict[str, Any]:
    """The result as plain values for JSON."""
    rates = result.rates
    return {
        "films": result.films,
        "unread": result.unread,
        "scored": result.scored,
        "kinds": dict(result.kinds),
        "model": result.model,
        "engine": result.engine,
        "cores": result.cores,
        "steps": {
            step.name: {
                "median_ms": round(step.median * 1e3, 3),
                "mean_ms": round(step.mean * 1e3, 3),
                "sum_seconds": round(step.mean * result.films, 4),
            }
            for step in result.steps
        },
        "films_per_second": {
            "decode": round(rates.decode, 2),
            "model": round(rates.model, 2) if isfinite(rates.model) else None,
            "limit": round(rates.limit, 2),
            "scan": round(rates.scan, 2),
        },
        "share_of_limit": round(rates.share, 3),
        "startup_seconds": round(result.startup, 2),
        "limit": list(result.limit),
        "notes": list(result.notes),
        "tuned": _tuned(result.tuned) if result.tuned else None,
    }


def _tuned(tuned: Tuned) -> dict[str, Any]:
    return {
        "trials": [
            {**asdict(trial.way), "films_per_second": [round(rate, 2) for rate in trial.rates]}
            for trial in tuned.trials
        ],
        "best": asdict(tuned.best) if tuned.best else None,
        "remembered_in": str(tuned.kept) if tuned.kept else None,
    }
