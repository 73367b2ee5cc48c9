"""Which pictures there are to learn from, and what each one shows: three layouts, one kind of answer."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from screener.errors import DataError
from screener.records import Task

SUFFIXES = frozenset((".jpeg", ".jpg", ".png", ".tif", ".tiff", ".bmp", ".dcm"))
"""Files that a folder of training pictures is searched for."""

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_SPLITS = {
    "": None,
    "train": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
}
_KAGGLE = (("train_labels.csv", "train", TRAIN), ("valid_labels.csv", "valid", VALIDATION))


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled picture.

    Attributes:
        path: the file.
        name: its path from the data folder, "/" between parts; what split.csv calls it.
        label: index into the task's labels.
        patient: whose it is; the name itself where nobody says, so that each picture stands alone.
        split: `train`, `validation` or `test` where the data say so, else None.
    """

    path: Path
    name: str
    label: int
    patient: str
    split: str | None = None


def find_examples(data: Path, task: Task, *, every_class: bool = True) -> tuple[Example, ...]:
    """Every labelled picture of `data`, ordered by name.

    Args:
        data: a folder of class folders (Kermany's `train/NORMAL/...` as it comes), a folder in Kaggle's
            PCam layout (`train_labels.csv` with `id,label` beside `train/`), or a CSV with the columns
            `path,label[,patient][,split]`, paths from the CSV's folder.
        task: says how labels and patients are read from names.
        every_class: whether each of the task's labels must be there, test pictures not counted.

    Raises:
        DataError: nothing there, a label that the task does not know, a file that is missing, or a picture
            without a label. The message names the first.
    """
    if data.is_file():
        examples = tuple(_from_csv(data, task))
    elif not data.is_dir():
        raise DataError(f"--data {data}: there is no such folder or CSV file")
    elif any((data / table).is_file() for table, _, _ in _KAGGLE):
        examples = tuple(_from_kaggle(data, task))
    else:
        examples = tuple(_from_folders(data, task))
    if not examples:
        raise DataError(f"--data {data}: no picture found ({', '.join(sorted(SUFFIXES))})")
    if every_class:
        _check_classes(data, task, examples)
    return tuple(sorted(examples, key=lambda example: example.name))


def patient_of(name: str, task: Task) -> str:
    """The patient that the file name `name` speaks of by the task's pattern; `name` itself if it does not."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    match = re.search(task.group_pattern, stem) if task.group_pattern else None
    return next((group for group in match.groups() if group), name) if match else name


def _from_folders(data: Path, task: Task) -> Iterator[Example]:
    for path in _pictures(data):
        inner = path.relative_to(data)
        label = _label_of(inner, task)
        if label is None:
            raise DataError(
                f"{path}: neither its name nor a folder above it is a label of task {task.name} "
                f"({', '.join(sorted(task.aliases))}); sort the pictures into such folders or give a CSV"
            )
        # Kermany's own val folder holds 16 films, too few to choose by: train and val are split anew.
        split = TEST if inner.parts[0].lower() == TEST else None
        name = inner.as_posix()
        yield Example(path, name, task.labels.index(label), patient_of(name, task), split)


def _pictures(folder: Path) -> list[Path]:
    # Names that begin with a dot are other programs' (._IMG.jpeg, .DS_Store), not pictures.
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def _label_of(inner: Path, task: Task) -> str | None:
    for pattern, label in task.name_patterns:
        if re.search(pattern, inner.name):
            return label
    folders = reversed(inner.parts[:-1])
    return next((task.aliases[part.lower()] for part in folders if part.lower() in task.aliases), None)


def _from_kaggle(data: Path, task: Task) -> Iterator[Example]:
    for table, folder, split in _KAGGLE:
        if not (data / table).is_file():
            continue
        by_id = {path.stem: path for path in _pictures(data / folder)}
        for number, row in _rows(data / table, ("id", "label")):
            path = by_id.get(row["id"])
            if path is None:
                raise DataError(f"{data / table}, line {number}: no picture {folder}/{row['id']}.*")
            label = _alias(row["label"], task, f"{data / table}, line {number}")
            name = path.relative_to(data).as_posix()
            # A table of training ids alone leaves the choice of validation pictures to us.
            both = all((data / other).is_file() for other, _, _ in _KAGGLE)
            yield Example(path, name, label, patient_of(name, task), split if both else None)


def _from_csv(table: Path, task: Task) -> Iterator[Example]:
    for number, row in _rows(table, ("path", "label")):
        where = f"{table}, line {number}"
        path = table.parent / row["path"]
        if not path.is_file():
            raise DataError(f"{where}: {row['path']} is missing")
        split = (row.get("split") or "").strip().lower()
        if split not in _SPLITS:
            raise DataError(f"{where}: split '{split}' is not train, validation or test")
        name = Path(row["path"]).as_posix()
        patient = (row.get("patient") or "").strip() or patient_of(name, task)
        yield Example(path, name, _alias(row["label"], task, where), patient, _SPLITS[split])


def _rows(table: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if missing := [column for column in needed if column not in (reader.fieldnames or ())]:
                raise DataError(f"{table}: no column '{missing[0]}' in its first line")
            for row in reader:
                if any(row[column] is None for column in needed):
                    raise DataError(f"{table}, line {reader.line_num}: too few columns")
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table} cannot be read: {error}") from error


def _alias(text: str, task: Task, where: str) -> int:
    key = text.strip().lower()
    label = task.aliases.get(key) or next((name for name in task.labels if name.lower() == key), None)
    if label is None:
        known = ", ".join(sorted({*task.aliases, *task.labels}))
        raise DataError(f"{where}: '{text}' is not a label of task {task.name}; known: {known}")
    return task.labels.index(label)


def _check_classes(data: Path, task: Task, examples: Iterable[Example]) -> None:
    present = {example.label for example in examples if example.split != TEST}
    absent = [label for index, label in enumerate(task.labels) if index not in present]
    if absent:
        found = ", ".join(task.labels[index] for index in sorted(present)) or "nothing to train on"
        raise DataError(f"--data {data}: no picture of {', '.join(absent)} (only {found}); all are needed")
