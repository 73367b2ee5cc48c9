"""Figures by subgroup: where a model serves some patients worse than others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from screener.records import Interval
from screener.training.evaluation.figures import figures_of
from screener.training.evaluation.films import Film
from screener.training.evaluation.judged import Judged
from screener.training.evaluation.measured import Key
from screener.training.labelled import tables

KNOWN = tables.COLUMNS | {"id", "sha256"}
"""Columns of a label CSV that speak of the film's file and label."""

MOST = 12
"""Different values that a column of subgroups may have."""

_BANDS = 4
_BLANK = "(blank)"


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The films that have one value in one column.

    Attributes:
        column: its name.
        value: for a reader.
        films: how many.
        patients: how many are known; None where none is.
        positives: films whose truth is positive.
        auc: None with one class alone; so are the next two without films of their class.
        sensitivity: at the cut.
        specificity: at the cut.
        accuracy: share of films called what they are.
    """

    column: str
    value: str
    films: int
    patients: int | None
    positives: int
    auc: Interval | None
    sensitivity: Interval | None
    specificity: Interval | None
    accuracy: Interval | None


def read_columns(table: Path) -> dict[str, dict[str, str]]:
    """The further columns of a label CSV: film name -> column -> value. It was read as labels before."""
    return {
        name: {
            column: tables.known(value)
            for column, value in line.values.items()
            if column.strip() and column.lower() not in KNOWN
        }
        for line in tables.read_lines(table)
        for name in line.files
    }


def group(
    films: Sequence[Film], columns: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, list[str]], list[str]]:
    """For each column that makes subgroups, every film's value; and a note on each that does not.

    A column of numbers with more than `MOST` values is cut into quarters; a column of words with as many is
    left out. The data's own split and what the model has met before count as columns.
    """
    names = list(dict.fromkeys(name for film in films for name in columns.get(film.example.name, {})))
    groups, notes = {}, []
    for name in names:
        values = [columns.get(film.example.name, {}).get(name, "") for film in films]
        distinct = set(values)
        if len(distinct) > MOST:
            banded = _banded(values)
            if banded is None:
                notes.append(f"column '{name}' has {len(distinct)} different values: no subgroups of it")
                continue
            values = banded
        if len(set(values)) > 1:
            groups[name] = [value or _BLANK for value in values]
    own = {
        "split in the data": [film.example.split or "not said" for film in films],
        "met in training": [_MET[film.seen] for film in films],
    }
    told = {name.lower() for name in names}  # a column of that name stays, and ours has another
    groups |= {
        f"{name}, by screener" if name in told else name: values
        for name, values in own.items()
        if len(set(values)) > 1
    }
    return groups, notes


_MET = {"train": "learned from", "validation": "validated on", "": "new"}


def subgroups(
    judged: Judged, groups: Mapping[str, Sequence[str]], owners: Sequence[str]
) -> tuple[Subgroup, ...]:
    """The figures of every subgroup, columns and values in the order of `groups`, values sorted.

    Args:
        judged: all films.
        groups: column -> each film's value.
        owners: whose each film is, "" where nobody says.
    """
    whose = np.array(owners, object)
    return tuple(
        _subgroup(column, value, judged.part(inside), set(whose[inside]) - {""})
        for column, values in groups.items()
        for value in sorted(set(values), key=_order)
        for inside in (np.array(values, object) == value,)
    )


def _subgroup(column: str, value: str, part: Judged, patients: set[str]) -> Subgroup:
    figures = figures_of(part, {"cut": part.cut})
    binary = len(part.classes) == 2
    accuracy = Key("at", "cut", "accuracy") if binary else Key("all", "", "accuracy")
    return Subgroup(
        column,
        value,
        len(part),
        len(patients) or None,
        int(part.truth.sum()),
        figures[Key("score", "", "auc")],
        figures[Key("at", "cut", "sensitivity")],
        figures[Key("at", "cut", "specificity")],
        figures[accuracy],
    )


def _banded(values: Sequence[str]) -> list[str] | None:
    """The quarter that each number lies in, blanks as they are; None where a value is no number."""
    try:
        numbers = np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return None
    known = numbers[np.isfinite(numbers)]
    # At values that occur: nobody's age is 4.925.
    cuts = np.arange(_BANDS + 1) / _BANDS
    edges = np.unique(np.quantile(known, cuts, method="higher")) if len(known) else known
    if len(edges) < 3:
        return None
    place = np.clip(np.searchsorted(edges, numbers, "right") - 1, 0, len(edges) - 2)
    ranges = [(f"{low:.10g}", f"{high:.10g}") for low, high in pairwise(edges)]
    names = [f"{low} to under {high}" for low, high in ranges[:-1]] + [" to ".join(ranges[-1])]
    return [names[p] if np.isfinite(n) else "" for p, n in zip(place, numbers, strict=True)]


def _order(value: str) -> tuple[bool, float, str]:
    try:
        return (value == _BLANK, float(value.split(" ")[0]), value)
    except ValueError:
        return (value == _BLANK, float("inf"), value)
