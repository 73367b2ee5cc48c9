"""Whether a reader has worked in a report. Standard library only."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

_TIMES = re.compile(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_WRITER = b"openpyxl"


def edited(path: Path) -> bool:
    """Whether the workbook at `path` was saved by another program since it was written: it may hold verdicts.

    Every office program puts its own name into docProps/app.xml, and openpyxl, when it saves a workbook anew,
    the time. A file that is missing or no workbook holds no verdict; one that was given a password is no zip
    any more, but an OLE file.
    """
    try:
        with ZipFile(path) as archive:
            program = archive.read("docProps/app.xml")
            times = _TIMES.findall(archive.read("docProps/core.xml"))
    except BadZipFile:
        with path.open("rb") as file:
            return file.read(len(_OLE)) == _OLE
    except (OSError, KeyError):
        return False
    return _WRITER not in program.lower() or len(set(times)) != 1
