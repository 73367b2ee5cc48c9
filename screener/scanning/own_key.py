"""A key of the user's own: what is sealed with it this user knows again, and nobody else can guess."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from screener.records.user_folders import state_folder

FILE = "own.key"
"""What the file is called in `state_folder`."""

_BYTES = 32


def own_key() -> bytes:
    """32 random bytes, made once and kept in the user's state folder, for this user's eyes alone.

    Where they cannot be kept they are others each time, and nothing is known again.
    """
    path = state_folder() / FILE
    fresh = secrets.token_bytes(_BYTES)
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _lay(path, fresh)
        kept = path.read_bytes()
    except OSError:
        return fresh
    return kept if len(kept) == _BYTES else fresh


def _lay(path: Path, key: bytes) -> None:
    """Keep `key` at `path`, whole, unless another process was quicker."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
    finally:
        Path(unfinished).unlink()
