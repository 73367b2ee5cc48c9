"""The user's home, and the folder where the program keeps state between runs. Standard library only."""

import os
import stat
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path


def home_folder() -> Path:
    """The user's home; one in the temporary folder for a user who has none, as in many containers."""
    try:
        return Path.home()
    except RuntimeError:
        return _borrowed_home()


@cache
def _borrowed_home() -> Path:
    """A folder that is this user's alone, the same each time unless somebody else has taken its name.

    Decoded films may be kept in it, and the temporary folder is everybody's.
    """
    if sys.platform == "win32":
        user = 0
    else:
        user = os.getuid()
    path = Path(tempfile.gettempdir()) / f"screener-home-{user}"
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o077
    return path if ours or sys.platform == "win32" else Path(tempfile.mkdtemp(prefix="screener-home-"))


def state_folder() -> Path:
    """The user's own folder for what a program remembers between runs; it may not exist yet."""
    if named := os.environ.get("XDG_STATE_HOME"):
        return Path(named) / "screener"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "screener"
    if sys.platform == "darwin":
        return home_folder() / "Library" / "Application Support" / "screener"
    return home_folder() / ".local" / "state" / "screener"
