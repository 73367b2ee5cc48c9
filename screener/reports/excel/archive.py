"""A workbook's file: the same bytes for the same content, and long sheets that are never in memory.

openpyxl makes the workbook, its styles, charts and pictures, and of a long sheet everything but the rows and
links, which lie ready in files (`Body`) and are put in their places while the archive is written. An openpyxl
cell costs thirty microseconds and an openpyxl link a kilobyte until the end, which is a minute and 80 MB for
a hundred thousand films.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_TO_RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


@dataclass(frozen=True, slots=True)
class Body:
    """What openpyxl does not write of a sheet, each an open file with XML in UTF-8, in the sheet's order.

    Attributes:
        rows: `row` elements below the header.
        links: `hyperlink` elements; may be empty.
        targets: the `Relationship` element of each link.
    """

    rows: IO[bytes]
    links: IO[bytes]
    targets: IO[bytes]


class _SteadyZip(ZipFile):
    """A zip whose members have no time of their own, with the two methods that openpyxl writes by."""

    def __init__(self, path: Path, bodies: Mapping[str, Body]) -> None:
        super().__init__(path, "w", ZIP_DEFLATED)
        self._bodies = {f"xl/worksheets/{name}": body for name, body in bodies.items()}
        self._targets = {f"xl/worksheets/_rels/{name}.rels": body.targets for name, body in bodies.items()}

    def writestr(self, name: str, data: str | bytes) -> None:  # type: ignore[override]
        """Add a small part; to the relations of a long sheet, those of its links."""
        whole = data.encode("utf-8") if isinstance(data, str) else data
        targets = self._targets.pop(name, None)
        if targets is None:
            self._put(name, [BytesIO(whole)])
            return
        before, end = _cut(whole, b"</Relationships>")
        self._put(name, [BytesIO(before), targets, BytesIO(end)])

    def write(self, file: str, name: str) -> None:  # type: ignore[override]
        """Add a sheet from openpyxl's file of it; to a long one, its rows and links."""
        if name not in self._bodies:
            with Path(file).open("rb") as source:
                self._put(name, [source])
            return
        body = self._bodies[name]
        head, rest = _cut(Path(file).read_bytes(), b"</sheetData>")
        middle, tail = _cut(rest, b"<pageMargins")
        links = [body.links]
        if body.links.seek(0, 2):
            links = [
                BytesIO(b'<hyperlinks xmlns:r="%s">' % _TO_RELATIONS),
                body.links,
                BytesIO(b"</hyperlinks>"),
            ]
        self._put(name, [BytesIO(head), body.rows, BytesIO(middle), *links, BytesIO(tail)])

    def finish(self) -> None:
        """Add the relations of long sheets that have links and nothing else to relate to."""
        for name, targets in self._targets.items():
            if targets.seek(0, 2):
                self._put(name, [BytesIO(_RELATIONS), targets, BytesIO(b"</Relationships>")])

    def _put(self, name: str, parts: Iterable[IO[bytes]]) -> None:
        info = ZipInfo(name, _NO_TIME)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self.open(info, "w", force_zip64=True) as target:
            for part in parts:
                part.seek(0)
                shutil.copyfileobj(part, target, 1 << 16)


def save(workbook: Workbook, bodies: Mapping[int, Body], path: Path, day: str) -> None:
    """Write the workbook to `path`, dated `day` (ISO 8601) wherever the format asks for a time.

    Args:
        workbook: write-only.
        bodies: rows and links of its long sheets, by their number in the workbook, from 1.
        path: where to.
        day: of the content.
    """
    workbook.properties.created = workbook.properties.modified = datetime.fromisoformat(day)
    with _SteadyZip(path, {f"sheet{number}.xml": body for number, body in bodies.items()}) as archive:
        ExcelWriter(workbook, archive).write_data()
        archive.finish()


def discard(workbook: Workbook) -> None:
    """Let go of a workbook that will not be saved: close and delete openpyxl's temporary files."""
    for sheet in workbook.worksheets:
        # A full disk is why we are here, often enough, and fails every write again.
        with suppress(OSError):
            if not sheet.closed:
                sheet.close()
        with suppress(OSError):
            sheet._writer.cleanup()


def _cut(whole: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """What stands before `mark`, and the rest with it.

    Raises:
        ValueError: it is not there; this openpyxl writes a sheet in another way than we know.
    """
    at = whole.index(mark)
    return whole[:at], whole[at:]
