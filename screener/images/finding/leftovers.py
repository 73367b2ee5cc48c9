"""What an earlier scan left among the films, so that a later one does not take it for films."""

# Names are bytes here, as the file system has them, and pathlib takes none.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import os
import re

STORE = b"scan.sqlite"

APPLICATION_ID = 0x73637265
"""The number in a SQLite file's header that says whose it is: "scre"."""

_REPORT = rb"(submission|worklist)(-\d+)?\.csv|report(-\d+)?\.(xlsx|html)|rows(-\d+)?\.jsonl"
_UNFINISHED = (
    rb"\.(submission\.csv|worklist\.csv|report\.xlsx|report\.html|rows\.jsonl)(\.[0-9a-f]{8})?\.part"
)
_WRITTEN = re.compile(
    rb"scan\.(sqlite(-wal|-shm|-journal)?|lock|log)|"
    + _REPORT
    + rb"|~\$report(-\d+)?\.xlsx"
    + rb"|"
    + _UNFINISHED
)
"""The names of all files that a scan writes into its output folder, or Excel beside an open report."""

_HEAD = 72


def is_leftover(name: bytes) -> bool:
    """Whether a file of this name, in a folder that `holds_results`, is a scan's own."""
    return _WRITTEN.fullmatch(name) is not None


def is_report(name: bytes) -> bool:
    """Whether a file of this name in such a folder is a report, or the sibling of one that was kept."""
    return re.fullmatch(_REPORT, name) is not None


def is_unfinished(name: bytes) -> bool:
    """Whether a file of this name in such a folder is a report that is, or was, being written."""
    return re.fullmatch(_UNFINISHED, name) is not None


def holds_results(folder: bytes) -> bool:
    """Whether a folder holds a store that a scan made; its name alone doesn't prove it."""
    try:
        with open(os.path.join(folder, STORE), "rb", buffering=0) as file:
            head = file.read(_HEAD) or b""
    except OSError:
        return False
    # SQLite's file format, section 1.3: the magic string, and at offset 68 the application id.
    return head.startswith(b"SQLite format 3\0") and int.from_bytes(head[68:72], "big") == APPLICATION_ID
