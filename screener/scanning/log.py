"""The scan's log: faults of the program itself, without a word of a patient."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from screener import __version__
from screener.errors import OutputError

LOG = "scan.log"


def _open_here(path: str, flags: int) -> int:
    """The file itself: a link that leads elsewhere is not followed, where the system can tell."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


class Log:
    """Appends to `scan.log`, which exists only once there is something to say."""

    def __init__(self, folder: Path) -> None:
        """The log of the output folder."""
        self._path = folder / LOG

    def __call__(self, line: str) -> None:
        """Write a line with the time and the program's version before it.

        Raises:
            OutputError: the log cannot be written.
        """
        moment = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            with open(self._path, "a", encoding="utf-8", opener=_open_here) as file:
                file.write(f"{moment} screener {__version__}: {line}\n")
        except OSError as error:
            raise OutputError(f"{self._path} could not be written: {error.strerror}") from error
