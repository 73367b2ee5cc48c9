"""Model cards as pages in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from screener import NOTICE
from screener.cli.plain import plain
from screener.commands.models import Verdict
from screener.models.card import Figure, ModelCard
from screener.models.catalogue import Installed, kind_of
from screener.records import OperatingPoint
from screener.reports import figures
from screener.reports.wording import POINTS, of_kind

_WIDE = 92
"""Columns of a terminal that has room for the day a model was made, and for names as they are typed."""


def print_models(models: list[Installed]) -> None:
    """Print a line a model: name, task, size, validation AUC, day, folder."""
    console = Console(highlight=False)
    if not models:
        console.print("No model is installed. Name a folder of model folders with --weights.")
        return
    headings = ("Model", "Task", "Input", "AUC", "Size", *(("Made",) if console.width >= _WIDE else ()))
    rows = [_facts(model.card)[: len(headings)] for model in models]
    if sum(max(map(len, column)) + 2 for column in zip(headings, *rows, strict=True)) - 2 > console.width:
        for name, *facts in rows:
            named = (f"{heading} {fact}" for heading, fact in zip(headings[1:], facts, strict=True) if fact)
            console.print(Text.assemble((name, "bold"), "\n  ", ", ".join(named)), soft_wrap=True)
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, justify="right" if heading in ("AUC", "Size") else "left", no_wrap=True)
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
    console.print(Text("screener models show NAME reads a card; AUC is on validation pictures.", "dim"))


def _facts(card: ModelCard) -> tuple[str, ...]:
    """What the list of models says of one: name, task, input, AUC, size, day."""
    spec, share = card.input, card.measured("auc")
    size = sum(seal.bytes for seal in card.files.values())
    auc = "" if share is None else f"{share:.4f}"
    shape = f"{spec.width}x{spec.height} {spec.colour}"
    return plain(card.name), plain(card.task), shape, auc, f"{size / 1e6:.0f} MB", card.created


def print_card(model: Installed) -> None:
    """Print a model's card as a page."""
    card, sealed = model.card, model.card.files.items()
    films = of_kind(kind_of(model), "films")
    sections: list[RenderableType] = [
        Text(card.name, "bold"),
        Text(f"{card.task_title}. {card.architecture}, made {card.created} by screener {card.program}.\n"),
        _section("Intended use", Text(card.intended_use)),
        _section(
            "Not tested on, and known failures", Text("\n".join(f"- {line}" for line in card.limitations))
        ),
        _section(of_kind(kind_of(model), POINTS), points_table(card.operating_points)),
        _section(f"Measured on validation {films}", _figures(card.metrics)),
        *_int8(card),
        _section("Training", _fields(card.training)),
        _section(
            "Files",
            Text("\n".join(f"{name}: {s.bytes:,} bytes, sha256 {s.sha256}" for name, s in sealed)),
        ),
        Text(f"Folder: {model.folder}", "dim"),
        Text(NOTICE, "bold"),
    ]
    Console(highlight=False).print(Group(*sections), soft_wrap=False)


def print_quantised(card: ModelCard) -> None:
    """Print what a model's int8 graph is worth beside the full-precision one."""
    console = Console(highlight=False)
    if card.int8 is None:
        return
    console.print(Text(f"{card.name}: int8", "bold"))
    console.print(points_table(card.int8.operating_points))
    console.print(_figures(card.int8.metrics))
    console.print(Text(figures.use_of_int8(card), "green" if card.int8.agrees else "yellow"))


def print_verdicts(verdicts: list[Verdict]) -> None:
    """Print a line a model: verified, or what is wrong."""
    console = Console(highlight=False)
    if not verdicts:
        console.print("No model is installed.")
    for verdict in verdicts:
        if verdict.model is None:
            word, said = Text("✕ BROKEN   ", "bold red"), f": {verdict.fault}"
        elif verdict.fault:
            word, said = Text("✕ ALTERED  ", "bold red"), f": {verdict.fault}"
        else:
            word, said = Text("✓ verified ", "green"), f", {len(verdict.model.card.files)} files"
        console.print(Text.assemble(word, plain(verdict.name), plain(said)), soft_wrap=True)


def points_table(points: tuple[OperatingPoint, ...]) -> Table:
    """The operating points, a line each, with their intervals."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Name", "Threshold", "Sensitivity (95 %)", "Specificity (95 %)"):
        table.add_column(heading)
    for p in points:
        table.add_row(
            p.name, f"{p.threshold:.4f}", figures.interval(p.sensitivity), figures.interval(p.specificity)
        )
    return table


def _int8(card: ModelCard) -> list[RenderableType]:
    if card.int8 is None:
        return []
    points = points_table(card.int8.operating_points)
    return [
        _section("In eight-bit integers (--precision int8)", points),
        _section("Beside full precision", _figures(card.int8.metrics)),
        Text(f"{figures.use_of_int8(card)}\n"),
    ]


def _figures(metrics: Mapping[str, Figure]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "Plain", "Stressed"):
        table.add_column(heading)
    for name, measured in figures.plain_and_stressed(metrics):
        table.add_row(Text(name, "dim"), *measured)
    return table


def _section(title: str, body: Text | Table) -> Group:
    return Group(Text(title, "bold"), Padding(body, (0, 0, 1, 2)))


def _fields(fields: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields.items():
        several = value if isinstance(value, list) else [value]
        if several and all(isinstance(inner, Mapping) for inner in several):
            for inner in several:
                table.add_row(Text(figures.said(name)), _fields(inner))
        else:
            table.add_row(Text(figures.said(name)), Text(figures.value(value)))
    return table
