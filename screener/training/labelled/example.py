"""One labelled picture, and how its label, patient and split are read from words."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from screener.errors import DataError
from screener.records import Task

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = {
    "": None,
    "train": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
}
"""What data call their splits, in lower case, and what we do."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled picture.

    Attributes:
        path: the file.
        name: its path from the data folder, "/" between parts; what split.csv calls it.
        label: index into the task's labels.
        patient: whose it is; the name itself where nobody says, so that each picture stands alone.
        split: `train`, `validation` or `test` where the data say so, else None.
        row: which picture of an HDF5 file it is; None for a file that is one picture.
    """

    path: Path
    name: str
    label: int
    patient: str
    split: str | None = None
    row: int | None = None

    @property
    def owner(self) -> str:
        """Whose it is; "" where nobody says."""
        return "" if self.patient == self.name else self.patient


def patient_of(name: str, task: Task) -> str:
    """The patient that the file name `name` speaks of by the task's pattern; `name` itself if it does not."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    match = re.search(task.group_pattern, stem) if task.group_pattern else None
    return next((group for group in match.groups() or (match[0],) if group), name) if match else name


def label_index(text: str, task: Task, where: str) -> int:
    """The index of the label that `text` means; `where` it stands begins an error's message.

    Raises:
        DataError: the task knows no such label.
    """
    key = text.strip().lower()
    label = task.aliases.get(key) or next((name for name in task.labels if name.lower() == key), None)
    if label is None:
        known = ", ".join(sorted({*task.aliases, *task.labels}))
        raise DataError(f"{where}: '{text}' is not a label of task {task.name}; known: {known}")
    return task.labels.index(label)


def listing(examples: Iterable[Example]) -> str:
    """A sha256 (hex) of which pictures there are, how large their files, their labels and sides."""
    found = hashlib.sha256()
    for one in examples:
        line = f"{one.name}\0{one.path.stat().st_size}\0{one.label}\0{one.split}\n"
        found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()
