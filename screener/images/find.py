"""From what was typed to the files to be scanned: every file once, in a stable order, none opened in vain."""

# Names are bytes here, as the file system has them, and pathlib takes none.
# ruff: noqa: PTH110, PTH116, PTH118, PTH119, PTH120, PTH123, PTH206

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from screener.images import archive, dicomdir
from screener.images.inputs import Input, Pattern, check_inputs
from screener.images.names import image_id, printable
from screener.images.sniff import is_dicomdir, sniff
from screener.records import Reason, Refused, Source

Found = tuple[Source, Refused | None]
"""A file, and why it will not even be read, if so."""

_Place = tuple[int, int]
"""A directory's device and inode: what it is, by whatever path it was reached."""

_FOLDER, _FILE, _SPECIAL, _LOST = b"/", b"", b"\0", b"\0\0"
"""What an entry is, as a mark behind its name: no name can hold either byte."""

_PEEK = 512
"""Enough of a file to know a zip and a DICOMDIR."""

_TELLING = (b".ZIP", b"DICOMDIR")


def find(inputs: Sequence[str], exclude: Path | None = None) -> Iterator[Found]:
    """Every file of the inputs, once: folders recursively, files, zips and patterns.

    Args:
        inputs: as typed; see `check_inputs`.
        exclude: a folder that is passed over where a walk meets it (the scan's own output).

    Folders come first, then single files and patterns, each in the order typed; within a folder in the
    order of the names' bytes. A file that overlapping inputs reach twice comes once, under the first.
    A folder reached by several paths is walked once, so links that lead round in a circle end. Only the
    names of one folder, and of those above it, are held at a time.

    A zip stands for its members (a document packed as a zip, and one that can't be listed, for itself).
    A DICOMDIR is an index and no film: met in a walk it is passed over, since the walk finds the films
    that it lists; given as an input it stands for those of them that lie in its own folder.

    Raises:
        UsageError: an input does not exist. Raised by the call, before anything is yielded.
    """
    return _find(check_inputs(inputs), exclude)


def count(inputs: Sequence[str], exclude: Path | None = None) -> int:
    """How many Sources `find` would yield; the files change under us, so for a progress bar only.

    Raises:
        UsageError: an input does not exist.
    """
    return sum(1 for _ in _find(check_inputs(inputs), exclude, peek=False))


def _find(inputs: list[Input], exclude: Path | None, peek: bool = True) -> Iterator[Found]:
    walked: set[_Place] = set()
    left_out = {place for place in [_place(os.fspath(exclude))] if place} if exclude else set()
    folders = [one for one in inputs if not one.pattern and Path(one.root).is_dir()]
    for one in folders:
        prefix = os.fsencode(one.label) + b"/" if one.label else b""
        for path, relative, mark in _walk(os.fsencode(one.root), (), walked, left_out):
            yield from _sources(path, prefix + relative, mark, peek)
    # Files and patterns: few enough to be remembered one by one, but for a single pattern, which can't
    # overlap with itself.
    others = [one for one in inputs if one not in folders]
    given: set[bytes] | None = set() if len(others) > 1 else None
    for one in others:
        for path, relative, mark in _single(one, left_out):
            folder, name = os.path.split(path)
            if _place(folder) in walked:
                continue
            if given is not None:
                real = os.path.join(os.path.realpath(folder), name)
                if real in given:
                    continue
                given.add(real)
            yield from _sources(path, relative, mark, peek)


