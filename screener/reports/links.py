"""Links from a report to its films."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

from screener.records import Row

_ARCHIVE = re.compile(r"(.*?\.zip)/", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")


def film_link(row: Row, root: str, folder: Path) -> str | None:
    """A link from a report in `folder` to the row's film, a URI reference; None where its place is unknown.

    It is relative where the film and the report lie under one folder, so that both can move together, else
    a `file:` URI. A film inside a zip gives a link to the zip.

    Args:
        row: any row.
        root: the folder that names are relative to; "" if there is none.
        folder: where the report will stand.
    """
    archive = _ARCHIVE.match(row.name)
    film = Path(root, _unescaped(archive[1] if archive else row.name))
    if not film.is_absolute():
        return None
    here = folder.absolute()
    if film.drive == here.drive and len(Path(os.path.commonpath((film, here))).parts) > 1:
        return _quoted(Path(os.path.relpath(film, here)).as_posix())
    path = film.as_posix()
    return "file://" + ("" if path.startswith("/") else "/") + _quoted(path)


def _unescaped(name: str) -> str:
    """The name as the file system has it; see `images.names.printable`, which this undoes."""
    if "\\" not in name:
        return name
    return os.fsdecode(_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), name.encode()))


def _quoted(path: str) -> str:
    # Letters beyond ASCII stay as they are, which is how Excel writes them; half surrogates are bytes.
    return "".join(c if c.isalnum() or c in "/-._~" else quote(os.fsencode(c), safe="") for c in path)
