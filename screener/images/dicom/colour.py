"""Coloured DICOM samples to RGB (PS3.3 section C.7.6.3.1.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screener.images.dicom import tags
from screener.images.dicom.elements import Elements
from screener.images.refusal import Refusal
from screener.records import Reason

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2


def to_rgb(samples: NDArray[Any], photometric: str, bits: int, already: bool) -> NDArray[np.uint8]:
    """RGB, uint8, H x W x 3.

    Args:
        samples: unsigned, H x W x 3.
        photometric: `RGB` or one of the YBRs.
        bits: that a sample uses; more than 8 are cut down to the upper 8.
        already: whether the samples are RGB whatever `photometric` says.

    Raises:
        Refusal: a photometric interpretation that there is no rule for.
    """
    if bits > 8:
        samples = samples >> (bits - 8)
    elif bits < 8:
        samples = samples.astype(np.uint16) * 255 // ((1 << bits) - 1)
    eight = np.ascontiguousarray(samples.astype(np.uint8, copy=False))
    if already or photometric in ("RGB", "YBR_ICT", "YBR_RCT"):
        return eight
    if photometric in ("YBR_FULL", "YBR_FULL_422"):
        return np.asarray(Image.fromarray(eight, "YCbCr").convert("RGB"))
    raise Refusal(Reason.UNSUPPORTED, "a photometric interpretation that is out of use")


def unfold_422(data: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """A native YBR_FULL_422 frame with its chrominance repeated: H x W x 3.

    Two pixels are stored as Y, Y, Cb, Cr, so there is an even number of columns.
    """
    pairs = data.reshape(rows, columns // 2, 4)
    full = np.empty((rows, columns, 3), np.uint8)
    full[:, 0::2, 0], full[:, 1::2, 0] = pairs[..., 0], pairs[..., 1]
    full[..., 1] = np.repeat(pairs[..., 2], 2, axis=1)
    full[..., 2] = np.repeat(pairs[..., 3], 2, axis=1)
    return full


def palette(elements: Elements, signed: bool) -> tuple[int, NDArray[np.uint8]]:
    """The first stored value that the palette has a colour for, and the colours, N x 3.

    Raises:
        Refusal: the palette is missing, or makes no sense.
    """
    columns = []
    first = 0
    for descriptor_tag, table_tag, segmented_tag in zip(
        tags.PALETTE_DESCRIPTORS, tags.PALETTES, tags.SEGMENTED_PALETTES, strict=True
    ):
        descriptor = elements.shorts(descriptor_tag)
        if len(descriptor) != 3:
            raise Refusal(Reason.CORRUPT, "a palette that is missing or has no description")
        entries, first, bits = descriptor[0] or 1 << 16, descriptor[1], descriptor[2]
        if table_tag in elements:
            table = entries_of(elements, table_tag, entries, bits)
        else:
            table = _unfolded(elements.array(segmented_tag, "u1" if bits <= 8 else "u2"), entries)
        columns.append(table >> 8 if bits > 8 else table)
    if min(len(column) for column in columns) == 0:
        raise Refusal(Reason.CORRUPT, "an empty palette")
    shortest = min(len(column) for column in columns)
    colours = np.stack([column[:shortest] for column in columns], axis=1).astype(np.uint8)
    return (first - (1 << 16) if signed and first >= 1 << 15 else first), colours


def entries_of(elements: Elements, tag: int, entries: int, bits: int) -> NDArray[np.uint16]:
    """A look-up table's entries, however they are packed: words, or two entries of 8 bits a word."""
    size = len(elements.raw(tag))
    packed = bits <= 8 and size in (entries, entries + 1)
    return elements.array(tag, "u1" if packed else "u2")[:entries].astype(np.uint16)


def _unfolded(segments: NDArray[Any], entries: int) -> NDArray[np.uint16]:
    """A segmented table, whole (C.7.9.2): discrete, linear and indirect segments.

    An indirect segment refers back by an offset, counted in values, of 32 bits: two values, or four bytes.

    Raises:
        Refusal: a segment of another kind, or one that refers to what is not there.
    """
    values: list[int] = segments.tolist()
    width = 4 // segments.itemsize
    table: list[int] = []
    at = 0
    while at + 1 < len(values) and len(table) < entries:
        if values[at] != _INDIRECT:
            at = _segment(values, at, table)
            continue
        if at + 2 + width > len(values):
            break
        offset = segments[at + 2 : at + 2 + width].astype(f"<u{segments.itemsize}")
        source = int.from_bytes(offset.tobytes(), "little")
        for _ in range(values[at + 1]):
            if source + 1 >= at or len(table) > entries:
                break
            source = _segment(values, source, table)
        at += 2 + width
    return np.array(table[:entries], np.uint16)


def _segment(values: list[int], at: int, table: list[int]) -> int:
    """Add the discrete or linear segment at `at` to the table; the offset behind it."""
    kind, length = values[at], values[at + 1]
    if kind == _DISCRETE:
        table += values[at + 2 : at + 2 + length]
        return at + 2 + length
    if kind == _LINEAR and table and at + 2 < len(values):
        line = np.linspace(table[-1], values[at + 2], length + 1)[1:]
        table += [round(level) for level in line.tolist()]
        return at + 3
    raise Refusal(Reason.CORRUPT, "a palette with a segment that makes no sense")
