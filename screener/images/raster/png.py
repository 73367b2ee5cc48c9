"""What Pillow does not do for a PNG: verify that all pixels are there, and keep 16-bit grey with alpha."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from screener.images.raster.deflate import unpacked
from screener.images.refusal import Refusal, foreign
from screener.records import Reason

_PIXELS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT"))
"""The chunks that decide what the pixels are."""

_FIRST = 8
"""Offset of the first chunk, the header (IHDR), whose data begin at 16."""
_HEADER = Struct(">IIBBBBB")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel of each colour type (PNG, third edition, section 11.2.1)."""
_GREY, _GREY_ALPHA = 0, 4
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, and steps, of Adam7's passes (section 8.1)."""
_FILTERS = 4
"""The last filter type that there is (section 9.2)."""

_LARGE = 64 << 20
"""Above so many bytes of rows memory counts more than time, and Pillow unpacks them again."""


def check_chunks(data: bytes) -> None:
    """Raise a Refusal unless the header is the first chunk and no other, and the pixels' checksums are right.

    Pillow reads a header wherever it stands, and of several the last.
    """
    for kind, at, end in _chunks(data):
        if (kind == b"IHDR") != (at == _FIRST):
            raise Refusal(Reason.CORRUPT, "a PNG whose header is not its first chunk, or is there twice")
        if kind in _PIXELS and end <= len(data):
            said = int.from_bytes(data[end - 4 : end], "big")
            if zlib.crc32(data[at + 4 : end - 4]) != said:
                raise Refusal(Reason.CORRUPT, "a PNG whose checksums are wrong: damaged on its way")


def whole(data: bytes) -> bytes:
    """The PNG with its pixels stored unpacked; Pillow, which shows missing pixels as black, then only copies.

    With libdeflate this costs no more than leaving it to Pillow. A large PNG is returned as it is.

    Raises:
        Refusal: the packed data are damaged, or not all of the picture.
    """
    found = [(at, end) for kind, at, end in _chunks(data) if kind == b"IDAT"]
    if not found:
        raise Refusal(Reason.CORRUPT, "a PNG without a picture")
    rows = [(count, width) for count, width in _rows(data) if count and width]
    need = sum(count * (1 + width) for count, width in rows)
    raw = unpacked(b"".join(data[at + 8 : end - 4] for at, end in found), need, "PNG")
    if len(raw) < need:
        raise Refusal(Reason.CORRUPT, "a PNG whose data end before its picture does")
    at = 0
    for count, width in rows:
        filters = np.frombuffer(raw, np.uint8, count * (1 + width), at)[:: 1 + width]
        if filters.max() > _FILTERS:
            raise Refusal(Reason.CORRUPT, "a PNG with a row of a filter that there is not")
        at += count * (1 + width)
    if need > _LARGE:
        return data
    stored = zlib.compress(raw, 0)
    sizes = len(stored).to_bytes(4, "big"), zlib.crc32(stored, zlib.crc32(b"IDAT")).to_bytes(4, "big")
    return b"".join((data[: found[0][0]], sizes[0], b"IDAT", stored, sizes[1], data[found[-1][1] :]))


def is_deep_grey(data: bytes) -> bool:
    """Whether it is of 16-bit grey with transparency, of which Pillow would keep 8 bits."""
    _, _, depth, colour, *_ = _HEADER.unpack_from(data, 16)
    return bool((depth, colour) == (16, _GREY_ALPHA))


def deep_grey(data: bytes) -> NDArray[np.uint16]:
    """The grey levels of a PNG that `is_deep_grey`, H x W; transparent pixels are black, as at 8 bits."""
    import imagecodecs

    with foreign("PNG picture"):
        grey, alpha = np.moveaxis(imagecodecs.png_decode(data).astype(np.uint32), -1, 0)
    weighed: NDArray[np.uint16] = (grey * alpha // 0xFFFF).astype(np.uint16)
    return weighed


def grey_scale(data: bytes) -> int:
    """The factor by which Pillow multiplies grey levels of 2 or 4 bits, but not the transparent level."""
    _, _, depth, colour, *_ = _HEADER.unpack_from(data, 16)
    return 0xFF // ((1 << depth) - 1) if colour == _GREY and depth in (2, 4) else 1


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's kind, where it begins and where it ends; the last may end beyond the file."""
    at = _FIRST
    while at + 12 <= len(data):
        kind, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end


def _rows(data: bytes) -> Iterator[tuple[int, int]]:
    """Rows and bytes a row, without that of the filter, of each pass."""
    width, height, depth, colour, _, _, interlaced = _HEADER.unpack_from(data, 16)
    bits = _SAMPLES.get(colour, 1) * depth
    if not interlaced:
        yield height, -(-width * bits // 8)
        return
    for x, y, across, down in _PASSES:
        yield -(-(height - y) // down), -(-(-(-(width - x) // across) * bits) // 8)
