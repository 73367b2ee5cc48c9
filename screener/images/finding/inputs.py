"""What was typed, checked before a scan begins."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from pathlib import Path

from screener.errors import UsageError

Pattern = tuple[re.Pattern[str] | None, ...]

_LEADS_NOWHERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
"""What is wrong with a link that is to be reported as a file of its own."""

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to scan.

    Attributes:
        root: an absolute path, its symbolic links not followed: a folder, or a file.
        pattern: for a glob, one expression for each path segment below `root`, None for a `**`; else empty.
        label: what stands before the names of its files; "" where nothing needs to.
    """

    root: str
    pattern: Pattern = ()
    label: str = ""

    @property
    def is_searched(self) -> bool:
        """Whether it is a folder, or a pattern in one, and no single file."""
        return bool(self.pattern) or os.path.isdir(self.root)  # noqa: PTH112 - raises nothing on a dead share

    @property
    def folder(self) -> str:
        """The folder that is searched, or that the file lies in."""
        return self.root if self.is_searched else str(Path(self.root).parent)


def check_inputs(inputs: Sequence[str]) -> list[Input]:
    """The inputs in the order typed, each given once; if they are several, no two with the same label.

    A pattern is a pattern only where no file of that very name exists. Like the folders' walk, `*` takes
    hidden files in.

    Raises:
        UsageError: one of them does not exist, or cannot be looked into; the message names it.
    """
    if not inputs:
        raise UsageError("nothing to scan: name a folder, a film, a zip or a pattern such as 'films/*.dcm'")
    found = list(dict.fromkeys(_input(typed) for typed in inputs))
    if len(found) == 1:
        return found
    return [replace(one, label=label) for one, label in zip(found, _labels(found), strict=True)]


def _input(typed: str) -> Input:
    if not typed:
        raise UsageError("an input is empty: name a folder, a film, a zip or a pattern such as 'films/*.dcm'")
    # Links are not to be followed, and `~$film.dcm` names no user: pathlib's would raise.
    path = os.path.abspath(os.path.expanduser(typed))  # noqa: PTH100, PTH111
    if os.path.lexists(path):
        _look(typed, path)
        return Input(path)
    if not _MAGIC.search(path):
        _look(typed, path)
        raise UsageError(f"{typed}: no such file or folder")
    parts = Path(path).parts
    # A folder of that very name is no pattern either: "films [2024]/*.dcm".
    magic = (index for index, part in enumerate(parts) if _MAGIC.search(part))
    first = next((index for index in magic if not os.path.lexists(Path(*parts[: index + 1]))), None)
    if first is None:
        raise UsageError(f"{typed}: no such file or folder")
    root = Path(*parts[:first])
    if not os.path.isdir(root):  # noqa: PTH112 - unlike pathlib's, it raises nothing on a dead share
        _look(typed, str(root))
        raise UsageError(f"{typed}: there is no folder {root} to look in")
    return Input(str(root), tuple(None if p == "**" else re.compile(translate(p)) for p in parts[first:]))


def _look(typed: str, path: str) -> None:
    """Raises UsageError where nobody can tell what is there: a scan would drop what it has of it."""
    try:
        os.stat(path)  # noqa: PTH116
    except OSError as error:
        if error.errno not in _LEADS_NOWHERE:
            raise UsageError(f"{typed} cannot be looked into: {error.strerror}") from error


def _above(label: str) -> list[str]:
    """What a label begins with: of `a/b/c`, `a` and `a/b`."""
    parts = label.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _labels(inputs: list[Input]) -> list[str]:
    """The last part of each path, with as many parts before it as it takes to tell all of them apart.

    None is the beginning of another either: `2024` and `2024/chest` would name the same film twice.
    """
    parts = [Path(one.root).parts for one in inputs]
    depths = [1] * len(parts)
    while True:
        labels = ["/".join(p[-d:]) for p, d in zip(parts, depths, strict=True)]
        shared = Counter(labels)
        begun = {above for label in labels for above in _above(label)}
        clash = [
            shared[label] > 1 or label in begun or any(above in shared for above in _above(label))
            for label in labels
        ]
        deeper = [d + (c and d < len(p)) for d, c, p in zip(depths, clash, parts, strict=True)]
        if deeper == depths:
            break
        depths = deeper
    # Two patterns in one folder still share its name; a number tells them apart.
    counted: Counter[str] = Counter()
    for index, label in enumerate(labels):
        counted[label] += 1
        labels[index] = label.strip("/") + (f" ({counted[label]})" if counted[label] > 1 else "")
    return labels
