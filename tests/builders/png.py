"""PNG files chunk by chunk, right and wrong, of kinds that Pillow does not write."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

GREY, COLOUR, GREY_ALPHA = 0, 2, 4


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and its sum."""
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def rows(pixels: NDArray[Any], filtered: int = 0) -> bytes:
    """The rows as they are packed, each behind the number of its filter."""
    wide = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder(">"))
    return b"".join(bytes([filtered]) + row.tobytes() for row in wide)


def interlaced(pixels: NDArray[Any]) -> bytes:
    """The same in Adam7's seven passes."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return b"".join(rows(pixels[y::down, x::across]) for x, y, across, down in steps)


def png_of(
    size: tuple[int, int],
    depth: int,
    colour: int,
    packed: bytes,
    before: bytes = b"",
    passes: bool = False,
) -> bytes:
    """A PNG of height and width, whose pixels are a zlib stream, whatever is in it."""
    header = struct.pack(">LLBBBBB", size[1], size[0], depth, colour, 0, 0, passes)
    parts = (chunk(b"IHDR", header), before, chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
