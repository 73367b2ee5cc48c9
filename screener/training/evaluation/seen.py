"""Which of the films a model has met before: figures on those say nothing about new ones."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from screener.errors import ModelError
from screener.training.labelled.example import TEST, TRAIN, VALIDATION, Example
from screener.training.labelled.splits import SPLIT


class Seen:
    """The films that a model folder's split.csv lists.

    A film that was read is known by its content where the list holds a `sha256`, else by its path: the
    list's path is the end of the film's own, or, where the folder was arranged anew, the file's name is the
    same. A film that the data call a test film is not taken for a training film by its name alone.
    """

    def __init__(self, lines: Iterable[Mapping[str, str]]) -> None:
        self._by_hash: dict[str, str] = {}
        self._by_name: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for line in lines:
            if line.get("split") not in (TRAIN, VALIDATION):
                continue
            parts = PurePosixPath(line["path"]).parts
            self._by_name[parts[-1]].append((parts, line["split"]))
            if line.get("sha256"):
                self._by_hash[line["sha256"]] = line["split"]

    def side(self, example: Example, sha256: str = "") -> str:
        """`train`, `validation`, or "" for a film that is not in the list."""
        if self._by_hash and sha256:
            return self._by_hash.get(sha256, "")
        inside = example.row is not None  # a patch of an HDF5 file is known by that file's name and its row
        own = PurePosixPath(example.name).parts if inside else example.path.absolute().parts
        alike = self._by_name.get(own[-1], [])
        for parts, split in alike:
            if own[-len(parts) :] == parts:
                return split
        apart = inside or example.split == TEST or TEST in (part.lower() for part in own[:-1])
        return "" if apart or not alike else alike[0][1]


def seen_by(folder: Path) -> Seen:
    """What the model in `folder` has seen, as far as it says; nothing where it has no split.csv.

    Raises:
        ModelError: the list cannot be read.
    """
    path = folder / SPLIT
    if not path.is_file():
        return Seen(())
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return Seen(list(csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise ModelError(f"{path} cannot be read: {error!r}; install the model again") from error
