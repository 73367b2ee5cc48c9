"""What becomes of an error that nobody foresaw: a file of code locations, and one line for the terminal."""

import contextlib
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from screener import __version__
from screener.records.places import state_folder


def note_crash(error: BaseException) -> str:
    """The line for the terminal, after writing where in the code `error` arose to crash.log.

    The file holds types and code locations only. Messages and values are left out: they may quote a
    film's header, and so a patient.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"screener {__version__}, Python {sys.version.split()[0]}: {type(error).__name__}"]
    lines += [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    text = "\n".join(lines) + "\n"
    for folder in (state_folder(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "screener-crash.log"
            path.write_text(text, "utf-8")
        except OSError:
            continue
        return f"this is a fault of the program ({type(error).__name__}); please report it with {path}"
    return f"this is a fault of the program ({type(error).__name__} at {lines[-1].strip()}); please report it"


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
