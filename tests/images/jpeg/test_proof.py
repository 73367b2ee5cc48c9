"""Lossless and 12-bit JPEG whose scans have too little or too much: libjpeg reads them without a word."""

from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO

from builders.codestreams import encode
from builders.dicom import dicom
from builders.pictures import film, patch
from builders.reading import picture, refusal
from screener.images.jpeg.codestream import read_jpeg
from screener.images.jpeg.proof import check
from screener.images.refusal import Refusal
from screener.records import Reason

END = b"\xff\xd9"
LESS, MORE = "the codestream has less than its pixels take", "the codestream has more than its pixels take"
DEEP = film(150, 130, bits=12)


def lossless(pixels: NDArray[Any], predictor: int, bits: int) -> bytes:
    space = "RGB" if pixels.ndim == 3 else None
    return imagecodecs.jpeg8_encode(
        pixels, lossless=True, predictor=predictor, bitspersample=bits, colorspace=space, outcolorspace=space
    )


def verdict(code: bytes) -> str:
    """What is wrong with a codestream, or ""."""
    stream = read_jpeg(code)
    space = "RGB" if stream.components == 3 else None

    def decode(data: bytes) -> NDArray[Any]:
        return imagecodecs.jpeg8_decode(data, colorspace=space, outcolorspace=space)

    try:
        check(code, stream, decode(code), decode)
    except Refusal as refusal:
        assert refusal.refused.reason is Reason.CORRUPT
        return refusal.refused.detail
    return ""


def scan_of(code: bytes) -> int:
    """The offset of the first coded byte."""
    at = code.rfind(b"\xff\xda")
    return at + 2 + int.from_bytes(code[at + 2 : at + 4], "big")


@pytest.mark.parametrize("bits", [2, 5, 8, 9, 12, 15, 16])
@pytest.mark.parametrize("predictor", range(1, 8))
def test_the_bits_of_lossless_samples_are_counted_to_the_last(predictor: int, bits: int) -> None:
    kind = np.uint8 if bits <= 8 else np.uint16
    noise = np.random.default_rng(0).integers(0, 1 << bits, (70, 31)).astype(kind)
    for pixels in (film(97, 83, bits), noise, np.full((66, 5), (1 << bits) - 1, kind)):
        code = lossless(pixels, predictor, bits)
        assert verdict(code) == ""
        assert verdict(code[:-3] + END) in (LESS, "the codestream is cut short")
        assert verdict(code[: (scan_of(code) + len(code)) // 2] + END) == LESS
        assert verdict(code[:-2] + b"\x55" * 9 + END) == MORE


def test_colours_are_counted_each_by_its_own() -> None:
    code = lossless(patch(50), 6, 8)
    assert verdict(code) == ""
    assert verdict(code[:-40] + END) == LESS
    of_one_number = bytearray(code)
    frame, scan = code.find(b"\xff\xc3") + 10, code.find(b"\xff\xda") + 5
    of_one_number[frame : frame + 9 : 3] = of_one_number[scan : scan + 6 : 2] = b"\1\1\1"
    assert verdict(bytes(of_one_number)) == ""


def test_a_point_transform_takes_bits_off_every_sample() -> None:
    """Samples of 11 bits, and the same headers as if they were 12 bits that had lost one (T.81 H.1.2.1)."""
    pixels = film(40, 30, bits=11)
    code = bytearray(lossless(pixels, 1, 11))
    code[code.find(b"\xff\xc3") + 4] = 12
    code[scan_of(code) - 1] = 1
    assert np.array_equal(imagecodecs.jpeg8_decode(bytes(code)), pixels << 1)
    assert verdict(bytes(code)) == ""
    assert verdict(bytes(code[:-40] + END)) == LESS


def test_restart_markers_begin_the_prediction_anew() -> None:
    """A film of 16 rows, and the same again behind a restart marker, make one of 32."""
    part = np.ascontiguousarray(DEEP[:16, :40])
    code = lossless(part, 6, 12)
    start, first = code.find(b"\xff\xda"), scan_of(code)
    height = code.find(b"\xff\xc3") + 5
    head = code[:height] + b"\0\x20" + code[height + 2 : start]
    head += b"\xff\xdd\0\4" + part.size.to_bytes(2, "big") + code[start:first]
    scan = code[first:-2]
    whole = head + scan + b"\xff\xd0" + scan + END
    assert np.array_equal(imagecodecs.jpeg8_decode(whole), np.vstack([part, part]))
    assert verdict(whole) == ""
    assert verdict(head + scan[:-9] + b"\xff\xd0" + scan + END) == LESS
    assert verdict(head + scan + b"\xff\xd0" + scan[:-9] + END) == LESS
    misplaced = "a marker within a scan that has no place there"
    assert verdict(head + scan + b"\xff\xd3" + scan + END) == misplaced
    assert verdict(head + scan + b"\xff\xc4\0\2\xff\xd0" + scan + END) == misplaced
    lacking = "the codestream lacks a restart marker, or has one too many"
    assert verdict(head + scan + scan + END) == lacking


@pytest.mark.parametrize("level", [0, 1, 700, 2048, 4094, 4095])
@pytest.mark.parametrize("quality", [30, 50, 75, 95, 100])
def test_blank_films_of_12_bits_are_whole(level: int, quality: int) -> None:
    for blank in (np.full((90, 70), level, np.uint16), np.full((8, 8), level, np.uint16), DEEP.copy()):
        blank[len(blank) // 2 :] = level
        assert verdict(imagecodecs.jpeg8_encode(blank, quality, bitspersample=12)) == ""


@pytest.mark.parametrize("quality", [30, 95, 100])
def test_a_scan_of_12_bits_ends_where_its_last_block_does(quality: int) -> None:
    code = imagecodecs.jpeg8_encode(DEEP, quality, bitspersample=12)
    assert verdict(code) == ""
    assert verdict(code[:-30] + END) == LESS
    assert verdict(code[: (scan_of(code) + len(code)) // 2] + END) == LESS
    assert verdict(code[:-2] + b"\x55" * 9 + END) == MORE


def in_a_file(code: bytes, syntax: str) -> bytes:
    dataset = dcmread(DicomBytesIO(dicom(film(320, 280, bits=12), syntax, bits=12)))
    dataset.PixelData = encapsulate([code])
    dataset["PixelData"].is_undefined_length = True
    file = DicomBytesIO()
    dataset.save_as(file)
    return file.getvalue()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("damage", ["end", "hole", "gap", "noise"])
@pytest.mark.parametrize("syntax", ["jpeg-lossless", "jpeg-lossless-sv1", "jpeg-extended"])
def test_a_damaged_film_is_refused(syntax: str, damage: str, share: float) -> None:
    large = film(320, 280, bits=12)
    code = encode(large, syntax, 12)
    at = int(len(code) * share)
    changed = {
        "end": code[:at] + END,
        "hole": code[:at] + bytes(400) + code[at + 400 :],
        "gap": code[:at] + code[at + 400 :],
        "noise": code[:at] + np.random.default_rng(1).bytes(400) + code[at + 400 :],
    }
    assert picture(in_a_file(code, syntax)).pixels.shape == large.shape
    assert refusal(in_a_file(changed[damage], syntax)).reason is Reason.CORRUPT
