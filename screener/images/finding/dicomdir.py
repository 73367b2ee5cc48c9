"""The files that a DICOMDIR lists (PS3.3 annex F), as far as they lie in its own folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from screener.images.dicom.dataset import DEFLATED, read_meta
from screener.images.refusal import Refusal, foreign
from screener.records.real_path import resolved

_RECORDS, _FILE_ID = 0x00041220, 0x00041500
_BYTES = 64 << 20
"""The most bytes of an index that are read: some 200,000 films' worth."""


def listed(path: Path) -> Iterator[tuple[str, bool]]:
    """(path relative to the DICOMDIR's folder, whether such a file is there), once each, in its order.

    A file ID is a path of up to eight components (PS3.10 section 8.2). One with a component that steps
    out, or that a link leads out of the folder, is passed over. Names are matched exactly, or else
    without regard to case, since media are often copied into lower case.
    """
    folder = path.parent
    home = resolved(folder)
    seen: set[str] = set()
    for parts in _file_ids(path):
        if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in parts):
            continue
        found = _as_on_disk(folder, parts)
        inner = "/".join(found or parts)
        if inner in seen or (found and not resolved(folder / inner).is_relative_to(home)):
            continue
        seen.add(inner)
        yield inner, found is not None


def _file_ids(path: Path) -> list[tuple[str, ...]]:
    """The file IDs in the order of their records; none where the index can't be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES)
    except OSError:
        return []
    try:
        with foreign("DICOMDIR"):
            return _read(data)
    except Refusal:
        return []


def _read(data: bytes) -> list[tuple[str, ...]]:
    from pydicom import dcmread

    if read_meta(data)[0] == DEFLATED:  # against PS3.10 section 8.6, and pydicom would inflate it without end
        return []
    index: Any = dcmread(BytesIO(data), specific_tags=[_RECORDS])
    ids: list[tuple[str, ...]] = []
    for record in index[_RECORDS].value if _RECORDS in index else []:
        raw = record.get_item(_FILE_ID)
        if raw is not None and isinstance(raw.value, bytes):
            text = raw.value.decode("ascii", "surrogateescape").rstrip(" \0")
            ids.append(tuple(part.strip() for part in text.split("\\")))
    return ids


def _as_on_disk(folder: Path, parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """The parts as the file system spells them; None where there is no such regular file."""
    spelled: list[str] = []
    found = folder
    for part in parts:
        # Unlike pathlib's, these raise nothing where a name is too long for any disc, or a share is dead.
        if not os.path.exists(found / part):  # noqa: PTH110
            try:
                part = next((n for n in sorted(os.listdir(found)) if n.lower() == part.lower()), "")  # noqa: PTH208
            except OSError:
                return None
            if not part:
                return None
        spelled.append(part)
        found = found / part
    return tuple(spelled) if os.path.isfile(found) else None  # noqa: PTH113
