"""The child process of a scan, and that of an export: `screener.commands` with a pipe to the window."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from screener.desktop.control.messages import Exported, Finished, Halted, Opened, Problem
from screener.errors import OutputTaken, ScreenerError, Stopped
from screener.interrupt import interrupt
from screener.records import ScanRequest, ScanResult

_OUTPUTS = 99


def scan_main(connection: Connection, request: ScanRequest, places: tuple[Path, str] | None) -> None:
    """Scan, and tell the window: `Opened`, `Progress` on and on, then `Finished`, `Halted` or `Problem`.

    Anything from the window, and its end as well, stops the scan as Ctrl-C would.

    Args:
        connection: to the window.
        request: what to scan; its `out` is None for the command's own choice.
        places: a folder and a name: the output is the first of `name`, `name-2`, ... in that folder that
            is free or holds this very scan. None where `request.out` says it all.
    """
    _heed(connection)
    _report(connection, lambda: Finished(_scan(connection, request, places)))


def export_main(connection: Connection, folder: Path, formats: tuple[str, ...], target: Path | None) -> None:
    """Write reports of the scan in `folder`, and tell the window: `Exported`, `Halted` or `Problem`.

    Args:
        connection: to the window.
        folder: the scan's.
        formats: see `publish`.
        target: the file that a single report goes to; None for all of them in `folder`.
    """

    def export() -> Exported:
        from screener.reports.publish import publish, save_as
        from screener.scanning.reading import StoredScan
        from screener.scanning.store import STORE

        with StoredScan(folder / STORE) as scan:
            published = (
                publish(formats, scan, folder) if target is None else save_as(formats[0], scan, target)
            )
        return Exported(published.paths, published.notes)

    _heed(connection)
    _report(connection, export)


def _scan(connection: Connection, request: ScanRequest, places: tuple[Path, str] | None) -> ScanResult:
    from screener.commands.scan import scan

    def opened(out: Path) -> None:
        connection.send(Opened(out))

    for one in _requests(request, places):
        with contextlib.suppress(OutputTaken):
            return scan(one, connection.send, opened)
    return scan(request, connection.send, opened)


def _requests(request: ScanRequest, places: tuple[Path, str] | None) -> Iterator[ScanRequest]:
    """The request, once for each place to try."""
    if places is None:
        return
    folder, name = places
    for number in count(1):
        if number > _OUTPUTS:
            return
        yield replace(request, out=folder / (name if number == 1 else f"{name}-{number}"))


def _report(connection: Connection, task: Callable[[], object]) -> None:
    """Do the task and send what it gives, or why it gives nothing."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the window is gone: nobody to tell
        try:
            last = task()
        except (Stopped, KeyboardInterrupt):
            last = Halted()
        except ScreenerError as error:
            last = Problem(type(error).__name__, str(error))
        except (BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # noqa: BLE001  the process boundary: the window shall say what happened
            from screener.scanning.worker import trace_of

            last = Problem(type(error).__name__, trace_of(error))
        connection.send(last)


def _heed(connection: Connection) -> None:
    """From now on anything from the window, and its end as well, works as Ctrl-C does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_interrupt_when_told, args=(connection,), daemon=True).start()


def _interrupt_when_told(connection: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        connection.recv()
    interrupt()
