"""Where a scan's output goes when nobody says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from screener.errors import OutputError, UsageError
from screener.images.finding.inputs import Input
from screener.images.finding.walk import folder_id
from screener.scanning.store import peek

_MOST = 999
"""Scans a day in one place; where none is free, as on a drive that fails, looking on would never end."""


def today() -> str:
    """The day, ISO 8601; the one that SOURCE_DATE_EPOCH names, where reproducible output is wanted.

    Raises:
        UsageError: it names a day that no calendar has.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        day = datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdecimal() else date.today()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch:.40}, which is not a date; unset it") from error
    return day.isoformat()


def check_place(out: Path | None, inputs: Sequence[Input]) -> None:
    """Raises UsageError where the results would lie right among the films, which are never written to."""
    place = folder_id(os.fsencode(out)) if out else None
    if place and any(place == folder_id(os.fsencode(one.folder)) for one in inputs):
        raise UsageError(f"--out {out} is where the films are; name another folder for the results")


def default_place(inputs: Sequence[Input], day: str, identity: Mapping[str, str], *, nameless: bool) -> Path:
    """The output folder beside that of the first film: `<folder>-screener-<day>`.

    An unfinished scan that is the same as this one goes on where it is, whatever its day. A day's second
    scan of other settings gets a `-2`, and so on.

    Args:
        inputs: what is scanned; the output lies in none of their folders.
        day: ISO 8601.
        identity: of this scan, from `identity.identity_of`.
        nameless: whether that folder's name must not show: `screener-<day>`.

    Raises:
        OutputError: there is no place beside it.
    """
    anchor, trees = Path(inputs[0].folder), [Path(one.root) for one in inputs if one.is_searched]
    # The outermost of the trees that a folder beside the anchor would lie in: beside that one it does not.
    inside = [tree for tree in trees if anchor.is_relative_to(tree) and anchor != tree]
    anchor = min((anchor, *inside), key=lambda folder: len(folder.parts))
    if anchor == anchor.parent:
        raise OutputError(f"there is no place beside {anchor} for the output; choose one with --out")
    stem = "screener-" if nameless else f"{anchor.name}-screener-"
    for folder in _siblings(anchor.parent, stem):
        if peek(folder) == (identity, False):
            return folder
    for number in range(1, _MOST + 1):
        folder = anchor.parent / (f"{stem}{day}" if number == 1 else f"{stem}{day}-{number}")
        found = peek(folder)
        if _is_free(folder) if found is None else found[0] == identity:
            return folder
    raise OutputError(f"no place beside {anchor} can be used for the output; choose one with --out")


def _siblings(parent: Path, stem: str) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.name.startswith(stem))
    except OSError:  # not to be listed, perhaps still to be written: then nothing of ours is known there
        return []


def _is_free(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False
