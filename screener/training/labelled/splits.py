"""Who is learned from and who is kept aside: whole patients, every class in its share."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from screener.errors import DataError
from screener.models.card import seal
from screener.training.labelled.draw import draw
from screener.training.labelled.example import TEST, TRAIN, VALIDATION, Example

SPLIT = "split.csv"
"""What a model folder's own split is called."""

LEFT_OUT = "left out"
"""Where a split has the pictures that are neither learned from nor judged by: unreadable or blank."""


def split_examples(
    examples: Sequence[Example],
    pairs: Iterable[tuple[int, int]],
    share: float,
    seed: int,
    labels: Sequence[str],
) -> tuple[Example, ...]:
    """The examples, each with a split, in their order.

    Args:
        examples: those that the data have put in a split keep it, and so does all of their patient. If any
            is in `validation`, nothing is drawn: the rest is `train`. If all that are no test pictures are
            in `train`, the data leave the choice to us, and it is drawn from them.
        pairs: indexes of examples that show the same picture; they stay on one side, and so do all
            pictures of a patient.
        share: of the pictures of each class that goes to validation, 0..1.
        seed: of the draw.
        labels: the task's, for a message.

    Raises:
        DataError: a class has too few patients to be on both sides.
    """
    if any(example.split == VALIDATION for example in examples):
        return tuple(replace(example, split=example.split or TRAIN) for example in examples)
    usable = [index for index, example in enumerate(examples) if example.split != TEST]
    told = {index for index in usable if examples[index].split == TRAIN}
    told = set() if len(told) == len(usable) else told
    groups = _groups(examples, usable, pairs)
    free = [group for group in groups if told.isdisjoint(group)]
    settled = {examples[index].label for group in groups if not told.isdisjoint(group) for index in group}
    held = draw([example.label for example in examples], free, share, seed, settled)
    done = tuple(
        replace(example, split=VALIDATION if index in held else example.split or TRAIN)
        for index, example in enumerate(examples)
    )
    _check_sides(done, labels, told=bool(told))
    return done


def write_split(
    examples: Iterable[Example], labels: Sequence[str], path: Path, *, with_hashes: bool = False
) -> None:
    """Write `path,label,patient,split`, a line a picture, paths from the data folder.

    Args:
        examples: what becomes a line each.
        labels: the task's.
        path: where to.
        with_hashes: adds `sha256`, of the files as they are now, by which they are known under another name
            too; nothing for a picture that is only a part of a file, or can no longer be read.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        more = ("sha256",) if with_hashes else ()
        writer.writerow(("path", "label", "patient", "split", *more))
        for example in examples:
            own = (_hash(example),) if with_hashes else ()
            writer.writerow((example.name, labels[example.label], example.patient, example.split, *own))


def _hash(example: Example) -> str:
    if example.row is not None:
        return ""
    try:
        return seal(example.path).sha256
    except OSError:
        return ""


def read_split(path: Path, examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples with the splits that `path` (from `write_split`) gives them.

    Raises:
        DataError: it cannot be read, or leaves an example out.
    """
    by_name = _read(path)
    for example in examples:
        if by_name.get(example.name) not in (TRAIN, VALIDATION, TEST, LEFT_OUT):
            raise DataError(f"split file {path} does not say where {example.name} belongs; draw a new split")
    return tuple(replace(example, split=by_name[example.name]) for example in examples)


def names_in(path: Path, splits: Sequence[str]) -> frozenset[str]:
    """The pictures that the split file `path` of a model puts into `splits`; none where it has no file.

    Raises:
        DataError: it cannot be read.
    """
    sides = _read(path) if path.is_file() else {}
    return frozenset(name for name, split in sides.items() if split in splits)


def _read(path: Path) -> dict[str, str]:
    """The split of each name in a split file."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row["path"]: row["split"] for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise DataError(f"split file {path} cannot be read: {error!r}") from error


def _groups(
    examples: Sequence[Example], free: Sequence[int], pairs: Iterable[tuple[int, int]]
) -> list[list[int]]:
    """Indexes of examples that must stay together, by union of patients and duplicate pairs."""
    parent = {index: index for index in free}

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first_of: dict[str, int] = {}
    for index in free:
        parent[root(index)] = root(first_of.setdefault(examples[index].patient, index))
    for i, j in pairs:
        if i in parent and j in parent:
            parent[root(i)] = root(j)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in free:
        groups[root(index)].append(index)
    return list(groups.values())


def _check_sides(examples: Iterable[Example], labels: Sequence[str], *, told: bool) -> None:
    sides: dict[int, set[str | None]] = defaultdict(set)
    for example in examples:
        sides[example.label].add(example.split)
    for label in sorted(sides):
        if not {TRAIN, VALIDATION} <= sides[label]:
            few = f"class {labels[label]} has too few patients"
            if told:
                raise DataError(
                    f"{few} with a blank split to validate on; leave the split of more pictures blank, or "
                    "say which are for validation"
                )
            raise DataError(
                f"{few} for both training and validation; every class needs at least two patients"
            )
