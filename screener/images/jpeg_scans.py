"""The scans of a JPEG codestream as they are coded: their tables, restart markers and bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from screener.images.codestream import AFTER_A_SCAN, Stream
from screener.images.refusal import Refusal
from screener.records import Reason

_EOI, _SOS, _DHT, _DRI = 0xD9, 0xDA, 0xC4, 0xDD


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan as it is coded.

    Attributes:
        components: which, from 0, as the frame header counts them.
        codes: of each, how many bits the code of each category of difference has; 0 where it has none.
        predictor: of a lossless scan, 1 to 7 (T.81 table H.1).
        shift: the point transform: bits that each sample lost before it was coded.
        interval: samples, or blocks, from one restart marker to the next; 0 without any.
        start: offset of its first coded byte.
        ends: offsets of its restart markers and of the marker that ends it.
        bits: what stands before each of these, without stuffed bytes.
    """

    components: tuple[int, ...]
    codes: tuple[NDArray[np.int64], ...]
    predictor: int
    shift: int
    interval: int
    start: int
    ends: tuple[int, ...]
    bits: tuple[int, ...]


@dataclass(slots=True)
class _Tables:
    """What is in force when a scan begins."""

    codes: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    interval: int = 0


def read_scans(data: bytes, stream: Stream) -> Iterator[Scan]:
    """The scans of a JPEG codestream up to its end marker.

    Raises:
        Refusal: a marker stands where it can't, or the end marker is missing.
    """
    array = np.frombuffer(data, np.uint8)
    stuffed = np.flatnonzero(array[:-1] == 0xFF)
    followed = array[stuffed + 1]
    markers = stuffed[(followed != 0) & (followed != 0xFF)]
    stuffed = stuffed[followed == 0]
    tables, at = _Tables(), 2
    while True:
        place = int(np.searchsorted(markers, at))
        if place == len(markers):
            raise Refusal(Reason.CORRUPT, "the codestream is cut short")
        at = int(markers[place])
        marker = data[at + 1]
        if marker == _EOI:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : end]
        if marker == _DHT:
            tables.codes.update(_codes(body))
        elif marker == _DRI:
            tables.interval = int.from_bytes(body[:2], "big")
        at = end
        if marker == _SOS:
            ends = _ends(data, markers, end)
            yield _scan(body, stream, tables, end, ends, _bits(data, stuffed, end, ends))
            at = ends[-1]


def _ends(data: bytes, markers: NDArray[np.intp], start: int) -> list[int]:
    """The offsets of a scan's restart markers, which count from 0 to 7 and on, and of what ends it."""
    ends: list[int] = []
    for at in markers[np.searchsorted(markers, start) :].tolist():
        ends.append(at)
        marker = data[at + 1]
        if marker == _EOI or marker in AFTER_A_SCAN:
            return ends
        if marker != 0xD0 | (len(ends) - 1) % 8:
            raise Refusal(Reason.CORRUPT, "a marker within a scan that has no place there")
    raise Refusal(Reason.CORRUPT, "the codestream is cut short")


def _bits(data: bytes, stuffed: NDArray[np.intp], start: int, ends: list[int]) -> list[int]:
    """The coded bits before each of `ends`: stuffed zeros and bytes that fill up to a marker left out."""
    found = []
    for first, end in zip([start, *(end + 2 for end in ends)], ends, strict=False):
        zeros = np.searchsorted(stuffed, end) - np.searchsorted(stuffed, first)
        fill = end - first - len(data[first:end].rstrip(b"\xff")) if data[end - 1] == 0xFF else 0
        found.append(8 * int(end - first - zeros - fill))
    return found


def _scan(body: bytes, stream: Stream, tables: _Tables, start: int, ends: list[int], bits: list[int]) -> Scan:
    count = body[0] if body else 0
    numbers = body[1::2][:count]
    if not count or len(body) < 4 + 2 * count or not set(numbers) <= set(stream.ids):
        raise Refusal(Reason.CORRUPT, "a scan header that makes no sense")
    none = np.zeros(17, np.int64)
    # A scan of all components has them in the frame header's order, even where two share a number.
    every = count == stream.components
    return Scan(
        components=tuple(range(count) if every else map(stream.ids.index, numbers)),
        codes=tuple(tables.codes.get(table >> 4, none) for table in body[2::2][:count]),
        predictor=body[1 + 2 * count],
        shift=body[3 + 2 * count] & 15,
        interval=tables.interval,
        start=start,
        ends=tuple(ends),
        bits=tuple(bits),
    )


def _codes(body: bytes) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each Huffman table of differences: its number, and the bits of a category's code (T.81 B.2.4.2)."""
    at = 0
    while at + 17 <= len(body):
        counts = body[at + 1 : at + 17]
        symbols = body[at + 17 : at + 17 + sum(counts)]
        if body[at] >> 4 == 0:
            lengths = np.zeros(17, np.int64)
            for symbol, length in zip(symbols, np.repeat(np.arange(1, 17), list(counts)), strict=False):
                lengths[min(symbol, 16)] = length
            yield body[at] & 15, lengths
        at += 17 + len(symbols)
