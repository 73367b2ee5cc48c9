"""A workbook's file, the same bytes for the same content."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_NO_TIME = (1980, 1, 1, 0, 0, 0)


class _SteadyZip(ZipFile):
    """A zip whose members have no time of their own. It has the two methods that openpyxl writes with."""

    def writestr(self, name: str, data: str | bytes) -> None:  # type: ignore[override]
        super().writestr(_member(name), data)

    def write(self, file: str, name: str) -> None:  # type: ignore[override]
        with Path(file).open("rb") as source, self.open(_member(name), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 1 << 20)


def save(workbook: Workbook, path: Path, day: str) -> None:
    """Write the workbook to `path`, dated `day` (ISO 8601) wherever the format asks for a time."""
    workbook.properties.created = workbook.properties.modified = datetime.fromisoformat(day)
    with _SteadyZip(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).write_data()


def discard(workbook: Workbook) -> None:
    """Let go of a workbook that will not be saved: close and delete the temporary files of its sheets."""
    for sheet in workbook.worksheets:
        # A full disk is why we are here, often enough, and fails every write again.
        with suppress(OSError):
            if not sheet.closed:
                sheet.close()
        with suppress(OSError):
            sheet._writer.cleanup()


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, _NO_TIME)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
