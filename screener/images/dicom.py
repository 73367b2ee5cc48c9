"""DICOM files to pictures, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screener.images.codecs import Coded, check_syntax, decode_frame, native
from screener.images.colour import palette, to_rgb, unfold_422
from screener.images.dataset import NATIVE
from screener.images.fragments import Frames, frames_of
from screener.images.grey_rules import chain_of
from screener.images.greyscale import render
from screener.images.header import Header, read_header
from screener.images.refusal import Refusal
from screener.records import DecodeSettings, Picture, Reason, Refused

_ITEM = b"\xfe\xff\x00\xe0"


def pictures(data: bytes, settings: DecodeSettings) -> Iterator[Picture | Refused]:
    """The picture of each frame, in their order, one in memory at a time.

    Args:
        data: the whole file.
        settings: the limits, and the percentiles for films without a window.

    Raises:
        Refusal: the file as a whole has no picture that can be read.
    """
    header = read_header(data, settings)
    if _is_encapsulated(header):
        check_syntax(header)
        found = frames_of(header, settings.limits)
        header, frames = found.header, _coded_frames(found)
    else:
        frames = _native_frames(header)
    for number, frame in enumerate(_as_many(frames, header)):
        try:
            yield frame if isinstance(frame, Refused) else _picture(frame, header, number, settings)
        except Refusal as refusal:
            yield refusal.refused


def _as_many(frames: Iterator[Coded | Refused], header: Header) -> Iterator[Coded | Refused]:
    """Each frame's samples, or why it has none; as many as the header promises."""
    done = 0
    for frame in frames:
        yield frame
        done += 1
        if done == header.facts.frames:
            return
    for _ in range(done, header.facts.frames):
        yield Refused(Reason.CORRUPT, "the file ends before this frame", header.facts)


def _is_encapsulated(header: Header) -> bool:
    """Whether the value is made of items; some writers give its length, against the standard.

    Raises:
        Refusal: it must be by its length, and can't by its transfer syntax.
    """
    if header.pixels.length is None and header.syntax in NATIVE:
        raise Refusal(Reason.CORRUPT, "encapsulated, but uncompressed by its transfer syntax", header.facts)
    items = header.data.startswith(_ITEM, header.pixels.start) and header.syntax not in NATIVE
    return header.pixels.length is None or items


def _native_frames(header: Header) -> Iterator[Coded | Refused]:
    if header.syntax not in NATIVE:
        check_syntax(header)
        raise Refusal(Reason.CORRUPT, "compressed by its transfer syntax, but not encapsulated", header.facts)
    view = memoryview(header.data)[header.pixels.start :]
    bits = header.frame_bits
    for number in range(header.facts.frames):
        start, end = number * bits // 8, ((number + 1) * bits + 7) // 8
        if end > min(len(view), header.pixels.length or 0):
            return
        frame = view[start:end]
        yield Coded(_in_order(frame, header, start, view, first_bit=number * bits % 8))


def _in_order(frame: Any, header: Header, start: int, view: Any, first_bit: int) -> NDArray[Any]:
    """A native frame as little-endian samples, its chrominance unfolded."""
    rows, columns = header.facts.height, header.facts.width
    if header.big_endian and header.allocated == 8 and header.pixels.words:
        # Bytes were swapped in pairs with the words that they travelled in (PS3.5 section 8.1.1).
        even = start - start % 2
        words = np.frombuffer(view[even : even + len(frame) + len(frame) % 2 + 2 * (start % 2)], np.uint8)
        frame = words[: len(words) // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)[start % 2 :][: len(frame)]
    elif header.big_endian and header.allocated > 8:
        frame = np.frombuffer(frame, f">u{header.allocated // 8}").astype(f"<u{header.allocated // 8}")
    if first_bit:
        bits = np.unpackbits(np.frombuffer(frame, np.uint8), bitorder="little")[first_bit:]
        return bits[: rows * columns].reshape(rows, columns)
    if header.photometric == "YBR_FULL_422" and header.samples == 3:
        if columns % 2 or header.allocated != 8:
            raise Refusal(Reason.CORRUPT, "an odd number of columns in YBR_FULL_422", header.facts)
        return unfold_422(np.frombuffer(frame, np.uint8), rows, columns)
    return native(memoryview(frame), header)


def _coded_frames(found: Frames) -> Iterator[Coded | Refused]:
    for number in range(len(found.parts)):
        try:
            yield decode_frame(found.data(number), found.header)
        except Refusal as refusal:
            yield refusal.refused


def _picture(frame: Coded, header: Header, number: int, settings: DecodeSettings) -> Picture:
    facts = header.facts
    if header.pixels.kind != "integers":
        chain = chain_of(header, number, bits=0)
        grey = render(frame.samples, chain, settings.input.percentiles)
        return Picture(grey.pixels, facts, grey.applied, grey.cautions)
    samples, bits = _stored(frame, header)
    if header.samples == 3:
        return Picture(to_rgb(samples, header.photometric, bits, frame.rgb), facts)
    if header.photometric == "PALETTE COLOR":
        first, colours = palette(header.elements, header.signed)
        places = np.clip(_values(samples, bits, header.signed) - first, 0, len(colours) - 1)
        return Picture(colours[places], facts, ("palette",))
    if header.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise Refusal(Reason.UNSUPPORTED, "one sample a pixel, but not a monochrome picture", facts)
    chain = chain_of(header, number, bits)
    wide = _values(samples, bits, header.signed) if bits > 16 else samples
    grey = render(wide, chain, settings.input.percentiles)
    return Picture(grey.pixels, facts, grey.applied, grey.cautions)


def _stored(frame: Coded, header: Header) -> tuple[NDArray[Any], int]:
    """The stored bits of each sample, as an unsigned bit pattern, and how many they are.

    What lies above or below them (overlays of old files) is left out. After a lossy codec there is
    nothing but picture, and what it has raised above white is cut off there instead of becoming black.
    """
    samples = frame.samples
    precision = frame.precision or header.allocated
    bits = min(header.stored, precision)
    if frame.lossy and bits < precision:
        half = 1 << (bits - 1)
        ends = (-half, half - 1) if samples.dtype.kind == "i" else (0, 2 * half - 1)
        if samples.dtype.kind == "i" or not header.signed:
            samples = samples.clip(*ends)
    unsigned = samples.view(f"u{samples.dtype.itemsize}") if samples.dtype.kind == "i" else samples
    if header.shift and precision > header.stored and not frame.lossy:
        unsigned = unsigned >> header.shift
    if bits < 8 * unsigned.dtype.itemsize:
        unsigned = unsigned & unsigned.dtype.type((1 << bits) - 1)
    return unsigned, bits


def _values(patterns: NDArray[Any], bits: int, signed: bool) -> NDArray[np.int64]:
    values = patterns.astype(np.int64)
    if signed and bits < 64:  # of 64 bits the pattern is the value already
        values[values >= 1 << (bits - 1)] -= 1 << bits
    return values
