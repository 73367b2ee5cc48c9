"""Where the program keeps what is the user's own. Standard library only."""

import os
import sys
import tempfile
from pathlib import Path


def home_folder() -> Path:
    """The user's home; one in the temporary folder for a user who has none, as in many containers."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"screener-home-{os.getuid() if os.name != 'nt' else 0}"


def state_folder() -> Path:
    """The user's own folder for what a program remembers between runs; it may not exist yet."""
    if named := os.environ.get("XDG_STATE_HOME"):
        return Path(named) / "screener"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "screener"
    if sys.platform == "darwin":
        return home_folder() / "Library" / "Application Support" / "screener"
    return home_folder() / ".local" / "state" / "screener"
