"""Which pictures there are to learn from, and what each one shows: several layouts, one kind of answer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from screener.errors import DataError, UsageError
from screener.records import Task
from screener.tasks.load import NAMES
from screener.training.labelled import hdf5, tables
from screener.training.labelled.example import (
    SPLITS,
    TEST,
    TRAIN,
    VALIDATION,
    Example,
    label_index,
    patient_of,
)
from screener.training.labelled.pictures import SUFFIXES, patient_id, pictures_in

FEWEST_TO_CHOOSE_BY = 20
"""A folder called val with fewer pictures is no validation split: Kermany's holds 16 films."""

_KAGGLE = (("train_labels.csv", "train", TRAIN), ("valid_labels.csv", "valid", VALIDATION))


def find_examples(data: Path, task: Task, *, for_training: bool = True) -> tuple[Example, ...]:
    """Every labelled picture of `data`, ordered by name.

    Args:
        data: a folder of class folders (Kermany's `train/NORMAL/...` as it comes), a folder in Kaggle's
            PCam layout (`train_labels.csv` with `id,label` beside `train/`), PCam's HDF5 files or one of
            them, or a CSV with the columns `path,label[,patient][,split]`, see `tables.read_lines`.
        task: says how labels and patients are read from names.
        for_training: each of the task's labels must be there, test pictures not counted, a
            folder called val is a split only if it is one to choose by, and DICOM files of which nothing
            else says whose they are, are grouped by their Patient ID, which is numbered and not kept.

    Raises:
        UsageError: nothing is there.
        DataError: no picture is there, a label that the task does not know, a file that is missing, or a
            picture without a label. The message names the first.
    """
    if not data.exists():
        raise UsageError(f"{data}: there is no such folder or CSV file of labelled pictures")
    if hdf5.is_hdf5(data):
        examples = tuple(hdf5.examples_of(data, task))
    elif data.is_file():
        examples = tuple(tables.examples_of(data, task))
    elif any((data / table).is_file() for table, _, _ in _KAGGLE):
        examples = tuple(_from_kaggle(data, task))
    else:
        examples = tuple(_from_folders(data, task))
        examples = _chosen_by(examples) if for_training else examples
    if not examples:
        if (file := hdf5.packed(data)) is not None:
            raise DataError(f"{file} is packed; unpack it first: gunzip {file.name}")
        raise DataError(f"{data}: no picture found ({', '.join(sorted(SUFFIXES))})")
    if for_training:
        _check_classes(data, task, examples)
    ordered = sorted(examples, key=lambda example: example.name)
    return tuple(_by_dicom_patient(ordered) if for_training else ordered)


def _from_folders(data: Path, task: Task) -> Iterator[Example]:
    for path in pictures_in(data):
        inner = path.relative_to(data)
        label = _label_of(inner, task)
        if label is None:
            raise DataError(
                f"{path}: neither its name nor a folder above it is a label of task {task.name} "
                f"({', '.join(sorted(task.aliases))}); sort the pictures into such folders or give a CSV"
            )
        split = SPLITS.get(inner.parts[0].lower()) if len(inner.parts) > 1 else None
        name = inner.as_posix()
        yield Example(path, name, task.labels.index(label), patient_of(name, task), split)


def _by_dicom_patient(examples: Iterable[Example]) -> Iterator[Example]:
    numbers: dict[str, int] = {}
    for example in examples:
        unknown = example.patient == example.name and example.row is None
        patient = patient_id(example.path) if unknown else ""
        if patient:
            number = numbers.setdefault(patient, len(numbers) + 1)
            example = replace(example, patient=f"DICOM patient {number}")
        yield example


def _chosen_by(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """`examples` with the split that their folders give, if it is one to choose by; test stays test."""
    counts = Counter(example.split for example in examples)
    if counts[TRAIN] and counts[VALIDATION] >= FEWEST_TO_CHOOSE_BY:
        return examples
    return tuple(replace(e, split=TEST if e.split == TEST else None) for e in examples)


def _label_of(inner: Path, task: Task) -> str | None:
    for pattern, label in task.name_patterns:
        if re.search(pattern, inner.name):
            return label
    folders = (part.lower() for part in reversed(inner.parts[:-1]))
    found = [task.aliases[part] for part in folders if part in task.aliases]
    if task.name not in NAMES and len(set(found)) > 1:
        raise DataError(
            f"{inner}: its folders name two labels, {found[-1]} and {found[0]}; rename one of them, or give "
            "a CSV of path,label"
        )
    return found[0] if found else None


def _from_kaggle(data: Path, task: Task) -> Iterator[Example]:
    # A table of training ids alone leaves the choice of validation pictures to us.
    both = all((data / other).is_file() for other, _, _ in _KAGGLE)
    for table, folder, split in _KAGGLE:
        if not (data / table).is_file():
            continue
        by_id = {path.stem: path for path in pictures_in(data / folder)}
        met: dict[str, tuple[int, int]] = {}
        for number, row in tables.read_rows(data / table, ("id", "label")):
            path = by_id.get(row["id"])
            if path is None:
                raise DataError(f"{data / table}, line {number}: no picture {folder}/{row['id']}.*")
            where = f"{data / table}, line {number}"
            label = label_index(row["label"], task, where)
            first, before = met.setdefault(row["id"], (number, label))
            if before != label:
                raise DataError(f"{where}: {row['id']} is in line {first} too, with another label; keep one")
            if first != number:
                continue
            name = path.relative_to(data).as_posix()
            yield Example(path, name, label, patient_of(name, task), split if both else None)


def _check_classes(data: Path, task: Task, examples: Iterable[Example]) -> None:
    present = {example.label for example in examples if example.split != TEST}
    absent = [label for index, label in enumerate(task.labels) if index not in present]
    if absent:
        found = ", ".join(task.labels[index] for index in sorted(present)) or "nothing to train on"
        raise DataError(f"--data {data}: no picture of {', '.join(absent)} (only {found}); all are needed")
