"""The optional parts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from screener.commands.checks.findings import DoctorRequest, Finding, Health, present
from screener.commands.extras import TRAINING
from screener.errors import install_line

EXTRAS = {
    "train": ("screener train, and GPUs", (*TRAINING, "h5py")),
    "tensorboard": ("screener train --tensorboard", ("tensorboard",)),
    "desktop": ("screener desktop, the window", ("PySide6",)),
    "demo": ("screener demo, a real chest film", ("data_store",)),
}
"""By extra: what it is for, and the modules that it brings."""


def check_extras(request: DoctorRequest) -> Iterator[Finding]:
    """A finding an extra: installed, or how to install it."""
    for extra, (purpose, modules) in EXTRAS.items():
        missing = [module for module in modules if not present(module)]
        if not missing:
            yield Finding(extra, Health.OK, f"installed: {purpose}")
            continue
        lacks = "not installed" if len(missing) == len(modules) else f"incomplete, lacks {', '.join(missing)}"
        if getattr(sys, "frozen", False):
            yield Finding(extra, Health.OK, f"not part of this executable: {purpose}")
        else:
            yield Finding(extra, Health.NOTE, f"{lacks} (optional): {purpose}", install_line(extra))
