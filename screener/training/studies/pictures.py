"""Which pictures a study's trials see: all, the first so many, or few of each class."""

from __future__ import annotations

import csv
import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from screener.errors import OutputError
from screener.training.labelled.example import TEST, VALIDATION, Example

_FEWEST_PATIENTS = 4
"""Of a class, so that a few are on either side of the split."""


def first(examples: Sequence[Example], limit: int, validation: float) -> tuple[Example, ...]:
    """The first `limit` examples by name, test pictures apart; all where it is 0.

    Args:
        examples: in the order of their names.
        limit: how many.
        validation: share of them that is kept aside: where the data say which pictures those are, so many
            are taken of them, and the rest of the others.
    """
    usable = [example for example in examples if example.split != TEST]
    if not limit or limit >= len(usable):
        return tuple(usable)
    held = [example for example in usable if example.split == VALIDATION]
    if not held:
        return tuple(usable[:limit])
    held = held[: round(limit * validation)]
    rest = [example for example in usable if example.split != VALIDATION][: limit - len(held)]
    return tuple(sorted((*rest, *held), key=lambda example: example.name))


def few(examples: Sequence[Example], pictures: int, validation: float, seed: int = 0) -> tuple[Example, ...]:
    """About `pictures` examples of each class, whole patients drawn by `seed`; never half a patient.

    Where the data say which pictures are for validation, a share of `validation` is drawn from those.
    """
    told = any(example.split == VALIDATION for example in examples)
    shares = {True: validation, False: 1 - validation} if told else {False: 1.0}
    chosen: list[Example] = []
    for held, share in shares.items():
        side = [example for example in examples if (example.split == VALIDATION) is held or not told]
        for label in sorted({example.label for example in side}):
            of_class = [example for example in side if example.label == label]
            chosen += _drawn(of_class, max(1, round(pictures * share)), f"{seed}/{label}/{held}")
    return tuple(sorted(chosen, key=lambda example: example.name))


def _drawn(examples: Sequence[Example], wanted: int, seed: str) -> list[Example]:
    patients: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        patients[example.patient].append(example)
    names = sorted(patients)
    random.Random(seed).shuffle(names)  # noqa: S311  (a draw, not a secret)
    drawn: list[Example] = []
    for number, name in enumerate(names):
        if len(drawn) >= wanted and number >= min(_FEWEST_PATIENTS, wanted):
            break
        # A patient with more pictures than are wanted of all would fill a class alone.
        if len(patients[name]) <= max(1, wanted // 2):
            drawn += patients[name]
    return drawn or list(examples)


def write_table(examples: Sequence[Example], labels: Sequence[str], path: Path) -> None:
    """Write `path,label,patient,split` as `find_examples` takes it, paths from the table's own folder.

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("path", "label", "patient", "split"))
            for example in examples:
                place = _from(example.path.absolute(), path.parent.absolute())
                writer.writerow((place, labels[example.label], example.owner, example.split or ""))
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}; choose another place with --out") from error


def count_by_label(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, int]:
    """Examples by label."""
    counts = Counter(example.label for example in examples)
    return {label: counts[index] for index, label in enumerate(labels)}


def _from(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
