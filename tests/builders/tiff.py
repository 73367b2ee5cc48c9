"""TIFF files entry by entry: layouts that Pillow does not write, and faults."""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
PACKERS: dict[int, Callable[[bytes], bytes]] = {
    1: bytes,
    5: lambda data: bytes(imagecodecs.lzw_encode(data)),
    7: bytes,
    8: zlib.compress,
    32773: lambda data: bytes(imagecodecs.packbits_encode(data)),
    50001: bytes,
}
"""How each compression packs a strip."""

Tags = Mapping[int, int | Sequence[int]]


def tiff_page(
    samples: NDArray[Any],
    order: str = "<",
    compression: int = 1,
    rows: int | None = None,
    planar: bool = False,
) -> tuple[list[bytes], dict[int, int | Sequence[int]]]:
    """The strips and the tags of a page, H x W or H x W x samples; its kind of numbers is left unsaid.

    Args:
        samples: as they are to be stored.
        order: `<` or `>`.
        compression: one of PACKERS.
        rows: rows a strip; all if not given.
        planar: whether each sample has a plane of its own.
    """
    planes = [samples] if samples.ndim == 2 or not planar else list(np.moveaxis(samples, -1, 0))
    stored = [np.ascontiguousarray(plane, plane.dtype.newbyteorder(order)) for plane in planes]
    rows = rows or len(samples)
    cut = [plane[at : at + rows].tobytes() for plane in stored for at in range(0, len(plane), rows)]
    count = 1 if samples.ndim == 2 else samples.shape[2]
    tags: dict[int, int | Sequence[int]] = {
        256: samples.shape[1],
        257: samples.shape[0],
        258: [samples.itemsize * 8] * count,
        259: compression,
        262: 1 if count < 3 else 2 if count == 3 else 5,
        277: count,
        278: rows,
    }
    return [PACKERS[compression](part) for part in cut], tags | ({284: 2} if planar else {})


def tiff_of(*pages: tuple[list[bytes], Tags], order: str = "<") -> bytes:
    """A TIFF of these strips and tags; where the strips lie is written unless the tags have it (as longs)."""
    data = bytearray(struct.pack(f"{order}2sHL", b"II" if order == "<" else b"MM", 42, 0))
    link = 4
    for strips, tags in pages:
        offsets = []
        for strip in strips:
            offsets.append(len(data))
            data += strip
        entries = {273: offsets, 279: [len(strip) for strip in strips]} | dict(tags)
        body = []
        for tag in sorted(entries):
            value = entries[tag]
            values = [value] if isinstance(value, int) else list(value)
            packed = struct.pack(f"{order}{len(values)}L", *values)
            if len(values) > 1:
                packed, place = struct.pack(f"{order}L", len(data)), packed
                data += place
            body.append(struct.pack(f"{order}HHL", tag, 4, len(values)) + packed)
        data[link : link + 4] = struct.pack(f"{order}L", len(data))
        data += struct.pack(f"{order}H", len(body)) + b"".join(body)
        link = len(data)
        data += b"\0" * 4
    return bytes(data)


def simple_tiff(samples: NDArray[Any], numbers: int | None = None, order: str = "<", **layout: Any) -> bytes:
    """A TIFF of one page; `numbers` is what kind of them its samples are said to be."""
    strips, tags = tiff_page(samples, order, **layout)
    said = {} if numbers is None else {339: [numbers] * (samples.shape[2] if samples.ndim == 3 else 1)}
    return tiff_of((strips, tags | said), order=order)
