"""Files with bytes changed at random, by a seed: each is read or refused, and nothing is ever raised.

A few hundred here, in this process; thousands in `tests/commands/test_scan_fuzz.py`, in a scan's workers.
"""

import random
from pathlib import Path

import pydicom
import pytest

from builders.codestreams import encode
from builders.dicom import SYNTAXES, dicom
from builders.fuzz import mutated
from builders.pictures import bmp, film, jpeg, patch, png, tiff, webp
from screener.images.decode import decode
from screener.records import Decoded, DecodeSettings, InputSpec, Refused
from screener.tasks.load import load_task

SETTINGS = DecodeSettings(InputSpec(), load_task("pneumonia"), thumbnail=0)
FILM, DEEP = film(80, 70), film(80, 70, bits=12)
ROUNDS = 12

PICTURES = {
    "png": png(FILM),
    "png16": png(DEEP),
    "jpeg": jpeg(patch()),
    "jpeg-lossless": encode(FILM, "jpeg-lossless", 8),
    "bmp": bmp(FILM),
    "webp": webp(patch()),
    "tiff": tiff(FILM),
    "tiff-pages": tiff([FILM, FILM]),
    "tiff-deflate": tiff(FILM, compression="tiff_adobe_deflate"),
    "tiff-lzw": tiff(FILM, compression="tiff_lzw"),
    "tiff-jpeg": tiff(patch(), compression="jpeg"),
}
SYNTAX_FILES = {
    name: dicom(FILM, name) if name == "jpeg" else dicom(DEEP, name, bits=12) for name in SYNTAXES
}
OF_PYDICOM = (
    "SC_rgb_rle_2frame.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "image_dfl.dcm",
    "UN_sequence.dcm",
    "JPGExtended.dcm",
    "SC_rgb_jpeg_gdcm.dcm",
    "rtdose_rle.dcm",
    "ExplVR_BigEnd.dcm",
)
FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"
FILES = {**PICTURES, **SYNTAX_FILES, **{name: (FOLDER / name).read_bytes() for name in OF_PYDICOM}}


@pytest.mark.parametrize("name", FILES)
def test_whatever_the_bytes_there_is_an_outcome(name: str) -> None:
    seed = random.Random(name)
    for _ in range(ROUNDS):
        outcomes = list(decode(mutated(FILES[name], seed), SETTINGS))
        assert outcomes
        for outcome in outcomes:
            assert isinstance(outcome, Refused) or outcome.model_input.shape == (224, 224, 1)


@pytest.mark.parametrize("name", FILES)
def test_unchanged_they_are_read(name: str) -> None:
    readable = [isinstance(outcome, Decoded) for outcome in decode(FILES[name], SETTINGS)]
    assert all(readable) == (name != "UN_sequence.dcm")


def test_noise_is_nothing_in_particular() -> None:
    seed = random.Random(0)
    for length in (0, 1, 7, 131, 132, 133, 500, 5000):
        outcomes = list(decode(seed.randbytes(length), SETTINGS))
        assert len(outcomes) == 1
        assert isinstance(outcomes[0], Refused)
    for magic in (
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"II*\0",
        b"BM",
        b"RIFF\0\0\0\0WEBP",
        b"\0" * 128 + b"DICM",
    ):
        for _ in range(20):
            outcomes = list(decode(magic + seed.randbytes(400), SETTINGS))
            assert all(isinstance(outcome, Refused) for outcome in outcomes)
