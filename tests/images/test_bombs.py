"""Small files that claim to be vast: refused from their headers, before anything is allocated for them."""

import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pydicom.encaps import encapsulate

from builders.dicom import dicom
from builders.pictures import film, jpeg, png, tiff
from builders.tiff import tiff_of, tiff_page
from screener.images.decode import decode
from screener.images.finding.dicomdir import listed
from screener.images.jpeg.codestream import read_jpeg, read_jpeg2000
from screener.images.refusal import Refusal
from screener.records import DecodeSettings, InputSpec, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
MEGABYTE = 1 << 20


@contextmanager
def cheaply(memory: int = 24 * MEGABYTE, seconds: float = 2.0) -> Iterator[None]:
    """What happens inside must cost little time of the processor, and memory, not counting C libraries."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < memory
        assert time.process_time() - began < seconds
    finally:
        tracemalloc.stop()


def refused(data: bytes, memory: int = 24 * MEGABYTE) -> Refused:
    with cheaply(memory):
        outcomes = list(decode(data, SETTINGS))
    (outcome,) = outcomes
    assert isinstance(outcome, Refused)
    return outcome


def sized_jpeg(height: int, width: int) -> bytes:
    """A JPEG whose frame header claims another size than its scan has."""
    data = jpeg(film(64, 64))
    at = data.find(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def sized_jpeg2000(height: int, width: int, tile: int = 0) -> bytes:
    """The start of a JPEG 2000 codestream that claims a size."""
    tile_h, tile_w = (tile, tile) if tile else (height, width)
    siz = struct.pack(">HHIIIIIIIIH3B", 41, 0, width, height, 0, 0, tile_w, tile_h, 0, 0, 1, 7, 1, 1)
    return b"\xff\x4f\xff\x51" + siz + b"\0" * 100 + b"\xff\xd9"


def sized_tiff(side: int) -> bytes:
    """A TIFF whose directory claims another size than its one strip has."""
    data = tiff(film(64, 64))
    for tag in (256, 257):
        short, long = (struct.pack("<HHLL", tag, kind, 1, 64) for kind in (3, 4))
        assert short in data or long in data
        data = data.replace(short, struct.pack("<HHLL", tag, 4, 1, side))
        data = data.replace(long, struct.pack("<HHLL", tag, 4, 1, side))
    return data


def sized_png(side: int) -> bytes:
    """A PNG whose header claims another size than its data has, checksum and all."""
    data = png(film(64, 64))
    header = b"IHDR" + struct.pack(">LL", side, side) + data[24:29]
    return data[:12] + header + struct.pack(">L", zlib.crc32(header)) + data[33:]


def frame_in(code: bytes, syntax: str, **tags: int) -> bytes:
    """A DICOM file with `code` for its one frame."""
    data = dicom(film(64, 64), syntax, **tags)
    old = data[data.find(b"\xe0\x7f\x10\x00") :]
    return data.replace(old, old[:12] + encapsulate([code]) + b"\xfe\xff\xdd\xe0\0\0\0\0")


@pytest.mark.parametrize("syntax", ["explicit", "rle", "jpeg", "jpeg-ls", "jpeg2000", "htj2k", "deflated"])
def test_a_header_of_65535_squared(syntax: str) -> None:
    assert refused(dicom(film(64, 64), syntax, Rows=65535, Columns=65535)).reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("syntax", "code"),
    [
        ("jpeg", sized_jpeg(65500, 65500)),
        ("jpeg-ls", sized_jpeg(65500, 65500).replace(b"\xff\xc0", b"\xff\xf7")),
        ("jpeg-lossless-sv1", sized_jpeg(65500, 65500).replace(b"\xff\xc0", b"\xff\xc3")),
        ("jpeg2000", sized_jpeg2000(1 << 31, 1 << 31)),
        ("jpeg2000", sized_jpeg2000(64, 1 << 20)),
        ("jpeg2000", sized_jpeg2000(60000, 60000, tile=1)),
        ("rle", struct.pack("<16L", 15, *range(64, 64 + 15 * 64, 64)) + b"\0" * 2000),
        ("rle", struct.pack("<16L", 1, 4_000_000_000, *[0] * 14)),
    ],
)
def test_a_codestream_that_is_larger_than_its_header_says(syntax: str, code: bytes) -> None:
    assert refused(frame_in(code, syntax)).reason is Reason.CORRUPT


def test_an_rle_segment_that_never_ends() -> None:
    """Each pair of bytes stands for 128 pixels; what goes beyond the picture is not unpacked."""
    code = struct.pack("<16L", 1, 64, *[0] * 14) + b"\x81\x00" * MEGABYTE
    with cheaply():
        (outcome,) = decode(frame_in(code, "rle"), SETTINGS)
    assert isinstance(outcome, Refused) or outcome.facts.width == 64


def deflated(inside: bytes) -> bytes:
    """A file whose data set inflates to `inside`."""
    plain = dicom(film(64, 64), "deflated")
    (meta,) = struct.unpack_from("<L", plain, 140)  # File Meta Information Group Length
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return plain[: 144 + meta] + packer.compress(inside) + packer.flush()


def test_a_deflated_data_set_is_inflated_no_further_than_its_picture() -> None:
    plain = dicom(film(64, 64), "deflated")
    (meta,) = struct.unpack_from("<L", plain, 140)
    body = zlib.decompressobj(-15).decompress(plain[144 + meta :])
    at = body.find(b"\xe0\x7f\x10\x00")

    assert isinstance(next(decode(deflated(body), SETTINGS)), type(next(decode(plain, SETTINGS))))
    zeros = b"\0" * (200 * MEGABYTE)
    # A vast value for a small picture: the picture is there, and no more of it is unpacked than that.
    padded = deflated(body[: at + 8] + struct.pack("<L", len(zeros)) + zeros)
    del zeros
    with cheaply(64 * MEGABYTE):
        (outcome,) = decode(padded, SETTINGS)
    assert outcome.facts is not None
    assert outcome.facts.width == 64
    # A vast header.
    long = struct.pack("<HH2sHL", 0x0009, 0x1000, b"OB", 0, 200 * MEGABYTE)
    endless = deflated(body[:at] + long + b"\0" * (200 * MEGABYTE))
    assert refused(endless, 48 * MEGABYTE).reason is Reason.CORRUPT


def test_a_deflated_index_is_not_inflated(tmp_path: Path) -> None:
    long = struct.pack("<HH2sHL", 0x0003, 0x1000, b"OB", 0, 200 * MEGABYTE)
    (tmp_path / "DICOMDIR").write_bytes(deflated(long + b"\0" * (200 * MEGABYTE)))
    with cheaply(96 * MEGABYTE):
        assert list(listed(tmp_path / "DICOMDIR")) == []


@pytest.mark.parametrize(
    "data",
    [
        sized_jpeg(65500, 65500),
        sized_png(60000),
        sized_tiff(60000),
    ],
    ids=["jpeg", "png", "tiff"],
)
def test_pictures_that_claim_more_than_the_limits(data: bytes) -> None:
    assert refused(data).reason is Reason.TOO_MANY_PIXELS


def test_a_png_of_one_colour_is_limited_by_its_pixels_not_by_its_bytes() -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")
    assert len(file.getvalue()) < MEGABYTE // 8
    assert refused(file.getvalue()).reason is Reason.TOO_MANY_PIXELS


def test_a_number_in_place_of_a_tiffs_jpeg_tables_is_not_unpacked() -> None:
    strips, tags = tiff_page(film(64, 64), compression=7)
    assert refused(tiff_of((strips, tags | {347: 1 << 28}))).reason is Reason.CORRUPT


def test_frame_headers_are_read_to_the_letter() -> None:
    stream = read_jpeg(jpeg(film(48, 80)))
    assert (stream.process, stream.jfif) == ("baseline", True)
    assert (stream.height, stream.width, stream.components, stream.precision) == (48, 80, 1, 8)
    stream = read_jpeg2000(sized_jpeg2000(48, 80))
    assert (stream.height, stream.width, stream.components, stream.precision, stream.signed) == (
        48,
        80,
        1,
        8,
        False,
    )


@pytest.mark.parametrize(
    "code",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xda\0\2",
        b"\xff\xd8" + b"\xff\xe0\0\0" * 9,
        b"\xff\xd8\xff\xc9\0\x0b" + b"\0" * 20,
    ],
)
def test_a_codestream_without_a_frame_header_is_refused(code: bytes) -> None:
    with pytest.raises(Refusal):
        read_jpeg(code)
    with pytest.raises(Refusal):
        read_jpeg2000(code)


def test_deep_nesting_does_not_overflow_the_stack() -> None:
    nested = (
        struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    )
    data = dicom(film(64, 64))
    at = data.find(b"\x08\x00\x60\x00CS")
    assert refused(data[:at] + nested * 5000 + data[at:]).reason in (Reason.CORRUPT, Reason.NO_PIXELS)


def test_many_frames_are_not_held_at_once() -> None:
    stack = np.zeros((200, 256, 256), np.uint8)
    stack[:, ::2] = 200
    data = dicom(stack, frames=True)
    del stack
    with cheaply(8 * MEGABYTE, 10):
        assert sum(1 for _ in decode(data, SETTINGS)) == 200
