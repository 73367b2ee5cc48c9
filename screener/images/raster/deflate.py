"""Deflated pixels, unpacked and their checksum verified: Pillow and libtiff stop reading before it."""

from __future__ import annotations

import zlib

from screener.images.refusal import Refusal
from screener.records import Reason

_STEP = 1 << 20
_BEYOND = 16 << 20
"""The most bytes beyond those needed that are unpacked to reach the checksum."""


def unpacked(packed: bytes, need: int, what: str) -> bytes:
    """The first `need` bytes of a zlib stream, or all that it has.

    Args:
        packed: the stream; what stands behind it is passed over.
        need: bytes, at least 1.
        what: what they are of, for the row: "PNG".

    Raises:
        Refusal: they can't be unpacked, or the checksum is wrong.
    """
    import imagecodecs

    try:
        return bytes(imagecodecs.deflate_decode(packed, out=need))
    except imagecodecs.DeflateError:  # damaged, or merely longer than needed
        try:
            return _of_any_length(packed, need)
        except zlib.error:
            raise Refusal(Reason.CORRUPT, f"a {what} whose packed data are damaged") from None


def _of_any_length(packed: bytes, need: int) -> bytes:
    stream = zlib.decompressobj()
    raw = stream.decompress(packed, need)
    beyond, block = 0, b"\0"
    while block and not stream.eof and beyond < _BEYOND:
        block = stream.decompress(stream.unconsumed_tail, _STEP)
        beyond += len(block)
    if beyond and not stream.eof and beyond < _BEYOND:
        raise zlib.error("longer than it need be, and cut short")
    return raw
