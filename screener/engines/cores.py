"""How many processors this process may use."""

import os


def cores() -> int:
    """The processors that this process may run on, at least 1: fewer than the machine's under taskset."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
