"""What a compressed frame says of its own size, read before any decoder allocates for it."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from screener.images.jpeg.segments import EOI, SOS, STUFFED, segments
from screener.images.refusal import Refusal
from screener.records import Reason

_SOF = {0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive", 0xC3: "lossless", 0xF7: "jpeg-ls"}
"""The JPEG processes that there are decoders for (ITU-T T.81 table B.1, T.87 table C.1)."""
_OTHER_SOF = frozenset((0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF))
_JFIF, _ADOBE = 0xE0, 0xEE
"""The application segments that they stand in."""

_SIZ = Struct(">HHIIIIIIIIH")
_MAX_TILES = 65535


@dataclass(frozen=True, slots=True)
class Stream:
    """A frame header: of a JPEG or JPEG-LS (SOF), or of a JPEG 2000 (SIZ).

    Attributes:
        process: one of `baseline`, `extended`, `progressive`, `lossless`, `jpeg-ls` and `jpeg2000`.
        height: rows.
        width: columns.
        components: samples a pixel.
        precision: bits a sample.
        signed: whether samples are two's complement (JPEG 2000 only).
        jfif: whether there is a JFIF header.
        adobe: the colour transform of an Adobe header (0 none, 1 YCbCr, 2 YCCK); None without one.
        ids: the components' numbers.
        sampling: their sampling factors, horizontal and vertical in four bits each; 0x11 for all is none.
    """

    process: str
    height: int
    width: int
    components: int
    precision: int
    signed: bool = False
    jfif: bool = False
    adobe: int | None = None
    ids: tuple[int, ...] = ()
    sampling: tuple[int, ...] = ()


def read_jpeg(data: bytes) -> Stream:
    """The frame header of a JPEG or JPEG-LS codestream (T.81 annex B).

    Raises:
        Refusal: there is none before the first scan, or it is of a process without a decoder.
    """
    if data[:2] != b"\xff\xd8":
        raise Refusal(Reason.CORRUPT, "not a JPEG codestream")
    jfif, adobe, end = False, None, 2
    for segment in segments(data):
        marker, body = segment.marker, segment.body
        if marker in (STUFFED, SOS, EOI) or data[end : segment.start].strip(b"\xff"):
            break
        if marker in _SOF and len(body) >= 6:
            return Stream(
                _SOF[marker],
                height=int.from_bytes(body[1:3], "big"),
                width=int.from_bytes(body[3:5], "big"),
                components=body[5],
                precision=body[0],
                jfif=jfif,
                adobe=adobe,
                ids=tuple(body[6 : 6 + 3 * body[5] : 3]),
                sampling=tuple(body[7 : 6 + 3 * body[5] : 3]),
            )
        if marker in _OTHER_SOF:
            raise Refusal(Reason.UNSUPPORTED, "a hierarchical or arithmetic-coded JPEG")
        jfif = jfif or (marker == _JFIF and body[:4] == b"JFIF")
        if marker == _ADOBE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        end = segment.end
    raise Refusal(Reason.CORRUPT, "a JPEG codestream without a frame header")


def read_jpeg2000(data: bytes) -> Stream:
    """The SIZ segment of a JPEG 2000 or HTJ2K codestream, bare or inside a JP2 (T.800 annex A.5.1).

    Raises:
        Refusal: there is none, or its tiling makes no sense.
    """
    at = 0 if data[:4] == b"\xff\x4f\xff\x51" else data.find(b"\xff\x4f\xff\x51", 0, 1 << 16)
    if at < 0 or len(data) < at + 4 + _SIZ.size + 3:
        raise Refusal(Reason.CORRUPT, "a JPEG 2000 codestream without a size")
    _, _, x1, y1, x0, y0, tile_x, tile_y, off_x, off_y, components = _SIZ.unpack_from(data, at + 4)
    ok = x1 > x0 and y1 > y0 and tile_x and tile_y
    if not ok or -(-(x1 - off_x) // tile_x) * -(-(y1 - off_y) // tile_y) > _MAX_TILES:
        raise Refusal(Reason.CORRUPT, "a JPEG 2000 codestream with an impossible tiling")
    depth = data[at + 4 + _SIZ.size]
    return Stream("jpeg2000", y1 - y0, x1 - x0, components, (depth & 0x7F) + 1, bool(depth & 0x80))
