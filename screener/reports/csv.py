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
    are; an id that no film gave is left out, because any number there would be a guess, and is reported.
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
            return _as_sampled(_scores(view.rows()), self.sample, write, kind)


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


def _as_sampled(scores: Iterable[tuple[str, float]], sample: Sample, write: _Write, kind: str) -> Remarks:
    # A Mac may hand out a name decomposed that Kaggle wrote composed; they are the same id.
    wanted = {normalize("NFC", image_id) for image_id in sample.ids}
    found: dict[str, float] = {}
    twice: set[str] = set()
    strangers, stranger = 0, ""
    for image_id, score in scores:
        key = normalize("NFC", image_id)
        if key not in wanted:
            strangers, stranger = strangers + 1, stranger or image_id
        elif key in found:
            twice.add(key)
        else:
            found[key] = score
    write(sample.header)
    missing = []
    for image_id in sample.ids:
        if (value := found.get(normalize("NFC", image_id))) is None:
            missing.append(image_id)
        else:
            write((image_id, repr(value)))
    first = sample.ids[0] if sample.ids else ""
    notes = _sample_notes(kind, len(missing), len(sample.ids), len(twice), strangers, first, stranger)
    return Remarks(tuple(missing), tuple(notes))


def _sample_notes(
    kind: str, missing: int, asked: int, twice: int, strangers: int, sample: str, id_here: str
) -> Iterator[str]:
    name, film = Submission.name, wording.of_kind(kind, "film")
    if missing:
        yield (
            f"{name}: {missing} of the sample's {asked} ids have no score and are left out; "
            "Kaggle will refuse the file until they are there"
        )
    if twice:
        yield f"{name}: {_ids(twice)} to more than one {film}; the first {film}'s score was taken"
    if strangers and missing == asked:
        yield (
            f"{name}: none of the sample's ids is the name of a {film} here without its suffix; it asks for "
            f"'{sample}' where a {film} here gives '{id_here}'"
        )
    elif strangers:
        films, are = ("1 scored film", "is") if strangers == 1 else (f"{strangers} scored films", "are")
        yield f"{name}: {wording.of_kind(kind, films)} {are} not in the sample and {are} left out"


def _ids(count: int) -> str:
    return "1 id belongs" if count == 1 else f"{count} ids belong"
