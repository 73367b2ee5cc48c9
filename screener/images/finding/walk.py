"""The files below a folder, in a stable order, holding one folder's names at a time."""

# Names are bytes here, as the file system has them, and pathlib takes none.
# ruff: noqa: PTH110, PTH116, PTH118

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from screener.images.finding.inputs import Pattern
from screener.images.finding.leftovers import STORE, holds_results, is_leftover
from screener.records.real_path import real_path

FolderId = tuple[int, int, str]
"""A directory's device, inode, and path without links or capitals: by whatever path it was reached.

Inodes alone would not do: on network shares all may be 0, or one be given again to another folder, whose
films would be passed over. Nor would paths alone where capitals do not count, as on macOS.
"""

FOLDER, FILE, SPECIAL, LOST = b"/", b"", b"\0", b"\0\0"
"""What an entry is, as a mark behind its name: no name can hold either byte.

A FOLDER that comes out of a walk is one that can't be listed; LOST leads to nothing.
"""


def walk(
    root: bytes, pattern: Pattern, walked: set[FolderId], left_out: bytes | None
) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(path, path relative to `root`, mark) of all that is no readable folder, below `root`.

    Args:
        root: a folder; if it can't be listed it comes itself, with b"" for a relative path.
        pattern: what is wanted: what matches it, and all below a folder that does. Empty for everything.
        walked: folders that were walked already and are passed over; those that this walk enters are added.
        left_out: another folder to pass over.

    What a scan left in a folder is passed over, and nothing else in it. The order is that of the paths'
    bytes.
    """
    # One list a level, the next name last: the names still to come, without those already gone.
    levels: list[tuple[bytes, list[bytes], tuple[Pattern, ...] | None]] = []
    entered = _enter(root, walked, left_out, outermost=True)
    if isinstance(entered, bytes):
        yield root, b"", entered
        return
    levels.append((b"", entered, (pattern,) if pattern else None))
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
        goes_on, below = _match(rest, os.fsdecode(name), mark == FOLDER)
        if not goes_on:
            continue
        if mark != FOLDER:
            yield path, relative, mark
            continue
        entered = _enter(path, walked, left_out)
        if isinstance(entered, bytes):
            yield path, relative, entered
        elif entered:
            levels.append((relative + b"/", entered, below))


def _match(
    rests: tuple[Pattern, ...] | None, name: str, is_folder: bool
) -> tuple[bool, tuple[Pattern, ...] | None]:
    """Whether an entry is wanted (or may hold what is), and the patterns, any of which will do, below it."""
    if rests is None:
        return True, None
    below: list[Pattern] = []
    todo = list(rests)
    for rest in todo:
        first, *others = rest
        if first is None and others:  # ** stands for any number of folders, none included
            below.append(rest)
            todo.append(tuple(others))
        elif first is None or first.match(name):
            if all(part is None for part in others):
                return True, None
            below.append(tuple(others))
    return is_folder and bool(below), tuple(dict.fromkeys(below))


def _enter(
    folder: bytes, walked: set[FolderId], left_out: bytes | None, outermost: bool = False
) -> list[bytes] | bytes:
    """The marked names in a folder, last first; none where it was walked already; or a mark instead."""
    identity = folder_id(folder)
    if identity is None:
        return LOST
    if identity in walked or (left_out and not outermost and identity == folder_id(left_out)):
        return []
    try:
        with os.scandir(folder) as entries:
            names = [entry.name + _mark(entry) for entry in entries]
    except PermissionError:
        return FOLDER
    except OSError:
        return LOST
    walked.add(identity)
    if STORE in names and holds_results(folder):
        names = [name for name in names if not is_leftover(name)]
    names.sort(reverse=True)
    return names


def _mark(entry: os.DirEntry[bytes]) -> bytes:
    try:
        if entry.is_dir():
            return FOLDER
        if entry.is_file():
            return FILE
        return LOST if entry.is_symlink() and not os.path.exists(entry.path) else SPECIAL
    except OSError:
        return LOST


def mark_of(path: bytes) -> bytes:
    """What a path is: FILE, SPECIAL (a folder too) or LOST; a link is what it leads to."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return LOST
    return FILE if stat.S_ISREG(mode) else SPECIAL


def folder_id(folder: bytes) -> FolderId | None:
    """Which directory a path is; None where it is nothing that can be looked at."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino, os.fsdecode(real_path(folder)).casefold()
