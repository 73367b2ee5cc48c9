"""A scan for the window: begun there, or in a store, and one whose store takes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from builders.rows import a_provenance
from screener.desktop.control.stage import Stage
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.window import Window
from screener.errors import OutputError
from screener.records import Row
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE, ScanStore
from screener.scanning.verdicts import ReadingChange, Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


def start(window: Window, films: Path, until: Until, stage: Stage = Stage.DONE) -> None:
    """Choose these films and start, and wait until the scan has come to `stage`."""
    window.start_page.choose((str(films),))
    window.start_page.start.click()
    until(lambda: window.session.stage is stage)


def store_rows(folder: Path, *rows: Row) -> None:
    """These rows come into the store of `folder`, by whoever scans."""
    with ScanStore(folder / STORE, {"inputs": "x"}, a_provenance()) as scan, scan.transaction():
        for row in rows:
            scan.put(row)
            scan.end_file(row.key, row.sha256, 0, settled=True)


def deny(monkeypatch: pytest.MonkeyPatch, error: OutputError) -> None:
    """No reading can be kept any more."""

    def deny(self: Verdicts, change: ReadingChange) -> None:
        raise error

    monkeypatch.setattr(Verdicts, "put", deny)


def kept(page: ScanPage) -> dict[bytes, tuple[bool, Verdict | None]]:
    """The readings in the store of the scan in view, by key."""
    assert page._snapshot is not None
    return {one.key: (one.is_read, one.verdict) for one in Verdicts(page._snapshot.folder / STORE).all()}


def shown(page: ScanPage, row: int = 0) -> tuple[int, str | None]:
    """What a line of the worklist shows of its reading."""
    line = page.lists.worklist.line(row)
    return line.is_read, line.verdict


def gone(self: StoredScan) -> None:
    """In the place of what reads a store: it cannot be read."""
    raise OutputError("it is gone")
