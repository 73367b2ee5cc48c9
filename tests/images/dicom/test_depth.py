"""Headers that contradict their pixels: in length, in bits a sample, in sign."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from openjpeg.utils import encode_array
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO

from builders.codestreams import encode
from builders.dicom import SYNTAXES, dicom
from builders.pictures import film, patch
from builders.reading import FILM, FILM_12, all_of, picture, pixels, refusal
from screener.images.refusal import Refusal
from screener.records import Picture, Reason


def assert_refused_whole(data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        all_of(data)
    assert refused.value.refused.reason is Reason.CORRUPT
    return refused.value.refused.detail


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big-endian", "deflated"])
@pytest.mark.parametrize(
    "tags",
    [
        {"Rows": 35},
        {"Rows": 69},
        {"Columns": 45},
        {"Columns": 89},
        {"Rows": 35, "Columns": 45},
        {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    ],
)
def test_native_pixels_of_another_size_than_the_header_says_are_refused(
    syntax: str, tags: dict[str, int]
) -> None:
    says = assert_refused_whole(dicom(FILM_12, syntax, bits=12, **tags))
    assert says.startswith("the pixel data are 12600 bytes where the header says ")


def test_native_chrominance_that_is_not_halved_is_refused() -> None:
    """RGB or YBR_FULL: by the length alone nobody can say, and pydicom doesn't either."""
    assert_refused_whole(dicom(patch(96), photometric="YBR_FULL_422"))
    assert_refused_whole(dicom(np.stack([patch(32)] * 2), photometric="YBR_FULL_422", frames=True))


def test_native_frames_that_the_header_does_not_count_are_refused() -> None:
    stack = np.stack([FILM_12, FILM_12[::-1], FILM_12])
    for number in (None, 1, 2):
        assert_refused_whole(dicom(stack, bits=12, frames=True, NumberOfFrames=number))


@pytest.mark.parametrize("count", [1, 2, 90, 512])
def test_padding_behind_native_pixels_does_no_harm(count: int) -> None:
    data = dicom(FILM, PixelData=FILM.tobytes() + bytes(count))
    assert np.array_equal(pixels(data), FILM)


def test_a_value_of_no_length_is_no_picture() -> None:
    assert refusal(dicom(FILM, PixelData=b"")).reason is Reason.NO_PIXELS


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
def test_three_samples_of_one_bit_are_refused(photometric: str) -> None:
    data = dicom(patch(32), photometric=photometric, BitsAllocated=1, BitsStored=1, HighBit=0)
    assert refusal(data).reason is Reason.UNSUPPORTED


def in_a_file(code: bytes, syntax: str, pixels: NDArray[Any], **tags: Any) -> bytes:
    """The codestream in the file that is made for the pixels."""
    dataset = dcmread(DicomBytesIO(dicom(pixels, syntax, **tags)))
    dataset.PixelData = encapsulate([code])
    dataset["PixelData"].is_undefined_length = True
    file = DicomBytesIO()
    dataset.save_as(file)
    return file.getvalue()


WINDOW = {"WindowCenter": 2048, "WindowWidth": 4096}


@pytest.mark.parametrize("syntax", ["jpeg-lossless", "jpeg-ls", "jpeg2000", "htj2k"])
@pytest.mark.parametrize("stored", [8, 10, 11])
@pytest.mark.parametrize("window", [{}, WINDOW])
def test_a_codestream_with_more_bits_than_the_header_says_keeps_them(
    syntax: str, stored: int, window: dict[str, int]
) -> None:
    plain = picture(dicom(FILM_12, syntax, bits=12, **window))
    assert plain.pixels.max() == 255
    # A header of 12 bits in a codestream of 12, a header of fewer, and one that leaves no place for them.
    for allocated in (16, 8) if stored == 8 else (16,):
        tags = {"BitsAllocated": allocated, "BitsStored": stored, "HighBit": stored - 1}
        found = picture(dicom(FILM_12, syntax, bits=12, **tags, **window))
        assert np.array_equal(found.pixels, plain.pixels)
        assert found.applied == plain.applied


