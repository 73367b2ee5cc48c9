"""The scan's log: faults of the program itself, without a word of a patient."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from screener import __version__
from screener.errors import OutputError

LOG = "scan.log"


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
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{moment} screener {__version__}: {line}\n")
        except OSError as error:
            raise OutputError(f"{self._path} could not be written: {error.strerror}") from error
