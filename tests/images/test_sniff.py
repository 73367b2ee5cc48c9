"""What a file is, told from its first bytes."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.dicom import SYNTAXES, dicom
from builders.pictures import bmp, film, jpeg, png, tiff, webp, zipped
from screener.images.sniff import HEAD_BYTES, is_dicomdir, sniff

FILM = film(64, 64)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (jpeg(FILM), "jpeg"),
        (png(FILM), "png"),
        (tiff(FILM), "tiff"),
        (b"MM\0*" + b"\0" * 20, "tiff"),
        (bmp(FILM), "bmp"),
        (webp(FILM), "webp"),
        (zipped({"a": b"b"}), "zip"),
        (zipped({}), "zip"),
        (b"", None),
        (b"BMW drivers report", None),
        (b"GIF89a" + b"\0" * 200, None),
        (b"<html><body>", None),
        (b"\x08\x00" * 300, None),
        (b"%PDF-1.7", None),
    ],
)
def test_each_kind_is_known_by_its_content(data: bytes, kind: str | None) -> None:
    assert sniff(data[:HEAD_BYTES]) == kind


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_dicom_is_known_in_every_syntax(syntax: str) -> None:
    deep = syntax == "jpeg-extended"
    data = dicom(film(64, 64, bits=12), syntax, bits=12) if deep else dicom(FILM, syntax)
    assert sniff(data[:HEAD_BYTES]) == "dicom"


@pytest.mark.parametrize("syntax", ["implicit", "explicit", "big-endian"])
def test_dicom_is_known_without_preamble_and_without_file_meta(syntax: str) -> None:
    assert sniff(dicom(FILM, syntax, preamble=False)[:HEAD_BYTES]) == "dicom"
    assert sniff(dicom(FILM, syntax, file_meta=False)[:HEAD_BYTES]) == "dicom"


def test_a_dicom_file_that_is_a_tiff_as_well_is_dicom() -> None:
    data = dicom(FILM)
    assert sniff(b"II*\0" + data[4:]) == "dicom"


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert sniff(data) in {None, "jpeg", "png", "tiff", "bmp", "webp", "dicom", "zip"}


def test_a_program_is_no_dicom_file() -> None:
    with Path(os.__file__).open("rb") as file:
        assert sniff(file.read(HEAD_BYTES)) is None


def test_a_dicomdir_is_known_by_its_class() -> None:
    from pydicom.data import get_testdata_file

    index = get_testdata_file("DICOMDIR", download=False)
    assert isinstance(index, str)
    assert is_dicomdir(Path(index).read_bytes()[:512])
    assert not is_dicomdir(dicom(FILM)[:512])
