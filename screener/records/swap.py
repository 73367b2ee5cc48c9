"""A finished file into the place of the former one. Standard library only."""

import sys
import time
from pathlib import Path

_PATIENCE = 1.0 if sys.platform == "win32" else 0.0
"""Seconds in which a refusal may pass."""

_PAUSE = 0.05


def swap_in(finished: Path, place: Path, patience: float = _PATIENCE) -> None:
    """`Path.replace`, again and again for `patience` seconds where it is not permitted.

    Windows permits it for no file that is open, and virus scanners and indexers open each new file for a
    moment. Elsewhere a refusal stays one.

    Raises:
        OSError: it cannot be done, or not so soon.
    """
    until = time.monotonic() + patience
    while True:
        try:
            finished.replace(place)
        except PermissionError:
            if time.monotonic() >= until:
                raise
        else:
            return
        time.sleep(_PAUSE)
