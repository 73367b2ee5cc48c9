"""Links from a report to its films."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

from screener.images.finding.names import bytes_of, text_of
from screener.records import Row

_ARCHIVE = re.compile(r"(.*?\.zip)/", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*")


def film_links(root: str, folder: Path) -> Callable[[Row], str | None]:
    """A function from a row to the link that opens its film: a URI reference, or None without a root.

    It is relative where the films and the report lie under one folder, so that both can move together,
    else a `file:` URI. A film inside a zip gives a link to the zip; what is a folder and
    what a zip is looked up, each once.

    Args:
        root: the folder that names are relative to; "" if there is none.
        folder: where the report will stand.
    """
    if not root:
        return lambda row: None
    start = _start(Path(root).absolute(), folder.absolute())

    @cache
    def is_folder(prefix: str) -> bool | None:
        """Of what a film's name lies in; None where it is not there any more."""
        place = Path(root) / _unescaped(prefix)
        try:
            return True if place.is_dir() else False if place.exists() else None
        except OSError:  # it may not be looked into any more
            return None

    def opened(name: str) -> str:
        """The file that holds the film: the name, or as much of it as names a zip."""
        for end in (found.start() for found in re.finditer("/", name)):
            folder_there = is_folder(name[:end])
            if folder_there is None:
                archive = _ARCHIVE.match(name)
                return archive[1] if archive else name
            if not folder_there:
                return name[:end]
        return name

    def link(row: Row) -> str:
        return start + _quoted(_unescaped(opened(row.name)))

    return link


def _start(root: Path, folder: Path) -> str:
    """What stands before a film's quoted name."""
    if root.drive == folder.drive and len(Path(os.path.commonpath((root, folder))).parts) > 1:
        way = Path(os.path.relpath(root, folder)).as_posix()
        return "" if way == "." else f"{_quoted(way)}/"
    path = root.as_posix()
    # file://server/share/, file:///films/, and with its colon file:///C:/films/
    before = "file://" if path.startswith("//") else "file:///"
    inside = f"{path.strip('/')}/".lstrip("/")
    return before + _quoted(inside, plain="/-._~:")


def _unescaped(name: str) -> str:
    """The name as the file system has it; see `images.finding.names.printable`, which this undoes."""
    if "\\" not in name:
        return name
    return text_of(_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), name.encode()))


def _quoted(path: str, plain: str = "/-._~") -> str:
    if _PLAIN.fullmatch(path):
        return path
    # Letters beyond ASCII stay as they are, which is how Excel writes them; half surrogates are bytes.
    return "".join(c if c.isalnum() or c in plain else quote(bytes_of(c), safe="") for c in path)
