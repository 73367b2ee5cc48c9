"""One scan at a time in an output folder."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from screener.errors import OutputBusy

LOCK = "scan.lock"


class FolderLock:
    """Holds an output folder until `release`, or until this process ends, however it ends.

    The system drops the lock with its process, so a file that a killed scan left behind locks nothing.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            OutputBusy: another scan has it.
            OSError: the folder cannot be written.
        """
        self._path = folder / LOCK
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            try:
                _lock(descriptor)
                if _is_still_there(self._path, descriptor):
                    break
            except OSError:
                os.close(descriptor)
                raise OutputBusy(
                    f"another scan is writing into {folder}; wait for it to end, or choose another --out"
                ) from None
            # Its holder deleted it between our opening and our locking it: lock the one that is there now.
            os.close(descriptor)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others in."""
        if os.name == "nt":  # Windows deletes no file that is open
            os.close(self._descriptor)
        with contextlib.suppress(OSError):  # another scan has it by now, or the folder is gone
            self._path.unlink()
        if os.name != "nt":
            os.close(self._descriptor)


def _is_still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
