"""Whether a JPEG's scans hold what its pixels take: libjpeg makes up what is missing, and says nothing.

Of lossless JPEG the proof is a sum. Every sample was coded as a Huffman code and as many bits as its
difference from the prediction has; both follow from the decoded samples, so the bits that they took are
known, and the scan has that many, but for padding to a whole byte. Of other processes a second decoding
must do: pixels that change with bytes put behind a scan's end were never in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screener.images.codestream import AFTER_A_SCAN, Stream
from screener.images.refusal import Refusal, foreign
from screener.records import Reason

_EOI, _SOS, _DHT, _DRI = 0xD9, 0xDA, 0xC4, 0xDD
_SPARE_BITS = 32
"""More than this behind the last sample is no padding, which is 7 bits at most; some writers add a byte."""

_FILLER = bytes.fromhex("92 4d b1 26 d9 63 8e 35 c8 5a 17 ec") * 6
"""Bytes that mean a code, a sign and a size of every kind wherever they are read from, and no marker."""

_ROWS = 64
"""Rows that are counted at a time: their differences then stay in the cache."""


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


def decode(data: bytes, stream: Stream) -> NDArray[Any]:
    """The samples of a lossless or 12-bit JPEG, H x W or H x W x 3, colours as they were coded.

    Args:
        data: the codestream.
        stream: its frame header, of a size within the limits.

    Raises:
        Refusal: it can't be decoded, or its samples were not all in it.
    """
    import imagecodecs

    # The colours are left as they are: lossless JPEG has no transform of its own.
    space = "RGB" if stream.components == 3 else None

    def decoded(codestream: bytes) -> NDArray[Any]:
        with foreign(f"{stream.process} JPEG codestream"):
            samples: NDArray[Any] = imagecodecs.jpeg8_decode(
                codestream, colorspace=space, outcolorspace=space
            )
        return samples

    samples = decoded(data)
    check(data, stream, samples, decoded)
    return samples


def check(
    data: bytes, stream: Stream, samples: NDArray[Any], decode: Callable[[bytes], NDArray[Any]]
) -> None:
    """Raise a Refusal where `samples` were not all in the codestream that they were decoded from.

    Args:
        data: the codestream.
        stream: its frame header.
        samples: H x W or H x W x 3.
        decode: the decoder, for a second time where counting won't do.
    """
    scans = list(read_scans(data, stream))
    if stream.process == "lossless" and (stream.components == 1 or set(stream.sampling) == {0x11}):
        if sorted(number for scan in scans for number in scan.components) != [*range(stream.components)]:
            raise Refusal(Reason.CORRUPT, "the codestream lacks a scan")
        for scan in scans:
            _count(scan, samples.reshape(*samples.shape[:2], -1), stream.precision)
        return
    if not np.array_equal(decode(_filled(data, scans)), samples):
        raise Refusal(Reason.CORRUPT, "the codestream has less than its pixels take")
    # What refines earlier scans may change no pixel; of one scan, the end of it belongs to the last blocks.
    clipped = _clipped(data, scans, _blank_blocks(samples)) if len(scans) == 1 else []
    if clipped and all(np.array_equal(decode(other), samples) for other in clipped):
        raise Refusal(Reason.CORRUPT, "the codestream has more than its pixels take")


def _blank_blocks(samples: NDArray[Any]) -> int:
    """How many blocks there are in the rows of one level at the picture's end.

    Black and white hide what is coded beyond them, so other bytes there may change no pixel.
    """
    rows, columns = samples.shape[:2]
    blank = (samples == samples[-1].flat[0]).reshape(rows, -1).all(axis=1)
    tail = rows if blank.all() else int(np.argmin(blank[::-1]))
    components: int = samples.shape[2] if samples.ndim == 3 else 1
    return -(-tail // 8) * int(-(-columns // 8)) * components


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


def _count(scan: Scan, samples: NDArray[Any], precision: int) -> None:
    """Raise a Refusal unless each interval has the bits that its samples take (T.81 annex H.1.2)."""
    rows, columns = samples.shape[:2]
    high = scan.interval // columns if scan.interval else rows
    if not high or len(scan.bits) != -(-rows // high):
        raise Refusal(Reason.CORRUPT, "the codestream lacks a restart marker, or has one too many")
    taken = np.zeros(rows, np.int64)
    for number, codes in zip(scan.components, scan.codes, strict=True):
        plane = samples[..., number].astype(np.uint16, copy=False) >> np.uint16(scan.shift)
        first = 1 << max(0, precision - scan.shift - 1)
        # A category without a code can't have been in the scan: it takes more than any scan has.
        sizes = np.where(codes, codes + np.arange(17) % 16, 255).astype(np.uint8)
        table = sizes[_CATEGORIES]
        for top in range(0, rows, _ROWS):
            taken[top : top + _ROWS] += _taken(plane, top, high, scan.predictor, first, table)
    for start, has in zip(range(0, rows, high), scan.bits, strict=True):
        takes = int(taken[start : start + high].sum())
        if not takes <= has <= takes + _SPARE_BITS:
            raise Refusal(
                Reason.CORRUPT, f"the codestream has {'less' if has < takes else 'more'} than its pixels take"
            )


def _taken(
    plane: NDArray[np.uint16], top: int, high: int, predictor: int, first: int, table: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """The bits that each of up to `_ROWS` rows takes. Differences are modulo 2**16, as they were coded."""
    block = plane[top : top + _ROWS]
    above = plane[max(0, top - 1) : top + len(block) - 1]
    if not top:
        above = np.vstack([block[:1], above])
    difference = np.empty(block.shape, np.uint16)
    difference[:, 1:] = block[:, 1:] - _predicted(predictor, block[:, :-1], above[:, 1:], above[:, :-1])
    difference[:, 0] = block[:, 0] - above[:, 0]
    for row in range(-top % high, len(block), high):  # a first row knows only what stands to the left
        difference[row, 1:] = block[row, 1:] - block[row, :-1]
        difference[row, :1] = block[row, :1] - np.uint16(first)
    taken: NDArray[np.int64] = np.take(table, difference, mode="clip").sum(axis=1, dtype=np.int64)
    return taken


def _predicted(
    predictor: int, left: NDArray[np.uint16], above: NDArray[np.uint16], corner: NDArray[np.uint16]
) -> NDArray[np.uint16]:
    """T.81 table H.1, modulo 2**16."""
    if predictor in (1, 2, 3):
        return (left, above, corner)[predictor - 1]
    a, b, c = (plane.astype(np.int32) for plane in (left, above, corner))
    if predictor == 4:
        found = a + b - c
    elif predictor == 5:
        found = a + (b - c >> 1)
    elif predictor == 6:
        found = b + (a - c >> 1)
    elif predictor == 7:
        found = a + b >> 1
    else:
        raise Refusal(Reason.CORRUPT, "a scan header that makes no sense")
    return found.astype(np.uint16)


def _filled(data: bytes, scans: list[Scan]) -> bytes:
    """The codestream with bytes that mean something else than zeros behind each part of each scan."""
    ends = [0, *(end for scan in scans for end in scan.ends), len(data)]
    return _FILLER.join(data[start:end].rstrip(b"\xff") for start, end in pairwise(ends))


def _clipped(data: bytes, scans: list[Scan], blank: int) -> list[bytes]:
    """The codestream with two kinds of other bytes in place of its last few, and of `blank` blocks' before.

    None where that is most of it: then nothing can be said.
    """
    start, end = scans[-1].start, scans[-1].ends[-1]
    count = _SPARE_BITS // 8 * (1 + blank)  # what a blank block takes at most: a code of 16 bits, and its end
    if 2 * count > end - start:
        return []
    kept = data[: end - count].rstrip(b"\xff")  # half a stuffed byte must not stay
    return [kept + filler + data[end:] for filler in (_FILLER, _FILLER[::-1])]


_CATEGORIES: NDArray[np.intp] = np.frexp(
    np.abs(np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.float64))
)[1].astype(np.intp)
"""The category of each difference: how many bits it has, sign apart (T.81 table H.2)."""
