"""A CSV of labels: which pictures each of its lines means."""

import csv
import errno
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

from screener.errors import DataError
from screener.records import Task
from screener.records.real_path import resolved
from screener.training.labelled.example import SPLITS, Example, label_index, patient_of
from screener.training.labelled.pictures import pictures_in, sop_instance_uid

PATH, UID = "path", "sop_instance_uid"
"""The columns that may say which picture a line is of; the second holds DICOM's SOP Instance UID."""

COLUMNS = frozenset((PATH, UID, "label", "patient", "split"))
"""Columns that labels are read from; any other tells of subgroups."""

_SPELLINGS = {"sopinstanceuid": UID, "sop instance uid": UID}

_NAMED = 3
"""Missing files that are told by name, besides the first."""

_UNKNOWN = frozenset(("na", "n/a", "nan", "none", "null"))
_DECIMAL_COMMA = re.compile(r"\s*(-?\d+),(\d+)\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a label CSV.

    Attributes:
        number: in the file, from 1.
        values: by column, those of `COLUMNS` in lower case.
        files: the pictures that it means: what they are called, and where they are.
    """

    number: int
    values: Mapping[str, str]
    files: Mapping[str, Path]


def read_rows(table: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, values by column) of a CSV with a heading, parted by commas, semicolons or tabs.

    Blank lines are passed over, also those of which a spreadsheet leaves the separators. Between semicolons
    numbers may have decimal commas; they come with a point.

    Raises:
        DataError: it cannot be read, or a `needed` column is missing or there twice.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            heading = file.readline()
            file.seek(0)
            # A spreadsheet set to commas in numbers parts its columns otherwise.
            delimiter = max(",;\t", key=heading.count)
            read = _with_point if delimiter == ";" else str
            reader = csv.DictReader(file, delimiter=delimiter)
            reader.fieldnames = names = [_column(name) for name in reader.fieldnames or ()]
            if twice := [name for name in names if names.count(name) > 1 and name in {*COLUMNS, *needed}]:
                raise DataError(f"{table}: column '{twice[0]}' is there twice; keep one")
            if missing := [column for column in needed if column not in reader.fieldnames]:
                raise DataError(f"{table}: no column '{missing[0]}' in its first line")
            for row in reader:
                if _is_blank(row):
                    continue
                if any(row[column] is None for column in needed):
                    raise DataError(f"{table}, line {reader.line_num}: too few columns")
                # What a line has beyond its columns stands under None.
                yield reader.line_num, {n: v and read(v) for n, v in row.items() if n is not None}
    except UnicodeDecodeError as error:
        raise DataError(f"{table} cannot be read: it is not in UTF-8; save it as CSV UTF-8") from error
    except OSError as error:
        raise DataError(f"{table} cannot be read: {error.strerror or error}") from error
    except csv.Error as error:
        raise DataError(f"{table} cannot be read: {error}") from error


def _is_blank(row: Mapping[str | None, str | list[str] | None]) -> bool:
    values = (value if isinstance(value, list) else [value or ""] for value in row.values())
    return not any(text.strip() for texts in values for text in texts)


def _with_point(text: str) -> str:
    return f"{number[1]}.{number[2]}" if (number := _DECIMAL_COMMA.fullmatch(text)) else text


def known(value: str | None) -> str:
    """What a column says, "" where it says that it does not know: "NA", as R writes it, and the like."""
    text = (value or "").strip()
    return "" if text.lower() in _UNKNOWN else text


def read_lines(table: Path) -> Iterator[Line]:
    """The lines of a label CSV.

    `path`, from the CSV's folder, names a file, a folder (each picture in it is meant), or a picture
    anywhere below by its file name, with or without suffix; backslashes part folders as in Windows. In its
    place `sop_instance_uid` may name DICOM files by what is in them.

    Raises:
        DataError: it cannot be read, has not the columns, or a picture is missing.
    """
    rows = list(read_rows(table, ("label",)))
    key = PATH if not rows or PATH in rows[0][1] else UID
    if rows and key not in rows[0][1]:
        raise DataError(f"{table}: no column 'path' in its first line")
    if not rows:
        # A heading alone: the columns are still to be checked.
        rows = list(read_rows(table, (PATH, "label")))
    finder = _Finder(table.parent, by_uid=key == UID)
    for place, (number, row) in enumerate(rows):
        if row[key] is None:
            raise DataError(f"{table}, line {number}: too few columns")
        if not row[key].strip():
            raise DataError(f"{table}, line {number}: nothing in column {key}")
        files = finder.find(row[key].strip())
        if not files:
            further = _missing([row[key] for _, row in rows[place + 1 :]], finder)
            where = f"looked for from {table.parent.absolute()} on{further}"
            raise DataError(f"{table}, line {number}: {row[key]} is missing, {where}")
        yield Line(number, row, files)


def _missing(names: Iterable[str | None], finder: "_Finder") -> str:
    """What else is missing of what `names` mean, the first few by name; "" for nothing."""
    missing = [name for name in names if name and name.strip() and not finder.find(name.strip())]
    if not missing:
        return ""
    more = len(missing) - _NAMED
    others = f" and {more} more" if more > 0 else ""
    return f"; so {'is' if len(missing) == 1 else 'are'} {', '.join(missing[:_NAMED])}{others}"


def examples_of(table: Path, task: Task) -> Iterator[Example]:
    """The labelled pictures of a CSV with the columns `path,label[,patient][,split]`.

    A picture that comes twice with the same label, as where a line stands for a finding, counts once.

    Raises:
        DataError: see `read_lines`; or a label or split that is none, or one picture with two labels.
    """
    met: dict[Path, tuple[int, Example]] = {}
    for line in read_lines(table):
        where = f"{table}, line {line.number}"
        split = known(line.values.get("split")).lower()
        if split not in SPLITS:
            raise DataError(f"{where}: split '{split}' is not train, validation or test")
        label = label_index(line.values["label"], task, where)
        patient = known(line.values.get("patient"))
        for name, path in line.files.items():
            # One file, however it is spelt: by the name that it came under first.
            place = resolved(path)
            own = met[place][1].name if place in met else name
            example = Example(place, own, label, patient or patient_of(own, task), SPLITS[split])
            first, before = met.setdefault(place, (line.number, example))
            if before != example:
                raise DataError(f"{where}: {name} is in line {first} too, with other values; keep one")
            if before is example:
                yield replace(example, path=path)


class _Finder:
    """Finds what a line's path or UID means; the folder is walked only where that takes it."""

    def __init__(self, folder: Path, *, by_uid: bool) -> None:
        self._folder, self._by_uid = folder, by_uid
        self._index: dict[str, list[Path]] | None = None

    def find(self, text: str) -> dict[str, Path]:
        if not self._by_uid:
            path = self._folder / text
            if _is(path.is_file):
                return {Path(text).as_posix(): path}
            if _is(path.is_dir):
                return {(Path(text) / p.relative_to(path)).as_posix(): p for p in pictures_in(path)}
            if "\\" in text and (there := self.find(PureWindowsPath(text).as_posix())):
                return there
            if "/" in text:
                return {}
        found = self._indexed().get(text, [])
        if len(found) > 1:
            raise DataError(f"'{text}' may be {found[0]} or {found[1]}; give the path in the CSV")
        return {path.relative_to(self._folder).as_posix(): path for path in found}

    def _indexed(self) -> dict[str, list[Path]]:
        if self._index is None:
            self._index = defaultdict(list)
            for path in pictures_in(self._folder):
                keys = {sop_instance_uid(path)} if self._by_uid else {path.name, path.stem}
                for key in keys - {""}:
                    self._index[key].append(path)
        return self._index


def _is(kind: Callable[[], bool]) -> bool:
    """What `kind`, of a path, says; False for a name that the system refuses: no file of it can be there."""
    try:
        return kind()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _column(name: str) -> str:
    key = name.strip().lower()
    key = _SPELLINGS.get(key, key)
    return key if key in COLUMNS else name.strip()
