"""An evaluation, whole: what its reports are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screener.records import Interval, OperatingPoint
from screener.reports import wording
from screener.training.evaluation.figures import Calls, Figures, calls_at, confusion, figures_of, support
from screener.training.evaluation.films import Film, judged_of
from screener.training.evaluation.judged import Judged
from screener.training.evaluation.measured import Key
from screener.training.evaluation.subgroups import Subgroup, group, subgroups
from screener.training.labelled.findings import known_patients

HALF = "0.5"
"""The name of the threshold 0.5."""

MAIN = "balanced"
"""The operating point that films are called by, where the model has one of that name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was evaluated on what.

    Attributes:
        title: the task in a reader's words.
        task: its name.
        kind: what its pictures are, `film` or `patch`.
        classes: its labels.
        positive: those whose probability is the score.
        points: the model's operating points; empty where there is no model.
        data: what was evaluated on, as it was typed.
        taken: which of its films, in words.
        facts: where the scores come from, (what, value) for a reader.
        day: ISO 8601.
        program: "screener 0.1.0".
        model: its name; "" where there is none.
        model_sha256: of its card; likewise.
    """

    title: str
    task: str
    kind: str
    classes: tuple[str, ...]
    positive: tuple[str, ...]
    points: tuple[OperatingPoint, ...]
    data: str
    taken: str
    facts: tuple[tuple[str, str], ...]
    day: str
    program: str
    model: str = ""
    model_sha256: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What came of it.

    Attributes:
        subject: see `Subject`.
        films: the scored ones, in the order of their names.
        unscored: the others.
        judged: of `films`, in their order.
        thresholds: name -> score; 0.5 first, then the model's own, rising.
        main: the name of the threshold that films are called by.
        figures: see `Figures`.
        calls: at each threshold.
        confusion: counts by true (rows) and called class (columns).
        support: scored films of each class.
        subgroups: see `Subgroup`; empty where the data tell of none.
        learned: scored films that the model was trained on.
        validated: scored films that its thresholds were chosen on.
        notes: what a reader should know, one sentence each.
    """

    subject: Subject
    films: tuple[Film, ...]
    unscored: tuple[Film, ...]
    judged: Judged
    thresholds: Mapping[str, float]
    main: str
    figures: Figures
    calls: tuple[Calls, ...]
    confusion: tuple[tuple[int, ...], ...]
    support: Mapping[str, int]
    subgroups: tuple[Subgroup, ...]
    learned: int
    validated: int
    notes: tuple[str, ...]

    @property
    def is_binary(self) -> bool:
        """Whether the task has two classes, so that a film is called by a threshold."""
        return len(self.subject.classes) == 2

    @property
    def patients(self) -> int | None:
        """How many patients the scored films tell of; None where not one tells whose it is."""
        return known_patients(film.example for film in self.films)

    @property
    def mistakes(self) -> tuple[int, ...]:
        """Places of the films called what they are not, the surest mistake first."""
        wrong = np.flatnonzero(self.judged.called != self.judged.labels)
        right_share = self.judged.shares[wrong, self.judged.labels[wrong]]
        return tuple(int(place) for place in wrong[np.argsort(right_share, kind="stable")])

    @property
    def unscored_reasons(self) -> list[tuple[str, str, int]]:
        """(label, reason, films) of those without a score, commonest first."""
        counted = Counter((film.example.label, film.why) for film in self.unscored)
        return [(self.subject.classes[label], why, count) for (label, why), count in counted.most_common()]

    def figure(self, section: str, subject: str, measure: str) -> Interval | None:
        """One figure; None where it is not defined."""
        return self.figures[Key(section, subject, measure)]

    def measures(self, section: str) -> tuple[str, ...]:
        """Those of a section of `Key`, in the order of a report."""
        return tuple(dict.fromkeys(key.measure for key in self.figures if key.section == section))

    def called_name(self, place: int) -> str:
        """The class that a film was called."""
        return self.subject.classes[int(self.judged.called[place])]

    def true_name(self, place: int) -> str:
        """The class that a film is of."""
        return self.subject.classes[int(self.judged.labels[place])]


def evaluate_films(
    subject: Subject, films: Sequence[Film], columns: Mapping[str, Mapping[str, str]], notes: Sequence[str]
) -> Evaluation:
    """The evaluation of `films`, of which at least one has a score.

    Args:
        subject: see `Subject`.
        films: scored or not.
        columns: film name -> column -> value, for subgroups.
        notes: what is known before; more are added.
    """
    scored = tuple(film for film in films if film.score is not None)
    unscored = tuple(film for film in films if film.score is None)
    thresholds = {HALF: 0.5, **{point.name: point.threshold for point in subject.points}}
    main = MAIN if MAIN in thresholds else HALF
    judged = judged_of(scored, subject.classes, subject.positive, thresholds[main])
    groups, left_out = group(scored, columns)
    met = Counter(film.seen for film in scored)
    return Evaluation(
        subject=subject,
        films=scored,
        unscored=unscored,
        judged=judged,
        thresholds=thresholds,
        main=main,
        figures=figures_of(judged, thresholds),
        calls=calls_at(judged, thresholds),
        confusion=confusion(judged),
        support=support(judged),
        subgroups=subgroups(judged, groups, [film.example.owner for film in scored]),
        learned=met["train"],
        validated=met["validation"],
        notes=(*_cautions(subject.kind, judged, scored, unscored), *notes, *left_out),
    )


def _cautions(kind: str, judged: Judged, scored: Sequence[Film], unscored: Sequence[Film]) -> list[str]:
    """What a reader must know before the figures."""
    found = []
    film, films = wording.of_kind(kind, "film"), wording.of_kind(kind, "films")
    met = Counter(film.seen for film in scored)
    for side, what in (
        ("train", f"trained on: the figures are kinder than those of new {films}"),
        ("validation", "in the model's validation, by which its thresholds were chosen"),
    ):
        if number := met[side]:
            found.append(
                f"{number:,} of these {len(scored):,} {films} {'was' if number == 1 else 'were'} {what}"
            )
    absent = [name for index, name in enumerate(judged.classes) if not (judged.labels == index).any()]
    if absent:
        found.append(
            f"no scored {film} is {' or '.join(absent)}: figures that need every class, such as the AUC, "
            "are not defined"
        )
    if unscored:
        one = len(unscored) == 1
        found.append(
            f"{len(unscored):,} of {len(scored) + len(unscored):,} labelled {films} "
            f"{'has' if one else 'have'} no score and {'counts' if one else 'count'} in no figure"
        )
    return [*found, *_whose(films, judged, [film.example.owner for film in scored])]


def _whose(films: str, judged: Judged, owners: Sequence[str]) -> list[str]:
    """What the intervals draw, where it is not each film by itself."""
    drawn, known, nobody = len(set(judged.patients)), len(set(owners) - {""}), owners.count("")
    if drawn == 1:
        return [
            f"nothing here tells how another patient would fare, for all {films} are of one: "
            "intervals go from the least to the most that can be"
        ]
    if drawn == len(judged):
        return []
    if not known:
        return [f"{len(judged):,} {films} are of {wording.counted(drawn, 'file')}; intervals draw files"]
    but = f", but for {nobody:,} whose patient is not known" if nobody else ""
    return [
        f"{len(judged):,} {films} are of {wording.counted(known, 'patient')}{but}; intervals draw patients"
    ]
