"""Films brought nearer while others are decoded: a slow disk or network then holds up nobody."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from pathlib import Path
from queue import Full, Queue

from screener.records import Source

_WAITING = 64
"""Films that may wait to be fetched; what comes while a drive does not answer is left to its worker."""

_LARGEST = 1 << 28
"""Bytes: of a larger file the system would throw the beginning away before it is decoded."""

_PIECE = 1 << 20


class ReadAhead:
    """Has the system read files into its own cache, in a thread that no scan waits for.

    Nothing of them is looked at here: what they hold is for the decode workers alone.
    """

    def __init__(self) -> None:
        self._wanted: Queue[Path | None] = Queue(_WAITING)
        self._thread: threading.Thread | None = None

    def want(self, source: Source) -> None:
        """Fetch a film's file soon; a zip is read from its beginning to its end anyway."""
        if source.member is not None:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._fetch_all, daemon=True, name="screener-read-ahead")
            self._thread.start()
        with contextlib.suppress(Full):
            self._wanted.put_nowait(source.path)

    def close(self) -> None:
        """Fetch nothing more. A drive that does not answer is not waited for."""
        with contextlib.suppress(Full):
            self._wanted.put_nowait(None)

    def _fetch_all(self) -> None:
        while (path := self._wanted.get()) is not None:
            with contextlib.suppress(OSError):  # whoever decodes it meets the same, and tells
                fetch(path)


def fetch(path: Path) -> None:
    """Have the system read a file into its cache; nothing where it is no plain file, or a very large one.

    Raises:
        OSError: it cannot be opened or read.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
        return
    # It may be a pipe by now: without O_NONBLOCK, opening it hangs.
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(opened, "rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
        else:
            while file.read(_PIECE):
                pass
