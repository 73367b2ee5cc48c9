"""Labelled films joined with their rows in a scan, or with somebody's predictions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from screener.errors import DataError
from screener.images.finding.names import image_id, printable
from screener.records import Row, Source
from screener.reports import wording
from screener.training.evaluation.judged import Judged
from screener.training.evaluation.seen import Seen
from screener.training.labelled.example import Example


@dataclass(frozen=True, slots=True)
class Film:
    """One labelled film and what became of it.

    Attributes:
        example: the film, its label, patient and split.
        name: as rows name it; printable.
        score: 0..1; None where it was not scored.
        probabilities: by class; empty where it was not scored.
        why: why there is no score, in plain words; else "".
        key: of its row in the scan; b"" where there was no scan.
        frame: of a file with several; else 0.
        sha256: of the file; "" where it was not read.
        seen: `train` or `validation` where the model has met it, else "".
    """

    example: Example
    name: str
    score: float | None
    probabilities: tuple[float, ...]
    why: str
    key: bytes = b""
    frame: int = 0
    sha256: str = ""
    seen: str = ""


def sources(examples: Iterable[Example]) -> tuple[Source, ...]:
    """The examples' files for a scan, each once, named as the data name them."""
    found = {}
    for example in examples:
        key = os.fsencode(example.name)
        name = printable(example.name)
        found[key] = Source(example.path, name, key, image_id(example.path.name))
    return tuple(found.values())


def from_rows(
    examples: Iterable[Example],
    rows: Iterable[Row],
    seen: Seen,
    task_labels: Sequence[str],
    card_labels: Sequence[str],
) -> list[Film]:
    """A film for each row; every frame of a file has the file's label, counted in the card's order.

    A DICOM film's patient id stands in where the data name no patient and the scan was told to keep it.
    """
    place = [card_labels.index(label) for label in task_labels]
    by_key = {os.fsencode(example.name): replace(example, label=place[example.label]) for example in examples}
    films = []
    for row in rows:
        example = by_key[row.key]
        if not example.owner and row.facts and row.facts.patient:
            example = replace(example, patient=row.facts.patient)
        films.append(
            Film(
                example,
                wording.film_name(row),
                row.score,
                row.probabilities or (),
                "" if row.score is not None else wording.problem(row),
                row.key,
                row.frame,
                row.sha256,
                seen.side(example, row.sha256),
            )
        )
    return films


def from_predictions(examples: Sequence[Example], scores: Mapping[str, float], positive: int) -> list[Film]:
    """A film for each example, scored by `scores` (id -> probability of the positive class of two).

    Raises:
        DataError: two films have one id, so that nobody can say whose score it is.
    """
    films = []
    ids: set[str] = set()
    for example in examples:
        own = image_id(example.path.name)
        if own in ids:
            raise DataError(
                f"two labelled films have the id {own}; predictions need file names that all differ"
            )
        ids.add(own)
        score = scores.get(own)
        shares = () if score is None else ((1 - score, score) if positive else (score, 1 - score))
        why = "" if score is not None else "no prediction for it"
        name = printable(example.name)
        films.append(Film(example, name, score, shares, why))
    return films


def judged_of(
    films: Sequence[Film], classes: tuple[str, ...], positive: tuple[str, ...], cut: float
) -> Judged:
    """The scored films' labels and scores; there must be one at least."""
    shares = np.array([film.probabilities for film in films], np.float64)
    return Judged(
        classes,
        tuple(classes.index(name) for name in positive),
        np.array([film.example.label for film in films], np.int64),
        shares,
        np.array([film.score for film in films], np.float64),
        tuple(film.example.patient for film in films),
        cut,
    )
