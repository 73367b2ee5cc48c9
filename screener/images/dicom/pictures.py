"""DICOM files to pictures, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screener.images.dicom.codecs import Coded, check_syntax, decode_frame, native
from screener.images.dicom.colour import palette, to_rgb, unfold_422
from screener.images.dicom.dataset import DEFLATED, NATIVE
from screener.images.dicom.fragments import Frames, frames_of
from screener.images.dicom.grey_rules import chain_of
from screener.images.dicom.header import Header, read_header
from screener.images.grey_steps import Chain
from screener.images.greyscale import render
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
    _check_length(header)
    view = memoryview(header.data)[header.pixels.start :]
    bits = header.frame_bits
    for number in range(header.facts.frames):
        start, end = number * bits // 8, ((number + 1) * bits + 7) // 8
        if end > min(len(view), header.pixels.length or 0):
            return
        frame = view[start:end]
        yield Coded(_in_order(frame, header, start, view, first_bit=number * bits % 8))


def _check_length(header: Header) -> None:
    """Raise a Refusal where native pixel data are longer than the header promises, and not by padding.

    With a frame's bytes or more, or whole rows or columns that are not of one value, they are of another
    size, depth or colour than it says, or of more frames, and what would be read is another picture.
    """
    length, bits = header.pixels.length or 0, header.frame_bits
    if header.syntax != DEFLATED:  # of which no more is inflated than was promised
        length = min(length, len(header.data) - header.pixels.start)
    promised = (header.facts.frames * bits + 7) // 8
    over = length - promised
    sides = [bits // side // 8 for side in (header.facts.height, header.facts.width) if not bits // side % 8]
    whole = any(0 in (over % side, (over - 1) % side) for side in sides)
    start = header.pixels.start + promised
    if over <= 1 or (8 * over < bits and (not whole or len(set(header.data[start : start + over])) == 1)):
        return
    said = f"the pixel data are {length} bytes where the header says {promised}"
    raise Refusal(Reason.CORRUPT, said, header.facts)


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
    if frame.signed and not header.signed:
        header = _as_signed(header, chain_of(header, number, bits))
    if header.samples == 3:
        return Picture(to_rgb(samples, header.photometric, bits, frame.rgb), facts)
    if header.photometric == "PALETTE COLOR":
        first, colours = palette(header.elements, header.signed)
        entries = np.clip(_values(samples, bits, header.signed) - first, 0, len(colours) - 1)
        return Picture(colours[entries], facts, ("palette",))
    if header.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise Refusal(Reason.UNSUPPORTED, "one sample a pixel, but not a monochrome picture", facts)
    chain = chain_of(header, number, bits)
    wide = _values(samples, bits, header.signed) if bits > 16 else samples
    grey = render(wide, chain, settings.input.percentiles)
    return Picture(grey.pixels, facts, grey.applied, grey.cautions)


def _as_signed(header: Header, chain: Chain) -> Header:
    """The header of a film whose codestream is signed though Pixel Representation (0028,0103) says it isn't.

    The samples are signed as the codestream says. A window, table, rescale or padding that refers to stored
    values could be meant either way (pydicom's decoders differ too), so a film with one is refused.
    """
    if header.samples == 3 or header.photometric == "PALETTE COLOR" or chain.counts:
        raise Refusal(Reason.CORRUPT, "the codestream is signed, and the header says it is not", header.facts)
    return replace(header, signed=True)


def _stored(frame: Coded, header: Header) -> tuple[NDArray[Any], int]:
    """The stored bits of each sample, as an unsigned bit pattern, and how many they are.

    What lies above or below them (overlays of old files) is left out. After a lossy codec there is
    nothing but picture, and what it has raised above white is cut off there instead of becoming black.
    A codestream with more bits than Bits Stored (0028,0101) and no place for an overlay keeps them all where
    a sample has them: the header is wrong then (PS3.5 section 8.2.1), and pydicom keeps them too.
    """
    samples = frame.samples
    precision = frame.precision or header.allocated
    stored = precision if _is_deeper(frame, header) else header.stored
    bits = min(stored, precision)
    if frame.lossy and bits < precision:
        half = 1 << (bits - 1)
        ends = (-half, half - 1) if samples.dtype.kind == "i" else (0, 2 * half - 1)
        if samples.dtype.kind == "i" or not header.signed:
            samples = samples.clip(*ends)
    unsigned = samples.view(f"u{samples.dtype.itemsize}") if samples.dtype.kind == "i" else samples
    if header.shift and precision > stored and not frame.lossy:
        unsigned = unsigned >> header.shift
    if bits < 8 * unsigned.dtype.itemsize:
        unsigned = unsigned & unsigned.dtype.type((1 << bits) - 1)
    return unsigned, bits


def _is_deeper(frame: Coded, header: Header) -> bool:
    """Whether samples of a codestream need more bits than the header says, and none of these is an overlay's.

    A lossy codec may go beyond the range that it was given, but not by half of it.
    """
    if frame.precision <= header.stored or header.shift or header.has_overlay:
        return False
    samples, half = frame.samples, 1 << (header.stored - 1)
    if header.signed and samples.dtype.kind == "u":
        samples = _values(samples, frame.precision, signed=True)
    low, high = (-half, half - 1) if samples.dtype.kind == "i" else (0, 2 * half - 1)
    spare = half if frame.lossy else 0
    return int(samples.max()) > high + spare or int(samples.min()) < low - spare


def _values(patterns: NDArray[Any], bits: int, signed: bool) -> NDArray[np.int64]:
    values = patterns.astype(np.int64)
    if signed and bits < 64:  # of 64 bits the pattern is the value already
        values[values >= 1 << (bits - 1)] -= 1 << bits
    return values
