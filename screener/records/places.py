"""Where the program keeps what is the user's own. Standard library only."""

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """The user's own folder for what a program remembers between runs; it may not exist yet."""
    if named := os.environ.get("XDG_STATE_HOME"):
        return Path(named) / "screener"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "screener"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "screener"
    return Path.home() / ".local" / "state" / "screener"
