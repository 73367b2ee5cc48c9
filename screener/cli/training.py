"""A training as the terminal shows it: a line an epoch, a live bar, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from screener import NOTICE
from screener.cli.cards import points_table
from screener.cli.plain import plain
from screener.cli.preflight import preflight_table
from screener.cli.progress import console_aside, duration
from screener.commands.train import CheckResult, EpochResult, RecipeField, TrainProgress, TrainResult
from screener.models.card import ModelCard
from screener.reports import figures
from screener.reports.wording import counted

_HEADING = " epoch  side  learning rate    loss   val loss   accuracy      AUC   stress AUC"

_FIRST = frozenset(f"{side}{name}" for side in ("", "stress_") for name in ("auc", "mean_auc", "accuracy"))
"""Figures of a card that a training ends with on the terminal."""


@contextmanager
def live_training() -> Iterator[Callable[[TrainProgress], None]]:
    """A function that shows how far a training has come: an epoch's figures as a line, its steps as a bar."""
    console = console_aside()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[facts]}", style="cyan"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("Preparing", total=None, facts="")
        headed, last = False, ""

        def show(progress: TrainProgress) -> None:
            nonlocal headed, last
            if progress.found is not None:
                bar.console.print(preflight_table(progress.found), soft_wrap=True)
                return
            if progress.remark:
                note = Text.assemble(("Note    ", "bold yellow"), plain(progress.remark))
                bar.console.print(note, soft_wrap=True)
            if progress.finished is not None:
                last = (
                    f"validation loss {progress.finished.validation_loss:.4f}, "
                    f"AUC {progress.finished.validation_auc:.4f}"
                )
                if not headed:
                    bar.console.print(Text(_HEADING, "bold"))
                    headed = True
                bar.console.print(_epoch_line(progress.finished), soft_wrap=True)
                return
            epoch = f" {progress.epoch}/{progress.epochs}" if progress.epoch else ""
            bar.tasks[0].total = progress.steps or None  # which `update` leaves as it was where it is None
            bar.update(
                task,
                description=f"{progress.note}{epoch}",
                completed=progress.step,
                facts=_facts(progress, last),
            )

        yield show


def print_checked(result: CheckResult) -> None:
    """Print where the findings are; `live_training` has shown them."""
    console = Console(highlight=False)
    for line in result.remarks:
        console.print(Text.assemble(("Note    ", "bold yellow"), plain(line)), soft_wrap=True)
    console.print(Text.assemble(("Found   ", "bold"), str(result.folder)), soft_wrap=True)


def print_recipe_fields(fields: Sequence[RecipeField]) -> None:
    """Print every recipe field: its default, what it may hold, and what it does."""
    console = Console(highlight=False)
    console.print("Set one with --set NAME=VALUE, or keep some in a JSON file for --recipe.\n")
    for field in fields:
        console.print(Text.assemble((field.name, "bold"), f"={field.default}"), soft_wrap=True)
        if field.allowed:
            console.print(Padding(Text(field.allowed, "cyan"), (0, 0, 0, 4), expand=False))
        if field.words:
            console.print(Padding(Text(field.words), (0, 0, 0, 4), expand=False))


def print_trained(result: TrainResult) -> None:
    """Print what the training made: figures, operating points, where the folder is."""
    console = Console(highlight=False)
    counts = f"{counted(result.trained_on, 'picture')}, {result.validated_on} for validation"
    console.print(Text(f"\n{result.card.name}: {counts}, {duration(result.seconds)}", "bold"))
    console.print(_figures_table(result.card))
    console.print(points_table(result.card.operating_points))
    for note in result.notes:
        console.print(Text.assemble(("Note    ", "bold yellow"), note), soft_wrap=True)
    console.print(Text.assemble(("Model   ", "bold"), str(result.out)), soft_wrap=True)
    console.print(Text(f"screener scan FILMS --model {result.out}", "dim"), soft_wrap=True)
    console.print(Text(NOTICE, "dim italic"), soft_wrap=True)


def _figures_table(card: ModelCard) -> Table:
    """The exported model's first figures, on validation pictures and on the same under stress."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Measured (95 %)", "Validation", "Under stress"):
        table.add_column(heading, no_wrap=True)
    for name, of_both in figures.plain_and_stressed({n: v for n, v in card.metrics.items() if n in _FIRST}):
        table.add_row(name, *of_both)
    return table


def _epoch_line(epoch: EpochResult) -> Text:
    figures = (
        f"{epoch.epoch:6d} {epoch.side:5d} {epoch.learning_rate:14.2e} {epoch.loss:7.4f} "
        f"{epoch.validation_loss:10.4f} {epoch.validation_accuracy:10.4f} "
        f"{epoch.validation_auc:8.4f} {epoch.stress_auc:12.4f}"
    )
    return Text(f"{figures}  kept" if epoch.kept else figures, "green" if epoch.kept else "")


def _facts(progress: TrainProgress, last: str) -> str:
    facts = [f"{progress.rate:.1f}/s"] if progress.rate else []
    if progress.loss is not None:
        facts.append(f"loss {progress.loss:.4f}")
        facts += [last] if last else []
    if progress.seconds_left is not None:
        facts.append(f"{duration(progress.seconds_left)} left")
    return "  ".join(facts)
