"""The scans of a JPEG codestream as they are coded: their tables, restart markers and bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from screener.images.jpeg.codestream import Stream
from screener.images.jpeg.segments import AFTER_A_SCAN, DHT, DRI, EOI, Coded, segments
from screener.images.refusal import Refusal
from screener.records import Reason

_MISPLACED = "a marker within a scan that has no place there"


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan as it is coded.

    Attributes:
        components: which, from 0, as the frame header counts them.
        codes: of each, how many bits the code of each category of difference has; 0 where it has none.
        predictor: of a lossless scan, 1 to 7 (T.81 table H.1).
        shift: the point transform: bits that each sample lost before it was coded.
        interval: samples, or blocks, from one restart marker to the next; 0 without any.
        coded: where it lies in the codestream.
        bits: of coded data before each of `coded.ends`, without stuffed and fill bytes.
    """

    components: tuple[int, ...]
    codes: tuple[NDArray[np.int64], ...]
    predictor: int
    shift: int
    interval: int
    coded: Coded
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
    tables, begun = _Tables(), False
    for segment in segments(data):
        if begun and segment.marker not in AFTER_A_SCAN:
            raise Refusal(Reason.CORRUPT, _MISPLACED)
        if segment.marker == EOI:
            return
        if segment.marker == DHT:
            tables.codes.update(_codes(segment.body))
        elif segment.marker == DRI:
            tables.interval = int.from_bytes(segment.body[:2], "big")
        elif segment.coded is not None:
            if not segment.coded.is_ordered:
                raise Refusal(Reason.CORRUPT, _MISPLACED)
            yield _scan(data, segment.body, segment.coded, stream, tables)
            begun = True
    raise Refusal(Reason.CORRUPT, "the codestream is cut short")


def _scan(data: bytes, body: bytes, coded: Coded, stream: Stream, tables: _Tables) -> Scan:
    """The scan with the header `body` (T.81 section B.2.3)."""
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
        coded=coded,
        bits=tuple(_bits(data, coded)),
    )


def _bits(data: bytes, coded: Coded) -> Iterator[int]:
    start = coded.start
    for end in coded.ends.tolist():
        filled = len(data[start:end].rstrip(b"\xff"))  # 0xFF before a marker stands for nothing
        yield 8 * (filled - data.count(b"\xff\0", start, end))
        start = end + 2


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
