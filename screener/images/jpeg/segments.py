"""The marker segments of a JPEG codestream, and where its scans lie (ITU-T T.81 annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DHT, EOI, SOS, DRI = 0xC4, 0xD9, 0xDA, 0xDD
STUFFED = 0x00
"""Not a marker: within a scan, a zero after 0xFF says that 0xFF is data."""

AFTER_A_SCAN = frozenset((DHT, EOI, SOS, DRI, 0xDB, 0xDC, 0xFE, *range(0xE0, 0xF0)))
"""Markers that may follow a scan: the end, more scans, tables, comments (T.81 figure B.2)."""

_RESTARTS = range(0xD0, 0xD8)
_STANDALONE = frozenset((STUFFED, 0x01, *_RESTARTS, 0xD8, EOI))
"""Markers without a length."""

_MARKER = re.compile(rb"\xff[^\xff]")
"""Any number of 0xFF may stand before a marker (T.81 section B.1.1.2)."""

_DATA, _RESTART, _END = 0, 1, 2
_KINDS = np.full(256, _END, np.uint8)
_KINDS[[STUFFED, 0xFF]] = _DATA
_KINDS[_RESTARTS] = _RESTART
"""What a byte after 0xFF is within a scan."""

_WINDOW = 1 << 20
"""Bytes of a scan that are searched at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """The entropy-coded data of a scan.

    Attributes:
        start: offset of the first byte.
        ends: offsets of the restart markers, and of the marker that ends the scan, or of the file's end.
        is_ordered: whether the restart markers count from 0 to 7 and begin again.
    """

    start: int
    ends: NDArray[np.intp]
    is_ordered: bool


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A marker and its parameters.

    Attributes:
        marker: the marker's second byte.
        start: offset of its first byte, 0xFF.
        end: offset behind the parameters, which may lie beyond the file's end.
        body: the parameters without their length; b"" for a marker that has none.
        coded: what follows the header of a scan (SOS); None for any other marker.
    """

    marker: int
    start: int
    end: int
    body: bytes = b""
    coded: Coded | None = None


def segments(data: bytes) -> Iterator[Segment]:
    """Each marker segment up to the end marker, in the order of the file; whatever lies between is skipped.

    Args:
        data: a file that begins with the start marker (SOI). Without an end marker (EOI), the last segment
            is the last that the file has.
    """
    at = 2
    while found := _MARKER.search(data, at):
        segment = _segment(data, found.start())
        yield segment
        if segment.marker == EOI:
            return
        at = int(segment.coded.ends[-1]) if segment.coded else segment.end


def _segment(data: bytes, start: int) -> Segment:
    marker = data[start + 1]
    if marker in _STANDALONE:
        return Segment(marker, start, start + 2)
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    end = start + 2 + (length if length >= 2 else 0)  # a length counts its own two bytes
    return Segment(marker, start, end, data[start + 4 : end], _coded(data, end) if marker == SOS else None)


def _coded(data: bytes, start: int) -> Coded:
    values, restarts, end = np.frombuffer(data, np.uint8), [], len(data)
    for at in range(start, len(data) - 1, _WINDOW):
        window = values[at : at + _WINDOW + 1]
        found = (window[:-1] == 0xFF).nonzero()[0]
        kinds = _KINDS[window[1:][found]]
        stops = (kinds == _END).nonzero()[0]
        last = int(stops[0]) if len(stops) else len(found)
        restarts.append(at + found[:last][kinds[:last] == _RESTART])
        if len(stops):
            end = at + int(found[last])
            break
    ends = np.concatenate([*restarts, np.array([end], np.intp)])
    numbers = values[ends[:-1] + 1] & 7
    return Coded(start, ends, bool((numbers == np.arange(len(numbers)) % 8).all()))
