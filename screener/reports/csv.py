"""`submission.csv`, as Kaggle takes it."""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from screener.errors import UsageError
from screener.records import Row
from screener.reports import wording
from screener.reports.base import Remarks, ScanView

HEADER = ("id", "label")

_Write = Callable[[tuple[str, str]], object]


@dataclass(frozen=True, slots=True)
class Sample:
    """Kaggle's own sample submission: its header and its ids, in its order."""

    header: tuple[str, str]
    ids: tuple[str, ...]


def read_sample(path: Path) -> Sample:
    """The header and ids of a sample submission; the first column is the id, whatever its name.

    Raises:
        UsageError: it is missing, not a CSV text in UTF-8, or has no header of two columns, no rows, a row
            without an id, or an id twice.
    """
    name = f"--sample-submission {path}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file, strict=True) if line]
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}; name the CSV file that Kaggle gives") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{name} is not a CSV file in UTF-8; name the one that Kaggle gives") from error
    if not lines or len(lines[0]) != len(HEADER):
        raise UsageError(f"{name}: its first line must be a header of two columns, such as id,label")
    ids = tuple(line[0] for line in lines[1:])
    if not ids:
        raise UsageError(f"{name} has a header and no ids below it")
    if not all(ids):
        raise UsageError(f"{name} has a row without an id")
    twice, times = Counter(ids).most_common(1)[0]
    if times > 1:
        raise UsageError(f"{name} has the id '{twice}' more than once")
    return Sample((lines[0][0], lines[0][1]), ids)


class Submission:
    """One line a scored film: its id and its score, which reads back as the same float.

    Without a sample the lines come in key order. With one, its header, ids and order are taken as they
    are, and an id may be a file's name with its suffix, or its path, too; one that no film gave is left
    out, because any number there would be a guess, and is reported.
    An id is written exactly as the file is named, even one that starts with "=": Kaggle compares ids, and
    the file is for programs. For people there is the worklist, where such a name is text.
    """

    name = "submission.csv"

    def __init__(self, sample: Sample | None = None) -> None:
        self.sample = sample

    def write(self, view: ScanView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        # An id with a byte that is no text is written with that byte escaped, as rows name the file.
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            write = csv.writer(file, lineterminator="\n").writerow
            kind = view.provenance().kind
            if self.sample is None:
                return _all(_scores(view.rows()), write, kind)
            return _as_sampled(view.rows(), self.sample, write, kind)


def _scores(rows: Iterable[Row]) -> Iterator[tuple[str, float]]:
    return ((row.image_id, float(row.score)) for row in rows if row.score is not None)


def _all(scores: Iterable[tuple[str, float]], write: _Write, kind: str) -> Remarks:
    write(HEADER)
    seen = array("q")  # hashes rather than ids: 8 bytes a film
    for image_id, score in scores:
        write((image_id, repr(score)))
        seen.append(hash(image_id))
    twice = _repeated(seen)
    if not twice:
        return Remarks()
    said = (
        f"{Submission.name}: {_ids(twice)} to more than one film (the same file name but for folder and "
        "suffix); each film has its line, and Kaggle will refuse the file"
    )
    return Remarks(notes=(wording.of_kind(kind, said),))


def _repeated(hashes: array[int]) -> int:
    """How many of the hashes occur more than once; they are sorted in place."""
    import numpy as np

    ordered = np.frombuffer(hashes, np.int64)
    ordered.sort()
    return len(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))


def _as_sampled(rows: Iterable[Row], sample: Sample, write: _Write, kind: str) -> Remarks:
    wanted = {_same(image_id) for image_id in sample.ids}
    found: dict[str, tuple[int, float]] = {}
    twice: set[str] = set()
    refused: set[str] = set()
    strangers, stranger = 0, ""
    for row in rows:
        place, key = next((named for named in enumerate(_names(row)) if named[1] in wanted), (0, ""))
        if row.score is None:
            refused.add(key)
        elif not key:
            strangers, stranger = strangers + 1, stranger or row.image_id
        elif key not in found or place < found[key][0]:
            found[key] = place, row.score
            twice.discard(key)
        elif place == found[key][0]:
            twice.add(key)
    write(sample.header)
    missing = []
    for image_id in sample.ids:
        if (held := found.get(_same(image_id))) is None:
            missing.append(image_id)
        else:
            write((image_id, repr(held[1])))
    unscored = sum(_same(image_id) in refused for image_id in missing)
    notes = [*_on_ids(kind, len(missing), len(sample.ids), unscored, len(twice))]
    if strangers:
        notes.append(_on_strangers(kind, strangers, "" if found else sample.ids[0], stranger))
    return Remarks(tuple(missing), tuple(notes))


def _names(row: Row) -> Iterator[str]:
    """What a sample may call the film: its id, which comes first, the file's name, or that with folders."""
    yield _same(row.image_id)
    if not row.frame:
        yield _same(row.name.rpartition("/")[2])
        yield _same(row.name)


def _same(image_id: str) -> str:
    """The id composed: a Mac may hand out a name decomposed that Kaggle wrote composed."""
    return normalize("NFC", image_id)


def _on_ids(kind: str, missing: int, asked: int, unscored: int, twice: int) -> Iterator[str]:
    name, film = Submission.name, wording.of_kind(kind, "film")
    if missing:
        have = "has no score and is" if missing == 1 else "have no score and are"
        refused = f" ({wording.counted(unscored, film)} here could not be scored)" if unscored else ""
        yield (
            f"{name}: {missing} of the sample's {asked} ids {have} left out{refused}; "
            "Kaggle will refuse the file until they are there"
        )
    if twice:
        yield f"{name}: {_ids(twice)} to more than one {film}; the first {film}'s score was taken"


def _on_strangers(kind: str, strangers: int, sample: str, id_here: str) -> str:
    """Of films that the sample does not ask for; `sample` is an id of it where it asks for none of them."""
    name, film = Submission.name, wording.of_kind(kind, "film")
    if sample:
        return (
            f"{name}: none of the sample's ids is the name of a {film} here, with its suffix or without; it "
            f"asks for '{sample}' where a {film} here gives '{id_here}'"
        )
    films, are = ("1 scored film", "is") if strangers == 1 else (f"{strangers} scored films", "are")
    return f"{name}: {wording.of_kind(kind, films)} {are} not in the sample and {are} left out"


def _ids(count: int) -> str:
    return "1 id belongs" if count == 1 else f"{count} ids belong"
