"""PNGs that Pillow would read in part, or coarsely."""

import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from builders.pictures import film, patch, png
from builders.png import COLOUR, GREY, GREY_ALPHA, chunk, interlaced, png_of, rows
from screener.images.decode import pictures
from screener.images.raster import png as module
from screener.records import DecodeSettings, InputSpec, Picture, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
FILM, DEEP, PATCH = film(70, 90), film(70, 90, bits=16), patch(64)
SIZE = (70, 90)


def found(data: bytes) -> Picture | Refused:
    (one,) = pictures(data, SETTINGS)
    return one


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    one = found(data)
    assert isinstance(one, Picture), one
    return one.pixels


@pytest.mark.parametrize("large", [True, False])
def test_whole_pngs_keep_their_pixels(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(module, "_LARGE", 100)
    assert np.array_equal(pixels_of(png(FILM)), FILM)
    assert np.array_equal(pixels_of(png(PATCH)), PATCH)
    assert np.array_equal(pixels_of(png_of(SIZE, 8, GREY, zlib.compress(rows(FILM)))), FILM)
    assert np.array_equal(
        pixels_of(png_of(SIZE, 8, GREY, zlib.compress(interlaced(FILM)), passes=True)), FILM
    )
    longer = zlib.compress(rows(FILM) + b"\0" * 500)
    assert np.array_equal(pixels_of(png_of(SIZE, 8, GREY, longer)), FILM)
    one = png_of((1, 1), 8, GREY, zlib.compress(interlaced(FILM[:1, :1])), passes=True)
    assert np.array_equal(pixels_of(one), FILM[:1, :1])


PACKED = zlib.compress(rows(FILM))


@pytest.mark.parametrize(
    ("packed", "passes", "said"),
    [
        (zlib.compress(rows(FILM[:42])), False, "a PNG whose data end before its picture does"),
        (zlib.compress(rows(FILM)[:-1]), False, "a PNG whose data end before its picture does"),
        (zlib.compress(interlaced(FILM)[:-91]), True, "a PNG whose data end before its picture does"),
        (PACKED[: len(PACKED) // 2], False, "a PNG whose data end before its picture does"),
        (PACKED[:-4] + b"\1\2\3\4", False, "a PNG whose packed data are damaged"),
        (zlib.compress(rows(FILM, filtered=9)), False, "a PNG with a row of a filter that there is not"),
        (
            zlib.compress(rows(FILM[:40]) + rows(FILM[40:], filtered=9)),
            False,
            "a PNG with a row of a filter that there is not",
        ),
    ],
)
def test_one_whose_pixels_are_not_all_there_is_refused(packed: bytes, passes: bool, said: str) -> None:
    one = found(png_of(SIZE, 8, GREY, packed, passes=passes))
    assert isinstance(one, Refused)
    assert (one.reason, one.detail) == (Reason.CORRUPT, said)
    assert one.facts is not None


def test_one_without_any_pixels_is_refused() -> None:
    data = png(FILM)
    at = data.index(b"IDAT") - 4
    one = found(data[:at] + chunk(b"IEND", b""))
    assert isinstance(one, Refused)
    assert one.reason is Reason.CORRUPT


def test_one_whose_header_is_not_first_or_comes_twice_is_refused() -> None:
    """Its size would be read from another chunk, or be another than the one that Pillow goes by."""
    whole = png(FILM)
    smaller = chunk(b"IHDR", struct.pack(">LLBBBBB", 90, 30, 8, GREY, 0, 0, 0))
    for data in (
        whole[:8] + chunk(b"CgBI", b"\x7f" + b"\xff" * 12) + whole[8:],
        whole[:8] + smaller + whole[8:],
        png_of(SIZE, 8, GREY, PACKED, before=smaller),
    ):
        one = found(data)
        assert isinstance(one, Refused)
        said = "a PNG whose header is not its first chunk, or is there twice"
        assert (one.reason, one.detail) == (Reason.CORRUPT, said)


def test_deep_grey_with_transparency_is_stretched_like_deep_grey() -> None:
    low = DEEP >> 4  # as of a detector of 12 bits
    opaque = np.dstack([low, np.full_like(low, 0xFFFF)])
    one = found(png_of(SIZE, 16, GREY_ALPHA, zlib.compress(rows(opaque))))
    plain = found(png(low))
    assert isinstance(one, Picture)
    assert isinstance(plain, Picture)
    assert np.array_equal(one.pixels, plain.pixels)
    assert (one.facts, one.applied, one.cautions) == (plain.facts, plain.applied, plain.cautions)
    clear = opaque.copy()
    clear[:, :45, 1] = 0
    assert not pixels_of(png_of(SIZE, 16, GREY_ALPHA, zlib.compress(rows(clear))))[:, :45].any()


def test_deep_grey_with_transparency_is_turned_and_checked_too() -> None:
    opaque = np.dstack([DEEP, np.full_like(DEEP, 0xFFFF)])
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = png_of(
        SIZE,
        16,
        GREY_ALPHA,
        zlib.compress(rows(opaque)),
        chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")),
    )
    assert np.array_equal(pixels_of(turned), np.rot90(pixels_of(png(DEEP)), -1))
    short = found(png_of(SIZE, 16, GREY_ALPHA, zlib.compress(rows(opaque[:30]))))
    assert isinstance(short, Refused)
    assert short.reason is Reason.CORRUPT


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_the_transparent_grey_level_of_few_is_black(depth: int) -> None:
    levels = FILM[:, :88] >> (8 - depth)
    bits = np.unpackbits(levels[..., None], axis=2)[..., 8 - depth :].reshape(70, -1)
    packed = zlib.compress(rows(np.packbits(bits, axis=1)))
    scaled = levels.astype(int) * 255 // ((1 << depth) - 1)
    assert np.array_equal(pixels_of(png_of((70, 88), depth, GREY, packed)), scaled)
    for clear in (1, (1 << depth) - 1):
        data = png_of((70, 88), depth, GREY, packed, chunk(b"tRNS", struct.pack(">H", clear)))
        assert np.array_equal(pixels_of(data), np.where(levels == clear, 0, scaled))


def test_colours_of_sixteen_bits_are_read_by_their_upper_byte() -> None:
    deep = zlib.compress(rows(PATCH.astype(np.uint16) * 257))
    assert np.array_equal(pixels_of(png_of((64, 64), 16, COLOUR, deep)), PATCH)
