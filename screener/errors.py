"""Everything that stops a command, with the exit code that says so.

ScreenerError                      1  nothing could be done
 ├─ UsageError                     2  what was typed cannot be meant: a missing folder, an unknown name
 │   ├─ UnknownName                2  no such model, task or option value; names the near matches
 │   └─ MissingExtra               2  an optional part is not installed; names the extra
 ├─ NothingToScan                  1  no file at all, or none that could be read
 ├─ ModelError                     1  a model folder is incomplete or its card cannot be read
 │   ├─ ModelAltered               1  a model file is not the one its card vouches for
 │   └─ NoPrecision                1  the model cannot be run in the precision that is asked for
 ├─ OutputError                    1  the output place cannot be written, or is full
 │   ├─ OutputBusy                 1  another scan or training is writing there
 │   └─ OutputTaken                1  it holds a scan with another model or other settings
 ├─ DataError                      1  training data that cannot be used: no labels, one class, leakage
 └─ Stopped                      130  Ctrl-C; what was done is kept

A bad film never raises any of these: it becomes a `Refused` on its row. Every message is one line that
names the file or option at fault and says the way out.
"""

import sys
from collections.abc import Iterable


class ScreenerError(Exception):
    """Base of all errors that a user is meant to read; `exit_code` is the program's."""

    exit_code = 1


class UsageError(ScreenerError):
    """What was typed cannot be meant."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that is in no list; the message gives the near matches and the whole list."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        known = sorted(known)
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        listed = f" Known: {', '.join(known)}." if known else f" No {what} is installed."
        super().__init__(f"unknown {what} '{name}'.{hint}{listed}")


def install_line(extra: str) -> str:
    """How an optional part is installed; the package index has another program by this one's name."""
    return f'pip install ".[{extra}]", in the folder of this program\'s source'


class MissingExtra(UsageError):
    """An optional part is not installed."""

    def __init__(self, need: str, extra: str) -> None:
        if getattr(sys, "frozen", False):
            lack = f"{need} is not in this program, but with Python"
        else:
            lack = f"{need} needs an optional part"
        super().__init__(f"{lack}: {install_line(extra)}")


class NothingToScan(ScreenerError):
    """There was no file, or none that could be read."""


class ModelError(ScreenerError):
    """A model folder that cannot be used."""


class ModelAltered(ModelError):
    """A model file whose sha256 is not the card's."""


class NoPrecision(ModelError):
    """A model that cannot be run in the precision that is asked for."""


class OutputError(ScreenerError):
    """The output place cannot be written."""


class OutputBusy(OutputError):
    """Another scan or training is writing into the same folder."""


class OutputTaken(OutputError):
    """The output folder holds a scan with another model or other settings."""


class DataError(ScreenerError):
    """Training data that cannot be used as it is."""


class Stopped(ScreenerError):
    """Ctrl-C: what was done is kept."""

    exit_code = 130
