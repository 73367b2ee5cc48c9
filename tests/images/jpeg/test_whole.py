"""A JPEG is read whole or refused: libjpeg itself fills in what is missing."""

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from pydicom import dcmread
from pydicom.encaps import encapsulate

from builders.codestreams import encode
from builders.dicom import dicom
from builders.jpeg import FORMS, HARMS, forms
from builders.pictures import film, jpeg, patch
from screener.images.decode import pictures
from screener.records import DecodeSettings, InputSpec, Picture, Reason, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"))
SMALL = replace(SETTINGS, input=InputSpec(height=16, width=16), thumbnail=0)
FILM = film(400, 360)
WHOLE = [name for name in FORMS if name != "progressive"]


def found(data: bytes, settings: DecodeSettings = SETTINGS) -> Picture | Refused:
    (one,) = pictures(data, settings)
    return one


def as_dicom(data: bytes) -> bytes:
    """The codestream inside a DICOM file of FILM's size."""
    dataset = dcmread(io.BytesIO(dicom(FILM, "jpeg")))
    dataset.PixelData = encapsulate([data + b"\0" * (len(data) % 2)])
    dataset["PixelData"].is_undefined_length = True
    file = io.BytesIO()
    dataset.save_as(file)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("size", [(400, 360), (17, 33), (1, 1)])
def test_a_whole_jpeg_gives_the_pixels_that_it_always_gave(mode: str, size: tuple[int, int]) -> None:
    for name, data in forms(film(*size), mode).items():
        one = found(data)
        assert isinstance(one, Picture), name
        plain = Image.open(io.BytesIO(data)).convert("L" if mode == "L" else "RGB")
        assert np.array_equal(one.pixels, np.asarray(plain)), name


def test_a_large_one_decoded_smaller_is_counted_too() -> None:
    whole = jpeg(FILM)
    one = found(whole, SMALL)
    assert isinstance(one, Picture)
    plain = JpegImageFile(io.BytesIO(whole))
    plain.draft(None, (80, 80))
    assert plain.size == (90, 100)
    assert np.array_equal(one.pixels, np.asarray(plain))
    for harm in HARMS.values():
        one = found(harm(whole, len(whole) // 2), SMALL)
        assert isinstance(one, Refused)
        assert one.reason is Reason.CORRUPT


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("form", WHOLE)
def test_a_damaged_one_is_refused(form: str, harm: str, share: float) -> None:
    data = forms(FILM)[form]
    one = found(HARMS[harm](data, int(len(data) * share)))
    assert isinstance(one, Refused)
    assert one.reason is Reason.CORRUPT


@pytest.mark.parametrize("pixels", [FILM, patch()], ids=["grey", "colour"])
def test_a_lossless_one_is_read_whole_or_not_at_all(pixels: NDArray[np.uint8]) -> None:
    data = encode(pixels, "jpeg-lossless", 8)
    whole = found(data)
    assert isinstance(whole, Picture)
    assert np.array_equal(whole.pixels, pixels)
    for name, harm in HARMS.items():
        one = found(harm(data, len(data) // 2))
        assert isinstance(one, Refused), name
        assert one.reason is Reason.CORRUPT, name


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_one_inside_of_dicom_is_refused(harm: str) -> None:
    data = jpeg(FILM)
    assert isinstance(found(as_dicom(data)), Picture)
    one = found(as_dicom(HARMS[harm](data, len(data) // 2)))
    assert isinstance(one, Refused)
    assert one.reason is Reason.CORRUPT


def test_a_progressive_one_without_its_last_scans_is_refused() -> None:
    data = jpeg(FILM, progressive=True)
    scans = [at for at in range(len(data)) if data[at : at + 2] == b"\xff\xda"]
    for at in scans[1:]:
        table = data.rfind(b"\xff\xc4", 0, at)  # the tables of a scan stand before it
        one = found(data[:table] + b"\xff\xd9")
        assert isinstance(one, Refused)
        assert (one.reason, one.detail) == (Reason.CORRUPT, "a JPEG whose last scans are missing")
    for harm in ("cut", "zeros to the end", "hole of noise", "begins again"):
        one = found(HARMS[harm](data, len(data) // 2))
        assert isinstance(one, Refused), harm


def test_it_says_what_is_wrong() -> None:
    data = jpeg(patch(96), restart_marker_blocks=4)
    middle = len(data) // 2
    first = data.index(b"\xff\xd0")
    for harmed, said in (
        (jpeg(FILM)[:9000] + b"\xff\xd9", "a JPEG whose data end before its picture does"),
        (
            jpeg(FILM)[:9000] + jpeg(FILM)[5000:],
            "a JPEG whose picture ends before its data do: some are wrong",
        ),
        (data[:first] + data[first + 2 :], "a JPEG whose restart markers are missing or out of order"),
        (data[:middle] + b"\xff\xc0" + data[middle:], "a JPEG with a marker in its data that can't be there"),
        (data[:middle], "a JPEG that is cut short"),
    ):
        one = found(harmed)
        assert isinstance(one, Refused)
        assert (one.reason, one.detail) == (Reason.CORRUPT, said)


def test_headers_that_make_no_sense_are_damage_too() -> None:
    data = jpeg(FILM, restart_marker_blocks=4)
    scan = data.index(b"\xff\xda")
    for harmed in (
        data[:scan] + b"\xff\xda\0\2" + data[scan:],  # a scan that names nothing
        data.replace(b"\xff\xc0\0\x0b\x08", b"\xff\xc0\0\x02\x08"),  # a frame without a size
        data[:scan] + b"\xff\xd8" + data[scan:],
    ):
        one = found(harmed)
        assert isinstance(one, Refused)
        assert one.reason is Reason.CORRUPT
