"""What becomes of an error that nobody foresaw: a file of code locations, and one line for the terminal."""

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from screener import __version__
from screener.records.user_folders import state_folder


def note_crash(error: BaseException) -> str:
    """The line for the terminal, after writing where in the code `error` arose to crash.log.

    The file holds types and code locations only. Messages and values are left out: they may quote a
    film's header, and so a patient.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"screener {__version__}, Python {sys.version.split()[0]}: {type(error).__name__}"]
    lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    text = "\n".join(lines) + "\n"
    for write in (_write_as_state, _write_aside):
        try:
            path = write(text)
        except OSError:
            continue
        return f"this is a fault of the program ({type(error).__name__}); please report it with {path}"
    return f"this is a fault of the program ({type(error).__name__} at {lines[-1].strip()}); please report it"


def _write_as_state(text: str) -> Path:
    path = state_folder() / "screener-crash.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _write_aside(text: str) -> Path:
    """In the temporary folder, which others may write too: under a name that nobody can have laid there."""
    descriptor, path = tempfile.mkstemp(prefix="screener-crash-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(path)


_OF_A_PLACE = frozenset(
    getattr(errno, name)
    for name in (
        *("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EIO", "ESTALE", "ELOOP", "ENAMETOOLONG"),
        *("EMFILE", "ENFILE"),
    )
    if hasattr(errno, name)
)


def refused_place(error: BaseException) -> str:
    """The line of an error by which the system refused a file or folder; "" of any other.

    A path in a forbidden folder, on a drive that failed or with too long a name is no fault of the program,
    whichever command met it. The line names the path, and so is for the terminal alone.
    """
    if isinstance(error, OSError) and error.errno in _OF_A_PLACE and error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}; allow it, or name another place"
    if isinstance(error, FileNotFoundError) and error.filename is None and not _is_somewhere():
        return "the folder that this was started in is gone; go to another one and run it again"
    return ""


def _is_somewhere() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def note_faults(tell: Callable[[str], None]) -> Iterator[None]:
    """Note an error that ends nothing, as one in an answer to a click, instead of printing its traceback.

    Args:
        tell: shows the user the line about the first one; the same fault may come at every click.
    """
    told = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        nonlocal told
        line = note_crash(error)
        if not told:
            told = True
            tell(line)

    before = sys.excepthook
    sys.excepthook = hook
    try:
        yield
    finally:
        sys.excepthook = before
