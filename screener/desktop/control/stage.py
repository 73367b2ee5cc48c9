"""Where a scan stands, as the window sees it."""

from __future__ import annotations

from enum import Enum, auto


class Stage(Enum):
    """Where a scan stands."""

    STARTING = auto()
    RUNNING = auto()
    REPORTING = auto()
    STOPPING = auto()
    PAUSED = auto()
    STOPPED = auto()
    DONE = auto()
    OPENED = auto()
    TROUBLED = auto()


RUNNING = (Stage.STARTING, Stage.RUNNING, Stage.REPORTING)
"""The stages in which a scan may be paused or stopped."""
