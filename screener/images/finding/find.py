"""From what was typed to the files to be scanned: every file once, in a stable order, none opened in vain."""

# Names are bytes here, as the file system has them, and pathlib takes none.
# ruff: noqa: PTH112, PTH118, PTH119, PTH120, PTH123, PTH206

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from screener.images import archive
from screener.images.finding import dicomdir
from screener.images.finding.inputs import Input, check_inputs
from screener.images.finding.names import image_id, printable, text_of
from screener.images.finding.walk import FILE, FOLDER, LOST, SPECIAL, FolderId, folder_id, mark_of, walk
from screener.images.sniff import is_dicomdir, sniff
from screener.records import Reason, Refused, Source

Found = tuple[Source, Refused | None]
"""A file, and why it will not even be read, if so."""

_PEEK = 512
"""Enough of a file to know a zip and a DICOMDIR."""

_TELLING = b".ZIP"


def find(inputs: Sequence[str], exclude: Path | None = None) -> Iterator[Found]:
    """Every file of the inputs, once: folders recursively, files, zips and patterns.

    Args:
        inputs: as typed; see `check_inputs`.
        exclude: a folder that is passed over where a walk meets it (the scan's own output).

    Folders come first, then single files and patterns, each in the order typed; within a folder in the
    order of the names' bytes. A file that overlapping inputs reach twice comes once, under the first.
    A folder reached by several paths is walked once, so links that lead round in a circle end. Only the
    names of one folder, and of those above it, are held at a time.

    The store and reports that an earlier scan left in a folder are passed over; films beside them are not.
    A zip stands for its members (a document packed as a zip, and one that can't be listed, for itself).
    A DICOMDIR is an index and no film: met in a walk it comes as any file does, to be called one without a
    picture; given as an input it stands for the films that it lists, as far as they lie in its own folder.

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
    walked: set[FolderId] = set()
    left_out = os.fsencode(exclude) if exclude else None
    folders: list[Input] = []
    others: list[Input] = []
    for one in inputs:
        (folders if not one.pattern and os.path.isdir(one.root) else others).append(one)
    for one in folders:
        for path, relative, mark in walk(os.fsencode(one.root), (), walked, left_out):
            yield from _sources(path, _below(one, relative), mark, peek)
    # Files and patterns: few enough to be remembered one by one, but for a single pattern, which can't
    # overlap with itself.
    given: set[tuple[FolderId | bytes, bytes]] | None = set() if len(others) > 1 else None
    resolved: bytes | None = None
    parent: FolderId | None = None
    for one in others:
        for path, relative, mark in _single(one, left_out):
            folder, name = os.path.split(path)
            if folder != resolved:  # on a network share each look costs
                resolved, parent = folder, folder_id(folder)
            if parent in walked:
                continue
            if given is not None:
                real = parent or folder, name
                if real in given:
                    continue
                given.add(real)
            yield from _sources(path, relative, mark, peek)


def _below(one: Input, relative: bytes) -> bytes:
    """The identity of a file below an input's root."""
    label = os.fsencode(one.label)
    return label + b"/" + relative if label and relative else label or relative


def _single(one: Input, left_out: bytes | None) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(path, identity, mark) of the files of an input that is no folder."""
    root = os.fsencode(one.root)
    if one.pattern:
        for path, relative, mark in walk(root, one.pattern, set(), left_out):
            yield path, _below(one, relative), mark
        return
    name = os.fsencode(one.label) or os.path.basename(root)
    mark = mark_of(root)
    if mark != FILE or not is_dicomdir(_head(root)):
        yield root, name, mark
        return
    # With other inputs its own name stands before its films where no folder does: theirs may be alike.
    folder, label = os.path.dirname(root), os.path.dirname(name) or os.fsencode(one.label)
    empty = True
    for inner, there in dicomdir.listed(Path(os.fsdecode(root))):
        part = os.fsencode(inner)
        yield os.path.join(folder, part), os.path.join(label, part), FILE if there else LOST
        empty = False
    if empty:
        yield root, name, LOST


def _head(path: bytes) -> bytes:
    """The first bytes of a regular file; none where it can't be read (whoever reads it will say why)."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(_PEEK) or b""
    except OSError:
        return b""


_LONGEST = 1000
"""Characters that a name in an archive may have: no file system has longer ones, and jobs must stay small."""

_TOO_LONG = Refused(Reason.UNSUPPORTED, f"its name in the archive has more than {_LONGEST:,} characters")

_REFUSED = {
    FOLDER: Refused(Reason.NO_PERMISSION, "a folder that can't be listed"),
    SPECIAL: Refused(Reason.NOT_AN_IMAGE, "a device, a pipe or a socket"),
    LOST: Refused(Reason.VANISHED, "a link, an index or a folder that leads to nothing"),
}


def _sources(path: bytes, relative: bytes, mark: bytes, peek: bool) -> Iterator[Found]:
    """The Source of a file, or those of an archive's members.

    Without `peek`, only files with a telling name are opened to see what they are.
    """
    where = Path(os.fsdecode(path))
    relative = relative.rstrip(b"/") or os.path.basename(path)  # a folder that is an input has none below it
    shown = printable("/".join(text_of(relative).split(os.sep)))
    source = Source(where, shown, relative, image_id(os.path.basename(text_of(relative))))
    if mark != FILE:
        yield source, _REFUSED[mark]
        return
    head = _head(path) if peek or path.upper().endswith(_TELLING) else b""
    if sniff(head) != "zip":
        yield source, None
        return
    listed = archive.members(where)
    if isinstance(listed, Refused):
        yield source, listed
        return
    taken: dict[str, int] = {}
    for member in listed:
        name = archive.shown_name(member)
        key = relative + b"/" + member.encode("utf-8", "surrogateescape")
        too_long = len(member) > _LONGEST
        inside = printable(name[:_LONGEST]) + ("…" if too_long else "")
        full = f"{shown}/{_distinct(inside, taken)}"
        identity = image_id(name[:_LONGEST].rpartition("/")[2])
        inner = Source(where, full, key, identity, None if too_long else member)
        yield inner, _TOO_LONG if too_long else None


def _distinct(name: str, taken: dict[str, int]) -> str:
    """The name, or with a number where it is `taken`, as it now is: `./a.png` shows as `a.png` does."""
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name} ({taken[name]})"
    taken[free] = 1
    return free
