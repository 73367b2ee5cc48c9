"""An evaluation as the terminal shows it, and as one JSON object."""

from __future__ import annotations

import os

from rich.console import Console
from rich.table import Table
from rich.text import Text

from screener import NOTICE
from screener.cli.plain import plain
from screener.cli.progress import duration
from screener.cli.result import dump, shown_path
from screener.reports.wording import counted, of_kind
from screener.training.evaluation import words
from screener.training.evaluation.document import document
from screener.training.evaluation.outcome import Evaluation
from screener.training.evaluation.request import EvaluateResult

_AT = ("sensitivity", "specificity", "precision", "accuracy", "f1")
_PADDING = (0, 2, 0, 0)


def print_evaluation(result: EvaluateResult) -> None:
    """Print the figures on stdout: at each threshold or for each class, of the score, what to beware of."""
    evaluation = result.evaluation
    console = Console(highlight=False)
    console.print()
    console.print(_thresholds(evaluation))
    if not evaluation.is_binary:
        console.print()
        console.print(_classes(evaluation))
    console.print()
    for line in _figures(evaluation):
        console.print(line, soft_wrap=True)
    for note in (*evaluation.notes, *result.notes):
        console.print(Text.assemble(("Note    ", "bold yellow"), plain(note)), soft_wrap=True)
    for report in result.reports:
        console.print(Text.assemble(("Report  ", "bold"), shown_path(report)), soft_wrap=True)
    count = len(evaluation.films) + len(evaluation.unscored)
    films = of_kind(evaluation.subject.kind, counted(count, "labelled film"))
    closing = f"{films} ({evaluation.subject.taken}), {duration(result.seconds)}"
    console.print(Text(plain(closing), "dim"), soft_wrap=True)
    console.print(Text(NOTICE, "dim italic"), soft_wrap=True)


def print_evaluation_json(result: EvaluateResult) -> None:
    """Print every figure as one JSON object on stdout."""
    dump(
        {
            "exit_code": result.exit_code,
            "out": os.fsdecode(result.out),
            "reports": [os.fsdecode(path) for path in result.reports],
            **document(result.evaluation),
            "seconds": round(result.seconds, 3),
        }
    )


def _thresholds(evaluation: Evaluation) -> Table:
    title = f"{evaluation.subject.title}, {evaluation.subject.model or 'predictions'}"
    table = Table(title=plain(title), title_justify="left", title_style="bold", box=None, padding=_PADDING)
    table.add_column("Positive\nfrom")
    for measure in _AT:
        table.add_column(words.MEASURES[measure].split(" (")[0], justify="right")
    for calls in evaluation.calls:
        name = Text(words.threshold_name(evaluation, calls.name).replace(", ", "\n"))
        name.stylize("bold" if calls.name == evaluation.main else "")
        table.add_row(name, *(_stacked(evaluation, ("at", calls.name, measure)) for measure in _AT))
    return table


def _classes(evaluation: Evaluation) -> Table:
    table = Table(title="Classes", title_justify="left", title_style="bold", box=None, padding=_PADDING)
    table.add_column("Class")
    table.add_column(of_kind(evaluation.subject.kind, "Films"), justify="right")
    measures = ("precision", "recall", "f1", "auc")
    for measure in measures:
        table.add_column(words.MEASURES[measure].split(" (")[0], justify="right")
    for name in evaluation.subject.classes:
        figures = (_stacked(evaluation, ("class", name, measure)) for measure in measures)
        table.add_row(Text(plain(name)), f"{evaluation.support[name]:,}", *figures)
    return table


def _figures(evaluation: Evaluation) -> list[Text]:
    lines = [(name, said) for name, [said] in words.lines(evaluation, "score")]
    if not evaluation.is_binary:
        lines += [
            (words.MEASURES[measure], words.decimal(evaluation.figure("all", "", measure)))
            for measure in ("accuracy", "balanced_accuracy", "f1_weighted", "auc_one_vs_rest")
        ]
    width = max(len(name) for name, _ in lines)
    return [Text.assemble((f"{name:{width}}  ", "bold"), value) for name, value in lines]


def _stacked(evaluation: Evaluation, key: tuple[str, str, str]) -> Text:
    figure = evaluation.figure(*key)
    if figure is None:
        return Text("not defined", "dim")
    return Text.assemble(f"{figure.value:.3f}\n", (f"{figure.low:.3f}-{figure.high:.3f}", "dim"))
