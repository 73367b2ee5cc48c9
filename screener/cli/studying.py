"""A study as the terminal shows it: what there is, a line a trial while it runs, and the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from screener import NOTICE
from screener.cli.plain import plain
from screener.cli.progress import console_aside, duration
from screener.cli.result import shown_path
from screener.commands.study import StudyProgress, StudyResult
from screener.reports.wording import counted
from screener.training.studies.compare import Line, cautions, lines_of, measure_name
from screener.training.studies.results import FINISHED, TrialResult
from screener.training.studies.study import Study

_PADDING = (0, 2, 0, 0)
_FILES = ("study.xlsx", "study.html")


def print_studies(studies: Sequence[Study]) -> None:
    """Print a line or two a study on stdout."""
    console = Console(highlight=False)
    table = Table(box=None, padding=_PADDING)
    table.add_column("Study", no_wrap=True)
    table.add_column("Trials", justify="right")
    table.add_column("What it asks, and the data it is for")
    for study in studies:
        said = Text.assemble(f"{study.title}\n", (study.data, "dim"))
        table.add_row(Text(study.name, "bold"), str(len(study.trials)), said)
    console.print(table)
    console.print(Text("screener study run NAME --data PATH [--quick]", "dim"))


def print_plan(study: Study) -> None:
    """Print what a study will do on stdout."""
    console = Console(highlight=False)
    console.print(Text(f"{study.name}: {study.title}", "bold"), soft_wrap=True)
    console.print(Text(". ".join(part for part in (study.source, study.data) if part), "dim"))
    console.print()
    table = Table(box=None, padding=_PADDING)
    for name in ("Trial", "Model", "Group", "Published"):
        table.add_column(name)
    for trial in study.trials:
        said = trial.theirs.figures.items() if trial.theirs else ()
        figures = ", ".join(f"{measure_name(name)} {value:g}" for name, value in said)
        on = f" ({trial.theirs.on})" if trial.theirs else ""
        table.add_row(trial.name, trial.model, trial.group, figures + on)
    console.print(table)
    for note in study.notes:
        console.print(Text.assemble(("Note    ", "bold yellow"), plain(note)))


def print_study(result: StudyResult) -> None:
    """Print theirs beside ours on stdout, what to beware of, and where the reports are."""
    console = Console(highlight=False)
    console.print()
    title = f"{result.study}: {result.title}"
    console.print(Text(plain(title), "bold"), soft_wrap=True)
    lines = lines_of(result)
    for group in dict.fromkeys(line.group for line in lines):
        console.print()
        console.print(_table(result, group, [line for line in lines if line.group == group]))
    console.print()
    for line in lines:
        if said := line.why or line.verdict:
            style = "bold yellow" if line.why else "bold"
            console.print(Text.assemble((f"{line.trial}  ", style), plain(said)), soft_wrap=True)
    for note in (*cautions(result), *result.notes):
        console.print(Text.assemble(("Note    ", "bold yellow"), plain(note)), soft_wrap=True)
    for name in _FILES:
        if (result.out / name).is_file():
            console.print(Text.assemble(("Report  ", "bold"), shown_path(result.out / name)), soft_wrap=True)
    done = sum(one.state == FINISHED for one in result.trials)
    tests = f", measured on {counted(result.test_pictures, 'test picture')}" if result.test_pictures else ""
    console.print(Text(f"{done} of {counted(len(result.trials), 'trial')} finished{tests}", "dim"))
    console.print(Text(NOTICE, "dim italic"), soft_wrap=True)


@contextmanager
def live_study() -> Iterator[Callable[[StudyProgress], None]]:
    """A function that shows how far a study has come: a line a trial, a bar of the present one."""
    console = console_aside()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[facts]}", style="cyan"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("Preparing", total=None, facts="")

        def show(progress: StudyProgress) -> None:
            if progress.ended is not None:
                said = _ended(progress.ended)
                place = f"{progress.number}/{progress.trials}"
                bar.console.print(Text.assemble((f"{place:>7}  ", "dim"), said), soft_wrap=True)
                return
            training = progress.training
            if training is None:
                return
            epoch = f" {training.epoch}/{training.epochs}" if training.epoch else ""
            facts = [f"{training.rate:.1f}/s"] if training.rate else []
            if training.seconds_left is not None:
                facts.append(f"{duration(training.seconds_left)} left in this trial")
            bar.update(
                task,
                description=f"{progress.number}/{progress.trials} {progress.trial}: {training.note}{epoch}",
                completed=training.step,
                total=training.steps or None,
                facts="  ".join(facts),
            )

        yield show


def _ended(one: TrialResult) -> Text:
    if one.state != FINISHED:
        return Text.assemble((f"{one.trial.name:24} ", "bold"), ("failed  ", "bold red"), plain(one.why))
    figures = "  ".join(f"{name} {one.validation[name]:.3f}" for name in ("accuracy", "auc"))
    return Text.assemble(
        (f"{one.trial.name:24} ", "bold"),
        f"{figures}  {counted(one.epochs, 'epoch')}, ",
        duration(one.seconds),
    )


def _table(result: StudyResult, group: str, lines: Sequence[Line]) -> Table:
    measures = [name for name in result.measures if any(name in line.figures for line in lines)]
    title = f"{group}{', a quick run' if result.quick else ''}"
    table = Table(title=plain(title), title_justify="left", title_style="bold", box=None, padding=_PADDING)
    table.add_column("Trial", no_wrap=True)
    table.add_column("Whose, and on what")
    for name in measures:
        table.add_column(measure_name(name).replace(" of ", "\n"), justify="right")
    before = ""
    for line in lines:
        style = "bold green" if line.best else "cyan" if line.whose == "theirs" else ""
        name = "" if line.trial == before else line.trial
        before = line.trial
        whose = f"{line.whose}, {line.on}" if line.on else line.state
        figures = (f"{line.figures[name]:.3f}" if name in line.figures else "" for name in measures)
        mark = " *" if line.best else ""
        table.add_row(
            Text(name), Text(plain(whose + mark), style), *(Text(value, style) for value in figures)
        )
    if any(line.best for line in lines):
        table.caption, table.caption_justify = "* the best of ours, on validation", "left"
    return table
