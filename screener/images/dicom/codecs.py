"""Compressed DICOM frames to samples: one decoder a codec, pinned, since two decoders of one JPEG differ.

RLE: imagecodecs (packbits). JPEG of 8 bits: Pillow. JPEG of 12 bits and lossless JPEG: imagecodecs
(libjpeg-turbo). JPEG-LS: pyjpegls (CharLS). JPEG 2000 and HTJ2K: pylibjpeg-openjpeg (OpenJPEG).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from struct import unpack_from
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile

from screener.images.dicom.header import Header, is_uid
from screener.images.jpeg import proof
from screener.images.jpeg.codestream import Stream, read_jpeg, read_jpeg2000
from screener.images.jpeg.whole import feed
from screener.images.refusal import Refusal, foreign
from screener.records import Reason


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A decoded frame, its grey levels and colours still as they were coded.

    Attributes:
        samples: H x W or H x W x 3, an integer type; of native frames whatever was stored.
        precision: bits that the codestream gives a sample; 0 where it doesn't say (then the header's).
        rgb: whether the decoder has turned the colours into RGB already.
        lossy: whether values may stand beyond the range that they were coded from.
        signed: whether the codestream says that they are two's complement (JPEG 2000 only).
    """

    samples: NDArray[Any]
    precision: int = 0
    rgb: bool = False
    lossy: bool = False
    signed: bool = False


def decode_frame(data: bytes, header: Header) -> Coded:
    """One encapsulated frame's samples.

    Args:
        data: the frame's fragments, joined.
        header: the file's; its rows, columns and samples must be the codestream's.

    Raises:
        Refusal: no decoder for the transfer syntax, a codestream of another size, or bad data.
    """
    check_syntax(header)
    try:
        return replace(_CODECS[header.syntax](data, header), lossy=header.syntax not in _LOSSLESS)
    except Refusal as refusal:
        refusal.refused = replace(refusal.refused, facts=header.facts)
        raise


def check_syntax(header: Header) -> None:
    """Raise a Refusal where there is no decoder for the transfer syntax of a file that is compressed."""
    if header.syntax not in _CODECS:
        # Shown only if it is one: the element might hold anything.
        named = f"transfer syntax {header.syntax}" if is_uid(header.syntax) else "an unknown transfer syntax"
        raise Refusal(Reason.UNSUPPORTED, f"{named}; export it uncompressed", header.facts)


def _agree(stream: Stream, header: Header) -> None:
    """Raise a Refusal unless the codestream is of the size that the header promised."""
    claimed = (header.facts.height, header.facts.width, header.samples)
    found = (stream.height, stream.width, stream.components)
    if claimed != found:
        sizes = " x ".join(map(str, found)), " x ".join(map(str, claimed))
        raise Refusal(Reason.CORRUPT, f"the codestream is {sizes[0]}, the header says {sizes[1]}")


def _complete(data: bytes) -> None:
    """Raise a Refusal unless a codestream ends with its end marker: some decoders invent the rest.

    Zeros may follow it, or one byte of any value: so DCMTK makes the length of a JPEG-LS frame even.
    """
    if _END not in data.rstrip(b"\0\xff")[-3:]:
        raise Refusal(Reason.CORRUPT, "the codestream is cut short")


def _jpeg(data: bytes, header: Header) -> Coded:
    """Whatever JPEG or JPEG-LS the frame holds: files often say another process than they use."""
    stream = read_jpeg(data)
    _agree(stream, header)
    _complete(data)
    if stream.process == "jpeg-ls":
        return _charls(data, stream)
    if stream.process != "lossless" and stream.precision == 8:
        return _pillow(data, stream, header)
    return Coded(proof.decode(data, stream), stream.precision)


def _pillow(data: bytes, stream: Stream, header: Header) -> Coded:
    unmarked = not stream.jfif and stream.adobe is None and stream.ids != _RGB_IDS
    with foreign("JPEG codestream"):
        image = JpegImageFile(BytesIO(data))
    fed = feed(image, data)
    with foreign("JPEG codestream"):
        if stream.components == 3 and header.photometric == "RGB" and unmarked:
            # Without a marker libjpeg takes the colours for YCbCr; asked for YCbCr, it leaves them alone.
            image.draft("YCbCr", image.size)
        samples = np.asarray(image)
    fed.check()
    return Coded(samples, 8, rgb=stream.components == 3)


def _charls(data: bytes, stream: Stream) -> Coded:
    import jpeg_ls

    with foreign("JPEG-LS codestream"):
        flat, info = jpeg_ls.decode_pixel_data(data)
        words: NDArray[Any] = np.frombuffer(flat, "u1" if stream.precision <= 8 else "<u2")
        samples: NDArray[Any]
        if stream.components == 1:
            samples = words.reshape(stream.height, stream.width)
        elif info["interleave_mode"] == 0:
            samples = words.reshape(stream.components, stream.height, stream.width).transpose(1, 2, 0)
        else:
            samples = words.reshape(stream.height, stream.width, stream.components)
    return Coded(samples, stream.precision)


