"""What a file is called in the store: by its path, or by its content alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from screener.records import Source
from screener.scanning.messages import Job

Naming = Callable[[Job, str], Source]
"""A job and the sha256 of its content ("" if it could not be read) to the source that its rows name."""


def by_path(job: Job, sha256: str) -> Source:
    """The source as it was found."""
    return job.source


class ByContent:
    """Names that tell nothing of the path: the first 16 digits of the content's sha256.

    The second file with the same content is `...-2`, and so on; a file that could not be read is
    `unreadable-N`, N its place in the listing. Which of two files with the same content comes first
    does not matter: their rows are alike.
    """

    def __init__(self, copy_number: Callable[[str], int]) -> None:
        """`copy_number` says how often it has been asked of a sha256 before."""
        self._copy_number = copy_number

    def __call__(self, job: Job, sha256: str) -> Source:
        """See `Naming`; to be called once for each job."""
        if not sha256:
            key, shown = b"\xff" + job.number.to_bytes(8, "big"), f"unreadable-{job.number}"
        else:
            copy = self._copy_number(sha256)
            key = bytes.fromhex(sha256) + copy.to_bytes(4, "big")
            shown = sha256[:16] + (f"-{copy + 1}" if copy else "")
        return dataclasses.replace(job.source, path=Path(), name=shown, key=key, image_id=shown, member=None)