@pytest.mark.parametrize("syntax", ["jpeg-lossless", "jpeg-ls", "jpeg2000", "htj2k"])
def test_a_codestream_with_more_bits_than_its_samples_need_is_of_the_headers(syntax: str) -> None:
    assert np.array_equal(
        pixels(dicom(FILM.astype(np.uint16), syntax, bits=12, BitsStored=8, HighBit=7)), FILM
    )


def test_signed_samples_with_more_bits_than_the_header_says_keep_them() -> None:
    signed = FILM_12.astype(np.int16) - 2048
    plain = pixels(dicom(signed, "explicit", bits=12))
    code = encode(signed.view(np.uint16) & 4095, "jpeg-lossless", 12)
    said = {"BitsStored": 8, "HighBit": 7}
    assert np.array_equal(pixels(in_a_file(code, "jpeg-lossless", signed, **said)), plain)
    few = signed // 16
    code = encode(few.view(np.uint16) & 4095, "jpeg-lossless", 12)
    assert np.array_equal(
        pixels(in_a_file(code, "jpeg-lossless", few, **said)), pixels(dicom(few.astype(np.int8)))
    )


def test_an_overlay_in_a_codestream_is_no_more_bits() -> None:
    mixed = FILM_12 | np.uint16(1 << 12)
    for syntax in ("jpeg-lossless", "jpeg-ls", "jpeg2000"):
        data = dicom(mixed, syntax, bits=16, BitsStored=12, HighBit=11, OverlayBitPosition=12)
        assert np.array_equal(pixels(data), pixels(dicom(FILM_12, bits=12)))


def test_a_lossy_codec_may_go_a_little_beyond_the_bits_and_not_far() -> None:
    edge = film(64, 64, bits=8).astype(np.uint16)
    edge[::2] = 255
    beyond = picture(dicom(edge, "jpeg-extended", bits=12, BitsStored=8, HighBit=7))
    assert beyond.applied == ()
    assert beyond.pixels.max() == 255
    deep = picture(dicom(FILM_12, "jpeg-extended", bits=12, BitsStored=8, HighBit=7, BitsAllocated=8))
    assert np.array_equal(deep.pixels, pixels(dicom(FILM_12, "jpeg-extended", bits=12)))


SIGNED = FILM_12.astype(np.int16) - 2048


def signed_code() -> bytes:
    return bytes(encode_array(SIGNED, 12, photometric_interpretation=2))


def test_a_signed_codestream_is_read_as_such_whatever_the_header_says() -> None:
    plain = pixels(dicom(FILM_12, bits=12))
    assert np.array_equal(
        pixels(in_a_file(signed_code(), "jpeg2000", FILM_12, bits=12, PixelRepresentation=1)), plain
    )
    assert np.array_equal(pixels(in_a_file(signed_code(), "jpeg2000", FILM_12, bits=12)), plain)


@pytest.mark.parametrize(
    "tags", [WINDOW, {"RescaleSlope": 1, "RescaleIntercept": -1024}, {"PixelPaddingValue": 0}]
)
def test_a_signed_codestream_under_an_unsigned_header_with_values_to_go_by_is_refused(
    tags: dict[str, int],
) -> None:
    found = refusal(in_a_file(signed_code(), "jpeg2000", FILM_12, bits=12, **tags))
    assert (found.reason, found.detail) == (
        Reason.CORRUPT,
        "the codestream is signed, and the header says it is not",
    )


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_headers_that_are_right_lose_nothing(syntax: str) -> None:
    deep = FILM if syntax == "jpeg" else FILM_12
    data = dicom(np.stack([deep, deep]), syntax, bits=8 if syntax == "jpeg" else 12, frames=True)
    assert [type(found) for found in all_of(data)] == [Picture, Picture]
