"""One writer at a time in a folder: a scan in its results, a training in what it has so far."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import NoReturn

from screener.errors import OutputBusy, OutputError

_HELD = frozenset((errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK))
_NO_LOCKS = frozenset((errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL))


class FolderLock:
    """Holds an output folder until `release`, or until this process ends, however it ends.

    The system drops the lock with its process, so a file that a killed one left behind locks nothing.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        """Take the lock.

        Args:
            folder: must be there.
            kind: of writer, `scan` or `training`; the lock's file is called after it.

        Raises:
            OutputBusy: another writer has it.
            OutputError: nothing can be locked there, so that two could spoil each other's work.
            OSError: the folder cannot be written.
        """
        self._path = folder / f"{kind}.lock"
        self._kind = kind
        is_new = not self._path.exists()
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            try:
                _lock(descriptor)
                if _is_still_there(self._path, descriptor):
                    break
            except OSError as error:
                os.close(descriptor)
                self._refuse(folder, error, is_new=is_new)
            # Its holder deleted it between our opening and our locking it: lock the one that is there now.
            os.close(descriptor)
        self._descriptor = descriptor

    def _refuse(self, folder: Path, error: OSError, *, is_new: bool) -> NoReturn:
        if error.errno in _HELD:
            raise OutputBusy(
                f"another {self._kind} is writing into {folder}; wait for it to end, or choose another --out"
            ) from None
        if error.errno in _NO_LOCKS:
            if is_new:  # another's lock may hold where that one's system can lock
                self._path.unlink(missing_ok=True)
            raise OutputError(
                f"files in {folder} cannot be locked, as on some network drives, so results would not be "
                "safe there; choose a folder on a disk of this computer with --out"
            ) from error
        raise error

    def release(self) -> None:
        """Let others in."""
        if os.name == "nt":  # Windows deletes no file that is open
            os.close(self._descriptor)
        with contextlib.suppress(OSError):  # another has it by now, or the folder is gone
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
