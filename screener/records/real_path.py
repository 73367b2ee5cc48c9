"""Paths without links. Standard library only."""

import os
from pathlib import Path
from typing import AnyStr


def real_path(path: AnyStr) -> AnyStr:
    """`path` as an absolute one without links, as far as the system can say.

    Windows cannot for folders on some drives, such as memory disks and encrypted containers, whose driver
    has no name for their volume: Python raises what Windows answers. The path itself names the folder too.
    """
    try:
        return os.path.realpath(path)
    except OSError:
        return os.path.abspath(path)  # noqa: PTH100  pathlib takes no bytes


def resolved(path: Path) -> Path:
    """`Path.resolve` by `real_path`."""
    return Path(real_path(str(path)))
