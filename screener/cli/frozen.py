"""What the program that needs no Python sees to before all else, in its workers too."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from screener.errors import MissingExtra

_SEARCH_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def settle() -> None:
    """Make a process like any other that was started without a console, or by the frozen starter."""
    open_streams()
    give_back_paths()


def open_streams() -> None:
    """Open the standard streams that this process was started without: on nothing.

    A window's process has none on Windows, and may have none elsewhere. Code that prints must not fail for
    it; and where the system hands out the lowest free number, the next file opened would become standard
    output: a worker that silences itself would then close the pipe it answers by. Children inherit the
    numbers.
    """
    if os.name != "nt":
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(number, True)
        os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  for as long as the process
            setattr(sys, name, stream)


def give_back_paths() -> None:
    """Undo for other programs what the starter did to find our libraries.

    It puts our folder on the system's search path and keeps what was there as `..._ORIG`. This process has
    its libraries by now; a browser that it opens a report with must get its own.
    """
    for name in _SEARCH_PATHS:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif getattr(sys, "frozen", False):
            os.environ.pop(name, None)


def need_training(verb: str) -> None:
    """Raises MissingExtra where the program was frozen without its training side: `verb` is not in it."""
    try:
        there = find_spec("screener.training.run") is not None
    except ModuleNotFoundError:
        there = False
    if not there:
        raise MissingExtra(f"screener {verb}", "train")