def _single(one: Input, left_out: set[_Place]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The files of an input that is no folder."""
    root = os.fsencode(one.root)
    if one.pattern:
        prefix = os.fsencode(one.label) + b"/" if one.label else b""
        for path, relative, mark in _walk(root, one.pattern, set(), left_out):
            yield path, prefix + relative, mark
        return
    name = os.fsencode(one.label) or os.path.basename(root)
    mark = _mark_of(root)
    if mark == _FILE and is_dicomdir(_head(root)):
        folder, label = os.path.dirname(root), os.path.dirname(name)
        for inner, there in dicomdir.listed(Path(os.fsdecode(root))):
            part = os.fsencode(inner)
            yield os.path.join(folder, part), os.path.join(label, part), _FILE if there else _LOST
        return
    yield root, name, mark


def _walk(
    root: bytes, pattern: Pattern, walked: set[_Place], left_out: set[_Place]
) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(path, path relative to `root`, mark) of all that is no readable folder, below `root`.

    With a pattern, what matches it, and all below a folder that does.
    """
    # One list a level, the next name last: the names still to come, without those already gone.
    levels: list[tuple[bytes, list[bytes], Pattern | None]] = []
    entered = _enter(root, walked, left_out, outermost=True)
    if isinstance(entered, bytes):
        yield root, os.path.basename(root), entered
        return
    levels.append((b"", entered, pattern or None))
    while levels:
        above, names, rest = levels[-1]
        if not names:
            levels.pop()
            continue
        marked = names.pop()
        name = marked.rstrip(b"/\0")
        mark = marked[len(name) :]
        relative = above + name
        path = os.path.join(root, relative)
        goes_on, below = _match(rest, os.fsdecode(name), mark == _FOLDER)
        if not goes_on:
            continue
        if mark != _FOLDER:
            yield path, relative, mark
            continue
        entered = _enter(path, walked, left_out)
        if isinstance(entered, bytes):
            yield path, relative, entered
        elif entered:
            levels.append((relative + b"/", entered, below))


def _match(rest: Pattern | None, name: str, is_folder: bool) -> tuple[bool, Pattern | None]:
    """Whether an entry is wanted (or may hold what is), and the pattern for what lies below it."""
    if rest is None:
        return True, None
    first, *others = rest
    if first is None:  # ** stands for any number of folders, none included
        if not others:
            return True, None
        wanted, below = _match(tuple(others), name, is_folder)
        return (True, rest) if is_folder else (wanted, below)
    if not first.match(name):
        return False, None
    if others:
        only_stars = all(part is None for part in others)
        return is_folder or only_stars, tuple(others)
    return True, None


def _enter(
    folder: bytes, walked: set[_Place], left_out: set[_Place], outermost: bool = False
) -> list[bytes] | bytes:
    """The marked names in a folder, last first; none where it was walked already; or a mark instead."""
    place = _place(folder)
    if place is None:
        return _LOST
    if place in walked or (place in left_out and not outermost):
        return []
    walked.add(place)
    try:
        with os.scandir(folder) as entries:
            names = [entry.name + _mark(entry) for entry in entries]
    except PermissionError:
        return _FOLDER
    except OSError:
        return _LOST
    names.sort(reverse=True)
    return names


def _mark(entry: os.DirEntry[bytes]) -> bytes:
    try:
        if entry.is_dir():
            return _FOLDER
        if entry.is_file():
            return _FILE
        return _LOST if entry.is_symlink() and not os.path.exists(entry.path) else _SPECIAL
    except OSError:
        return _LOST


def _mark_of(path: bytes) -> bytes:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return _LOST
    return _FILE if stat.S_ISREG(mode) else _SPECIAL


def _place(folder: str | bytes) -> _Place | None:
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _head(path: bytes) -> bytes:
    """The first bytes of a regular file; none where it can't be read (whoever reads it will say why)."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(_PEEK) or b""
    except OSError:
        return b""


_REFUSED = {
    _FOLDER: Refused(Reason.NO_PERMISSION, "a folder that can't be listed"),
    _SPECIAL: Refused(Reason.NOT_AN_IMAGE, "a device, a pipe or a socket"),
    _LOST: Refused(Reason.VANISHED, "a link, an index or a folder that leads to nothing"),
}


def _sources(path: bytes, relative: bytes, mark: bytes, peek: bool) -> Iterator[Found]:
    """The Source of a file, or those of an archive's members; nothing for a DICOMDIR.

    Without `peek`, only files with a telling name are opened to see what they are.
    """
    where = Path(os.fsdecode(path))
    shown = printable("/".join(os.fsdecode(relative).split(os.sep)))
    source = Source(where, shown, relative, image_id(os.path.basename(os.fsdecode(relative))))
    if mark != _FILE:
        yield source, _REFUSED[mark]
        return
    head = _head(path) if peek or path.upper().endswith(_TELLING) else b""
    if is_dicomdir(head):
        return
    if sniff(head) != "zip":
        yield source, None
        return
    listed = archive.members(where)
    if isinstance(listed, Refused):
        yield source, listed
        return
    for member in listed:
        name = archive.shown_name(member)
        key = relative + b"/" + member.encode("utf-8", "surrogateescape")
        if name.upper().endswith("DICOMDIR") and is_dicomdir(archive.read_head(where, member)):
            continue
        yield (
            Source(where, f"{shown}/{printable(name)}", key, image_id(name.rpartition("/")[2]), member),
            None,
        )