def _jpeg2000(data: bytes, header: Header) -> Coded:
    stream = read_jpeg2000(data)
    _agree(stream, header)
    _complete(data)
    import openjpeg

    shape = (stream.height, stream.width, stream.components)[: 2 if stream.components == 1 else 3]
    with foreign("JPEG 2000 codestream"):
        # Where a picture begins at an offset, openjpeg gives as many zeros more, behind its samples.
        samples = openjpeg.decode(data).reshape(-1)[: math.prod(shape)].reshape(shape)
    rgb = header.photometric in ("YBR_ICT", "YBR_RCT", "RGB")
    return Coded(samples, stream.precision, rgb, signed=stream.signed)


def _rle(data: bytes, header: Header) -> Coded:
    """PS3.5 annex G: one segment a byte of a sample, most significant first, each run-length coded."""
    import imagecodecs

    rows, columns = header.facts.height, header.facts.width
    width = header.allocated // 8
    expected = header.samples * width
    if len(data) < 64 or unpack_from("<L", data)[0] != expected or width not in (1, 2, 4):
        raise Refusal(Reason.CORRUPT, "the RLE header doesn't fit the picture")
    offsets = [*unpack_from(f"<{expected}L", data, 4), len(data)]
    if offsets[0] < 64 or any(start > end for start, end in pairwise(offsets)):
        raise Refusal(Reason.CORRUPT, "the RLE segments overlap")
    planes = np.empty((header.samples, rows * columns, width), np.uint8)
    for segment in range(expected):
        with foreign("RLE segment"):
            # A byte more than needed shows a segment that is too long without unpacking all of it.
            plane = imagecodecs.packbits_decode(
                data[offsets[segment] : offsets[segment + 1]], out=bytearray(rows * columns + 1)
            )
        if len(plane) < rows * columns:
            raise Refusal(Reason.CORRUPT, "an RLE segment is cut short")
        sample, byte = divmod(segment, width)
        planes[sample, :, width - 1 - byte] = np.frombuffer(plane, np.uint8, rows * columns)
    words = planes.reshape(header.samples, rows, columns * width).view(f"<u{width}")
    return Coded(words[0] if header.samples == 1 else words.transpose(1, 2, 0))


def native(data: bytes | memoryview, header: Header) -> NDArray[Any]:
    """The samples of a native little-endian frame, H x W or H x W x 3, of the width allocated."""
    rows, columns = header.facts.height, header.facts.width
    if header.allocated == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little", count=rows * columns)
        return bits.reshape(rows, columns)
    kind = {"integers": "u", "float32": "f", "float64": "f"}[header.pixels.kind]
    words = np.frombuffer(data, f"<{kind}{header.allocated // 8}")
    if header.samples == 1:
        return words[: rows * columns].reshape(rows, columns)
    if header.planar:
        return words[: 3 * rows * columns].reshape(3, rows, columns).transpose(1, 2, 0)
    return words[: 3 * rows * columns].reshape(rows, columns, 3)


_RGB_IDS = (ord("R"), ord("G"), ord("B"))
"""The component numbers that libjpeg takes for RGB."""

_LOSSLESS = frozenset(
    f"1.2.840.10008.1.2.{end}" for end in ("5", "4.57", "4.70", "4.80", "4.90", "4.92", "4.201", "4.202")
)
_END = b"\xff\xd9"
"""The end marker of JPEG, JPEG-LS and JPEG 2000 alike."""

_Codec = Callable[[bytes, Header], Coded]

_CODECS: dict[str, _Codec] = {
    "1.2.840.10008.1.2.5": _rle,
    "1.2.840.10008.1.2.4.50": _jpeg,
    "1.2.840.10008.1.2.4.51": _jpeg,
    "1.2.840.10008.1.2.4.53": _jpeg,
    "1.2.840.10008.1.2.4.55": _jpeg,
    "1.2.840.10008.1.2.4.57": _jpeg,
    "1.2.840.10008.1.2.4.70": _jpeg,
    "1.2.840.10008.1.2.4.80": _jpeg,
    "1.2.840.10008.1.2.4.81": _jpeg,
    "1.2.840.10008.1.2.4.90": _jpeg2000,
    "1.2.840.10008.1.2.4.91": _jpeg2000,
    "1.2.840.10008.1.2.4.92": _jpeg2000,
    "1.2.840.10008.1.2.4.93": _jpeg2000,
    "1.2.840.10008.1.2.4.201": _jpeg2000,
    "1.2.840.10008.1.2.4.202": _jpeg2000,
    "1.2.840.10008.1.2.4.203": _jpeg2000,
}
