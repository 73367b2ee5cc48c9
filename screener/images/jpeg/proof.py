"""Lossless and 12-bit JPEG, decoded, with proof that every sample was in the file: libjpeg makes up the rest.

For lossless JPEG the proof is a sum. Each sample was coded as a Huffman code and as many bits as its
difference from the prediction has. Both follow from the decoded samples, so the bits that they took are
known, and the scan must have that many, but for padding to a whole byte. For 12 bits it is a second decoding:
pixels that change with the bytes put behind a scan's end were not in the scan.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screener.images.jpeg.codestream import Stream
from screener.images.jpeg.scans import Scan, read_scans
from screener.images.refusal import Refusal, foreign
from screener.records import Reason

_SPARE_BITS = 32
"""More than this behind the last sample is no padding, which is 7 bits at most; some writers add a byte."""

_FILLER = bytes.fromhex("92 4d b1 26 d9 63 8e 35 c8 5a 17 ec") * 6
"""Bytes that mean a code, a sign and a size of every kind wherever they are read from, and no marker."""

_ROWS = 64
"""Rows that are counted at a time: their differences then stay in the cache."""


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
        decode: the decoder, to be called again where bits cannot be counted.
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
    ends = [0, *(end for scan in scans for end in scan.coded.ends.tolist()), len(data)]
    return _FILLER.join(data[start:end].rstrip(b"\xff") for start, end in pairwise(ends))


def _clipped(data: bytes, scans: list[Scan], blank: int) -> list[bytes]:
    """The codestream with other bytes, of two kinds, in place of the last few and of `blank` blocks before.

    Empty where that would be most of the scan: then nothing can be said.
    """
    coded = scans[-1].coded
    start, end = coded.start, int(coded.ends[-1])
    count = _SPARE_BITS // 8 * (1 + blank)  # what a blank block takes at most: a code of 16 bits, and its end
    if 2 * count > end - start:
        return []
    kept = data[: end - count].rstrip(b"\xff")  # half a stuffed byte must not stay
    return [kept + filler + data[end:] for filler in (_FILLER, _FILLER[::-1])]


_CATEGORIES: NDArray[np.intp] = np.frexp(
    np.abs(np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.float64))
)[1].astype(np.intp)
"""The category of each difference: how many bits it has, sign apart (T.81 table H.2)."""
